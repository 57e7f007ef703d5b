import {
  ApplicationFailure,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { parseWebhookWorkflowId } from '../src/domain/ids.ts';
import type { WebhookActivities } from './activity-types.ts';
import { patience } from './patience.ts';
import { Sleeper } from './sleeper.ts';

const { deliverEvents } = proxyActivities<WebhookActivities>(patience);

/** What one run hands to the next. */
export type CarriedWebhook = { schema: 1; dirty: boolean; retryAt?: string };

/**
 * One endpoint of a practice, while there is something to post to it: it posts what happened, in order, waits while the
 * receiver does not take it, longer each time, and ends when there is nothing left, or when the endpoint was switched
 * off. How far it got and how long to wait is in the record; whoever starts it again goes on from there.
 */
export async function webhookEndpoint(carried?: CarriedWebhook): Promise<void> {
  const ref = parseWebhookWorkflowId(workflowInfo().workflowId);
  if (!ref)
    throw ApplicationFailure.nonRetryable(
      'the workflow id must be webhook/{practiceId}/{endpointId}',
      'InvalidWorkflowId',
    );
  const sleeper = new Sleeper(carried?.dirty ?? true, carried?.retryAt);

  for (;;) {
    await sleeper.woken();
    const report = await deliverEvents.executeWithOptions({ summary: 'post events' }, [ref]);
    if (report.more) sleeper.wake();
    const { retryAt } = report;
    // Whoever was told of something meanwhile is looked after first.
    if (!sleeper.awake && retryAt === undefined) return;
    sleeper.sleepUntil(retryAt);
    setCurrentDetails(
      retryAt === undefined
        ? 'Posts events.'
        : `The receiver did not take an event; it is tried again at ${retryAt}.`,
    );
    if (sleeper.isBusy)
      await continueAsNew<typeof webhookEndpoint>({
        schema: 1,
        dirty: sleeper.awake,
        ...(retryAt === undefined ? {} : { retryAt }),
      });
  }
}
