import type { Stack } from './stack.ts';

/** Wake-up and signal times: a worker writes these by itself, and they decide nothing. */
const bookkeeping = new Set(['announcedVersion', 'wokenAt', 'lookAt', 'dispatched']);

/** What the service holds, as one text: so that "changes nothing" can be seen. `but`: tables that are not looked at. */
export async function everything(
  { db: { prisma } }: Stack,
  ...but: (keyof ReturnType<typeof tables>)[]
): Promise<string> {
  const looked = Object.entries(tables(prisma)).filter(
    ([name]) => !but.some((one) => one === name),
  );
  const rows = await Promise.all(looked.map(async ([name, read]) => [name, await read()] as const));
  return JSON.stringify(Object.fromEntries(rows), (key, value: unknown) => {
    if (bookkeeping.has(key)) return undefined;
    return typeof value === 'bigint' ? String(value) : value;
  });
}

function tables(prisma: Stack['db']['prisma']) {
  const byId = { orderBy: { id: 'asc' } } as const;
  return {
    contacts: () => prisma.contact.findMany(byId),
    channels: () => prisma.channel.findMany({ orderBy: [{ contactId: 'asc' }, { method: 'asc' }] }),
    deliveries: () => prisma.delivery.findMany(byId),
    optInRequests: () => prisma.optInRequest.findMany(byId),
    messages: () => prisma.message.count(),
    ledger: () => prisma.ledgerEntry.count(),
    suppressions: () => prisma.suppression.count(),
    refusals: () => prisma.refusal.count(),
    preferenceLinks: () => prisma.preferenceLink.count(),
    bookingSessions: () => prisma.bookingSession.findMany(byId),
    bookingCodes: () => prisma.bookingCode.findMany(byId),
    inbound: () => prisma.inboundMessage.count(),
    webhookEvents: () => prisma.webhookEvent.count(),
    events: () => prisma.event.count(),
    practices: () => prisma.practice.findMany(byId),
    keys: () => prisma.apiKey.findMany(byId),
  };
}
