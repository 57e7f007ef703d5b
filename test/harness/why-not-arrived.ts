import type { Stack } from './stack.ts';

/** What the service and Temporal know of a contact's messages: for the error of a test that waited for one in vain. */
export async function whyNotArrived(
  { db, client }: Pick<Stack, 'db' | 'client'>,
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
  const dispatchers = await db.prisma.dispatcher.findMany({ where: { practiceId } });
  const runs: object[] = [];
  for (const workflowId of [`contact/${practiceId}/${contactId}`, `dispatch/${practiceId}`])
    try {
      const { raw, historyLength } = await client.workflow.getHandle(workflowId).describe();
      const { pendingActivities, pendingWorkflowTask } = raw;
      runs.push({ workflowId, historyLength, pendingActivities, pendingWorkflowTask });
    } catch (error) {
      runs.push({ workflowId, error: String(error) });
    }
  return JSON.stringify({ at: new Date(), deliveries, channels, dispatchers, runs }, null, 1);
}
