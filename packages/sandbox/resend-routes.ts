import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallFault, Faults } from './faults.ts';
import { IdempotencyStore } from './idempotency.ts';
import { limits } from './limits.ts';
import type { Outbox } from './outbox.ts';
import { accountDomains, trackedDomain } from './magic.ts';
import { acceptJsonBodies, answerCall, bodyOf, headerOf, sendAnswer } from './provider-call.ts';
import type { Answer } from './provider-call.ts';
import type { RateLimit } from './rate-limit.ts';
import type { EmailRecord, Records } from './records.ts';
import type { ResendEmulator } from './resend-emulator.ts';
import { checkEmail, invalid } from './resend-validation.ts';
import type { CheckedEmail, ResendError } from './resend-validation.ts';
import type { Schedule } from './schedule.ts';

export type ResendRouteParts = {
  emulator: ResendEmulator;
  records: Records;
  outbox: Outbox;
  faults: Faults;
  schedule: Schedule;
  rateLimit: RateLimit;
  apiKey: string;
};

/** The part of Resend's API that sends (https://resend.com/docs/api-reference). Everything else is 404. */
export function resendRoutes(parts: ResendRouteParts) {
  const idempotency = new IdempotencyStore();

  return async (app: FastifyInstance): Promise<void> => {
    acceptJsonBodies(app, limits.emailCallBytes);
    app.setNotFoundHandler(async (_request, reply) =>
      refuse(reply, error(404, 'not_found', 'The requested endpoint does not exist.')),
    );
    app.setErrorHandler<FastifyError>(async (failure, _request, reply) => {
      const status = failure.statusCode ?? 500;
      return refuse(
        reply,
        status < 500
          ? error(status, 'validation_error', failure.message)
          : error(500, 'internal_server_error', 'An unexpected error occurred.'),
      );
    });
    app.addHook('onRequest', async (request, reply) => {
      const problem = checkCaller(request, parts.apiKey);
      if (problem !== undefined) return refuse(reply, problem);
      const waitSeconds = parts.rateLimit.take();
      if (waitSeconds === undefined) return undefined;
      return sendAnswer(reply, {
        status: 429,
        headers: { 'retry-after': String(waitSeconds) },
        body: error(
          429,
          'rate_limit_exceeded',
          'Too many requests. Please limit the number of requests per second.',
        ),
      });
    });

    app.post('/emails', (request, reply) => send(request, reply, acceptOne));
    app.post('/emails/batch', (request, reply) => send(request, reply, acceptBatch));

    app.get('/domains', async () => ({
      object: 'list',
      has_more: false,
      data: accountDomains.map((name) => ({
        id: name,
        name,
        status: 'verified',
        created_at: '2026-01-01T00:00:00.000Z',
        region: 'us-east-1',
        open_tracking: false,
        click_tracking: name === trackedDomain,
      })),
    }));
    app.get<{ Querystring: { limit?: string } }>('/emails', async (request) => {
      const limit = Math.min(Math.max(Number(request.query.limit ?? 20) || 20, 1), 100);
      const emails = parts.records.list().filter((record) => record.channel === 'email');
      return {
        object: 'list',
        has_more: emails.length > limit,
        data: emails.slice(0, limit).map((record) => summary(record)),
      };
    });
    app.get<{ Params: { id: string } }>('/emails/:id', async (request, reply) => {
      const record = parts.records.getEmail(request.params.id);
      if (record === undefined) return refuse(reply, emailNotFound);
      const entry = record.outboxSeq === undefined ? undefined : parts.outbox.get(record.outboxSeq);
      return {
        object: 'email',
        ...summary(record),
        text: entry?.text ?? null,
        html: entry?.html ?? null,
        tags: Object.entries(record.tags).map(([name, value]) => ({ name, value })),
      };
    });
    app.post<{ Params: { id: string } }>('/emails/:id/cancel', async (request, reply) =>
      refuse(
        reply,
        parts.records.getEmail(request.params.id) === undefined
          ? emailNotFound
          : invalid('Only scheduled emails can be canceled.'),
      ),
    );
  };

  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    accept: (request: FastifyRequest, key: string | undefined) => object | ResendError,
  ): Promise<FastifyReply> {
    const fault = parts.faults.drawCall('email');
    if (fault.status !== undefined)
      return answerCall(reply, statusAnswer(fault), fault, parts.schedule);

    const key = headerOf(request, 'idempotency-key');
    if (key !== undefined && (key === '' || key.length > limits.idempotencyKeyCharacters))
      return refuse(
        reply,
        error(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.'),
      );
    if (key !== undefined) {
      const seen = idempotency.begin(key, `${request.url}\n${bodyOf(request).raw}`);
      if (seen === 'other_request') return refuse(reply, otherRequest);
      if (seen === 'in_flight') return refuse(reply, concurrentRequest);
      if (seen !== 'new')
        return answerCall(reply, { status: 200, body: seen.answer }, fault, parts.schedule);
    }

    const result = accept(request, key);
    if ('statusCode' in result) {
      if (key !== undefined) idempotency.forget(key);
      return refuse(reply, result);
    }
    return answerCall(reply, { status: 200, body: result }, fault, parts.schedule, () => {
      if (key !== undefined) idempotency.finish(key, result);
    });
  }

  function acceptOne(request: FastifyRequest, key: string | undefined): object | ResendError {
    const body = bodyOf(request);
    if (body.broken) return brokenJson;
    const email = checkEmail(body.json, 'single');
    return 'statusCode' in email ? email : parts.emulator.accept(email, key);
  }

  /** Strict: all or nothing, the first error is the answer. Permissive: the valid ones go. */
  function acceptBatch(request: FastifyRequest, key: string | undefined): object | ResendError {
    const body = bodyOf(request);
    if (body.broken) return brokenJson;
    if (!Array.isArray(body.json) || body.json.length === 0)
      return invalid('The request body must be an array of emails.');
    if (body.json.length > limits.emailsPerBatch)
      return invalid(`A batch must not have more than ${limits.emailsPerBatch} emails.`);
    const mode = headerOf(request, 'x-batch-validation') ?? 'strict';
    if (mode !== 'strict' && mode !== 'permissive')
      return error(
        400,
        'validation_error',
        'The `x-batch-validation` header must be strict or permissive.',
      );

    const valid: CheckedEmail[] = [];
    const errors: { index: number; message: string }[] = [];
    for (const [index, entry] of body.json.entries()) {
      const email = checkEmail(entry, 'batch');
      if (!('statusCode' in email)) valid.push(email);
      else if (mode === 'strict') return email;
      else errors.push({ index, message: email.message });
    }
    const data = valid.map((email) => parts.emulator.accept(email, key));
    return mode === 'strict' ? { data } : { data, errors };
  }
}

