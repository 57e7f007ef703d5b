import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static, type TSchema } from 'typebox';
import { v7 as newId } from 'uuid';
import { currentIds } from '../../record/contacts/alias-store.ts';
import { ifReadable } from '../../platform/db/cipher.ts';
import { methodsByContact } from '../../record/contacts/contact-store.ts';
import type { Sql } from '../../platform/db/database.ts';
import { changeMessage, retryMessage, type ChangeResult } from './message-change.ts';
import { listMessages } from '../../record/messages/message-list.ts';
import {
  storeMessages,
  type MessageEntry,
  type StoredMessage,
} from '../../record/messages/message-store.ts';
import { prepareMessages, type RenderTime } from '../../templates/message-template.ts';
import { viewMessages, writtenMessage } from '../../record/messages/message-view.ts';
import { idsUnderKey } from './keyed-messages.ts';
import { transaction } from '../../platform/db/transaction.ts';
import { cancelByPractice, undoCancel } from './cancel.ts';
import { id, messageSchema, type MessageInput } from '../../core/message/message-schema.ts';
import { deliveryStatuses } from '../../core/message/message.ts';
import { AppError } from '../../platform/errors.ts';
import type { AppContext } from '../../signals/app-context.ts';
import { arrayOf, entryReader, invalid } from '../../platform/http/entries.ts';
import { problemsOf, readUnlessUnfit, sentEntry } from '../../platform/http/incoming-body.ts';
import { rendering } from '../templates/render-allowance.ts';
import { nextMessages, pageQuery, pageSize, readMessageCursor } from '../../platform/http/pages.ts';

const oneOrMany = Type.Union([messageSchema, arrayOf(messageSchema)]);
const withContact = Type.Intersect([messageSchema, Type.Object({ contactId: id })]);
const readMessages = entryReader(messageSchema);
const entrySchema = Type.Object(
  { ...messageSchema.properties, contactId: id },
  { additionalProperties: false },
);
const readEntries = entryReader(entrySchema);

