import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { validate } from 'uuid';
import { awaitInFlight } from '../record/messages/in-flight.ts';
import { applyReport, barMailbox } from './provider-report.ts';
import type { ReportResult } from '../record/consent/report-result.ts';
import { applyReply, mayStop, readWords, type ReplyResult } from '../features/replies/sms-reply.ts';
import { unsubscribeByMail } from '../features/unsubscribe/unsubscribe.ts';
import { hashToken } from '../platform/db/cipher.ts';
import { DatabaseBusyError } from '../platform/db/database-errors.ts';
import type { Sql } from '../platform/db/database.ts';
import { pauseProvider } from '../record/practices/provider-rate-store.ts';
import { transaction } from '../platform/db/transaction.ts';
import { followAtOnce } from '../features/consents/spread-bars.ts';
import { providers, type Provider } from '../channels/providers.ts';
import { limits } from '../core/limits.ts';
import { methodsBy, needsConsent } from '../core/method.ts';
import { AppError } from '../platform/errors.ts';
import { text } from '../channels/sms/plivo/fields.ts';
import { parsePlivoInbound } from '../channels/sms/plivo/inbound.ts';
import { parsePlivoStatus, type PlivoStatus } from '../channels/sms/plivo/status.ts';
import {
  parseResendEvent,
  senderDomainOf,
  type ResendEvent,
} from '../channels/email/resend/events.ts';
import { verifyPlivoWebhook, verifyResendWebhook } from '../channels/webhooks.ts';
import type { AppContext } from '../signals/app-context.ts';
import { takeUrlEncodedForms } from '../platform/http/form-body.ts';
import { serveEveryPractice, takes } from '../record/links/scope-hook.ts';
import { storableTexts } from '../platform/http/storable.ts';

/** Bytes of a webhook: providers' are a few KB; an inbound email's notice carries no body. */
const webhookBytes = 256 * 1024;

/** … and a form: the text of the longest SMS or MMS, each character as twelve bytes, is less than half. */
const formBytes = 64 * 1024;

/** Before the id of a person's message. */
const keptForEver = 'inbound:';

type Form = Record<string, string | string[]>;

/** What webhooks count for the operator (`GET /metrics`). */
export type WebhookCounters = {
  webhookNotUnderstood(provider: Provider): void;
  replyUnaddressed(): void;
};

/**
 * Webhooks: an unsigned, forged, stale or repeated one changes nothing. A person's decision (YES, STOP, a complaint) is
 * applied in the storing transaction, before the acknowledgement. A signed but unknown report is acknowledged, logged
 * by its word and counted: refused, it would only come again and then be lost.
 */