function checkCaller(request: FastifyRequest, apiKey: string): ResendError | undefined {
  // Resend's front end turns away clients that do not identify themselves.
  if (headerOf(request, 'user-agent') === undefined)
    return error(403, 'validation_error', 'The User-Agent header is missing.');
  const token = /^Bearer (.+)$/.exec(headerOf(request, 'authorization') ?? '')?.[1];
  if (token === undefined)
    return error(401, 'missing_api_key', 'Missing API key in the authorization header.');
  if (token !== apiKey) return error(403, 'invalid_api_key', 'API key is invalid.');
  return undefined;
}

function error(statusCode: number, name: string, message: string): ResendError {
  return { statusCode, name, message };
}

function refuse(reply: FastifyReply, problem: ResendError): FastifyReply {
  return sendAnswer(reply, { status: problem.statusCode, body: problem });
}

const emailNotFound = error(404, 'not_found', 'Email not found');
const brokenJson = error(400, 'validation_error', 'The request body is not valid JSON.');
const otherRequest = error(
  409,
  'invalid_idempotent_request',
  'This idempotency key has been used with a different request payload.',
);
const concurrentRequest = error(
  409,
  'concurrent_idempotent_requests',
  'A request with this idempotency key is still in progress.',
);

const namesByStatus: Record<number, string> = {
  400: 'validation_error',
  401: 'missing_api_key',
  403: 'invalid_api_key',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'concurrent_idempotent_requests',
  422: 'validation_error',
  429: 'rate_limit_exceeded',
  500: 'internal_server_error',
};

function statusAnswer(fault: CallFault): Answer {
  const { status = 500, retryAfterSeconds } = fault.status ?? {};
  return {
    status,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    body: error(status, namesByStatus[status] ?? 'application_error', 'A fault was ordered here.'),
  };
}

function summary(record: EmailRecord): Record<string, unknown> {
  return {
    id: record.id,
    created_at: record.createdAt,
    from: record.from,
    to: record.to,
    cc: record.cc,
    bcc: record.bcc,
    reply_to: record.replyTo,
    subject: record.subject,
    last_event: record.lastEvent,
    scheduled_at: null,
  };
}
