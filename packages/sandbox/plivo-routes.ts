import { randomUUID } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sameRecipient } from './addresses.ts';
import type { Faults } from './faults.ts';
import { limits } from './limits.ts';
import { plivoNumber, plivoTime } from './plivo-emulator.ts';
import type { PlivoEmulator } from './plivo-emulator.ts';
import { checkSms } from './plivo-validation.ts';
import { acceptJsonBodies, answerCall, bodyOf, headerOf, sendAnswer } from './provider-call.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Records, SmsRecord } from './records.ts';
import type { Schedule } from './schedule.ts';

export type PlivoRouteParts = {
  emulator: PlivoEmulator;
  records: Records;
  faults: Faults;
  schedule: Schedule;
  rateLimit: RateLimit;
  authId: string;
  authToken: string;
};

type AccountParams = { authId: string };
type ListQuery = Record<string, string | undefined>;

/** The part of Plivo's API that sends and looks up SMS. Everything else is 404. */
export function plivoRoutes(parts: PlivoRouteParts) {
  return async (app: FastifyInstance): Promise<void> => {
    acceptJsonBodies(app, limits.smsCallBytes);
    app.setNotFoundHandler(async (_request, reply) => refuse(reply, 404, 'not found'));
    app.setErrorHandler<FastifyError>(async (failure, _request, reply) => {
      const status = failure.statusCode ?? 500;
      return refuse(reply, status, status < 500 ? failure.message : 'server error');
    });
    app.addHook<{ Params: AccountParams }>('onRequest', async (request, reply) => {
      if (!isAuthentic(request, parts)) return refuse(reply, 401, 'authentication failed');
      const waitSeconds = parts.rateLimit.take();
      return waitSeconds === undefined
        ? undefined
        : refuse(reply, 429, 'rate_limit_exceeded', waitSeconds);
    });

    const path = '/v1/Account/:authId/Message';
    app.post(`${path}/`, send);
    app.post(path, send);
    app.get<{ Querystring: ListQuery }>(`${path}/`, async (request) => list(request.query));
    app.get<{ Params: { id: string } }>(`${path}/:id/`, async (request, reply) => {
      const record = parts.records.getSms(request.params.id);
      return record === undefined
        ? refuse(reply, 404, 'not found')
        : { api_id: randomUUID(), ...describe(record, parts.authId) };
    });
  };

  async function send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const fault = parts.faults.drawCall('sms');
    if (fault.status !== undefined) {
      const { status, retryAfterSeconds } = fault.status;
      await parts.schedule.sleep(fault.delayMs);
      return refuse(reply, status, 'A fault was ordered here.', retryAfterSeconds);
    }
    const body = bodyOf(request);
    if (body.broken) return refuse(reply, 400, 'The request body is not valid JSON.');
    const checked = checkSms(body.json);
    if ('error' in checked)
      return refuse(reply, checked.status, checked.error, checked.status === 429 ? 1 : undefined);

    const ids = checked.messages.map((message) => parts.emulator.accept(message).id);
    return answerCall(
      reply,
      {
        status: 202,
        body: {
          api_id: randomUUID(),
          message: 'message(s) queued',
          message_uuid: ids,
          ...(checked.invalidNumbers.length === 0
            ? {}
            : { invalid_number: checked.invalidNumbers }),
        },
      },
      fault,
      parts.schedule,
    );
  }

  /** Newest first; filters and paging as the SDK sends them. */
  function list(query: ListQuery): Record<string, unknown> {
    const limit = Math.min(Math.max(Number(query.limit ?? 20) || 20, 1), 20);
    const offset = Math.max(Number(query.offset ?? 0) || 0, 0);
    const matching = parts.records
      .list()
      .filter((record): record is SmsRecord => record.channel === 'sms' && matches(record, query));
    return {
      api_id: randomUUID(),
      meta: { limit, offset, next: null, previous: null, total_count: matching.length },
      objects: matching
        .slice(offset, offset + limit)
        .map((record) => describe(record, parts.authId)),
    };
  }
}

function matches(record: SmsRecord, query: ListQuery): boolean {
  const time = plivoTime(record.createdAt);
  const within = (name: string, holds: (bound: string) => boolean): boolean => {
    const bound = query[name];
    return bound === undefined || holds(bound);
  };
  return (
    within('message_state', (state) => record.state === state) &&
    within('message_direction', (direction) => record.direction === direction) &&
    within('to_number', (number) => sameRecipient(record.to, number)) &&
    within('from_number', (number) => sameRecipient(record.from, number)) &&
    within('message_time__gt', (bound) => time > bound) &&
    within('message_time__gte', (bound) => time >= bound) &&
    within('message_time__lt', (bound) => time < bound) &&
    within('message_time__lte', (bound) => time <= bound)
  );
}

function isAuthentic(request: FastifyRequest, parts: PlivoRouteParts): boolean {
  const encoded = /^Basic (.+)$/.exec(headerOf(request, 'authorization') ?? '')?.[1] ?? '';
  const expected = `${parts.authId}:${parts.authToken}`;
  const account = (request.params as Partial<AccountParams>).authId;
  return (
    Buffer.from(encoded, 'base64').toString() === expected &&
    (account === undefined || account === parts.authId)
  );
}

function refuse(
  reply: FastifyReply,
  status: number,
  error: string,
  retryAfterSeconds?: number,
): FastifyReply {
  return sendAnswer(reply, {
    status,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    body: { api_id: randomUUID(), error },
  });
}

/** The text is never in it; the person's number is masked when `log` said so. */
function describe(record: SmsRecord, authId: string): Record<string, unknown> {
  const to = plivoNumber(record.to);
  return {
    message_uuid: record.id,
    message_state: record.state,
    message_direction: record.direction,
    message_type: 'sms',
    message_time: plivoTime(record.createdAt),
    from_number: plivoNumber(record.from),
    to_number: record.masked ? `${to.slice(0, 3)}XXXXX${to.slice(-3)}` : to,
    units: record.units,
    total_rate: '0.00000',
    total_amount: '0.00000',
    error_code: record.errorCode === undefined ? null : String(record.errorCode),
    resource_uri: `/v1/Account/${authId}/Message/${record.id}/`,
  };
}
