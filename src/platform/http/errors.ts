import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as newId } from 'uuid';
import { UnsealError } from '../db/cipher.ts';
import { isPassing } from '../db/database-errors.ts';
import { databaseLimits } from '../../core/limits/database-limits.ts';
import { limits } from '../../core/limits.ts';
import { messageOf, pathOf } from '../../core/schema-error.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { collectMethods } from './allowed-methods.ts';

const nothingHere = 'There is nothing at this address.';

/** Turns whatever a route throws into the one error shape: `{ error: { code, message, requestId, details? } }`. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | AppError, request, reply) =>
    send(knownError(error, request), request, reply),
  );
  const methodsOf = collectMethods(app);
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(request.url);
    if (allowed.length === 0) return send(new AppError('not_found', nothingHere), request, reply);
    void reply.header('allow', allowed.join(', '));
    return send(new AppError('method_not_allowed'), request, reply);
  });
}

/** For unreadable addresses, which Fastify refuses before it looks for a route, so that no error handler sees them. */
export function answerUnreadableAddress(
  { code }: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  // No id and no token of ours is that long.
  const tooLong = code === 'FST_ERR_MAX_PARAM_LENGTH';
  void send(
    tooLong
      ? new AppError('not_found', nothingHere)
      : new AppError('bad_request', 'The address cannot be read: its percent-encoding is broken.'),
    request,
    reply,
  );
}

/** For input that is not HTTP, or is too slow: there is no request yet, so the answer is written by hand. */
export function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const [status, code] = byParserCode[error.code ?? ''] ?? ['400 Bad Request', 'bad_request'];
  const body = JSON.stringify(shapeOf(new AppError(code), newId()));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const byParserCode: Record<string, [status: string, code: ErrorCode]> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request_timeout'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'bad_request'],
};

/** Maps a thrown error to one of the catalogue; logs our own faults. */
export function knownError(error: FastifyError | AppError, request: FastifyRequest): AppError {
  const known = error instanceof AppError ? error : translate(error);
  if (known.status >= 500) {
    request.log.error({ error: describeError(error), code: known.code }, 'request failed');
  }
  return known;
}

function send(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(error.retryAfterSeconds));
  return reply.status(error.status).send(shapeOf(error, request.id));
}

function shapeOf({ code, message, details }: AppError, requestId: string) {
  return { error: { code, message, requestId, ...(details === undefined ? {} : { details }) } };
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
      details: error.validation
        .slice(0, limits.problemsNamed)
        .map(({ instancePath, keyword, message = 'is wrong', params }) => ({
          path: pathOf({ instancePath, params }),
          message: messageOf({ keyword, message }),
        })),
    });
  // It waited for the database, or for Temporal.
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') return unavailable();
  const code = byFastifyCode[error.code];
  if (code) return new AppError(code);
  if (error.statusCode === 429) return new AppError('too_many_requests');
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new AppError('bad_request');
  if (error instanceof UnsealError) return new AppError('unreadable');
  return isPassing(error) ? unavailable() : new AppError('internal');
}

/** For a database that is away or busy: who asks again a little later is served, or told the same. */
export function unavailable(): AppError {
  return new AppError('unavailable', undefined, {
    retryAfterSeconds: databaseLimits.retryAfterSeconds,
  });
}

/** The text of an unexpected error may quote a value: only its type and stack frames are logged. */
export function describeError(error: Error & { code?: string }): Record<string, unknown> {
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return { name: error.name, code: error.code, at: frames.slice(0, 6).map((line) => line.trim()) };
}
