import { Resend } from 'resend';
import type { CreateBatchOptions } from 'resend';
import { limits } from '../../../core/limits.ts';
import { ProviderError } from '../../sender.ts';
import type { EmailOutcome, EmailSender, OutgoingEmail } from '../../sender.ts';
import { parseRetryAfterMs, waits } from '../../waits.ts';

/** The tag that carries our delivery id to Resend and back in every webhook. */
export const deliveryIdTag = 'delivery_id';

/**
 * Email through Resend. One email goes as a batch of one, so that there is one path, and permissive
 * validation, so that one bad address does not hold back the other 99.
 */
export function createResendSender(options: { apiKey: string; baseUrl?: string }): EmailSender {
  // Named here, because the SDK would otherwise look into the environment by itself.
  const client = new Resend(options.apiKey, {
    baseUrl: options.baseUrl ?? 'https://api.resend.com',
  });

  return {
    async sendBatch(emails, { idempotencyKey, timeoutMs }) {
      checkCall(emails, idempotencyKey);
      // The SDK has no timeout of its own.
      const signal = AbortSignal.timeout(timeoutMs);
      const answer: ResendAnswer = await client.batch
        .send(emails.map(toPayload), { idempotencyKey, signal, batchValidation: 'permissive' })
        .catch(() => {
          throw new ProviderError('ambiguous', 'client_error', 'The provider could not be called.');
        });
      if (answer.error !== null || answer.data === null)
        throw normaliseResendError(answer, signal.aborted);
      return toOutcomes(answer.data, emails.length);
    },
  };
}

type ResendAnswer = { data: unknown; error: unknown; headers: Record<string, string> | null };

/** Refuses calls that the provider would refuse, or the SDK throw at, before anything leaves. */
function checkCall(emails: readonly OutgoingEmail[], idempotencyKey: string): void {
  if (emails.length < 1 || emails.length > limits.emailBatch)
    throw new ProviderError(
      'rejected',
      'invalid_batch_size',
      `A batch holds 1 to ${limits.emailBatch} emails.`,
    );
  if (!/^[\x21-\x7e]{1,256}$/.test(idempotencyKey))
    throw new ProviderError(
      'rejected',
      'invalid_idempotency_key',
      'An idempotency key has 1 to 256 visible ASCII characters.',
    );
}

function toPayload(email: OutgoingEmail): CreateBatchOptions[number] {
  const headers = unsubscribeHeaders(email.unsubscribe);
  return {
    from: email.from,
    to: email.to,
    ...(email.replyTo === undefined ? {} : { replyTo: email.replyTo }),
    subject: email.subject,
    text: email.text,
    ...(email.html === undefined ? {} : { html: email.html }),
    ...(headers === undefined ? {} : { headers }),
    tags: [{ name: deliveryIdTag, value: email.deliveryId }],
  };
}

