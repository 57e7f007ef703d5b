import { digitsOf } from './addresses.ts';

/** Recipients that make something happen, as the providers' own test addresses do. */

export type EmailOutcome =
  | 'delivered'
  | 'bounced'
  | 'soft_bounced'
  | 'complained'
  | 'suppressed'
  | 'failed'
  | 'quota'
  | 'delayed'
  | 'silent'
  | 'refused';

/** Resend's own test addresses, `name@resend.dev` or `name+label@resend.dev`, and a domain for each. */
export const magicEmails: readonly { outcome: EmailOutcome; names: string[]; meaning: string }[] = [
  {
    outcome: 'delivered',
    names: ['delivered@resend.dev'],
    meaning: 'delivered, as every other address',
  },
  {
    outcome: 'bounced',
    names: ['bounced@resend.dev', '@bounce.example'],
    meaning: 'bounces for ever (Permanent)',
  },
  {
    outcome: 'soft_bounced',
    names: ['@softbounce.example'],
    meaning: 'bounces this time (Transient)',
  },
  {
    outcome: 'complained',
    names: ['complained@resend.dev', '@complaint.example'],
    meaning: 'delivered, then marked as spam',
  },
  {
    outcome: 'suppressed',
    names: ['suppressed@resend.dev', '@suppressed.example'],
    meaning: 'on the suppression list: accepted, never sent',
  },
  { outcome: 'failed', names: ['@failed.example'], meaning: 'accepted, could not be sent' },
  {
    outcome: 'quota',
    names: ['@quota.example'],
    meaning: 'accepted, not sent: the daily quota is used up',
  },
  {
    outcome: 'delayed',
    names: ['@delayed.example'],
    meaning: 'delivery delayed, then delivered after 2 s',
  },
  {
    outcome: 'silent',
    names: ['@silent.example'],
    meaning: 'arrives, but no webhook ever says so',
  },
  {
    outcome: 'refused',
    names: ['refused@…', '@refused.example'],
    meaning: 'refused when it is sent (422 validation_error)',
  },
];

/** A sender at this domain is refused: 403, domain not verified. */
export const unverifiedDomain = 'unverified.example';

/** The account's domains as `GET /domains` lists them; this one rewrites links. */
export const trackedDomain = 'tracked.example';
export const accountDomains = ['practice.example', 'demo-practice.example', trackedDomain];

export function emailOutcome(address: string): EmailOutcome {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  const name = local.replace(/\+.*$/, '');
  if (name === 'refused') return 'refused';
  const magic = magicEmails.find(({ names }) =>
    names.some((known) => known === `@${domain}` || known === `${name}@${domain}`),
  );
  return magic?.outcome ?? 'delivered';
}

export type SmsOutcome =
  | { kind: 'delivered' }
  | { kind: 'silent' }
  /** Accepted, then this status with this code; the person gets nothing. */
  | { kind: 'lost'; status: 'undelivered' | 'failed'; errorCode: number }
  /** Not accepted. */
  | { kind: 'refused'; status: 400 | 402 | 403 | 429 };

export const magicNumbers: readonly { number: string; outcome: SmsOutcome; meaning: string }[] = [
  {
    number: '+15005550001',
    outcome: { kind: 'refused', status: 400 },
    meaning: 'refused when it is sent (400)',
  },
  {
    number: '+15005550402',
    outcome: { kind: 'refused', status: 402 },
    meaning: 'refused: no credit (402)',
  },
  {
    number: '+15005550403',
    outcome: { kind: 'refused', status: 403 },
    meaning: 'refused: destination not permitted (403)',
  },
  {
    number: '+15005550429',
    outcome: { kind: 'refused', status: 429 },
    meaning: 'refused: rate limit (429, Retry-After 1)',
  },
  {
    number: '+15005550030',
    outcome: { kind: 'lost', status: 'undelivered', errorCode: 30 },
    meaning: 'undelivered, error 30 (spam filter)',
  },
  {
    number: '+15005550050',
    outcome: { kind: 'lost', status: 'failed', errorCode: 50 },
    meaning: 'failed, error 50 (invalid destination)',
  },
  {
    number: '+15005550200',
    outcome: { kind: 'lost', status: 'failed', errorCode: 200 },
    meaning: 'failed, error 200 (the person sent STOP once)',
  },
  {
    number: '+15005550900',
    outcome: { kind: 'lost', status: 'failed', errorCode: 900 },
    meaning: 'failed, error 900 (no credit)',
  },
  {
    number: '+15005551000',
    outcome: { kind: 'lost', status: 'undelivered', errorCode: 1000 },
    meaning: 'undelivered, error 1000 (unknown)',
  },
  {
    number: '+15005550000',
    outcome: { kind: 'silent' },
    meaning: 'arrives, but no callback ever says so',
  },
];

/** A sender with this number is refused: 400, not a number of this account. */
export const foreignNumber = '+15005559999';

export function smsOutcome(number: string): SmsOutcome {
  const digits = digitsOf(number);
  return (
    magicNumbers.find((magic) => digitsOf(magic.number) === digits)?.outcome ?? {
      kind: 'delivered',
    }
  );
}
