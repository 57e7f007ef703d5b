import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { currentIds } from '../../record/contacts/alias-store.ts';
import { ifReadable } from '../../platform/db/cipher.ts';
import { listContacts } from './contact-list.ts';
import { listMessages } from '../../record/messages/message-list.ts';
import { viewMessages } from '../../record/messages/message-view.ts';
import { listRejected, openRejected } from '../../signals/rejected-signals.ts';
import { channelStates } from '../../core/consent/consent-state.ts';
import { id, instant } from '../../core/message/message-schema.ts';
import { deliveryStatuses } from '../../core/message/message.ts';
import { presentStored } from '../../record/contacts/contact-view.ts';
import type { AppContext } from '../../signals/app-context.ts';
import {
  nextMessages,
  nextNewest,
  olderThan,
  pageQuery,
  pageSize,
  readCursor,
  readMessageCursor,
  timeIn,
  writeCursor,
} from '../../platform/http/pages.ts';

/** Ids with commas between. */
const idList = '^[A-Za-z0-9._-]{1,64}(,[A-Za-z0-9._-]{1,64}){0,199}$';
const strict = { additionalProperties: false };

/** Lists across contacts (contract): red contacts, outcomes of messages, refused signals. */
export function registerLists(app: FastifyInstance, { db }: AppContext): void {
  const contactQuery = Type.Object(
    {
      ...pageQuery,
      light: Type.Optional(Type.Enum(['green', 'red'])),
      state: Type.Optional(Type.Enum([...channelStates])),
      query: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
      dueBefore: Type.Optional(instant),
      ids: Type.Optional(Type.String({ pattern: idList, maxLength: 13_000 })),
    },
    strict,
  );
  /**
   * `light=red&dueBefore=` are those at risk. `query` finds a part of an id, whole words of a name, or a whole address.
   * `ids`: only these, with commas between, at most 200.
   */
  app.get<{ Querystring: Static<typeof contactQuery> }>(
    '/contacts',
    { schema: { tags: ['Contacts'], querystring: contactQuery } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const [after = ''] = readCursor(query.cursor, [isId]) ?? [];
      const { light, state, query: words, ids } = query;
      const { contacts, next } = await listContacts(
        db,
        practiceId,
        {
          ...(light === undefined ? {} : { light }),
          ...(state === undefined ? {} : { state }),
          ...(words === undefined ? {} : { query: words }),
          ...timeIn(query, 'dueBefore'),
          ...(ids === undefined ? {} : { ids: ids.split(',') }),
        },
        after,
        size,
      );
      const items = await presentStored(db, db.prisma, contacts);
      return { items, ...(next === undefined ? {} : { nextCursor: writeCursor([next]) }) };
    },
  );

  const messageQuery = Type.Object(
    {
      ...pageQuery,
      status: Type.Optional(Type.Enum([...deliveryStatuses])),
      contactId: Type.Optional(id),
      since: Type.Optional(instant),
      order: Type.Optional(Type.Enum(['oldest', 'newest'])),
    },
    strict,
  );
  /**
   * In the order in which they were stored, or `order=newest` first. `status` is the message's own: the first that one
   * of its deliveries has.
   */
  app.get<{ Querystring: Static<typeof messageQuery> }>(
    '/messages',
    { schema: { tags: ['Messages'], querystring: messageQuery } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const { status, order = 'oldest' } = query;
      const [contactId] =
        query.contactId === undefined
          ? []
          : await currentIds(db.prisma, practiceId, [query.contactId]);
      const { messages, next } = await listMessages(
        db.prisma,
        practiceId,
        {
          ...(contactId === undefined ? {} : { contactId }),
          ...(status === undefined ? {} : { status }),
          ...timeIn(query, 'since'),
        },
        order,
        readMessageCursor(query.cursor),
        size,
        db.clock.now(),
      );
      return {
        items: await viewMessages(db, db.prisma, practiceId, messages, db.clock.now()),
        ...nextMessages(next),
      };
    },
  );

  const rejectedQuery = Type.Object(pageQuery, strict);
  /**
   * Raw signals of the last 30 days that could not be taken, newest first, with the payload as it came; `null` for a
   * contact that was erased. A page may hold fewer than `limit`, where payloads are large.
   */
  app.get<{ Querystring: Static<typeof rejectedQuery> }>(
    '/rejected-signals',
    { schema: { tags: ['Practice'], querystring: rejectedQuery } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const { rows, next } = await listRejected(db, practiceId, olderThan(query.cursor), size);
      const items = rows.map((row) => ({
        id: row.id,
        contactId: row.contactId,
        signal: row.signal,
        reason: row.reason,
        ...(ifReadable(() => ({ payload: openRejected(db, row) })) ?? { unreadable: true }),
        receivedAt: row.receivedAt.toISOString(),
      }));
      return { items, ...nextNewest(next) };
    },
  );
}

function isId(part: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(part);
}
