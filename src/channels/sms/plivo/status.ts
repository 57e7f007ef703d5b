import type { ProviderReport, ReportKind } from '../../provider-report.ts';
import { troubleOf } from '../../not-taken.ts';
import type { FormFields, ProviderEvent } from '../../webhook.ts';
import { wholeNumber, text } from './fields.ts';
import { keyOf, word } from '../../words.ts';

/**
 * Plivo's report on a message that we sent, in our words. Call these only with a form whose signature was verified.
 *
 * Every status of https://plivo.com/docs/messaging/api/message/message-status-callbacks, and of its older edition
 * (`rejected`). Plivo confirms an arrival only where the carrier does; else the last word is `sent`.
 */
const statuses = {
  queued: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  /** The carrier did not deliver it. */
  undelivered: 'lost',
  /** It was never passed to a carrier (support article "What are the different SMS statuses"). */
  failed: 'never_left',
  rejected: 'never_left',
} as const satisfies Record<string, ReportKind | 'lost' | 'never_left'>;

/**
 * Every error code of https://plivo.com/docs/messaging/troubleshooting/error-codes. `passing`: it may work later, and
 * where the message never left it is tried again by itself; `account`: so with every message of the account.
 */
const errorCodes = {
  10: 'failed', // invalid message
  20: 'passing', // network error of the carrier
  30: 'failed', // spam filter
  40: 'failed', // invalid source number
  50: 'unreachable', // invalid destination: no mobile number
  60: 'failed', // loop
  70: 'unreachable', // destination permanently unavailable
  80: 'passing', // destination temporarily unavailable
  90: 'failed', // no route
  100: 'failed', // prohibited by the carrier
  110: 'failed', // too long
  120: 'failed', // media of an MMS
  200: 'blocked', // the person sent STOP to Plivo
  201: 'failed', // toll-free to Canada
  300: 'passing', // could not be dispatched
  420: 'failed', // expired on its way
  450: 'failed', // country not enabled
  451: 'failed', // number not enabled
  900: 'account', // no credit
  1000: 'failed', // unknown
} as const satisfies Record<number, 'failed' | 'unreachable' | 'blocked' | 'passing' | 'account'>;

type PlivoError = keyof typeof errorCodes;

/** How long the message waits that a carrier's trouble kept back, in ms; longer each time. */
const passingMs = 60_000;

export function parsePlivoStatus(params: FormFields): ProviderEvent {
  const given = text(params.Status);
  const status = keyOf(statuses, given);
  if (status === undefined) return { kind: 'unknown', type: word(given) ?? 'no word' };
  const providerId = text(params.MessageUUID);
  const order = wholeNumber(params.Sequence);
  const common = {
    ...(providerId === '' ? {} : { providerId }),
    ...(order === undefined ? {} : { order }),
  };
  const meaning = statuses[status];
  if (meaning === 'sent' || meaning === 'delivered')
    return { kind: 'report', report: { ...common, kind: meaning } };

  // Plivo sends 0 or an empty field where it has no code.
  const code = wholeNumber(params.ErrorCode) || undefined;
  const known = code !== undefined && code in errorCodes ? (code as PlivoError) : undefined;
  return {
    kind: 'report',
    report: { ...common, ...failureOf(status, meaning, known) },
    ...(code !== undefined && known === undefined ? { unknownWord: `error ${code}` } : {}),
  };

  function failureOf(
    name: string,
    how: 'lost' | 'never_left',
    errorCode: PlivoError | undefined,
  ): ProviderReport {
    const reason = `the provider reported: ${name} ${code ?? ''}`.trim();
    const means = errorCode === undefined ? 'failed' : errorCodes[errorCode];
    switch (means) {
      case 'blocked':
        return { kind: 'blocked', reason: 'STOP' };
      case 'unreachable':
      case 'failed':
        return { kind: means, reason };
      // A carrier that had it may still deliver it: nothing that left is sent again.
      case 'account':
        return how === 'lost'
          ? { kind: 'failed', reason }
          : { kind: 'not_taken', ...troubleOf('credit') };
      case 'passing':
        return how === 'lost'
          ? { kind: 'failed', reason }
          : {
              kind: 'not_taken',
              reason: `the provider asks to wait: ${errorCode}`,
              waitMs: passingMs,
              account: false,
            };
    }
  }
}
