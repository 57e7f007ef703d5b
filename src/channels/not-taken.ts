import { waits } from './waits.ts';

/**
 * The account's trouble, as a provider names it: the messages are fine and must not be lost to it. By its kind, because
 * providers add words (`reached_daily_quota`, `daily_quota_exceeded`, `rate_limit_exceeded` …). The first that fits.
 *
 * Of `email.failed` Resend documents one word, `reached_daily_quota`, and as causes "invalid recipients, API key
 * problems, domain verification issues, email quota limits, or other". So a word counts here only where it names
 * something that all messages share: one practice's sender or one message must not pause everybody else's.
 * `unauthorized` may be about a sender or a recipient; if it is the key, the next call is answered 401 and pauses.
 */
const troubles = [
  {
    kind: 'monthly_quota',
    fits: /month\w*(quota|limit)|quota\w*month/,
    waitMs: waits.monthlyQuotaMs,
  },
  { kind: 'daily_quota', fits: /quota|(sending|daily|account)_limit/, waitMs: waits.dailyQuotaMs },
  {
    kind: 'rate_limit',
    fits: /rate_?limit|too_many_(requests|emails)|throttl/,
    waitMs: waits.rateLimitMs,
  },
  { kind: 'credentials', fits: /api_?key|credential/, waitMs: waits.credentialsMs },
  {
    kind: 'credit',
    fits: /credit|balance|billing|payment|(account|team)_suspended|suspended_(account|team)/,
    waitMs: waits.creditMs,
  },
  {
    kind: 'unavailable',
    fits: /unavailable|temporar|internal_(server_)?error|service_error/,
    waitMs: waits.unavailableMs,
  },
] as const;

/** `account`: nothing else of the account is taken either. */
export type Trouble = { reason: string; waitMs: number; account: boolean };

/** A mailbox can be over its quota too, and one practice's domain suspended: that is theirs alone. */
const ofSomebody = /mailbox|recipient|inbox|user|domain|sender/;

/** Undefined where the message itself was refused. `reason`: the provider's word, or its sentence. */
export function accountTrouble(reason: string): Trouble | undefined {
  const words = reason.toLowerCase().replaceAll(/[^a-z]+/g, '_');
  if (ofSomebody.test(words)) return undefined;
  const trouble = troubles.find(({ fits }) => fits.test(words));
  return trouble && troubleOf(trouble.kind);
}

export function troubleOf(kind: (typeof troubles)[number]['kind']): Trouble {
  const { waitMs } = troubles.find((trouble) => trouble.kind === kind)!;
  return { reason: `the provider asks to wait: ${kind}`, waitMs, account: kind !== 'unavailable' };
}
