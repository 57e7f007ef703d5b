import { Readable } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { ActivityLog } from './activity.ts';
import { parseMailbox, parsePhone, parseSmsSender } from './addresses.ts';
import type { Faults } from './faults.ts';
import { limits } from './limits.ts';
import type { Outbox, OutboxEntry, OutboxFilter } from './outbox.ts';
import type { PlivoEmulator } from './plivo-emulator.ts';
import { acceptJsonBodies, bodyOf } from './provider-call.ts';
import type { Records } from './records.ts';
import { bounceDetails, failedDetails, suppressedDetails } from './resend-emulator.ts';
import type { ResendEmulator } from './resend-emulator.ts';
import type { WebhookSender } from './webhook-sender.ts';

export type ControlParts = {
  outbox: Outbox;
  activity: ActivityLog;
  records: Records;
  faults: Faults;
  webhooks: WebhookSender;
  resend: ResendEmulator;
  plivo: PlivoEmulator;
};

/** How a test or a person works the sandbox. Errors: `{ "error": { "code", "message" } }`. */
export function controlRoutes(parts: ControlParts) {
  return async (app: FastifyInstance): Promise<void> => {
    acceptJsonBodies(app, limits.controlCallBytes);
    app.setNotFoundHandler(async (request, reply) =>
      refuse(
        reply,
        404,
        'not_found',
        `There is no ${request.method} ${request.url.split('?')[0]}.`,
      ),
    );
    app.setErrorHandler<FastifyError>(async (failure, _request, reply) => {
      const status = failure.statusCode ?? 500;
      return refuse(
        reply,
        status,
        status < 500 ? 'bad_request' : 'internal',
        status === 415 ? 'Send JSON (content-type: application/json).' : failure.message,
      );
    });
    app.addHook('preHandler', async (request, reply) =>
      bodyOf(request).broken
        ? refuse(reply, 400, 'bad_request', 'The body is not valid JSON.')
        : undefined,
    );

    app.get('/healthz', async () => ({ status: 'ok' }));

    app.get<{ Querystring: Record<string, unknown> }>('/outbox', async (request, reply) => {
      const filter = readFilter(request.query);
      if (typeof filter === 'string') return refuse(reply, 422, 'validation_failed', filter);
      return reply
        .header('content-type', 'application/json; charset=utf-8')
        .send(Readable.from(jsonArray(parts.outbox.select(filter))));
    });
    app.delete('/outbox', async (_request, reply) => {
      parts.outbox.clear();
      parts.activity.clear();
      return reply.code(204).send();
    });

    app.get('/faults', async () => parts.faults.list());
    app.post('/faults', async (request, reply) => {
      const fault = parts.faults.add(bodyOf(request).json);
      return typeof fault === 'string'
        ? refuse(reply, 422, 'validation_failed', fault)
        : reply.code(201).send(fault);
    });
    app.delete('/faults', async (_request, reply) => {
      parts.faults.clear();
      return reply.code(204).send();
    });

    app.get('/webhooks', async () => ({
      pending: parts.webhooks.pending,
      attempts: parts.webhooks.log(),
    }));

    app.post('/inbound', async (request, reply) => {
      const { from, to, text, subject } = fieldsOf(bodyOf(request).json);
      if (typeof from !== 'string' || typeof text !== 'string')
        return refuse(reply, 422, 'validation_failed', '`from` and `text` must be strings.');
      if (to !== undefined && typeof to !== 'string')
        return refuse(reply, 422, 'validation_failed', '`to` must be a string.');
      return from.includes('@')
        ? receiveEmail(reply, { from, to, subject: typeof subject === 'string' ? subject : '' })
        : receiveSms(reply, { from, to, text });
    });

    app.post('/events', async (request, reply) => {
      const fields = fieldsOf(bodyOf(request).json);
      const record = typeof fields.id === 'string' ? parts.records.get(fields.id) : undefined;
      if (record === undefined)
        return refuse(reply, 404, 'not_found', 'There is no message with this `id`.');
      const problem =
        record.channel === 'email'
          ? emitEmailEvent(record.id, fields)
          : emitSmsEvent(record.id, fields);
      return problem === undefined
        ? reply.code(202).send({ id: record.id, type: fields.type })
        : refuse(reply, 422, 'validation_failed', problem);
    });
  };

  function receiveSms(
    reply: FastifyReply,
    sms: { from: string; to: string | undefined; text: string },
  ): FastifyReply {
    const from = parsePhone(sms.from);
    if (from === undefined)
      return refuse(reply, 422, 'validation_failed', '`from` must be a telephone number.');
    const to = sms.to === undefined ? parts.plivo.lastSender(from) : parseSmsSender(sms.to.trim());
    if (to === undefined && sms.to === undefined)
      return refuse(reply, 422, 'unknown_recipient', 'Nobody wrote to this number yet: give `to`.');
    if (to === undefined)
      return refuse(reply, 422, 'validation_failed', '`to` must be a telephone number.');
    if (sms.text.length > limits.gsmCharacters)
      return refuse(
        reply,
        422,
        'validation_failed',
        `\`text\` is longer than ${limits.gsmCharacters} characters.`,
      );
    const { id } = parts.plivo.receive({ from, to, text: sms.text });
    return reply.code(202).send({ id, from, to });
  }

  /** A mail program unsubscribes by `mailto:` this way. */
  function receiveEmail(
    reply: FastifyReply,
    mail: { from: string; to: string | undefined; subject: string },
  ): FastifyReply {
    const from = parseMailbox(mail.from);
    const to = parseMailbox(mail.to ?? '');
    if (from === undefined || to === undefined)
      return refuse(reply, 422, 'validation_failed', '`from` and `to` must be email addresses.');
    const { id } = parts.resend.receive({ from, to, subject: mail.subject });
    return reply.code(202).send({ id, from, to });
  }

  /** What is wrong, or undefined. */
  function emitEmailEvent(id: string, fields: Record<string, unknown>): string | undefined {
    const record = parts.records.getEmail(id);
    const type = emailEvents.find((name) => name === fields.type);
    if (record === undefined || type === undefined)
      return `\`type\` of an email's event must be one of ${emailEvents.join(', ')}.`;
    const details = emailEventDetails(type, fields);
    parts.resend.emit(record, type, {
      wanted: true,
      ...(details === undefined ? {} : { details }),
    });
    return undefined;
  }

  function emitSmsEvent(id: string, fields: Record<string, unknown>): string | undefined {
    const record = parts.records.getSms(id);
    const type = smsEvents.find((name) => name === fields.type);
    if (record === undefined || type === undefined)
      return `\`type\` of an SMS's event must be one of ${smsEvents.join(', ')}.`;
    const { errorCode } = fields;
    if (errorCode !== undefined && !Number.isInteger(errorCode))
      return '`errorCode` must be a whole number.';
    const failed = type === 'undelivered' || type === 'failed';
    const called = parts.plivo.emit(record, type, {
      wanted: true,
      ...(failed ? { errorCode: typeof errorCode === 'number' ? errorCode : 1000 } : {}),
    });
    return called ? undefined : 'This message was sent without a status URL.';
  }
}

