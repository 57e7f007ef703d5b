import type { Database } from '../platform/db/database.ts';
import type { ToTell } from '../record/messages/message-store.ts';
import { keepRejected } from './rejected-signals.ts';
import { isFaultOfContent } from './signal-faults.ts';
import type { ContactRef } from '../core/ids.ts';
import { workerLimits } from '../core/limits/worker-limits.ts';
import type { HeldSignals, RawSignal } from '../core/signals/activity-types.ts';
import type { SignalRules } from './payload-rules.ts';
import { takeSignals, type PlacedSignal, type Taken } from './take-signals.ts';
import { transaction } from '../platform/db/transaction.ts';

/** A part of the history of a contact's workflow: the events after one, up to and with another. */
export type SignalRange = Required<HeldSignals>;

/** The raw signals of a part of the contact's own history, oldest first (src/signals/held-signals.ts). */
export type ReadHeldSignals = (
  ref: ContactRef,
  range: SignalRange,
) => AsyncIterable<{ eventId: number; signal: RawSignal }>;

export type SignalRecord = {
  db: Database;
  /** Signals workflows that have something to send, after the commit. */
  tell: (contacts: ToTell) => Promise<void>;
  readHeldSignals: ReadHeldSignals;
} & SignalRules;

/** How a caller wants signals taken. */
export type Taking = {
  /**
   * Which try this is. After `workerLimits.signalTries` one whose content cannot be stored is kept as rejected: it must
   * not hold up those behind it for ever. One that fails for another reason is tried for as long as that takes.
   */
  attempt: number;
  /** The workflows to signal: all but the contact's own, which looks anyway, or that one too. */
  tells: 'others' | 'all';
};

/** Stores one signal, or keeps it as rejected. */
export async function storeSignal(
  deps: SignalRecord,
  ref: ContactRef,
  one: PlacedSignal,
  taking: Taking,
): Promise<void> {
  const { db } = deps;
  const taken = await transaction(db, (sql) => takeSignals(db, sql, ref, [one], deps)).catch(
    async (error: unknown) => {
      if (taking.attempt < workerLimits.signalTries || !isFaultOfContent(error)) throw error;
      await transaction(db, (sql) =>
        keepRejected(db, sql, ref, one.signal, 'it could not be stored', one.place),
      );
      return undefined;
    },
  );
  await tellOf(deps, ref, taken, taking);
}

/**
 * Stores the raw signals of a part of a history, in their order and in batches. `onStored` is called with the last event
 * of each batch; `ended`: after the one under way, no other begins. Returns the event up to which all are stored.
 */
export async function storeRange(
  deps: SignalRecord,
  ref: ContactRef,
  range: SignalRange,
  taking: Taking & { ended: () => boolean; onStored: (upTo: number) => void },
): Promise<number> {
  const { signalBatch, signalBatchBytes } = workerLimits;
  let batch: PlacedSignal[] = [];
  let bytes = 0;
  let lastId = range.after;
  const store = async (upTo: number): Promise<void> => {
    await storeBatch(deps, ref, batch, taking);
    taking.onStored(upTo);
    batch = [];
    bytes = 0;
  };
  for await (const { eventId, signal } of deps.readHeldSignals(ref, range)) {
    const size = JSON.stringify([signal.payload, signal.unopened]).length;
    if (batch.length >= signalBatch || (batch.length > 0 && bytes + size > signalBatchBytes)) {
      await store(lastId);
      if (taking.ended()) return lastId;
    }
    batch.push({ signal, place: `${range.runId} event ${eventId}` });
    bytes += size;
    lastId = eventId;
  }
  await store(range.upTo);
  return range.upTo;
}

/** All in one transaction, or, where that does not work, one by one. */
async function storeBatch(
  deps: SignalRecord,
  ref: ContactRef,
  batch: readonly PlacedSignal[],
  taking: Taking,
): Promise<void> {
  if (batch.length === 0) return;
  const { db } = deps;
  const taken = await transaction(db, async (sql) => {
    const all = await takeSignals(db, sql, ref, batch, deps);
    if (!all) throw new OneByOne();
    return all;
  }).catch((error: unknown) => {
    if (error instanceof OneByOne || isFaultOfContent(error)) return undefined;
    throw error;
  });
  if (taken) return tellOf(deps, ref, taken, taking);
  for (const one of batch) await storeSignal(deps, ref, one, taking);
}

class OneByOne extends Error {}

/** A message that came in under an alias is for another workflow to send. */
async function tellOf(
  { tell }: SignalRecord,
  ref: ContactRef,
  taken: Taken | undefined,
  { tells }: Taking,
): Promise<void> {
  if (taken && (tells === 'all' || taken.contactId !== ref.contactId)) await tell(taken.tell);
}
