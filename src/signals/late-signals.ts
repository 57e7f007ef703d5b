import { takeSignals } from './take-signals.ts';
import type { SignalRules } from './payload-rules.ts';
import type { Database } from '../platform/db/database.ts';
import type { ToTell } from '../record/messages/message-store.ts';
import { inPractice } from '../platform/db/practice-scope.ts';
import {
  forgetWaiting,
  signalsWaitingFor,
  stopWaiting,
  type WaitingSignal,
} from './rejected-signals.ts';
import type { ContactRef } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { payloadMark, unopenedPayload, type SealedPayload } from '../core/signals/payload-marks.ts';
import { transaction } from '../platform/db/transaction.ts';

type Dependencies = SignalRules & {
  db: Database;
  /** Opens a payload that was left sealed, for this contact's workflow. The value is marked as any other is. */
  openSealed: (sealed: SealedPayload, ref: ContactRef) => Promise<unknown>;
  tell: (contacts: ToTell) => Promise<void>;
  /** Ids of the encryption keys of this process. */
  keyIds: readonly string[];
  /** Of one signal: it is tried again with the next sweep, and keeps none of the others. */
  onFailure: (error: Error) => void;
};

/**
 * Takes in signals whose encryption key was not there when they were to be stored: as the messages that they are, once a
 * process has the key. Runs in the sweeper. What opens and cannot be taken stays in the list, with today's reason.
 */
export function createTakeLate(deps: Dependencies): (ended: () => boolean) => Promise<void> {
  const { db, keyIds, onFailure } = deps;
  return async (ended) => {
    let after: string | undefined;
    do {
      const page = { after, most: limits.sweepBatch };
      const { signals, last } = await signalsWaitingFor(db, keyIds, page);
      for (const signal of signals) {
        if (ended()) return;
        await inPractice(signal.practiceId, () => takeLate(deps, signal)).catch(onFailure);
      }
      after = last;
    } while (after !== undefined);
  };
}

async function takeLate(
  { db, openSealed, tell, ...rules }: Dependencies,
  { sealed, id, practiceId, contactId, signal, receivedAt }: WaitingSignal,
): Promise<void> {
  const ref = { practiceId, contactId };
  const row = { id, practiceId };
  const payload = await openSealed(sealed as SealedPayload, ref);
  const opened = { signal, receivedAt, payload, ...payloadMark(payload) };
  // One that still lacks its key waits on.
  if (unopenedPayload(payload)?.why === 'key') return;
  const one = { signal: opened, place: id, arrivedAt: new Date(receivedAt) };
  const taken = await transaction(db, async (sql) => {
    let problem: string | undefined;
    const result = await takeSignals(db, sql, ref, [one], rules, async (_, why) => {
      problem = why;
      await stopWaiting(db, sql, row, payload, why);
    });
    if (problem === undefined) await forgetWaiting(sql, row);
    return result;
  });
  if (taken) await tell(taken.tell);
}
