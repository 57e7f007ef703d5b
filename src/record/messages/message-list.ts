import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import {
  messageStatusOrder,
  type DeliveryStatus,
  type MessagePlace,
} from '../../core/message/message.ts';
import { Prisma, type Sql } from '../../platform/db/database.ts';
import type { Message } from '../../platform/db/generated/client.ts';
import { idsOf } from '../contacts/joining.ts';

/** Without its words, which may be a quarter of a megabyte each. */
export type ListedMessage = Omit<Message, 'contentEnc'>;

/** Lists messages of a practice, page by page. */

export type MessageFilter = {
  contactId?: string;
  /** The message's own: the first in the contract's order that one of its deliveries has. */
  status?: DeliveryStatus;
  since?: Date;
};

/** `queue`: as they leave; the others: as they were stored. */
export type MessageOrder = 'queue' | 'oldest' | 'newest';

export async function listMessages(
  sql: Sql,
  practiceId: string,
  filter: MessageFilter,
  order: MessageOrder,
  after: MessagePlace | undefined,
  size: number,
  now: Date,
): Promise<{ messages: ListedMessage[]; next?: MessagePlace }> {
  const rows = await find(sql, practiceId, filter, order, after, size + 1, now);
  const page = rows.slice(0, size);
  const found = await sql.message.findMany({
    where: { practiceId, id: { in: page.map(({ id }) => id) } },
    omit: { contentEnc: true },
  });
  const byId = new Map(found.map((message) => [message.id, message]));
  const messages = page.flatMap(({ id }) => byId.get(id) ?? []);
  const last = rows.length > size ? page.at(-1) : undefined;
  return { messages, ...(last ? { next: { at: last.at, arrival: last.arrival } } : {}) };
}

type Found = MessagePlace & { id: string };

async function find(
  sql: Sql,
  practiceId: string,
  filter: MessageFilter,
  order: MessageOrder,
  after: MessagePlace | undefined,
  most: number,
  now: Date,
): Promise<Found[]> {
  const { contactId, status } = filter;
  if (status !== undefined && contactId === undefined && order !== 'queue')
    return byStatus(sql, practiceId, { ...filter, status }, order, after, most, now);
  if (status !== undefined && contactId !== undefined && order === 'queue')
    return ofContactByStatus(sql, { practiceId, contactId }, status, after, most, now);
  return inOrder(sql, practiceId, filter, order, after, most, now);
}

async function inOrder(
  sql: Sql,
  practiceId: string,
  { contactId, status, since }: MessageFilter,
  order: MessageOrder,
  after: MessagePlace | undefined,
  most: number,
  now: Date,
): Promise<Found[]> {
  const at = order === 'queue' ? Prisma.sql`m.due_at` : Prisma.sql`m.created_at`;
  const { direction, beyond } = towards(order);
  const conditions = [Prisma.sql`m.practice_id = ${practiceId}`];
  if (contactId !== undefined) conditions.push(Prisma.sql`m.contact_id = own.id`);
  if (since !== undefined) conditions.push(Prisma.sql`m.created_at >= ${since}`);
  if (status !== undefined) conditions.push(hasStatus(status, now));
  if (after !== undefined)
    conditions.push(
      Prisma.sql`(${at}, m.arrival) ${beyond} (${after.at}, ${after.arrival}::bigint)`,
    );
  const page = Prisma.sql`
    SELECT m.id, ${at} AS at, m.arrival FROM messages m WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY ${at} ${direction}, m.arrival ${direction} LIMIT ${most}`;
  if (contactId === undefined) return sql.$queryRaw`${page}`;
  return sql.$queryRaw`
    SELECT m.* FROM ${idsOf({ practiceId, contactId })} own CROSS JOIN LATERAL (${page}) m
    ORDER BY m.at ${direction}, m.arrival ${direction} LIMIT ${most}`;
}

function towards(order: MessageOrder): { direction: Prisma.Sql; beyond: Prisma.Sql } {
  return order === 'newest'
    ? { direction: Prisma.sql`DESC`, beyond: Prisma.sql`<` }
    : { direction: Prisma.sql`ASC`, beyond: Prisma.sql`>` };
}

/**
 * Found by their deliveries, in the order in which they arrived, and by their having none: among years of messages there
 * may be one that failed, or none. Both deliveries of a message have its arrival.
 */
