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
  const at = order === 'queue' ? Prisma.sql`m.due_at` : Prisma.sql`m.created_at`;
  const newest = order === 'newest';
  const direction = newest ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const conditions = [Prisma.sql`m.practice_id = ${practiceId}`];
  const { contactId, status, since } = filter;
  if (contactId !== undefined) conditions.push(Prisma.sql`m.contact_id = ${contactId}`);
  if (since !== undefined) conditions.push(Prisma.sql`m.created_at >= ${since}`);
  if (status !== undefined) conditions.push(hasStatus(status));
  if (after !== undefined)
    conditions.push(
      Prisma.sql`(${at}, m.arrival) ${newest ? Prisma.sql`<` : Prisma.sql`>`}
        (${after.at}, ${after.arrival}::bigint)`,
    );
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT m.id FROM messages m WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY ${at} ${direction}, m.arrival ${direction} LIMIT ${size + 1}`;
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
