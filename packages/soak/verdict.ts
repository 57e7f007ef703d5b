import { kindOf, type PartKind } from './installation.ts';
import type { JournalData, Message, Method } from './journal.ts';
import { optInPath, type OutboxEntry } from './mailbox.ts';
import type { Observed } from './observe.ts';
import { upheavalNames } from './upheavals/names.ts';

/** The faults that must not occur. */
export const faultNames = [
  /** Acknowledged, and neither ended with an explanation nor visibly waiting; or said to be sent, and nobody got it. */
  'lost',
  /** The same message twice on one channel. */
  'twice',
  /** Content before the acceptances that it needs, before its `sendAt`, or to an address that is not current. */
  'early',
  /** Content more than 2 s after the API showed a stop, a decline, a complaint or a new address. */
  'afterRevoke',
  'outOfOrder',
  /** More than one automatic opt-in in an epoch. */
  'extraOptIns',
  /** Content after its `notAfter`, or after the message that supersedes it was acknowledged. */
  'stale',
  /** Somebody got it, and the API says that nobody did. */
  'misreported',
  /** A ledger that does not verify. */
  'brokenLedgers',
  /** `unknown` without a cause: no process died or stood still in the call, and no provider was ordered to be unclear. */
  'unexplainedUnknowns',
  /** A message that something else must not have held up did not arrive. */
  'heldUp',
  /** A process did not end with exit code 0 within 10 s of SIGTERM, though nothing was in its way. */
  'badStops',
  /** An operator's act that the service refused for minutes. */
  'undone',
] as const;
type FaultName = (typeof faultNames)[number];

export type Case = Record<string, unknown>;
export type Verdict = {
  passed: boolean;
  faults: Record<FaultName, Case[]>;
  /** Counted, and no fault. */
  apart: Record<string, number>;
  counts: Record<string, number>;
};

/** An entry of the outbox that is one of the driver's messages. */
export type Arrival = { entry: OutboxEntry; at: number; message: Message; method: Method };

export function count(
  journal: JournalData,
  observed: Observed,
  arrivals: readonly Arrival[],
): Record<string, number> {
  const kills = (kind: PartKind): number =>
    journal.kills.filter(({ part }) => kindOf(part) === kind).length;
  const effects = journal.words
    .filter(({ kind, ended }) => kind === 'revoke' && ended !== undefined)
    .map(({ began, ended }) => ended! - began);
  return {
    contacts: observed.contacts.length,
    acknowledged: journal.messages.filter(({ ended }) => ended !== undefined).length,
    unacknowledged: journal.messages.filter(({ ended }) => ended === undefined).length,
    bySignal: journal.messages.filter(({ via }) => via === 'signal').length,
    deliveries: arrivals.length,
    email: arrivals.filter(({ method }) => method === 'email').length,
    sms: arrivals.filter(({ method }) => method === 'sms').length,
    fax: arrivals.filter(({ method }) => method === 'fax').length,
    optIns: observed.outbox.filter(({ text }) => optInPath(text) !== undefined).length,
    green: observed.contacts.filter(({ light }) => light === 'green').length,
    yes: journal.words.filter(({ kind }) => kind === 'accept').length,
    stops: journal.words.filter(({ kind }) => kind === 'revoke').length,
    // From the word to its effect in the API, in ms: webhooks queue, are lost with the API and come again.
    stopEffectMedianMs: quantile(effects, 0.5),
    stopEffectWorstMs: quantile(effects, 1),
    killsWorker: kills('worker'),
    killsApi: kills('api'),
    killsTemporal: kills('temporal'),
    killsPostgres: kills('postgres'),
    killsPgbouncer: kills('pgbouncer'),
    freezes: journal.freezes.length,
    providerFaults: journal.faults.length,
    ...Object.fromEntries(
      upheavalNames.map((name) => [
        name,
        journal.upheavals.filter((one) => one.name === name).length,
      ]),
    ),
    terminations: journal.stops.length,
    terminationWorstMs: quantile(
      journal.stops.map(({ tookMs }) => tookMs),
      1,
    ),
    retriedCalls: journal.retries,
    surprises: journal.surprises.length,
    unquiet: observed.unquiet.length,
    rejectedSignals: observed.rejected.length,
    waitedMs: observed.waitedMs,
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0;
}

const iso = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

/** A message as a finding shows it. */
export function describe(message: Message): Case {
  const { id, contactId, via, began, ended, sendAt, notAfter } = message;
  return {
    id,
    contactId,
    via,
    began: iso(began),
    acknowledged: iso(ended),
    ...(sendAt === undefined ? {} : { sendAt: iso(sendAt) }),
    ...(notAfter === undefined ? {} : { notAfter: iso(notAfter) }),
  };
}

export function entryOf({ seq, channel, to, at }: OutboxEntry): Case {
  return { seq, channel, to, at };
}
