/**
 * The interface of the delivery rules to the outside world, for sending.
 *
 * Adapters (src/channels) implement these over the real SDKs and report every failure as one
 * {@link ProviderError}; nothing above them knows a provider's own error shapes.
 */

/**
 * - `rejected`: the provider answered, and will never take this message. Permanent.
 * - `throttled`: the provider did not take it now; try again after `retryAfterMs`.
 * - `not_sent`: the request certainly never reached the provider (connection refused, DNS). Safe to repeat.
 * - `ambiguous`: it may or may not have been taken (timeout, reset, 5xx, an answer without an id).
 * - `in_progress`: the provider still works on an earlier call with the same key. Nothing else has to wait.
 * - `taken_before`: the provider took an earlier call with the same key, and nothing of this one.
 */
export type ProviderErrorKind =
  'rejected' | 'throttled' | 'not_sent' | 'ambiguous' | 'in_progress' | 'taken_before';

/** `message` and `code` are safe to store, show and log: they never hold an address or a text. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ProviderErrorKind;
  /** The provider's own error name or number, e.g. `validation_error`, `http_429`, `timeout`. */
  readonly code: string;
  /** For `throttled` and `in_progress`: how long the provider asked us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: ProviderErrorKind, code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export type OutgoingEmail = {
  /** Travels as the tag `delivery_id`, so that a webhook finds its delivery without an address. */
  deliveryId: string;
  /** RFC 5322 mailbox, e.g. `Clinic <hello@clinic.example>`. */
  from: string;
  to: string;
  replyTo?: string;
  subject: string;
  text: string;
  html?: string;
  /** RFC 8058 one-click (https) and a mailto: both are sent, see docs on Outlook. */
  unsubscribe?: { url: string; mailto?: string };
};

/** One entry per email of the batch, in the same order. */
export type EmailOutcome = { ok: true; providerId: string } | { ok: false; error: ProviderError };

export interface EmailSender {
  /**
   * Sends 1 to 100 emails in one call. `idempotencyKey` (ASCII) makes a byte-identical repeat safe for 24 h.
   * Throws {@link ProviderError} when the whole call failed; single refusals are outcomes.
   */
  sendBatch(
    emails: readonly OutgoingEmail[],
    options: { idempotencyKey: string; timeoutMs: number },
  ): Promise<EmailOutcome[]>;
}

export type OutgoingSms = {
  /** E.164 or a short code. */
  from: string;
  /** E.164. */
  to: string;
  text: string;
  /** Where the provider reports the fate of this one message; its path holds an opaque token. */
  statusUrl: string;
};

export interface SmsSender {
  /** Sends one SMS. There is no idempotency key: an `ambiguous` error must never be repeated blindly. */
  sendSms(sms: OutgoingSms, options: { timeoutMs: number }): Promise<{ providerId: string }>;
}
