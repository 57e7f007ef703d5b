import type { Stack } from './stack.ts';

/** What the record knows of a contact's messages: for the error of a test that waited for one in vain. */
export async function whyNotArrived(
  { db }: Pick<Stack, 'db'>,
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
  return JSON.stringify({ at: new Date(), deliveries, channels, dispatchers }, null, 1);
}
