import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { validate } from 'uuid';
import { awaitInFlight } from '../../answers/in-flight.ts';
import {
  applyReport,
  type ProviderReport,
  type ReportResult,
} from '../../answers/provider-report.ts';
import { applyReply, type ReplyResult } from '../../answers/sms-reply.ts';
import { unsubscribeByMail } from '../../answers/unsubscribe.ts';
import { hashToken } from '../../db/cipher.ts';
import type { Sql } from '../../db/database.ts';
import { AppError } from '../../errors.ts';
import { stoppedByPlivo } from '../../providers/plivo-opt-out.ts';
import {
  parsePlivoInbound,
  parsePlivoStatus,
  parseResendEvent,
  parseResendInboundEmail,
  type ResendEvent,
} from '../../providers/webhook-events.ts';
import { verifyPlivoWebhook, verifyResendWebhook } from '../../providers/webhooks.ts';
import type { AppContext } from '../context.ts';

/** Bytes of a webhook: providers' are a few KB; an inbound email's notice carries no body. */
const webhookBytes = 256 * 1024;

type Form = Record<string, string | string[]>;

/**
 * Webhooks: an unsigned, forged, stale or repeated one changes nothing. What a person decided (YES, STOP, a complaint)
 * is applied in the storing transaction, before the acknowledgement.
 */
export async function registerWebhooks(app: FastifyInstance, context: AppContext): Promise<void> {
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
    const mail = parseResendInboundEmail(verified.event);
    const result = await db.prisma.$transaction(async (sql) => {
      if (!(await firstTime(sql, 'resend', [verified.id]))) return undefined;
      if (mail && config.unsubscribeMailbox !== undefined)
        return unsubscribeByMail(db, sql, mail, config.unsubscribeMailbox);
      if (event.kind === 'ignored' && rewrittenLinks.has(event.type))
        request.log.error({ type: event.type }, 'tracking is on at Resend; see docs/going-live.md');
      const report = resendReport(event);
      if (!report || event.kind === 'ignored') return undefined;
      const delivery = await sql.delivery.findFirst({
        where: isUuid(event.deliveryId)
          ? { id: event.deliveryId, method: { in: ['email', 'fax'] } }
          : { providerId: event.providerId, method: { in: ['email', 'fax'] } },
      });
      return delivery ? applyReport(db, sql, delivery, report) : undefined;
    });
    return acknowledge(reply, 'email', result);
  });

  app.post('/webhooks/plivo/inbound', { bodyLimit: webhookBytes }, async (request, reply) => {
    const { form, nonce } = verifyPlivo(request);
    const inbound = parsePlivoInbound(form);
    if (!inbound) throw new AppError('validation_failed', 'This is no inbound message.');
    const result = await db.prisma.$transaction(async (sql) =>
      (await firstTime(sql, 'plivo', [`nonce:${nonce}`, `inbound:${inbound.providerId}`]))
        ? applyReply(
            db,
            sql,
            { ...inbound, stoppedByProvider: stoppedByPlivo(inbound) },
            config.senders,
          )
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
      if (!status) throw new AppError('validation_failed', 'This is no status of a message.');
      const result = await db.prisma.$transaction(async (sql) => {
        if (!(await firstTime(sql, 'plivo', [`nonce:${nonce}`]))) return undefined;
        const delivery = await sql.delivery.findUnique({
          where: { callbackHash: hashToken(request.params.token) },
        });
        if (!delivery) throw new AppError('not_found');
        return applyReport(db, sql, delivery, {
          ...plivoReport(status.status, status.errorCode),
          providerId: status.providerId,
        });
      });
      return acknowledge(reply, 'sms', result);
    },
  );

  function verifyPlivo(request: FastifyRequest): { form: Form; nonce: string } {
    if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
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

/** Only a domain with tracking sends these: its links go through a third party. A click is never a consent. */
const rewrittenLinks = new Set(['email.clicked', 'email.opened']);

function resendReport(event: ResendEvent): ProviderReport | undefined {
  if (event.kind === 'ignored' || event.kind === 'delayed') return undefined;
  const { providerId, reason } = event;
  const because = reason === undefined ? {} : { reason };
  switch (event.kind) {
    case 'sent':
      return { kind: 'sent', providerId };
    case 'delivered':
      return { kind: 'delivered', providerId };
    case 'bounced':
      return {
        kind: event.permanent ? 'unreachable' : 'failed',
        providerId,
        reason: `bounced${reason === undefined ? '' : ` (${reason})`}`,
      };
    case 'complained':
      return { kind: 'complained', providerId, reason: 'complaint' };
    case 'suppressed':
      return { kind: 'blocked', providerId, reason: 'on the provider’s block list' };
    case 'failed':
      return { kind: 'failed', providerId, ...because };
  }
}

/** Tags are free text: another program of the same Resend team may use the name for something else. */
function isUuid(value: string | undefined): value is string {
  return value !== undefined && validate(value);
}

/** Plivo's error 200: the person opted out at Plivo itself. */
const blockedByStop = 200;

function plivoReport(status: string, errorCode: number | undefined): ProviderReport {
  switch (status) {
    case 'delivered':
      return { kind: 'delivered' };
    case 'undelivered':
    case 'failed':
      return errorCode === blockedByStop
        ? { kind: 'blocked', reason: 'STOP' }
        : { kind: 'failed', reason: `the provider reported: ${status} ${errorCode ?? ''}`.trim() };
    default:
      return { kind: 'sent' };
  }
}
