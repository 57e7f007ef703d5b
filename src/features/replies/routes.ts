import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { awaitInFlight } from '../../record/messages/in-flight.ts';
import { resolveReply } from './resolve-reply.ts';
import {
  listInbound,
  nextAppointments,
  type InboundPlace,
} from '../../record/replies/inbound-list.ts';
import { ifReadable } from '../../platform/db/cipher.ts';
import { markInbound, resolutions } from '../../record/replies/inbound-store.ts';
import { openReply, openResolver } from '../../record/replies/inbound-words.ts';
import type { Database } from '../../platform/db/database.ts';
import type { InboundMessage } from '../../platform/db/generated/client.ts';
import { releasedBy } from '../../record/messages/release.ts';
import { transaction } from '../../platform/db/transaction.ts';
import { AppError } from '../../platform/errors.ts';
import type { AppContext } from '../../signals/app-context.ts';
import {
  isSmallNumber,
  isTime,
  isUuid,
  pageQuery,
  pageSize,
  readCursor,
  writeCursor,
} from '../../platform/http/pages.ts';
import { limitRelease } from '../../record/messages/release-limit.ts';

/** People's replies (contract, "Practice"), and which of them staff have dealt with. */
export function registerInbound(app: FastifyInstance, { db, workflows }: AppContext): void {
  const tags = ['Practice'];
  const querystring = Type.Object(
    { ...pageQuery, handled: Type.Optional(Type.Enum(['true', 'false'])) },
    { additionalProperties: false },
  );

  /**
   * Replies by SMS: those that may be a stop first, then unclear ones from somebody who was asked, then the rest; the
   * newest of each first. `handled=false` waits for staff. Where several practices send from one number, a reply is
   * only in the list of the practice it was for (docs/replies.md, "Whose a reply is").
   *
   * Each: `{ id, contactId?, method, from, text, mediaCount?, meaning, rule?, doubtful?, doubt?, asked?, answered?,
   * unanswered?, nextAppointmentAt?, receivedAt, handledAt?, resolvedAs?, resolvedAt?, resolvedBy? }`.
   *
   * - `meaning`: `yes`, `no`, `stop`, `doubtful_stop`, `start`, `help`, `reaction` (a phone's "Liked …"), `automatic`
   *   (a machine wrote it), `unclear`; `booking`: an outcome of a booking that must not count by itself, `text` says
   *   why; `locked`: too many wrong birth dates at links to messages.
   * - `mediaCount`: pictures that came with it; they stay with the provider. `rule`: the rule that matched.
   * - `doubtful`: with `doubtful_stop`, it may be a stop, and nothing with content leaves until it is settled (`doubt`:
   *   `unsure`, `wrong_person`, `deceased`); with `stop`, it stopped, but may have been meant otherwise (CANCEL).
   * - `asked`: a request was open, and this was no answer to it. `answered`: our answer by text; `provider`: the
   *   provider sent its own.
   * - `unanswered`: why there is none: `stopped_at_provider` (it lets nothing through to the number until START),
   *   `said_today` (the same was said today), `unheeded` (so many answers changed nothing: at the other end may be a
   *   machine).
   * - `resolvedAs`: how staff, or the person's own later word, settled it.
   * - `nextAppointmentAt`, with a stop or an unclear reply: the next appointment in the contact's messages; CANCEL may
   *   mean that.
   */
  app.get<{ Querystring: Static<typeof querystring> }>(
    '/inbound',
    { schema: { tags, querystring } },
    async ({ practiceId, query }) => {
      const size = pageSize(query);
      const handled = query.handled === undefined ? undefined : query.handled === 'true';
      const after = placeOf(query.cursor);
      const { rows, isLast } = await listInbound(db, practiceId, { handled, after }, size);
      const last = isLast ? undefined : rows.at(-1);
      return {
        items: await present(db, practiceId, rows),
        ...(last
          ? {
              nextCursor: writeCursor([
                String(last.priority),
                last.receivedAt.toISOString(),
                last.id,
              ]),
            }
          : {}),
      };
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

  /**
   * Staff dealt with the reply: 200 and the reply. A second time changes nothing, `handledAt` stays. It settles no
   * doubt: that is `resolve`.
   */
  const config = { idempotency: { harmless: true } } as const;
  app.post<Params>('/inbound/:replyId/handled', { schema: { tags, params }, config }, (request) =>
    mark(request.practiceId, request.params.replyId, true),
  );

  /** It waits for staff again: 200 and the reply. */
  app.delete<Params>('/inbound/:replyId/handled', { schema: { tags, params } }, (request) =>
    mark(request.practiceId, request.params.replyId, false),
  );

  const body = Type.Object({ as: Type.Enum([...resolutions]) }, { additionalProperties: false });

  /**
   * Staff say what the reply meant; 200 and the reply. `stop`: nothing is sent to the number any more, to any contact.
   * `yes`: the contact's open SMS request is accepted, with the reply as evidence (409 `no_open_request` where not
   * exactly one can be meant, or a later reply speaks against it; 409 `doubtful_stop` while another reply says that
   * somebody else has the number). `nothing`: no stop was meant by this reply and earlier ones with the same `doubt`;
   * held messages leave, unless another reply may be a stop too. The same call again is 200; another `as` than before
   * is 409 `already_resolved`. A reply that was plainly understood is 409 `not_resolvable`. `Optgate-Release-At-Most`
   * holds here too.
   */
  app.post<Params & { Body: Static<typeof body> }>(
    '/inbound/:replyId/resolve',
    { schema: { tags, params, body }, config },
    async (request) => {
      const { practiceId, actor } = request;
      const { as } = request.body;
      const id = request.params.replyId;
      if (!isUuid(id)) throw new AppError('not_found', 'There is no such reply.');
      const resolved = await transaction(db, async (sql) => {
        const result = await resolveReply(db, sql, { practiceId, id, as, by: actor });
        if (result.outcome !== 'resolved') throw new AppError(result.outcome);
        const changes = result.changes.map(({ before, contact }) => ({ before, after: contact }));
        await limitRelease(request, () => releasedBy(sql, changes, db.clock.now(), result.further));
        return result;
      });
      const { changes, reply } = resolved;
      await workflows.announce(changes.flatMap((change) => change.announcements));
      if (as === 'stop')
        await awaitInFlight(
          db,
          changes.map(({ contact }) => contact.ref),
          'sms',
        );
      return (await present(db, practiceId, [reply]))[0];
    },
  );
}

function placeOf(cursor: string | undefined): InboundPlace | undefined {
  const [priority, at, id] = readCursor(cursor, [isSmallNumber, isTime, isUuid]) ?? [];
  if (priority === undefined || at === undefined || id === undefined) return undefined;
  return { priority: Number(priority), at: new Date(at), id };
}

async function present(db: Database, practiceId: string, rows: readonly InboundMessage[]) {
  const inQuestion = rows.filter(({ meaning }) =>
    ['stop', 'doubtful_stop', 'unclear'].includes(meaning),
  );
  const appointments = await nextAppointments(
    db.prisma,
    practiceId,
    inQuestion.flatMap(({ contactId }) => contactId ?? []),
    db.clock.now(),
  );
  return rows.map((row) => {
    const resolvedBy = ifReadable(() => openResolver(db, row));
    const next = inQuestion.includes(row) ? appointments.get(row.contactId ?? '') : undefined;
    return {
      id: row.id,
      ...(row.contactId === null ? {} : { contactId: row.contactId }),
      method: row.method,
      ...(ifReadable(() => openReply(db, row)) ?? { from: '', text: '', unreadable: true }),
      ...(row.mediaCount === 0 ? {} : { mediaCount: row.mediaCount }),
      meaning: row.meaning,
      ...(row.rule === null ? {} : { rule: row.rule }),
      ...(row.doubtful ? { doubtful: true } : {}),
      ...(row.doubt === null ? {} : { doubt: row.doubt }),
      ...(row.asked ? { asked: true } : {}),
      ...(row.answered === null ? {} : { answered: row.answered }),
      ...(row.unanswered === null ? {} : { unanswered: row.unanswered }),
      ...(next ? { nextAppointmentAt: next.toISOString() } : {}),
      receivedAt: row.receivedAt.toISOString(),
      ...(row.handledAt === null ? {} : { handledAt: row.handledAt.toISOString() }),
      ...(row.resolvedAs === null ? {} : { resolvedAs: row.resolvedAs }),
      ...(row.resolvedAt === null ? {} : { resolvedAt: row.resolvedAt.toISOString() }),
      ...(resolvedBy === undefined ? {} : { resolvedBy }),
    };
  });
}
