import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { messageOf, pathOf } from '../domain/schema-error.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { collectMethods } from './allowed-methods.ts';

/** Turns whatever a route throws into the one error shape: `{ error: { code, message, requestId, details? } }`. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | AppError, request, reply) =>
    send(knownError(error, request), request, reply),
  );
  const methodsOf = collectMethods(app);
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(request.url);
    if (allowed.length === 0)
      return send(new AppError('not_found', 'There is nothing at this address.'), request, reply);
    void reply.header('allow', allowed.join(', '));
    return send(new AppError('method_not_allowed'), request, reply);
  });
}

/** The error of the catalogue that something thrown stands for; what is our own fault is logged. */
export function knownError(error: FastifyError | AppError, request: FastifyRequest): AppError {
  const known = error instanceof AppError ? error : translate(error);
  if (known.status >= 500) {
    // The text of an unexpected error may quote a value: only its type and stack frames are logged.
    request.log.error({ error: describe(error), code: known.code }, 'request failed');
  }
  return known;
}

function send(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(error.retryAfterSeconds));
  return reply.status(error.status).send({
    error: {
      code: error.code,
      message: error.message,
      requestId: request.id,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  });
}

const byFastifyCode: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad_request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_request',
};

function translate(error: FastifyError): AppError {
  if (error.validation)
    return new AppError('validation_failed', undefined, {
      details: error.validation.map(({ instancePath, keyword, message = 'is wrong', params }) => ({
        path: pathOf({ instancePath, params }),
        message: messageOf({ keyword, message }),
      })),
    });
  const code = byFastifyCode[error.code];
  if (code) return new AppError(code);
  if (error.statusCode === 429) return new AppError('too_many_requests');
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new AppError('bad_request');
  return isUnavailable(error) ? new AppError('unavailable') : new AppError('internal');
}

/** Prisma's "cannot reach", "timed out", "connection closed"; Node's connection errors. */
const unavailableCodes = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2039',
  'ECONNREFUSED',
  'ECONNRESET',
]);

function isUnavailable(error: { code?: string; name?: string }): boolean {
  return unavailableCodes.has(error.code ?? '') || error.name === 'PrismaClientInitializationError';
}

function describe(error: Error & { code?: string }): Record<string, unknown> {
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return { name: error.name, code: error.code, at: frames.slice(0, 6).map((line) => line.trim()) };
}