const emailEvents = [
  'sent',
  'delivered',
  'delivery_delayed',
  'bounced',
  'complained',
  'failed',
  'suppressed',
  'opened',
  'clicked',
] as const;
const smsEvents = ['queued', 'sent', 'delivered', 'undelivered', 'failed'] as const;

function emailEventDetails(
  type: (typeof emailEvents)[number],
  fields: Record<string, unknown>,
): Record<string, unknown> | undefined {
  const now = new Date().toISOString();
  switch (type) {
    case 'bounced':
      return bounceDetails(fields.bounceType !== 'Transient');
    case 'failed':
      return failedDetails;
    case 'suppressed':
      return suppressedDetails;
    case 'clicked':
      return {
        click: {
          ipAddress: '192.0.2.1',
          link: typeof fields.link === 'string' ? fields.link : 'https://link.example/',
          timestamp: now,
          userAgent: 'Sandbox',
        },
      };
    default:
      return undefined;
  }
}

function readFilter(query: Record<string, unknown>): OutboxFilter | string {
  const { channel, to, after } = query;
  if (channel !== undefined && channel !== 'email' && channel !== 'sms')
    return '`channel` must be email or sms.';
  if (after !== undefined && !/^\d{1,15}$/.test(String(after)))
    return '`after` must be the `seq` of an entry.';
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(typeof to === 'string' && to !== '' ? { to } : {}),
    ...(after === undefined ? {} : { after: Number(after) }),
  };
}

/** In pieces: half a million entries would not fit into one string. */
function* jsonArray(entries: Iterable<OutboxEntry>): Generator<string> {
  let piece = '[';
  let separator = '';
  for (const entry of entries) {
    piece += separator + JSON.stringify(entry);
    separator = ',';
    if (piece.length > 256 * 1024) {
      yield piece;
      piece = '';
    }
  }
  yield `${piece}]`;
}

function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}
