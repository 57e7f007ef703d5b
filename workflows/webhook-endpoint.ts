import {
  ApplicationFailure,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { parseWebhookWorkflowId } from '../src/domain/ids.ts';
import type { WebhookActivities } from './activity-types.ts';
import { Deadline } from './deadline.ts';
import { wakeSignal } from './messages.ts';
import { patience } from './patience.ts';

const { deliverEvents } = proxyActivities<WebhookActivities>(patience);

/** What one run hands to the next. */
export type CarriedWebhook = { schema: 1; dirty: boolean; retryAt?: string };

const busyEvents = 2_000;
const busySignals = 1_000;

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
  let dirty = carried?.dirty ?? true;
  let signals = 0;
  const wake = (): void => {
    dirty = true;
  };
  const deadline = new Deadline(wake);
  deadline.set(carried?.retryAt === undefined ? undefined : new Date(carried.retryAt));
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
    const report = await deliverEvents.executeWithOptions({ summary: 'post events' }, [ref]);
    if (report.more) dirty = true;
    const { retryAt } = report;
    // Whoever was told of something meanwhile is looked after first.
    if (!dirty && retryAt === undefined) return;
    deadline.set(retryAt === undefined ? undefined : new Date(retryAt));
    setCurrentDetails(
      retryAt === undefined
        ? 'Posts events.'
        : `The receiver did not take an event; it is tried again at ${retryAt}.`,
    );
    const { historyLength } = workflowInfo();
    if (historyLength > busyEvents || signals > busySignals)
      await continueAsNew<typeof webhookEndpoint>({
        schema: 1,
        dirty,
        ...(retryAt === undefined ? {} : { retryAt }),
      });
  }
}