/** RFC 2369 and 8058. The mailto is there for Outlook, which offers "junk" where it finds only a URL. */
function unsubscribeHeaders(
  unsubscribe: OutgoingEmail['unsubscribe'],
): Record<string, string> | undefined {
  if (unsubscribe === undefined) return undefined;
  const targets = [`<${unsubscribe.url}>`];
  if (unsubscribe.mailto !== undefined)
    targets.push(`<mailto:${unsubscribe.mailto.replace(/^mailto:/i, '')}>`);
  return {
    'List-Unsubscribe': targets.join(', '),
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/**
 * A permissive answer is `{ data: [{id}], errors: [{index, message}] }`: ids of the accepted emails in
 * their order, without the refused ones. An answer that does not add up proves nothing: `ambiguous`.
 */
function toOutcomes(answer: unknown, emailCount: number): EmailOutcome[] {
  const { data: accepted, errors: refused = [] } = answer as { data?: unknown; errors?: unknown };
  const malformed = new ProviderError(
    'ambiguous',
    'malformed_answer',
    'The provider answered without naming the emails it took.',
  );
  if (!Array.isArray(accepted) || !Array.isArray(refused)) throw malformed;
  const refusals = new Map<number, ProviderError>();
  for (const refusal of refused as { index?: unknown; message?: unknown }[]) {
    const index = refusal?.index;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= emailCount)
      throw malformed;
    const reason = explainRefusal(refusal.message);
    refusals.set(index, new ProviderError('rejected', 'validation_error', reason));
  }
  const ids = accepted.map((entry: { id?: unknown } | null) => entry?.id);
  const outcomes: EmailOutcome[] = [];
  for (let index = 0; index < emailCount; index += 1) {
    const error = refusals.get(index);
    if (error !== undefined) {
      outcomes.push({ ok: false, error });
      continue;
    }
    const providerId = ids.shift();
    if (typeof providerId !== 'string' || providerId === '') throw malformed;
    outcomes.push({ ok: true, providerId });
  }
  if (ids.length > 0 || refusals.size !== refused.length) throw malformed;
  return outcomes;
}

/**
 * The one place that reads Resend's errors (https://resend.com/docs/api-reference/errors).
 *
 * - A refusal of the message itself is `rejected`; of the account (key, quota) `throttled`: the messages
 *   are fine and must not be lost to a wrong key.
 * - The SDK reports refused, reset, aborted and truncated connections alike, so all are `ambiguous`; the
 *   idempotency key makes the repeat safe. For the same reason every 5xx is `ambiguous`.
 */
export function normaliseResendError(answer: ResendAnswer, timedOut: boolean): ProviderError {
  const error = (answer.error ?? {}) as { name?: unknown; statusCode?: unknown; message?: unknown };
  const status = typeof error.statusCode === 'number' ? error.statusCode : undefined;
  const name =
    typeof error.name === 'string' && /^[a-z_]{1,64}$/.test(error.name) ? error.name : '';
  const code = name || (status === undefined ? 'unknown' : `http_${status}`);
  const retryAfterMs = parseRetryAfterMs(answer.headers?.['retry-after']);
  const throttled = (text: string, defaultMs: number): ProviderError =>
    new ProviderError('throttled', code, text, retryAfterMs ?? defaultMs);
  const ambiguous = (ambiguousCode: string, text: string): ProviderError =>
    new ProviderError('ambiguous', ambiguousCode, text);

  if (status === undefined)
    return timedOut
      ? ambiguous('timeout', 'The provider did not answer in time.')
      : ambiguous('connection_failed', 'The connection to the provider failed.');
  switch (name) {
    case 'rate_limit_exceeded':
      return throttled('The provider is limiting our rate.', waits.rateLimitMs);
    case 'daily_quota_exceeded':
      return throttled('The daily quota of the email account is used up.', waits.dailyQuotaMs);
    case 'monthly_quota_exceeded':
      return throttled('The monthly quota of the email account is used up.', waits.monthlyQuotaMs);
    case 'concurrent_idempotent_requests':
      return new ProviderError(
        'in_progress',
        code,
        'The provider is still working on this batch.',
        retryAfterMs ?? waits.concurrentRequestMs,
      );
    case 'invalid_idempotent_request':
      return new ProviderError('taken_before', code, explainRefusal(error.message));
    case 'missing_api_key':
    case 'invalid_api_key':
    case 'restricted_api_key':
      return throttled('The provider does not accept our API key.', waits.credentialsMs);
  }
  if (status === 429) return throttled('The provider is limiting our rate.', waits.rateLimitMs);
  if (status === 401)
    return throttled('The provider does not accept our API key.', waits.credentialsMs);
  if (status >= 400 && status < 500 && status !== 408)
    return new ProviderError('rejected', code, explainRefusal(error.message));
  return ambiguous(status === 408 ? 'timeout' : code, `The provider answered HTTP ${status}.`);
}

/**
 * Resend's own texts quote what they complain about, addresses included, so none of it is passed on: known refusals are
 * put in our words.
 */
function explainRefusal(providerText: unknown): string {
  const text = typeof providerText === 'string' ? providerText : '';
  if (/domain is not verified/i.test(text))
    return 'The provider refused it: the domain of the sender address is not verified there.';
  if (/different .*payload|idempotency key/i.test(text))
    return 'The provider refused it: the same idempotency key was used with another content.';
  const field =
    /`(to|from|cc|bcc|reply_to|subject|html|text|headers|tags|attachments)(?:`|\.|\[)/.exec(
      text,
    )?.[1];
  return field === undefined
    ? 'The provider refused it.'
    : `The provider refused it: the field \`${field}\` is missing or not valid.`;
}
