import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { validate } from 'uuid';
import { awaitInFlight } from '../../answers/in-flight.ts';
import { applyReport, barMailbox, type ReportResult } from '../../answers/provider-report.ts';
import { applyReply, type ReplyResult } from '../../answers/sms-reply.ts';
import { unsubscribeByMail } from '../../answers/unsubscribe.ts';
import { hashToken } from '../../db/cipher.ts';
import type { Sql } from '../../db/database.ts';
import { pauseProvider } from '../../db/provider-rate-store.ts';
import { limits } from '../../domain/limits.ts';
import { AppError } from '../../errors.ts';
import { parsePlivoInbound } from '../../providers/plivo-inbound.ts';
import { parsePlivoStatus } from '../../providers/plivo-status.ts';
import { parseResendEvent, type ResendEvent } from '../../providers/resend-events.ts';
import { verifyPlivoWebhook, verifyResendWebhook } from '../../providers/webhooks.ts';
import type { AppContext } from '../context.ts';
import type { Metrics } from '../metrics.ts';

/** Bytes of a webhook: providers' are a few KB; an inbound email's notice carries no body. */
const webhookBytes = 256 * 1024;

type Form = Record<string, string | string[]>;

/**
 * Webhooks: an unsigned, forged, stale or repeated one changes nothing. What a person decided (YES, STOP, a complaint)
 * is applied in the storing transaction, before the acknowledgement. What is signed and not understood is acknowledged,
 * logged by its word and counted: refused, it would only come again and then be lost.
 */
