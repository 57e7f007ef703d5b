import type { Stack } from './stack.ts';

/** What the service holds, as one text: so that "changes nothing" can be seen. */
export async function everything({ db: { prisma } }: Stack): Promise<string> {
  return JSON.stringify(
    await Promise.all([
      prisma.contact.findMany({ orderBy: { id: 'asc' } }),
      prisma.channel.findMany({ orderBy: [{ contactId: 'asc' }, { method: 'asc' }] }),
      prisma.delivery.findMany({ orderBy: { id: 'asc' } }),
      prisma.optInRequest.findMany({ orderBy: { id: 'asc' } }),
      prisma.message.count(),
      prisma.ledgerEntry.count(),
      prisma.suppression.count(),
      prisma.inboundMessage.count(),
      prisma.webhookEvent.count(),
      prisma.event.count(),
      prisma.practice.findMany({ orderBy: { id: 'asc' } }),
      prisma.apiKey.findMany({ orderBy: { id: 'asc' } }),
    ]),
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
}
