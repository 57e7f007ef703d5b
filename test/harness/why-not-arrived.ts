import { temporal } from '@temporalio/proto';
import type { Stack } from './stack.ts';

/** What the service and Temporal know of a contact's messages: for the error of a test that waited for one in vain. */
export async function whyNotArrived(
  { db, client, taskQueue }: Pick<Stack, 'db' | 'client' | 'taskQueue'>,
  { practiceId, contactId }: { practiceId: string; contactId: string },
): Promise<string> {
  const where = { practiceId, contactId };
  const deliveries = await db.prisma.delivery.findMany({
    where,
    select: { purpose: true, status: true, dueAt: true, claimedAt: true, finishedAt: true },
  });
  const channels = await db.prisma.channel.findMany({
    where: { ...where, assigned: true },
    select: {
      method: true,
      state: true,
      dispatched: true,
      lookAt: true,
      leaseUntil: true,
      failures: true,
    },
  });
  // Of all practices: does another one's go on?
  const dispatchers = await db.prisma.dispatcher.findMany();
  const runs: object[] = [];
  const dispatching = dispatchers.map((one) => `dispatch/${one.practiceId}`);
  for (const workflowId of [`contact/${practiceId}/${contactId}`, ...dispatching])
    try {
      const run = client.workflow.getHandle(workflowId);
      const { raw, historyLength } = await run.describe();
      const { pendingActivities, pendingWorkflowTask } = raw;
      const { events = [] } = await run.fetchHistory();
      const newest = events!
        .slice(-12)
        .map(({ eventType, eventTime }) => [
          temporal.api.enums.v1.EventType[eventType!],
          `${String(eventTime?.seconds)}.${eventTime?.nanos}`,
        ]);
      runs.push({ workflowId, historyLength, newest, pendingActivities, pendingWorkflowTask });
    } catch (error) {
      runs.push({ workflowId, error: String(error) });
    }
  // Of the whole stack: does its worker take workflow tasks at all?
  const { namespace } = client.options;
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    reportStats: true,
  });
  const known = { deliveries, channels, dispatchers, runs, pollers, stats };
  return JSON.stringify({ at: new Date(), ...known }, null, 1);
}
