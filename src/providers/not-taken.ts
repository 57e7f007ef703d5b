import { waits } from './waits.ts';

/**
 * The account's trouble, as a provider names it: the messages are fine and must not be lost to it. By its kind, because
 * providers add words (`reached_daily_quota`, `daily_quota_exceeded`, `rate_limit_exceeded` …). The first that fits.
 */
const troubles = [
  { kind: 'monthly_quota', fits: /month\w*quota|quota\w*month/, waitMs: waits.monthlyQuotaMs },
  { kind: 'daily_quota', fits: /quota|sending_limit|limit_reached/, waitMs: waits.dailyQuotaMs },
  { kind: 'rate_limit', fits: /rate_?limit|too_many|throttl/, waitMs: waits.rateLimitMs },
  { kind: 'credentials', fits: /api_?key|credential|unauthori[sz]ed/, waitMs: waits.credentialsMs },
  { kind: 'credit', fits: /credit|balance|billing|payment|suspended/, waitMs: waits.creditMs },
  {
    kind: 'unavailable',
    fits: /unavailable|temporar|internal_(server_)?error|service_error/,
    waitMs: waits.unavailableMs,
  },
] as const;

/** `account`: nothing else of the account is taken either. */
export type Trouble = { reason: string; waitMs: number; account: boolean };

/** A mailbox can be over its quota too: that is the recipient's trouble. */
const ofRecipient = /mailbox|recipient|inbox|user/;

/** Undefined where the message itself was refused. `reason`: the provider's word, or its sentence. */
export function accountTrouble(reason: string): Trouble | undefined {
  const words = reason.toLowerCase().replaceAll(/[^a-z]+/g, '_');
  if (ofRecipient.test(words)) return undefined;
  const trouble = troubles.find(({ fits }) => fits.test(words));
  return trouble && troubleOf(trouble.kind);
}

export function troubleOf(kind: (typeof troubles)[number]['kind']): Trouble {
  const { waitMs } = troubles.find((trouble) => trouble.kind === kind)!;
  return { reason: `the provider asks to wait: ${kind}`, waitMs, account: kind !== 'unavailable' };
}
