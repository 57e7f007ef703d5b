import {
  ApplicationFailure,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { parseWebhookWorkflowId } from '../src/core/ids.ts';
import { taskQueueOf } from '../src/core/signals/task-queues.ts';
import type { WebhookActivities } from '../src/core/signals/activity-types.ts';
import { carriedState } from './carried-state.ts';
import { patience } from './patience.ts';
import { Sleeper } from './sleeper.ts';

const { deliverEvents } = proxyActivities<WebhookActivities>(patience);

/** The state that one run hands to the next. */
export type CarriedWebhook = { schema: 1; dirty: boolean; retryAt?: string };

/**
 * One endpoint of a practice, while there is something to post to it: it posts events in order, waits while the
 * receiver refuses them, longer each time, and ends when none are left, or when the endpoint was switched off. Its
 * place and its wait are in the record; the next start goes on from there.
 */
export async function webhookEndpoint(argument?: CarriedWebhook): Promise<void> {
  const ref = parseWebhookWorkflowId(workflowInfo().workflowId);
  if (!ref)
    throw ApplicationFailure.nonRetryable(
      'the workflow id must be webhook/{practiceId}/{endpointId}',
      'InvalidWorkflowId',
    );
  const taskQueue = taskQueueOf(workflowInfo().taskQueue, 'webhooks');
  const carried = carriedState(argument);
  const sleeper = new Sleeper(carried?.dirty ?? true, carried?.retryAt);

  for (;;) {
    await sleeper.woken();
    const report = await deliverEvents.executeWithOptions({ summary: 'post events', taskQueue }, [
      ref,
    ]);
    if (report.more) sleeper.wake();
    const { retryAt } = report;
    // A signal that came meanwhile is handled first.
    if (!sleeper.awake && retryAt === undefined) return;
    sleeper.sleepUntil(retryAt);
    setCurrentDetails(
      retryAt === undefined
        ? 'Posts events.'
        : `The receiver did not take an event, or the practice's share is taken; goes on at ${retryAt}.`,
    );
    if (sleeper.isBusy || sleeper.renews)
      await continueAsNew<typeof webhookEndpoint>({
        schema: 1,
        dirty: sleeper.awake,
        ...(retryAt === undefined ? {} : { retryAt }),
      });
  }
}
