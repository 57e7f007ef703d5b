import type { Logger } from 'pino';
import { storeRange, type SignalRecord } from './signal-record.ts';
import { inPractice } from '../platform/db/practice-scope.ts';
import { readPractice } from '../record/practices/practice-store.ts';
import { parseContactWorkflowId } from '../core/ids.ts';
import { workerLimits } from '../core/limits/worker-limits.ts';
import type { HeldSignals } from './held-signals.ts';

/**
 * The sweeper's part in raw signals. Temporal acknowledges a signal by writing it into the workflow's history, and ends
 * a run whose history grows beyond 50 MB; an operator may end one too. What such a run had not stored yet is in no table
 * and would not be sent. This stores it from the history, which Temporal keeps for the namespace's retention.
 */
export function createSignalKeeper(options: {
  held: HeldSignals;
  record: Omit<SignalRecord, 'readHeldSignals'>;
  taskQueue: string;
  logger: Logger;
}): (ended: () => boolean) => Promise<void> {
  const { held, record, taskQueue, logger } = options;
  const deps: SignalRecord = { ...record, readHeldSignals: held.read };
  /** Runs that are done with, and when they were. */
  const done = new Map<string, number>();
  let lookedAt = -Infinity;

  return async (ended) => {
    const now = Date.now();
    if (now - lookedAt < workerLimits.endedRunsEveryMs) return;
    lookedAt = now;
    const since = new Date(now - workerLimits.endedRunsMs);
    for (const [runId, at] of done) if (at < since.getTime()) done.delete(runId);
    let failure: unknown;
    for await (const run of held.endedSince(since, taskQueue)) {
      if (ended()) break;
      const ref = parseContactWorkflowId(run.workflowId);
      if (!ref || done.has(run.runId)) continue;
      // One run that cannot be read keeps none of the others.
      const isDone = await inPractice(ref.practiceId, async () => {
        if (!(await readPractice(record.db, ref.practiceId))) return true;
        const { ranges, isAll } = await held.unstored(run);
        if (ranges.length > 0)
          logger.warn({ runId: run.runId }, 'signals of an ended run are stored');
        for (const range of ranges) {
          const taking = { attempt: workerLimits.signalTries, tells: 'all', ended } as const;
          const upTo = await storeRange(deps, ref, range, { ...taking, onStored: () => undefined });
          if (upTo < range.upTo) return false;
        }
        // The rest is found when its encryption key is there.
        return isAll;
      }).catch((error: unknown) => {
        failure ??= error;
        return false;
      });
      if (isDone) done.set(run.runId, now);
    }
    if (failure !== undefined) throw failure;
  };
}
