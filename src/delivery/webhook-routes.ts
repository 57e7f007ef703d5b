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
import type { Delivery } from '../platform/db/generated/client.ts';
import { pauseProvider } from '../record/practices/provider-rate-store.ts';
import { transaction } from '../platform/db/transaction.ts';
import { followAtOnce } from '../features/consents/spread-bars.ts';
import { providers, type Provider } from '../channels/providers.ts';
import { limits } from '../core/limits.ts';
import { methodsBy, needsConsent } from '../core/method.ts';
import { AppError } from '../platform/errors.ts';
import type { InboundSms } from '../core/inbound.ts';
import { webhooksOf } from '../channels/registry.ts';
import type {
  FormFields,
  ProviderEvent,
  ProviderWebhook,
  ReadWebhook,
  WebhookCall,
} from '../channels/webhook.ts';
import type { AppContext } from '../signals/app-context.ts';
import { mediaTypeOf, takeUrlEncodedForms, urlEncoded } from '../platform/http/form-body.ts';
import { serveEveryPractice, takes } from '../record/links/scope-hook.ts';

/** Bytes of a webhook: providers' are a few KB; an inbound email's notice carries no body. */
const webhookBytes = 256 * 1024;

/** … and a form: the text of the longest SMS or MMS, each character as twelve bytes, is less than half. */
const formBytes = 64 * 1024;

/** What webhooks count for the operator (`GET /metrics`). */
export type WebhookCounters = {
  webhookNotUnderstood(provider: Provider): void;
  replyUnaddressed(): void;
};

