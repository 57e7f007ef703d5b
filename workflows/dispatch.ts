import {
  ApplicationFailure,
  continueAsNew,
  patched,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { parseDispatchWorkflowId } from '../src/core/ids.ts';
import { taskQueueOf } from '../src/core/signals/task-queues.ts';
import type { DispatchActivities } from '../src/core/signals/activity-types.ts';
import { carriedState } from './carried-state.ts';
import { patience } from './patience.ts';
import { Sleeper } from './sleeper.ts';

const { dispatchDue } = proxyActivities<DispatchActivities>(patience);

/** The state that one run hands to the next. */
export type CarriedDispatch = { schema: 1; nextAt?: string; dirty?: true };

const idleEvents = 200;

/**
 * One practice's dispatcher: it sleeps until the next message of a green contact is due, and sends everything that is
 * due by then in batches. Thousands of reminders due at eight cost it a few hundred events, not ten each.
 */
export async function dispatch(argument?: CarriedDispatch): Promise<void> {
  const practiceId = parseDispatchWorkflowId(workflowInfo().workflowId);
  if (practiceId === undefined)
    throw ApplicationFailure.nonRetryable(
      'the workflow id must be dispatch/{practiceId}',
      'InvalidWorkflowId',
    );
  const taskQueue = taskQueueOf(workflowInfo().taskQueue, 'dispatch');
  const carried = carriedState(argument);
  // A bare start looks once; a continued run knows what it waits for.
  const sleeper = new Sleeper(carried === undefined || carried.dirty === true, carried?.nextAt);

  for (;;) {
    await sleeper.woken();
    const report = await dispatchDue.executeWithOptions(
      { summary: 'send what is due', taskQueue },
      [{ practiceId }],
    );
    if (report.gone) return;
    if (report.more) sleeper.wake();
    sleeper.sleepUntil(report.nextAt);
    setCurrentDetails(
      report.nextAt ? `Looks again at ${report.nextAt}.` : 'Waits for the next signal.',
    );
    const { awake, isBusy, renews } = sleeper;
    // With a long backlog, or few tokens, it is never idle.
    const leaves =
      renews ||
      (awake
        ? isBusy && patched('continue-while-busy')
        : isBusy || workflowInfo().historyLength > idleEvents);
    if (leaves)
      await continueAsNew<typeof dispatch>({
        schema: 1,
        ...(awake ? { dirty: true } : {}),
        ...(report.nextAt === undefined ? {} : { nextAt: report.nextAt }),
      });
  }
}
