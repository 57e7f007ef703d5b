import { activityInfo } from '@temporalio/activity';
import type { ContactRef } from '../src/core/ids.ts';
import { workerLimits } from '../src/core/limits/worker-limits.ts';
import type {
  ContactActivities,
  HeldSignals,
  RawSignal,
} from '../src/core/signals/activity-types.ts';
import { progress, reached } from './progress.ts';
import { withPulse } from './pulse.ts';
import { storeRange, storeSignal, type SignalRecord } from '../src/signals/signal-record.ts';

/**
 * Takes raw signals into the record: good ones become messages, the others are kept with the reason and listed. Each try
 * of the activity begins where the one before had come to (its heartbeat); what was stored and not noted any more is
 * stored once all the same: a message is known by its id, a rejected signal by its place.
 */
export function createStoreSignals(
  deps: SignalRecord & { stopping: AbortSignal },
): ContactActivities['storeSignals'] {
  const storeGiven = async (ref: ContactRef, signals: readonly RawSignal[]): Promise<void> => {
    const { workflowExecution, activityId, attempt } = activityInfo();
    const place = `${workflowExecution!.runId} activity ${activityId}`;
    let done = reached();
    const store = async (): Promise<void> => {
      for (const [n, signal] of signals.entries()) {
        if (n < done) continue;
        const placed = { signal, place: `${place} ${n}` };
        await storeSignal(deps, ref, placed, { attempt, tells: 'others' });
        done = n + 1;
      }
    };
    await withPulse(store, () => progress(done));
  };

  const storeHeld = async (ref: ContactRef, held: HeldSignals): Promise<number> => {
    const { workflowExecution, attempt } = activityInfo();
    const { runId } = workflowExecution!;
    const until = performance.now() + workerLimits.signalsMs;
    let done = Math.max(held.after, reached());
    return withPulse(
      () =>
        storeRange(
          deps,
          ref,
          { runId: held.runId ?? runId, after: done, upTo: held.upTo },
          {
            attempt,
            tells: 'others',
            ended: () => performance.now() > until || deps.stopping.aborted,
            onStored(last) {
              done = last;
            },
          },
        ),
      () => progress(done),
    );
  };

  return async ({ signals, held, batch, ...ref }) => {
    const named = batch === undefined ? {} : { batch };
    if (held) return { ...named, upTo: await storeHeld(ref, held) };
    await storeGiven(ref, signals);
    return batch === undefined ? null : named;
  };
}