/** Messages: 202 means stored; it then leaves when it may, or is visibly held (contract, "Messages"). */
export function registerMessages(app: FastifyInstance, context: AppContext): void {
  const { db, workflows } = context;
  const documented = { validatorCompiler: () => () => true };
  const config = { repeatsFirst: true } as const;
  const tags = ['Messages'];

  app.post<{ Params: { contactId: string } }>(
    '/contacts/:contactId/messages',
    {
      schema: { tags, params: Type.Object({ contactId: id }), body: oneOrMany },
      config,
      ...documented,
    },
    async (request, reply) => {
      const { contactId } = request.params;
      const inputs = readUnlessUnfit(request, readMessages);
      const ids = await idsFor(request, inputs.length);
      const entries = inputs.map((input, index) => ({
        contactId,
        input: { id: ids[index]!, ...input },
      }));
      const messages = await accept(request, entries);
      return reply.status(202).send({ messages });
    },
  );

  /** Across contacts; all or none. */
  app.post(
    '/messages',
    {
      schema: { tags, body: Type.Union([withContact, arrayOf(withContact)]) },
      config,
      ...documented,
    },
    async (request, reply) => {
      const named = readUnlessUnfit(request, readEntries);
      const ids = await idsFor(request, named.length);
      const entries = named.map(({ contactId, ...input }, index) => ({
        contactId,
        input: { id: ids[index]!, ...input },
      }));
      const messages = await accept(request, entries);
      return reply.status(202).send({ messages });
    },
  );

  const listQuery = Type.Object(
    { ...pageQuery, status: Type.Optional(Type.Enum([...deliveryStatuses])) },
    { additionalProperties: false },
  );
  /** In the order in which they leave. */
  app.get<{ Params: { contactId: string }; Querystring: Static<typeof listQuery> }>(
    '/contacts/:contactId/messages',
    { schema: { tags, params: Type.Object({ contactId: id }), querystring: listQuery } },
    async ({ practiceId, params, query }) => {
      const { contactId } = params;
      const filter = { contactId, ...(query.status === undefined ? {} : { status: query.status }) };
      const after = readMessageCursor(query.cursor);
      const size = pageSize(query);
      return transaction(db, async (sql) => {
        const known = await sql.contact.count({ where: { practiceId, id: contactId } });
        if (known === 0) throw new AppError('not_found');
        const { messages, next } = await listMessages(
          sql,
          practiceId,
          filter,
          'queue',
          after,
          size,
          db.clock.now(),
        );
        return {
          items: await viewMessages(db, sql, practiceId, messages, db.clock.now()),
          ...nextMessages(next),
        };
      });
    },
  );

  /** The message with its words: `subject`, `body` and `content` as they were given, or as a template made them. */
  app.get<{ Params: { messageId: string } }>(
    '/messages/:messageId',
    { schema: { tags, params: Type.Object({ messageId: id }) } },
    async (request) => {
      const { practiceId } = request;
      return transaction(db, async (sql) => {
        const row = await sql.message.findFirst({
          where: { practiceId, id: request.params.messageId },
        });
        if (!row) throw new AppError('not_found');
        const [view] = await viewMessages(db, sql, practiceId, [row], db.clock.now());
        return { ...view, ...(ifReadable(() => writtenMessage(db, row)) ?? { unreadable: true }) };
      });
    },
  );

  const patchSchema = Type.Partial(
    Type.Object(
      Object.fromEntries(
        Object.entries(messageSchema.properties)
          .filter(([name]) => name !== 'id')
          .map(([name, field]) => [name, Type.Union([field as TSchema, Type.Null()])]),
      ),
    ),
    { additionalProperties: false },
  );
  const readPatch = entryReader(patchSchema);
  type Params = { Params: { messageId: string } };
  const params = Type.Object({ messageId: id });

  /**
   * Changes a message that is not claimed; `null` removes a field. 409 `message_claimed` once a delivery is under way.
   */
  app.patch<Params>(
    '/messages/:messageId',
    { schema: { tags, params, body: patchSchema }, ...documented },
    async (request) => {
      if (Array.isArray(request.body)) throw invalid([{ path: '', message: 'must be an object' }]);
      const [patch] = readPatch(request.body);
      const changes = patch as Record<string, unknown>;
      return rendering(request.practiceId, (time) =>
        change(request, (sql, { practiceId, messageId }) =>
          changeMessage(db, sql, practiceId, messageId, changes, time),
        ),
      );
    },
  );

  /** Cancels deliveries that are not sent; a repeat changes nothing. For ten seconds `POST …/restore` undoes it. */
  app.delete<Params>('/messages/:messageId', { schema: { tags, params } }, async (request) =>
    change(request, (sql, { practiceId, messageId }) =>
      cancelByPractice(db, sql, practiceId, messageId),
    ),
  );

  /**
   * Takes a cancelling of the last ten seconds back: all that it took waits again in its old place. 409 `nothing_to_undo`
   * afterwards, or for a message that was not cancelled; 409 `changed_meanwhile` where a newer message took its place.
   */
  app.post<Params>('/messages/:messageId/restore', { schema: { tags, params } }, async (request) =>
    change(request, (sql, { practiceId, messageId }) => undoCancel(db, sql, practiceId, messageId)),
  );

  const confirmation = Type.Union([
    Type.Null(),
    Type.Object({ confirm: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
  ]);
  /**
   * Sends failed deliveries again; unknown ones only with `confirm: true`. Of a message that was cancelled it sends these
   * alone.
   */
  app.post<Params & { Body: { confirm?: boolean } | null }>(
    '/messages/:messageId/retry',
    { schema: { tags, params, body: confirmation } },
    async (request, reply) => {
      const confirm = request.body?.confirm ?? false;
      const view = await change(request, (sql, { practiceId, messageId }) =>
        retryMessage(db, sql, practiceId, messageId, confirm),
      );
      return reply.status(202).send(view);
    },
  );

  async function change(
    request: FastifyRequest<Params>,
    apply: (sql: Sql, at: { practiceId: string; messageId: string }) => Promise<Changed>,
  ) {
    const { practiceId } = request;
    const { messageId } = request.params;
    const { tell, view } = await transaction(db, async (sql) => {
      const result = await apply(sql, { practiceId, messageId });
      if (!result.ok) throw refusalOf(result);
      const rows = await sql.message.findMany({ where: { practiceId, id: messageId } });
      const [shown] = await viewMessages(db, sql, practiceId, rows, db.clock.now());
      return { tell: result.tell, view: shown };
    });
    await workflows.tell(tell);
    return view;
  }

  /** Of messages whose caller gives them none. */
  function idsFor({ practiceId, idempotency }: FastifyRequest, count: number) {
    if (idempotency) return idsUnderKey(db, practiceId, idempotency, count);
    return Array.from({ length: count }, () => newId());
  }

  async function accept(request: FastifyRequest, named: MessageEntry[]): Promise<StoredMessage[]> {
    const { practiceId } = request;
    const indexed = Array.isArray(request.body);
    const at = (index: number) => (indexed ? { index } : {});
    const ids = await currentIds(
      db.prisma,
      practiceId,
      named.map((entry) => entry.contactId),
    );
    const refused = problemsOf(request);
    const written = named.map((entry, index) => ({
      ...entry,
      contactId: ids[index]!,
      ...(refused.some((one) => one.index === index)
        ? { sent: sentEntry<MessageInput>(request, index) }
        : {}),
    }));
    const assigned = await methodsByContact(db.prisma, practiceId, ids);
    const prepared = (time?: RenderTime) =>
      prepareMessages(
        db,
        db.prisma,
        practiceId,
        written,
        (contactId) => assigned.get(contactId) ?? [],
        refused,
        time,
      );
    const { entries, problems } = await (named.some(({ input }) => input.template)
      ? rendering(practiceId, prepared)
      : prepared());
    const [first] = problems;
    if (first)
      throw new AppError(first.code, undefined, {
        details: problems
          .slice(0, 100)
          .map(({ code: _, index, ...problem }) => ({ ...problem, ...at(index) })),
      });

    const result = await transaction(db, (sql) =>
      storeMessages(db, sql, practiceId, entries, {
        source: 'http',
        unknownContacts: 'refuse',
      }).then((stored) => {
        // Thrown inside the transaction: nothing of the call stays.
        if (stored.ok || stored.problem === 'moved') return stored;
        const details = [{ ...at(stored.index), path: '', message: stored.problem }];
        if (stored.problem === 'conflict')
          throw new AppError('message_conflict', undefined, { details });
        throw indexed && entries.length > 1
          ? invalid([{ ...at(stored.index), path: '/contactId', message: 'is not known' }])
          : new AppError('not_found', 'There is no such contact.');
      }),
    );
    if (!result.ok) return accept(request, named);
    // The 202 holds, whether Temporal gets its signal now or later from the sweeper.
    await workflows.tell(result);
    return result.messages;
  }
}

type Changed = ChangeResult | Awaited<ReturnType<typeof undoCancel>>;

const refusals = {
  unknown: 'not_found',
  claimed: 'message_claimed',
  nothing_to_retry: 'nothing_to_retry',
  confirmation_needed: 'confirmation_needed',
  nothing_to_undo: 'nothing_to_undo',
  changed_meanwhile: 'changed_meanwhile',
} as const;

function refusalOf(result: Changed & { ok: false }): AppError {
  if (result.problem !== 'invalid') return new AppError(refusals[result.problem]);
  const details = result.problems.map(({ code: _code, ...problem }) => problem);
  return new AppError(result.problems[0]?.code ?? 'validation_failed', undefined, { details });
}