export async function registerWebhooks(
  app: FastifyInstance,
  context: AppContext,
  metrics: Metrics,
): Promise<void> {
  const { config, db, workflows } = context;
  await app.register(formbody, { bodyLimit: webhookBytes });
  // The signature covers the bytes as they came.
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: webhookBytes },
    (_request, body, done) => done(null, body),
  );

  app.post('/webhooks/resend', { bodyLimit: webhookBytes }, async (request, reply) => {
    if (typeof request.body !== 'string') throw new AppError('unsupported_media_type');
    const verified = verifyResendWebhook(
      request.body,
      request.headers,
      config.resend.webhookSecrets,
    );
    if (!verified.ok) throw refused(request, verified.reason);
    const event = parseResendEvent(verified.event);
    const result = await db.prisma.$transaction(async (sql) =>
      (await firstTime(sql, 'resend', [verified.id])) ? applyEvent(request, sql, event) : undefined,
    );
    return acknowledge(reply, 'email', result);
  });

  app.post('/webhooks/plivo/inbound', { bodyLimit: webhookBytes }, async (request, reply) => {
    const { form, nonce } = verifyPlivo(request);
    const inbound = parsePlivoInbound(form);
    if (!inbound) {
      notUnderstood(request, 'plivo', 'inbound');
      return acknowledge(reply, 'sms', undefined);
    }
    const result = await db.prisma.$transaction(async (sql) =>
      (await firstTime(sql, 'plivo', [`nonce:${nonce}`, `inbound:${inbound.providerId}`]))
        ? applyReply(db, sql, inbound, config.senders)
        : undefined,
    );
    return acknowledge(reply, 'sms', result);
  });

  app.post<{ Params: { token: string } }>(
    '/webhooks/plivo/status/:token',
    { bodyLimit: webhookBytes },
    async (request, reply) => {
      const { form, nonce } = verifyPlivo(request);
      const status = parsePlivoStatus(form);
      const result = await db.prisma.$transaction(async (sql) => {
        if (!(await firstTime(sql, 'plivo', [`nonce:${nonce}`]))) return undefined;
        const delivery = await sql.delivery.findUnique({
          where: { callbackHash: hashToken(request.params.token) },
        });
        if (!delivery) throw new AppError('not_found');
        if (status.kind === 'unknown') {
          notUnderstood(request, 'plivo', status.status);
          return undefined;
        }
        if (status.unknownCode !== undefined)
          notUnderstood(request, 'plivo', `error ${status.unknownCode}`);
        return applyReport(db, sql, delivery, status.report);
      });
      return acknowledge(reply, 'sms', result);
    },
  );

  async function applyEvent(
    request: FastifyRequest,
    sql: Sql,
    event: ResendEvent,
  ): Promise<ReportResult | undefined> {
    switch (event.kind) {
      case 'report': {
        const { deliveryId, report } = event;
        const method = { in: ['email', 'fax'] };
        const delivery = await sql.delivery.findFirst({
          where: isUuid(deliveryId)
            ? { id: deliveryId, method }
            : { providerId: report.providerId ?? '', method },
        });
        return delivery ? applyReport(db, sql, delivery, report) : undefined;
      }
      case 'barred':
        return barMailbox(db, sql, event);
      case 'mail':
        return config.unsubscribeMailbox === undefined
          ? undefined
          : unsubscribeByMail(db, sql, event.mail, config.unsubscribeMailbox);
      case 'tracked':
        request.log.error({ type: event.type }, 'tracking is on at Resend; see docs/going-live.md');
        return undefined;
      case 'nothing':
        request.log.debug({ type: event.type }, 'webhook noted');
        return undefined;
      case 'unknown':
        notUnderstood(request, 'resend', event.type);
        return undefined;
    }
  }

  function notUnderstood(
    request: FastifyRequest,
    provider: 'resend' | 'plivo',
    word: string,
  ): void {
    request.log.warn({ provider, word }, 'webhook not understood');
    metrics.webhookNotUnderstood(provider);
  }

  function verifyPlivo(request: FastifyRequest): { form: Form; nonce: string } {
    if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded')
      throw new AppError('unsupported_media_type');
    const form = (request.body ?? {}) as Form;
    const verified = verifyPlivoWebhook({
      method: request.method,
      // What Plivo called is our public address, whatever a proxy made of the Host header.
      url: `${config.http.publicUrl}${request.url}`,
      params: form,
      headers: request.headers,
      authToken: config.plivo.authToken,
      allowV2: config.plivo.allowV2,
    });
    if (!verified.ok) throw refused(request, verified.reason);
    return { form, nonce: verified.nonce };
  }

  /** False when any of these was seen before: a repeat is acknowledged and changes nothing. */
  async function firstTime(sql: Sql, provider: string, eventIds: string[]): Promise<boolean> {
    const now = db.clock.now();
    const { count } = await sql.webhookEvent.createMany({
      data: eventIds.map((eventId) => ({
        provider,
        eventId: eventId.slice(0, 256),
        receivedAt: now,
        processedAt: now,
      })),
      skipDuplicates: true,
    });
    return count === eventIds.length;
  }

  async function acknowledge(
    reply: FastifyReply,
    method: 'email' | 'sms',
    result: ReportResult | ReplyResult | undefined,
  ): Promise<FastifyReply> {
    if (result) {
      const { pause } = 'pause' in result ? result : {};
      if (pause)
        await pauseProvider(
          db,
          method === 'sms' ? 'plivo' : 'resend',
          Math.min(pause.waitMs, limits.pauseMs),
          pause.reason,
        );
      await workflows.announce(result.announcements);
      if ('tell' in result) await workflows.tell(result.tell);
      await awaitInFlight(db, result.stopped, method);
    }
    return reply.status(200).send({ ok: true });
  }
}

function refused(request: FastifyRequest, reason: string): AppError {
  request.log.warn({ reason }, 'webhook refused');
  return reason === 'malformed_body'
    ? new AppError('bad_request')
    : new AppError('unauthorized', 'The signature of the webhook is missing or wrong.');
}

/** RFC 9110, 8.3.1: in any letter case, and parameters say nothing of what it is. */
function mediaTypeOf({ headers }: FastifyRequest): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/** Tags are free text: another program of the same Resend team may use the name for something else. */
function isUuid(value: string | undefined): value is string {
  return value !== undefined && validate(value);
}