export async function registerWebhooks(
  app: FastifyInstance,
  context: AppContext,
  metrics: WebhookCounters,
): Promise<void> {
  const { config, db, workflows } = context;
  serveEveryPractice(app);
  takeUrlEncodedForms(app, formBytes);
  // The signature covers the bytes as they came.
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: webhookBytes },
    (_request, body, done) => done(null, body),
  );

  const report = { bodyLimit: webhookBytes, onRequest: takes('reports') };
  app.post('/webhooks/resend', report, async (request, reply) => {
    if (typeof request.body !== 'string') throw new AppError('unsupported_media_type');
    const verified = verifyResendWebhook(
      request.body,
      request.headers,
      config.resend.webhookSecrets,
    );
    if (!verified.ok) throw refused(request, verified.reason);
    const event = parseResendEvent(storableTexts(verified.event));
    // Anybody writes a mail, under any domain: all of them count as one.
    const sender = event.kind === 'mail' ? 'mail' : senderDomainOf(verified.event);
    takeTurns(request, sender, isStop(event));
    const done = await transaction(db, async (sql) => {
      const isNew = await firstTime(sql, 'resend', [verified.id]);
      return { isNew, result: isNew ? await applyEvent(sql, event) : undefined };
    });
    if (done.isNew) note(request, event);
    return acknowledge(reply, 'resend', done.result);
  });

  app.post('/webhooks/plivo/inbound', { onRequest: takes('replies') }, async (request, reply) => {
    const { form, nonce } = verifyPlivo(request);
    const inbound = parsePlivoInbound(form);
    if (!inbound) {
      notUnderstood(request, 'plivo', 'inbound');
      return acknowledge(reply, 'plivo', undefined);
    }
    // A crowd that writes to one practice's number keeps nobody waiting who writes to another's.
    request.scope.whose = inbound.to;
    const read = readWords(inbound);
    if (mayStop(read)) request.scope.share = 'stops';
    const apply = (waits: boolean) =>
      transaction(
        db,
        async (sql) =>
          (await firstTime(sql, 'plivo', [`nonce:${nonce}`, `${keptForEver}${inbound.providerId}`]))
            ? applyReply(db, sql, inbound, config.senders, { waits, read })
            : undefined,
        waits ? { tries: 1 } : {},
      );
    const result = await apply(true).catch((error: unknown) => {
      if (error instanceof DatabaseBusyError) return apply(false);
      throw error;
    });
    // Counted, and nothing else: of somebody else's words no log line is to know.
    if (result && !result.kept) metrics.replyUnaddressed();
    return acknowledge(reply, 'plivo', result);
  });

  app.post<{ Params: { token: string } }>(
    '/webhooks/plivo/status/:token',
    { onRequest: takes('reports') },
    async (request, reply) => {
      const { form, nonce } = verifyPlivo(request);
      const status = parsePlivoStatus(form);
      takeTurns(request, text(form.From), status.kind === 'report' && stops(status.report));
      const done = await transaction(db, async (sql) => {
        const isNew = await firstTime(sql, 'plivo', [`nonce:${nonce}`]);
        if (!isNew) return { isNew };
        const delivery = await sql.delivery.findFirst({
          where: { callbackHash: hashToken(request.params.token) },
        });
        if (!delivery) throw new AppError('not_found');
        if (status.kind === 'unknown') return { isNew };
        return { isNew, result: await applyReport(db, sql, delivery, status.report) };
      });
      if (done.isNew) noteStatus(request, status);
      return acknowledge(reply, 'plivo', done.result);
    },
  );

  async function applyEvent(sql: Sql, event: ResendEvent): Promise<ReportResult | undefined> {
    switch (event.kind) {
      case 'report': {
        const { deliveryId, report } = event;
        const method = { in: methodsBy('email') };
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
      case 'nothing':
      case 'unknown':
        return undefined;
    }
  }

  /** After the commit: a transaction may be tried again. */
  function note(request: FastifyRequest, event: ResendEvent): void {
    if (event.kind === 'tracked')
      request.log.error({ type: event.type }, 'tracking is on at Resend; see docs/going-live.md');
    else if (event.kind === 'nothing') request.log.debug({ type: event.type }, 'webhook noted');
    else if (event.kind === 'unknown') notUnderstood(request, 'resend', event.type);
  }

  function noteStatus(request: FastifyRequest, status: PlivoStatus): void {
    if (status.kind === 'unknown') notUnderstood(request, 'plivo', status.status);
    else if (status.unknownCode !== undefined)
      notUnderstood(request, 'plivo', `error ${status.unknownCode}`);
  }

  function notUnderstood(request: FastifyRequest, provider: Provider, word: string): void {
    request.log.warn({ provider, word }, 'webhook not understood');
    metrics.webhookNotUnderstood(provider);
  }

  function verifyPlivo(request: FastifyRequest): { form: Form; nonce: string } {
    if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded')
      throw new AppError('unsupported_media_type');
    const form = (request.body ?? {}) as Form;
    const verified = verifyPlivoWebhook({
      method: request.method,
      // Plivo signed our public address, whatever a proxy made of the Host header.
      url: `${config.http.publicUrl}${request.url}`,
      params: form,
      headers: request.headers,
      authToken: config.plivo.authToken,
      allowV2: config.plivo.allowV2,
    });
    if (!verified.ok) throw refused(request, verified.reason);
    return { form: storableTexts(form), nonce: verified.nonce };
  }

  /**
   * False when any of these was seen before: a repeat is acknowledged and changes nothing. Plivo's signatures have no
   * time, so a person's message is remembered for ever: a captured YES would count again later.
   */
  async function firstTime(sql: Sql, provider: string, eventIds: string[]): Promise<boolean> {
    const now = db.clock.now();
    const old = new Date(now.getTime() + limits.webhookMemoryMs);
    const { count } = await sql.webhookEvent.createMany({
      data: eventIds.map((eventId) => ({
        provider,
        eventId: eventId.slice(0, 256),
        receivedAt: now,
        processedAt: now,
        forgetAt: eventId.startsWith(keptForEver) ? null : old,
      })),
      skipDuplicates: true,
    });
    return count === eventIds.length;
  }

  async function acknowledge(
    reply: FastifyReply,
    provider: Provider,
    result: ReportResult | ReplyResult | undefined,
  ): Promise<FastifyReply> {
    if (result) {
      const { pause } = 'pause' in result ? result : {};
      if (pause)
        await pauseProvider(db, provider, Math.min(pause.waitMs, limits.pauseMs), pause.reason);
      await workflows.announce(result.announcements);
      if ('tell' in result) await workflows.tell(result.tell);
      const followed = 'unwaited' in result ? await followAtOnce(db, result.unwaited) : [];
      for (const method of methodsBy(providers[provider].transport))
        if (needsConsent(method)) await awaitInFlight(db, [...result.stopped, ...followed], method);
    }
    return reply.status(200).send({ ok: true });
  }
}

/**
 * Reports about one sender, a practice's as a rule, leave connections to those about others; a person's own word that
 * comes by a provider waits for none of them.
 */
function takeTurns({ scope }: FastifyRequest, sender: string | undefined, isWord: boolean): void {
  if (isWord) scope.share = 'stops';
  if (sender) scope.whose = sender;
}

type ReportOf = Extract<ResendEvent, { kind: 'report' }>['report'];

function isStop(event: ResendEvent): boolean {
  return (
    event.kind === 'mail' ||
    event.kind === 'barred' ||
    (event.kind === 'report' && stops(event.report))
  );
}

function stops({ kind }: ReportOf): boolean {
  return kind === 'complained' || kind === 'blocked';
}

function refused(request: FastifyRequest, reason: string): AppError {
  request.log.warn({ reason }, 'webhook refused');
  return reason === 'malformed_body'
    ? new AppError('bad_request')
    : new AppError('unauthorized', 'The signature of the webhook is missing or wrong.');
}

/** RFC 9110, 8.3.1: in any letter case; parameters do not affect the type. */
function mediaTypeOf({ headers }: FastifyRequest): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/** Tags are free text: another program of the same Resend team may use the name for something else. */
function isUuid(value: string | undefined): value is string {
  return value !== undefined && validate(value);
}
