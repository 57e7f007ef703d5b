import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { markInbound, nextAppointments } from '../../db/inbound-store.ts';
import type { Database } from '../../db/database.ts';
import type { InboundMessage } from '../../db/generated/client.ts';
import { AppError } from '../../errors.ts';
import type { AppContext } from '../context.ts';
import { isUuid, newestPage, olderThan, pageQuery, pageSize } from '../pages.ts';

/** What people replied (contract, "Practice"), and which replies staff have dealt with. */
export function registerInbound(app: FastifyInstance, { db }: AppContext): void {
  const tags = ['Practice'];
  const querystring = Type.Object(
    { ...pageQuery, handled: Type.Optional(Type.Enum(['true', 'false'])) },
    { additionalProperties: false },
  );

  /**
   * Replies by SMS, newest first; `handled=false` waits for staff: what was not understood, and a stop with doubt.
   * Each: `{ id, contactId?, method, from, text, meaning, doubtful?, nextAppointmentAt?, receivedAt, handledAt? }`.
   * `meaning`: `yes`, `no`, `stop`, `start`, `help`, `unclear`; `booking`: what came of a booking and must not count by
   * itself, `text` says why. `doubtful`: the stop counts, but may have been meant otherwise (CANCEL, a wrong number).
   * `nextAppointmentAt`, beside a stop or what is unclear: the next appointment that the contact's messages speak of; who
   * texts CANCEL may mean that.
   */
  app.get<{ Querystring: Static<typeof querystring> }>(
    '/inbound',
    { schema: { tags, querystring } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const handled =
        query.handled === undefined
          ? {}
          : { handledAt: query.handled === 'true' ? { not: null } : null };
      const rows = await db.prisma.inboundMessage.findMany({
        where: { practiceId, ...handled, ...olderThan(query.cursor) },
        orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
        take: size + 1,
      });
      const { shown, next } = newestPage(rows, size);
      return { items: await present(db, practiceId, shown), ...next };
    },
  );

  const params = Type.Object({ replyId: Type.String() });
  type Params = { Params: Static<typeof params> };

  const mark = async (practiceId: string, replyId: string, handled: boolean) => {
    // An id of another form is nobody's.
    const row = isUuid(replyId) ? await markInbound(db, practiceId, replyId, handled) : undefined;
    if (!row) throw new AppError('not_found', 'There is no such reply.');
    return (await present(db, practiceId, [row]))[0];
  };

  /** Staff dealt with the reply: 200 and the reply. A second time changes nothing, `handledAt` stays. */
  app.post<Params>('/inbound/:replyId/handled', { schema: { tags, params } }, (request) =>
    mark(request.practiceId, request.params.replyId, true),
  );

  /** It waits for staff again: 200 and the reply. */
  app.delete<Params>('/inbound/:replyId/handled', { schema: { tags, params } }, (request) =>
    mark(request.practiceId, request.params.replyId, false),
  );
}

async function present(db: Database, practiceId: string, rows: readonly InboundMessage[]) {
  const inQuestion = rows.filter(({ meaning }) => meaning === 'stop' || meaning === 'unclear');
  const appointments = await nextAppointments(
    db.prisma,
    practiceId,
    inQuestion.flatMap(({ contactId }) => contactId ?? []),
    db.clock.now(),
  );
  return rows.map((row) => {
    const next = inQuestion.includes(row) ? appointments.get(row.contactId ?? '') : undefined;
    return {
      id: row.id,
      ...(row.contactId === null ? {} : { contactId: row.contactId }),
      method: row.method,
      from: db.cipher.open(row.fromEnc, 'inbound_messages.from'),
      text: db.cipher.open(row.textEnc, 'inbound_messages.text'),
      meaning: row.meaning,
      ...(row.doubtful ? { doubtful: true } : {}),
      ...(next ? { nextAppointmentAt: next.toISOString() } : {}),
      receivedAt: row.receivedAt.toISOString(),
      ...(row.handledAt === null ? {} : { handledAt: row.handledAt.toISOString() }),
    };
  });
}
