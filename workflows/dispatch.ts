import {
  ApplicationFailure,
  condition,
  continueAsNew,
  patched,
  proxyActivities,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { parseDispatchWorkflowId } from '../src/domain/ids.ts';
import type { DispatchActivities } from './activity-types.ts';
import { Deadline } from './deadline.ts';
import { wakeSignal } from './messages.ts';
import { patience } from './patience.ts';

const { dispatchDue } = proxyActivities<DispatchActivities>(patience);

/** What one run hands to the next. */
export type CarriedDispatch = { schema: 1; nextAt?: string; dirty?: true };

const idleEvents = 200;
const busyEvents = 2_000;
const busySignals = 1_000;

/**
 * One practice's dispatcher: it sleeps until the next message of a green contact is due, and sends everything that is
 * due by then in batches. Thousands of reminders due at eight cost it a few hundred events, not ten each.
 */
export async function dispatch(carried?: CarriedDispatch): Promise<void> {
  const practiceId = parseDispatchWorkflowId(workflowInfo().workflowId);
  if (practiceId === undefined)
    throw ApplicationFailure.nonRetryable(
      'the workflow id must be dispatch/{practiceId}',
      'InvalidWorkflowId',
    );
  // A bare start looks once; a continued run knows what it waits for.
  let dirty = carried === undefined || carried.dirty === true;
  let signals = 0;
  const wake = (): void => {
    dirty = true;
  };
  const deadline = new Deadline(wake);
  deadline.set(carried?.nextAt === undefined ? undefined : new Date(carried.nextAt));
  setHandler(wakeSignal, () => {
    signals += 1;
    wake();
  });
  setDefaultSignalHandler(() => {
    signals += 1;
  });

  for (;;) {
    await condition(() => dirty);
    dirty = false;
    const report = await dispatchDue.executeWithOptions({ summary: 'send what is due' }, [
      { practiceId },
    ]);
    if (report.gone) return;
    if (report.more) dirty = true;
    deadline.set(report.nextAt === undefined ? undefined : new Date(report.nextAt));
    setCurrentDetails(
      report.nextAt ? `Looks again at ${report.nextAt}.` : 'Waits until it is told of a message.',
    );
    const { historyLength } = workflowInfo();
    const busy = historyLength > busyEvents || signals > busySignals;
    // With a long backlog, or few tokens, it is never idle.
    const leaves = dirty
      ? busy && patched('continue-while-busy')
      : busy || historyLength > idleEvents;
    if (leaves)
      await continueAsNew<typeof dispatch>({
        schema: 1,
        ...(dirty ? { dirty } : {}),
        ...(report.nextAt === undefined ? {} : { nextAt: report.nextAt }),
      });
  }
}
