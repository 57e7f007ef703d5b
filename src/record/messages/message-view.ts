import { laneGate } from '../../core/consent/gate.ts';
import { messageStatus, type DeliveryStatus } from '../../core/message/message.ts';
import type { Method } from '../../core/method.ts';
import { quietNow } from '../../core/quiet-hours.ts';
import { readCurrent, type ContactView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { turnsOf, type Turns } from './dispatch-store.ts';
import type { Delivery, Message } from '../../platform/db/generated/client.ts';
import { ifReadable } from '../../platform/db/cipher.ts';
import type { ListedMessage } from './message-list.ts';
import { openAbout, openContent } from './message-words.ts';

/** How messages are shown: with their deliveries, and what each queued one waits for. */

export type DeliveryView = {
  method: Method;
  status: DeliveryStatus;
  waitingFor?: string;
  dueAt: string;
  reason?: string;
  /** The provider that was called last. */
  provider?: string;
  /** Its own id of the message. */
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
  /** Came by a signal whose payload was not encoded: its text is in Temporal in the clear. */
  sentInTheClear?: true;
  /** Why there is no delivery yet: nobody registered the contact, or it has no method that fits. */
  waitingFor?: 'registration' | 'method';
  deliveries: DeliveryView[];
};

export async function viewMessages(
  db: Database,
  sql: Sql,
  practiceId: string,
  rows: readonly ListedMessage[],
  now: Date,
): Promise<MessageView[]> {
  const deliveries = await sql.delivery.findMany({
    where: { practiceId, messageId: { in: rows.map((row) => row.id) } },
    orderBy: { method: 'asc' },
  });
  const ids = [...new Set(rows.map(({ contactId }) => contactId))];
  const contacts = await readCurrent(sql, practiceId, ids);
  const turns = await turnsOf(sql, practiceId);
  return rows.map((row) => {
    const own = deliveries
      .filter((delivery) => delivery.messageId === row.id)
      .map((delivery) => viewDelivery(delivery, contacts.get(row.contactId), turns, now));
    const about = ifReadable(() => openAbout(db, row)) ?? undefined;
    const registered = contacts.get(row.contactId)?.consent.registered ?? false;
    const waitingFor = registered ? ('method' as const) : ('registration' as const);
    const over = statusWithoutDeliveries(row, now);
    return {
      id: row.id,
      contactId: contacts.get(row.contactId)?.ref.contactId ?? row.contactId,
      kind: row.kind,
      status: own.length === 0 && over ? over : messageStatus(own),
      createdAt: row.createdAt.toISOString(),
      ...(about === undefined ? {} : { about }),
      ...(row.source === 'clear_signal' ? { sentInTheClear: true as const } : {}),
      ...(own.length > 0 || over ? {} : { waitingFor }),
      deliveries: own,
    };
  });
}

/** A message as it was written. */
export function writtenMessage(db: Database, row: Message) {
  const { template, ...words } = openContent(db, row);
  return {
    ...words,
    ...(template === undefined ? {} : { template }),
    ...(row.anyMethod ? {} : { methods: row.methods }),
    sendAt: row.dueAt.toISOString(),
    ...(row.notAfter === null ? {} : { notAfter: row.notAfter.toISOString() }),
    ...(row.eventAt === null ? {} : { eventAt: row.eventAt.toISOString() }),
  };
}

/** Undefined: it may still get some. */
function statusWithoutDeliveries(row: ListedMessage, now: Date): DeliveryStatus | undefined {
  if (row.cancelledAt !== null) return 'cancelled';
  return row.notAfter !== null && row.notAfter <= now ? 'expired' : undefined;
}

function viewDelivery(
  row: Delivery,
  contact: ContactView | undefined,
  turns: Turns,
  now: Date,
): DeliveryView {
  const method = row.method as Method;
  // An overdue delivery will never leave, whether or not the sweeper has marked it yet.
  const expired = row.status === 'queued' && row.notAfter !== null && row.notAfter <= now;
  const status = expired ? 'expired' : (row.status as DeliveryStatus);
  const fault = status === 'queued' ? contact?.lanes[method].fault : undefined;
  const reason = fault ?? row.reason;
  return {
    method,
    status,
    ...(status === 'queued' && contact ? { waitingFor: waitingFor(row, contact, turns, now) } : {}),
    dueAt: row.dueAt.toISOString(),
    ...(reason === null ? {} : { reason }),
    ...(row.provider === null ? {} : { provider: row.provider }),
    ...(row.providerId === null ? {} : { providerId: row.providerId }),
    ...(row.sentAt === null ? {} : { sentAt: row.sentAt.toISOString() }),
    ...(row.deliveredAt === null ? {} : { deliveredAt: row.deliveredAt.toISOString() }),
  };
}

function waitingFor(row: Delivery, contact: ContactView, turns: Turns, now: Date): string {
  const method = row.method as Method;
  const { retryAt, dispatched, fault } = contact.lanes[method];
  // First: what is at fault may be what the rest goes by.
  if (fault !== null) return 'fault';
  const gate = laneGate(contact.consent, method, contact.practice);
  if (!gate.open) return gate.waitingFor;
  if (row.dueAt > now) return 'due';
  const quiet = quietNow(contact.practice.settings, contact, method, now);
  if (quiet?.kinds.some((kind) => kind === row.kind)) return 'quiet_hours';
  const turnAt = dispatched ? turns.get(method) : undefined;
  const held = [retryAt, turnAt].some((at) => at && at > now);
  return held ? 'provider' : 'earlier_message';
}
