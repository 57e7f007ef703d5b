/**
 * How long to wait, in ms, when a provider says "not now" without saying until when. The account or the
 * provider is the trouble, not the message: it stays queued.
 */
export const waits = {
  /** A rate limit counts per second (Resend: 2 to 10 a second; Plivo: 5 a second and number). */
  rateLimitMs: 1_000,
  /** The same key is being worked on right now: the other request answers within its own timeout. */
  concurrentRequestMs: 1_000,
  /** A front end of the provider is overloaded or under maintenance. */
  unavailableMs: 5_000,
  /** A wrong or revoked key, which the operator has to fix: try once a minute so that sending resumes soon. */
  credentialsMs: 60_000,
  /** No credit left: somebody has to pay. */
  creditMs: 10 * 60_000,
  /** The daily quota frees up within 24 h of the first email of the day. */
  dailyQuotaMs: 60 * 60_000,
  monthlyQuotaMs: 6 * 60 * 60_000,
  /** No `Retry-After` is obeyed beyond this: a broken header must not park a practice for ever. */
  longestMs: 24 * 60 * 60_000,
} as const;

/** Reads `Retry-After` (RFC 9110: seconds or a date). Undefined when it is missing or makes no sense. */
export function parseRetryAfterMs(value: string | undefined, now = Date.now()): number | undefined {
  const text = value?.trim() ?? '';
  // `Date.parse` makes a date of nearly anything, "-5" included.
  if (!/^(\d|[A-Z][a-z]{2},)/.test(text)) return undefined;
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  if (!Number.isFinite(waitMs)) return undefined;
  return Math.min(Math.max(Math.ceil(waitMs), 0), waits.longestMs);
}
