import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { listContacts } from '../../db/contact-list.ts';
import { viewMessages } from '../../db/message-view.ts';
import { Prisma } from '../../db/database.ts';
import { id, instant } from '../../domain/message-schema.ts';
import { deliveryStatuses, messageStatusOrder } from '../../domain/message.ts';
import { presentContact } from '../contact-view.ts';
import type { AppContext } from '../context.ts';
import {
  isNumber,
  isTime,
  newestPage,
  olderThan,
  pageQuery,
  pageSize,
  readCursor,
  writeCursor,
} from '../pages.ts';

const strict = { additionalProperties: false };
const channelStates = ['not_sent', 'sent', 'accepted', 'declined', 'revoked', 'failed', 'waived'];

/** Lists across contacts (contract): who is red, what became of messages, what was refused. */
export function registerLists(app: FastifyInstance, { db }: AppContext): void {
  const contactQuery = Type.Object(
    {
      ...pageQuery,
      light: Type.Optional(Type.Enum(['green', 'red'])),
      state: Type.Optional(Type.Enum(channelStates)),
      query: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
      dueBefore: Type.Optional(instant),
    },
    strict,
  );
  /** `light=red&dueBefore=` are those at risk. `query` finds a part of an id, or a whole address. */
  app.get<{ Querystring: Static<typeof contactQuery> }>(
    '/contacts',
    { schema: { tags: ['Contacts'], querystring: contactQuery } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const [after = ''] = readCursor(query.cursor, [isId]) ?? [];
      const { light, state, query: words, dueBefore } = query;
      const { contacts, next } = await listContacts(
        db,
        practiceId,
        {
          ...(light === undefined ? {} : { light }),
          ...(state === undefined ? {} : { state }),
          ...(words === undefined ? {} : { query: words }),
          ...(dueBefore === undefined ? {} : { dueBefore: new Date(dueBefore) }),
        },
        after,
        size,
      );
      const items = [];
      for (const contact of contacts) items.push(await presentContact(db, db.prisma, contact));
      return { items, ...(next === undefined ? {} : { nextCursor: writeCursor([next]) }) };
    },
  );

  const messageQuery = Type.Object(
    {
      ...pageQuery,
      status: Type.Optional(Type.Enum([...deliveryStatuses])),
      contactId: Type.Optional(id),
      since: Type.Optional(instant),
    },
    strict,
  );
  /** In the order in which they were stored. `status` is the message's own: the first that one of its deliveries has. */
  app.get<{ Querystring: Static<typeof messageQuery> }>(
    '/messages',
    { schema: { tags: ['Messages'], querystring: messageQuery } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const [at, arrival] = readCursor(query.cursor, [isTime, isNumber]) ?? [];
      const conditions = [Prisma.sql`m.practice_id = ${practiceId}`];
      if (query.contactId !== undefined)
        conditions.push(Prisma.sql`m.contact_id = ${query.contactId}`);
      if (query.since !== undefined)
        conditions.push(Prisma.sql`m.created_at >= ${new Date(query.since)}`);
      if (query.status !== undefined) conditions.push(hasStatus(query.status));
      if (at !== undefined)
        conditions.push(
          Prisma.sql`(m.created_at, m.arrival) > (${new Date(at)}, ${BigInt(arrival!)}::bigint)`,
        );
      const rows = await db.prisma.$queryRaw<{ id: string; created_at: Date; arrival: bigint }[]>`
        SELECT m.id, m.created_at, m.arrival FROM messages m
        WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY m.created_at, m.arrival LIMIT ${size + 1}`;
      const page = rows.slice(0, size);
      const found = await db.prisma.message.findMany({
        where: { practiceId, id: { in: page.map((row) => row.id) } },
        orderBy: [{ createdAt: 'asc' }, { arrival: 'asc' }],
      });
      const last = rows.length > size ? page.at(-1) : undefined;
      return {
        items: await viewMessages(db.prisma, practiceId, found, db.clock.now()),
        ...(last
          ? { nextCursor: writeCursor([last.created_at.toISOString(), String(last.arrival)]) }
          : {}),
      };
    },
  );

  const rejectedQuery = Type.Object(pageQuery, strict);
  /** Raw signals that could not be taken, newest first, with the payload as it came. */
  app.get<{ Querystring: Static<typeof rejectedQuery> }>(
    '/rejected-signals',
    { schema: { tags: ['Practice'], querystring: rejectedQuery } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const rows = await db.prisma.rejectedSignal.findMany({
        where: { practiceId, ...olderThan(query.cursor) },
        orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
        take: size + 1,
      });
      const { shown, next } = newestPage(rows, size);
      const items = shown.map((row) => ({
        id: row.id,
        contactId: row.contactId,
        signal: row.signal,
        reason: row.reason,
        payload: JSON.parse(db.cipher.open(row.payloadEnc, 'rejected_signals.payload')) as unknown,
        receivedAt: row.receivedAt.toISOString(),
      }));
      return { items, ...next };
    },
  );
}

function isId(part: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(part);
}

/** A message's status is the first in the contract's order that a delivery has; without deliveries it is queued. */
function hasStatus(status: (typeof deliveryStatuses)[number]): Prisma.Sql {
  const stronger = messageStatusOrder.slice(0, messageStatusOrder.indexOf(status));
  const has = Prisma.sql`SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id`;
  const exact = Prisma.sql`EXISTS (${has} AND d.status = ${status})
    AND NOT EXISTS (${has} AND d.status = ANY(${[...stronger]}))`;
  return status === 'queued'
    ? Prisma.sql`((${exact}) OR NOT EXISTS (${has}))`
    : Prisma.sql`(${exact})`;
}
