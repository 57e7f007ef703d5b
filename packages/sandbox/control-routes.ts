import { Readable } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { ActivityLog } from './activity.ts';
import { parseMailbox, parsePhone, parseSmsSender } from './addresses.ts';
import { forceEvent, type EventParts } from './forced-events.ts';
import type { Faults } from './faults.ts';
import { limits } from './limits.ts';
import type { Outbox, OutboxEntry, OutboxFilter } from './outbox.ts';
import type { ReceivedSms } from './plivo-emulator.ts';
import { messageIntents } from './plivo-opt-out.ts';
import { acceptJsonBodies, bodyOf } from './provider-call.ts';
import type { WebhookSender } from './webhook-sender.ts';

export type ControlParts = EventParts & {
  outbox: Outbox;
  activity: ActivityLog;
  faults: Faults;
  webhooks: WebhookSender;
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
      const fields = fieldsOf(bodyOf(request).json);
      const { from, to, text, subject } = fields;
      if (typeof from !== 'string' || typeof text !== 'string')
        return refuse(reply, 422, 'validation_failed', '`from` and `text` must be strings.');
      if (to !== undefined && typeof to !== 'string')
        return refuse(reply, 422, 'validation_failed', '`to` must be a string.');
      if (from.includes('@')) {
        const mail = { from, to, subject: typeof subject === 'string' ? subject : '' };
        return receiveEmail(reply, mail);
      }
      const extras = readExtras(fields);
      return typeof extras === 'string'
        ? refuse(reply, 422, 'validation_failed', extras)
        : receiveSms(reply, { from, to, text, ...extras });
    });

    app.post('/events', async (request, reply) => {
      const fields = fieldsOf(bodyOf(request).json);
      const result = forceEvent(parts, fields);
      if ('id' in result) return reply.code(202).send({ id: result.id, type: fields.type });
      return result.problem === 'no_such_message'
        ? refuse(reply, 404, 'not_found', 'There is no message with this `id`.')
        : refuse(reply, 422, 'validation_failed', result.problem);
    });
  };

  function receiveSms(
    reply: FastifyReply,
    sms: Omit<ReceivedSms, 'to'> & { to: string | undefined },
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
    const { id } = parts.plivo.receive({ ...sms, from, to });
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
}

/** Plivo's further fields for a text; or the problem. */
function readExtras(
  fields: Record<string, unknown>,
): Pick<ReceivedSms, 'mms' | 'mediaUrls' | 'intent'> | string {
  const { mms, mediaUrls, intent: given } = fields;
  if (mms !== undefined && typeof mms !== 'boolean') return '`mms` must be true or false.';
  const urls: unknown[] = Array.isArray(mediaUrls) ? mediaUrls : [];
  if (
    (mediaUrls !== undefined && !Array.isArray(mediaUrls)) ||
    urls.length > limits.mediaPerMms ||
    !urls.every((url) => typeof url === 'string')
  )
    return `\`mediaUrls\` must be a list of at most ${limits.mediaPerMms} URLs.`;
  const intent = messageIntents.find((known) => known === given);
  if (given !== undefined && intent === undefined)
    return `\`intent\` must be one of ${messageIntents.join(', ')}.`;
  return {
    ...(mms === undefined ? {} : { mms }),
    ...(mediaUrls === undefined ? {} : { mediaUrls: urls.map(String) }),
    ...(intent === undefined ? {} : { intent }),
  };
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