async function byStatus(
  sql: Sql,
  practiceId: string,
  { status, since }: { status: DeliveryStatus; since?: Date },
  order: MessageOrder,
  after: MessagePlace | undefined,
  most: number,
  now: Date,
): Promise<Found[]> {
  const { direction, beyond } = towards(order);
  const within = (of: 'f' | 'm'): Prisma.Sql => {
    const arrival = Prisma.raw(`${of}.arrival`);
    const conditions = [Prisma.sql`m.practice_id = ${practiceId}`];
    if (since !== undefined)
      conditions.push(
        Prisma.sql`m.created_at >= ${since} AND ${arrival} >= ${firstOf(practiceId, since)}`,
      );
    if (after !== undefined)
      conditions.push(Prisma.sql`${arrival} ${beyond} ${after.arrival}::bigint`);
    return Prisma.join(conditions, ' AND ');
  };
  return sql.$queryRaw`
    SELECT * FROM (
      (SELECT DISTINCT ON (f.arrival) m.id, m.created_at AS at, f.arrival FROM deliveries f
       JOIN messages m ON m.practice_id = f.practice_id AND m.id = f.message_id
       WHERE f.practice_id = ${practiceId} AND f.purpose = 'content' AND f.status = ${status}
         AND ${hasFirst(status)} AND ${within('f')}
       ORDER BY f.arrival ${direction} LIMIT ${most})
      UNION ALL
      (SELECT m.id, m.created_at, m.arrival FROM messages m WHERE ${isUnrouted(status, now)} AND ${within('m')}
       ORDER BY m.arrival ${direction} LIMIT ${most})) found
    ORDER BY arrival ${direction} LIMIT ${most}`;
}

/** One contact's, in the order in which they leave: each when the first of its deliveries with that status does. */
async function ofContactByStatus(
  sql: Sql,
  { practiceId, contactId }: ContactRef,
  status: DeliveryStatus,
  after: MessagePlace | undefined,
  most: number,
  now: Date,
): Promise<Found[]> {
  const within = (of: 'f' | 'm'): Prisma.Sql => {
    const [owner, at, arrival] = ['contact_id', 'due_at', 'arrival'].map((column) =>
      Prisma.raw(`${of}.${column}`),
    ) as [Prisma.Sql, Prisma.Sql, Prisma.Sql];
    const own = Prisma.sql`m.practice_id = ${practiceId} AND ${owner} = own.id`;
    return after === undefined
      ? own
      : Prisma.sql`${own} AND (${at}, ${arrival}) > (${after.at}, ${after.arrival}::bigint)`;
  };
  return sql.$queryRaw`
    SELECT found.* FROM ${idsOf({ practiceId, contactId })} own CROSS JOIN LATERAL (
      (SELECT m.id, f.due_at AS at, f.arrival FROM deliveries f
       JOIN messages m ON m.practice_id = f.practice_id AND m.id = f.message_id
       WHERE f.practice_id = ${practiceId} AND f.purpose = 'content' AND f.status = ${status}
         AND ${hasFirst(status)} AND ${within('f')}
         AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = f.practice_id AND d.message_id = f.message_id
           AND d.status = f.status AND (d.due_at, d.method) < (f.due_at, f.method))
       ORDER BY f.due_at, f.arrival LIMIT ${most})
      UNION ALL
      (SELECT m.id, m.due_at, m.arrival FROM messages m WHERE ${isUnrouted(status, now)} AND ${within('m')}
       ORDER BY m.due_at, m.arrival LIMIT ${most})) found
    ORDER BY found.at, found.arrival LIMIT ${most}`;
}

/** The arrival of a message stored a little before: a transaction takes less, so none stored since arrived earlier. */
function firstOf(practiceId: string, since: Date): Prisma.Sql {
  const before = new Date(since.getTime() - limits.storedWithinMs);
  return Prisma.sql`COALESCE((SELECT first.arrival FROM messages first
    WHERE first.practice_id = ${practiceId} AND first.created_at >= ${before} ORDER BY first.created_at LIMIT 1), ${noneYet}::bigint)`;
}

/** Larger than any arrival. */
const noneYet = 2n ** 63n - 1n;

/** A message's status is the first in the contract's order that a delivery has. */
function hasStatus(status: DeliveryStatus, now: Date): Prisma.Sql {
  return Prisma.sql`(${hasFirst(status)} OR ${isUnrouted(status, now)})`;
}

function hasFirst(status: DeliveryStatus): Prisma.Sql {
  const stronger = messageStatusOrder.slice(0, messageStatusOrder.indexOf(status));
  const has = Prisma.sql`SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id`;
  return Prisma.sql`(EXISTS (${has} AND d.status = ${status})
    AND NOT EXISTS (${has} AND d.status = ANY(${[...stronger]})))`;
}

/** Of a message `m` without deliveries: as it is shown (message-view.ts). */
function isUnrouted(status: DeliveryStatus, now: Date): Prisma.Sql {
  const cancelled = Prisma.sql`m.cancelled_at IS NOT NULL`;
  const expired = Prisma.sql`NOT ${cancelled} AND COALESCE(m.not_after <= ${now}, false)`;
  switch (status) {
    case 'queued':
      return Prisma.sql`(m.unrouted AND NOT (${cancelled}) AND NOT (${expired}))`;
    case 'cancelled':
      return Prisma.sql`(m.unrouted AND ${cancelled})`;
    case 'expired':
      return Prisma.sql`(m.unrouted AND ${expired})`;
    default:
      return Prisma.sql`false`;
  }
}
