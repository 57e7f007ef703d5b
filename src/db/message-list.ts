import { messageStatusOrder, type DeliveryStatus } from '../domain/message.ts';
import { Prisma, type Sql } from './database.ts';
import type { Message } from './generated/client.ts';

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

/** The last one of a page, in the order's own terms. */
export type MessagePlace = { at: Date; arrival: bigint };

export async function listMessages(
  sql: Sql,
  practiceId: string,
  filter: MessageFilter,
  order: MessageOrder,
  after: MessagePlace | undefined,
  size: number,
): Promise<{ messages: ListedMessage[]; next?: MessagePlace }> {
  const { contactId, status } = filter;
  const rows =
    contactId === undefined && order !== 'queue' && isRare(status)
      ? await byOutcome(sql, practiceId, { ...filter, status }, order, after, size + 1)
      : await inOrder(sql, practiceId, filter, order, after, size + 1);
  const ids = rows.slice(0, size).map(({ id }) => id);
  const found = await sql.message.findMany({
    where: { practiceId, id: { in: ids } },
    omit: { contentEnc: true },
  });
  const byId = new Map(found.map((message) => [message.id, message]));
  const messages = ids.flatMap((id) => byId.get(id) ?? []);
  const last = rows.length > size ? messages.at(-1) : undefined;
  if (!last) return { messages };
  const lastAt = order === 'queue' ? last.dueAt : last.createdAt;
  return { messages, next: { at: lastAt, arrival: last.arrival } };
}

async function inOrder(
  sql: Sql,
  practiceId: string,
  { contactId, status, since }: MessageFilter,
  order: MessageOrder,
  after: MessagePlace | undefined,
  most: number,
): Promise<{ id: string }[]> {
  const at = order === 'queue' ? Prisma.sql`m.due_at` : Prisma.sql`m.created_at`;
  const { direction, beyond } = towards(order);
  const conditions = [Prisma.sql`m.practice_id = ${practiceId}`];
  if (contactId !== undefined) conditions.push(Prisma.sql`m.contact_id = ${contactId}`);
  if (since !== undefined) conditions.push(Prisma.sql`m.created_at >= ${since}`);
  if (status !== undefined) conditions.push(hasStatus(status));
  if (after !== undefined)
    conditions.push(
      Prisma.sql`(${at}, m.arrival) ${beyond} (${after.at}, ${after.arrival}::bigint)`,
    );
  return sql.$queryRaw`
    SELECT m.id FROM messages m WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY ${at} ${direction}, m.arrival ${direction} LIMIT ${most}`;
}

function towards(order: MessageOrder): { direction: Prisma.Sql; beyond: Prisma.Sql } {
  return order === 'newest'
    ? { direction: Prisma.sql`DESC`, beyond: Prisma.sql`<` }
    : { direction: Prisma.sql`ASC`, beyond: Prisma.sql`>` };
}

/** Outcomes that few messages have (the index `deliveries_outcomes` has the same words). */
const rare = ['failed', 'unknown', 'expired', 'cancelled', 'suppressed'] as const;
type RareStatus = (typeof rare)[number];

function isRare(status: DeliveryStatus | undefined): status is RareStatus {
  return rare.some((one) => one === status);
}

/**
 * Found by their deliveries, in the order in which they arrived: among years of messages there may be one that failed, or
 * none. Both deliveries of a message have its arrival.
 */
async function byOutcome(
  sql: Sql,
  practiceId: string,
  { status, since }: { status: RareStatus; since?: Date },
  order: MessageOrder,
  after: MessagePlace | undefined,
  most: number,
): Promise<{ id: string }[]> {
  const { direction, beyond } = towards(order);
  const conditions = [
    Prisma.sql`f.practice_id = ${practiceId} AND f.purpose = 'content' AND f.status = ${Prisma.raw(`'${status}'`)}`,
    hasStatus(status),
  ];
  if (since !== undefined)
    conditions.push(Prisma.sql`m.created_at >= ${since} AND f.created_at >= ${since}`);
  if (after !== undefined)
    conditions.push(Prisma.sql`f.arrival ${beyond} ${after.arrival}::bigint`);
  return sql.$queryRaw`
    SELECT DISTINCT ON (f.arrival) m.id FROM deliveries f
    JOIN messages m ON m.practice_id = f.practice_id AND m.id = f.message_id
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY f.arrival ${direction} LIMIT ${most}`;
}

/** A message's status is the first in the contract's order that a delivery has; without deliveries it is queued. */
function hasStatus(status: DeliveryStatus): Prisma.Sql {
  const stronger = messageStatusOrder.slice(0, messageStatusOrder.indexOf(status));
  const has = Prisma.sql`SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id`;
  const exact = Prisma.sql`EXISTS (${has} AND d.status = ${status})
    AND NOT EXISTS (${has} AND d.status = ANY(${[...stronger]}))`;
  return status === 'queued'
    ? Prisma.sql`((${exact}) OR NOT EXISTS (${has}))`
    : Prisma.sql`(${exact})`;
}