/**
 * Webhooks of all providers: an unsigned, forged, stale or repeated one changes nothing. A person's decision (YES, STOP,
 * a complaint) is applied in the storing transaction, before the acknowledgement. A signed but unknown report is
 * acknowledged, logged by its word and counted: refused, it would only come again and then be lost.
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

  for (const [provider, webhooks] of webhooksOf(config))
    for (const webhook of webhooks)
      app.post<{ Params: { token?: string } }>(
        `/webhooks${webhook.path}`,
        { onRequest: takes(webhook.about) },
        async (request, reply) => {
          const read = webhook.read(callOf(request, webhook));
          if (!read.ok) throw refused(request, read.reason);
          if (read.sender) request.scope.whose = read.sender;
          const result =
            read.event.kind === 'reply'
              ? await takeReply(request, provider, read, read.event.sms)
              : await takeEvent(request, provider, read, read.event);
          return acknowledge(reply, provider, result);
        },
      );

  function callOf(request: FastifyRequest, { body }: ProviderWebhook): WebhookCall {
    const { method, headers } = request;
    const fits =
      body === 'json'
        ? typeof request.body === 'string'
        : mediaTypeOf(headers['content-type']) === urlEncoded;
    if (!fits) throw new AppError('unsupported_media_type');
    const call = { method, headers, url: `${config.http.publicUrl}${request.url}` };
    return body === 'json'
      ? { ...call, text: request.body as string }
      : { ...call, form: (request.body ?? {}) as FormFields };
  }

  async function takeReply(
    { scope }: FastifyRequest,
    provider: Provider,
    call: ReadWebhook,
    sms: InboundSms,
  ): Promise<ReplyResult | undefined> {
    const read = readWords(sms);
    // A person's word waits for no crowd that writes to another practice's number.
    if (mayStop(read)) scope.share = 'stops';
    const apply = (waits: boolean) =>
      transaction(
        db,
        async (sql) =>
          (await firstTime(sql, provider, call))
            ? applyReply(db, sql, sms, config.senders, { waits, read })
            : undefined,
        waits ? { tries: 1 } : {},
      );
    const result = await apply(true).catch((error: unknown) => {
      if (error instanceof DatabaseBusyError) return apply(false);
      throw error;
    });
    // Counted, and nothing else: of somebody else's words no log line is to know.
    if (result && !result.kept) metrics.replyUnaddressed();
    return result;
  }

  async function takeEvent(
    request: FastifyRequest<{ Params: { token?: string } }>,
    provider: Provider,
    call: ReadWebhook,
    event: Exclude<ProviderEvent, { kind: 'reply' }>,
  ): Promise<ReportResult | undefined> {
    // A person's own word that comes by a provider waits for no reports.
    if (isStop(event)) request.scope.share = 'stops';
    const { token } = request.params;
    const done = await transaction(db, async (sql) => {
      if (!(await firstTime(sql, provider, call))) return { isNew: false };
      return { isNew: true, result: await applyEvent(sql, provider, event, token) };
    });
    // After the commit: a transaction may be tried again.
    if (done.isNew) note(request, provider, event);
    return done.result;
  }

  async function applyEvent(
    sql: Sql,
    provider: Provider,
    event: Exclude<ProviderEvent, { kind: 'reply' }>,
    token: string | undefined,
  ): Promise<ReportResult | undefined> {
    switch (event.kind) {
      case 'report': {
        const delivery = await deliveryOf(sql, provider, event, token);
        if (!delivery && token !== undefined) throw new AppError('not_found');
        return delivery ? applyReport(db, sql, delivery, event.report) : undefined;
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

  function note(
    request: FastifyRequest,
    provider: Provider,
    event: Exclude<ProviderEvent, { kind: 'reply' }>,
  ): void {
    const notUnderstood = (word: string): void => {
      request.log.warn({ provider, word }, 'webhook not understood');
      metrics.webhookNotUnderstood(provider);
    };
    switch (event.kind) {
      case 'tracked':
        return request.log.error(
          { provider, type: event.type },
          'tracking is on at the provider; see docs/going-live.md',
        );
      case 'nothing':
        return request.log.debug({ provider, type: event.type }, 'webhook noted');
      case 'unknown':
        return notUnderstood(event.type);
      case 'report':
        return event.unknownWord === undefined ? undefined : notUnderstood(event.unknownWord);
      case 'barred':
      case 'mail':
        return undefined;
    }
  }

  /** False when any name of the call was seen before: a repeat is acknowledged and changes nothing. */
  async function firstTime(
    sql: Sql,
    provider: Provider,
    { names, namesForEver = [] }: ReadWebhook,
  ): Promise<boolean> {
    const now = db.clock.now();
    const old = new Date(now.getTime() + limits.webhookMemoryMs);
    const row = (name: string, forgetAt: Date | null) => ({
      provider,
      eventId: name.slice(0, 256),
      receivedAt: now,
      processedAt: now,
      forgetAt,
    });
    const rows = [
      ...names.map((name) => row(name, old)),
      ...namesForEver.map((name) => row(name, null)),
    ];
    const { count } = await sql.webhookEvent.createMany({ data: rows, skipDuplicates: true });
    return count === rows.length;
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

/** The delivery that a report is about; undefined: the service did not send it. */
async function deliveryOf(
  sql: Sql,
  provider: Provider,
  { deliveryId, report }: Extract<ProviderEvent, { kind: 'report' }>,
  token: string | undefined,
): Promise<Delivery | null> {
  if (token !== undefined)
    return sql.delivery.findFirst({ where: { callbackHash: hashToken(token) } });
  const method = { in: methodsBy(providers[provider].transport) };
  return sql.delivery.findFirst({
    where: isUuid(deliveryId)
      ? { id: deliveryId, method }
      : { providerId: report.providerId ?? '', method },
  });
}

function isStop(event: ProviderEvent): boolean {
  return (
    event.kind === 'mail' ||
    event.kind === 'barred' ||
    (event.kind === 'report' && ['complained', 'blocked'].includes(event.report.kind))
  );
}

function refused(request: FastifyRequest, reason: string): AppError {
  request.log.warn({ reason }, 'webhook refused');
  return reason === 'malformed_body'
    ? new AppError('bad_request')
    : new AppError('unauthorized', 'The signature of the webhook is missing or wrong.');
}

/** Tags are free text: another program of the same Resend team may use the name for something else. */
function isUuid(value: string | undefined): value is string {
  return value !== undefined && validate(value);
}
