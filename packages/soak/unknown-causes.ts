import { kindOf } from './installation.ts';
import type { Channel, JournalData, OrderedFault } from './journal.ts';
import type { DeliveryView } from './observe.ts';

/** Why nobody can know whether a message arrived: each `unknown` needs a cause of its own time. */

export type UnknownCause = 'unknownByKill' | 'unknownByFreeze' | 'unknownByFault';

/** A call is over, and its answer written down, within a lease, in ms. */
const leaseMs = 15_000;
/** A worker that cannot write an answer, since the database is away, keeps it for so long after, in ms, and may die with it. */
const keptMs = 20_000;
/** An email whose answer was unclear is tried again, under its key, with waits that grow, in ms; each try is a new claim. */
const repeatsMs = 180_000;
/** A fault that delays the answer by more than a call waits for it, in ms. */
const callMs = 7_500;

/** Undefined: there is none. `claimedAt` is the time of the last claim. */
export function causeOf(
  journal: JournalData,
  { method, reason = '' }: DeliveryView,
  claimedAt: number | undefined,
): UnknownCause | undefined {
  if (claimedAt === undefined) return undefined;
  const repeats = method !== 'sms';
  const from = repeats ? claimedAt - repeatsMs : claimedAt - 1_000;
  const until = Math.max(claimedAt + leaseMs, awayUntil(journal, claimedAt) + keptMs);
  const died = journal.kills.some(
    ({ part, at }) => kindOf(part) === 'worker' && at >= from && at <= until,
  );
  // A process that answered for itself had an answer, or the want of one: it did not die in the call.
  if (died && (repeats || !unclear.test(reason))) return 'unknownByKill';
  if (journal.freezes.some((one) => one.at <= until && one.until >= from)) return 'unknownByFreeze';
  const wasOrdered = journal.faults.some(
    (fault) =>
      makesUnclear(fault, repeats ? 'email' : 'sms') &&
      fault.at <= claimedAt + leaseMs &&
      (fault.spentAt ?? Infinity) >= from,
  );
  return wasOrdered && (repeats || unclear.test(reason)) ? 'unknownByFault' : undefined;
}

const unclear = /no clear answer/;

function makesUnclear({ order }: OrderedFault, channel: Channel): boolean {
  if (order.channel !== undefined && order.channel !== channel) return false;
  if (order.kind === 'accept_then_drop') return true;
  if (order.kind === 'delay') return Number(order.delayMs) > callMs;
  // 503 and 429 say that nothing was sent.
  return order.kind === 'status' && order.status === 500;
}

/** Until when the database was away without a pause from the call on; 0: it was there. */
function awayUntil({ upheavals, kills }: JournalData, claimedAt: number): number {
  const spans = [
    ...upheavals
      .filter(({ name }) => name === 'databaseAway' || name === 'databaseReadOnly')
      .map(({ at, until = Infinity }) => ({ at, until })),
    ...kills
      .filter(({ part }) => kindOf(part) === 'postgres')
      .map(({ at, backAt = Infinity }) => ({ at, until: backAt })),
  ];
  const met = spans.filter(({ at, until }) => at <= claimedAt + leaseMs && until >= claimedAt);
  return Math.max(0, ...met.map(({ until }) => until));
}
