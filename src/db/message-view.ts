import { laneGate } from '../domain/gate.ts';
import { messageStatus, type DeliveryStatus } from '../domain/message.ts';
import type { Method } from '../domain/method.ts';
import type { ContactView } from './contact-lock.ts';
import { readContact } from './contact-lock.ts';
import type { Sql } from './database.ts';
import type { Delivery, Message } from './generated/client.ts';

/** How messages are shown: their deliveries, and for what is queued what it waits for. */

export type DeliveryView = {
  method: Method;
  status: DeliveryStatus;
  waitingFor?: string;
  dueAt: string;
  reason?: string;
  providerId?: string;
  sentAt?: string;
  deliveredAt?: string;
};

export type MessageView = {
  id: string;
  contactId: string;
  kind: string;
  status: DeliveryStatus;
  createdAt: string;
  about?: string;
  deliveries: DeliveryView[];
};

export async function viewMessages(
  sql: Sql,
  practiceId: string,
  rows: readonly Message[],
  now: Date,
): Promise<MessageView[]> {
  const deliveries = await sql.delivery.findMany({
    where: { practiceId, messageId: { in: rows.map((row) => row.id) } },
    orderBy: { method: 'asc' },
  });
  const contacts = new Map<string, ContactView | undefined>();
  for (const { contactId } of rows)
    if (!contacts.has(contactId))
      contacts.set(contactId, await readContact(sql, { practiceId, contactId }));
  return rows.map((row) => {
    const own = deliveries
      .filter((delivery) => delivery.messageId === row.id)
      .map((delivery) => viewDelivery(delivery, contacts.get(row.contactId), now));
    return {
      id: row.id,
      contactId: row.contactId,
      kind: row.kind,
      status: messageStatus(own),
      createdAt: row.createdAt.toISOString(),
      ...(row.about === null ? {} : { about: row.about }),
      deliveries: own,
    };
  });
}

function viewDelivery(row: Delivery, contact: ContactView | undefined, now: Date): DeliveryView {
  const method = row.method as Method;
  // What is past its time will never leave, whether or not the sweeper has written it down yet.
  const expired = row.status === 'queued' && row.notAfter !== null && row.notAfter <= now;
  const status = expired ? 'expired' : (row.status as DeliveryStatus);
  return {
    method,
    status,
    ...(status === 'queued' && contact ? { waitingFor: waitingFor(row, contact, now) } : {}),
    dueAt: row.dueAt.toISOString(),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.providerId === null ? {} : { providerId: row.providerId }),
    ...(row.sentAt === null ? {} : { sentAt: row.sentAt.toISOString() }),
    ...(row.deliveredAt === null ? {} : { deliveredAt: row.deliveredAt.toISOString() }),
  };
}

function waitingFor(row: Delivery, contact: ContactView, now: Date): string {
  const method = row.method as Method;
  const gate = laneGate(contact.consent, method, contact.practice);
  if (!gate.open) return gate.waitingFor;
  if (row.dueAt > now) return 'due';
  const { retryAt } = contact.lanes[method];
  return retryAt && retryAt > now ? 'provider' : 'earlier_message';
}
