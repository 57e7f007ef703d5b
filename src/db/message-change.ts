import type { ContactRef } from '../domain/ids.ts';
import type { MessageInput, Problem } from '../domain/message-schema.ts';
import { lockContact, type ContactView } from './contact-lock.ts';
import { endAttempt } from './delivery-attempts.ts';
import { assignedMethods } from './consent-store.ts';
import type { Database, Sql } from './database.ts';
import type { Delivery, Message } from './generated/client.ts';
import { rowOf, type ToTell } from './message-store.ts';
import { openAbout, openContent } from './message-words.ts';
import type { RenderTime } from '../templates/render-time.ts';
import { prepareMessages } from './message-template.ts';
import { leaveBeforeQuiet } from './quiet-store.ts';
import { cancelledReason, noteArrivals } from './queue-store.ts';

/** Changes by staff and schedulers to a message that is already stored. Runs under the contact's lock. */

export type ChangeResult =
  | { ok: true; tell: ToTell; contact: ContactRef; taken?: Taken }
  | {
      ok: false;
      problem: 'unknown' | 'claimed' | 'nothing_to_retry' | 'confirmation_needed';
    }
  | { ok: false; problem: 'invalid'; problems: Problem[] };

/**
 * The deliveries that cancelling took from their lanes; none: the message had none yet. Absent: it was cancelled
 * before.
 */
export type Taken = Pick<Delivery, 'id' | 'status' | 'reason'>[];

type MessagePatch = Partial<Record<keyof MessageInput, unknown>>;

/** Not claimed yet, or set aside because its method is not assigned at present. */
function changeable({ status, reason }: Delivery): boolean {
  return status === 'queued' || (status === 'cancelled' && reason === 'method_unassigned');
}

/** Replaces the given fields; `undefined` leaves a field, `null` removes it. */
export async function changeMessage(
  db: Database,
  sql: Sql,
  practiceId: string,
  messageId: string,
  patch: MessagePatch,
  time: RenderTime,
): Promise<ChangeResult> {
  const found = await findMessage(sql, practiceId, messageId);
  if (!found) return { ok: false, problem: 'unknown' };
  const { message, deliveries, contact } = found;
  if (!deliveries.every(changeable)) return { ok: false, problem: 'claimed' };
  const changed = Object.fromEntries(
    Object.entries({ ...inputOf(db, message, patch), ...patch }).filter(
      ([, value]) => value !== null,
    ),
  ) as MessageInput;
  const {
    entries: [entry],
    problems,
  } = await prepareMessages(
    db,
    sql,
    practiceId,
    [{ contactId: message.contactId, input: changed }],
    () => assignedMethods(contact),
    [],
    time,
  );
  if (problems.length > 0 || !entry)
    return {
      ok: false,
      problem: 'invalid',
      problems: problems.map(({ index: _index, ...problem }) => problem),
    };

  const now = db.clock.now();
  const { row } = rowOf(db, { practiceId, id: messageId }, entry, now, message.source);
  const { id: _id, createdAt: _createdAt, ...columns } = row;
  await sql.message.update({
    where: { practiceId_id: { practiceId, id: messageId } },
    data: columns,
  });
  await sql.delivery.updateMany({
    where: { practiceId, messageId },
    data: { dueAt: row.dueAt, notAfter: row.notAfter, kind: row.kind, size: row.size },
  });
  await leaveBeforeQuiet(db, sql, contact.practice, [messageId]);
  return { ok: true, contact: contact.ref, tell: await tell(db, sql, contact, messageId) };
}

/** Cancels deliveries that have not left. Cancelling twice is the same as once; a sent delivery cannot be cancelled. */
export async function cancelMessage(
  db: Database,
  sql: Sql,
  practiceId: string,
  messageId: string,
): Promise<ChangeResult> {
  const found = await findMessage(sql, practiceId, messageId);
  if (!found) return { ok: false, problem: 'unknown' };
  const { message, deliveries, contact } = found;
  const open = deliveries.filter(changeable);
  const cancelled = deliveries.filter(({ status }) => status === 'cancelled');
  if (deliveries.length > 0 && open.length === 0 && cancelled.length === 0)
    return { ok: false, problem: 'claimed' };
  await sql.delivery.updateMany({
    where: { id: { in: open.map(({ id }) => id) } },
    data: { status: 'cancelled', reason: cancelledReason },
  });
  // Of a contact that is not registered yet there are no deliveries; those to come are cancelled too.
  if (deliveries.length === 0)
    await sql.message.update({
      where: { practiceId_id: { practiceId, id: messageId } },
      data: { cancelledAt: db.clock.now() },
    });
  const first = deliveries.length === 0 ? message.cancelledAt === null : open.length > 0;
  const taken = open.map(({ id, status, reason }) => ({ id, status, reason }));
  return { ok: true, contact: contact.ref, tell: { wake: [] }, ...(first ? { taken } : {}) };
}

/** Again after `failed`; after `unknown` only when staff confirm that it may arrive twice. */
export async function retryMessage(
  db: Database,
  sql: Sql,
  practiceId: string,
  messageId: string,
  confirm: boolean,
): Promise<ChangeResult> {
  const found = await findMessage(sql, practiceId, messageId);
  if (!found) return { ok: false, problem: 'unknown' };
  const { deliveries, contact } = found;
  const failed = deliveries.filter(({ status }) => status === 'failed');
  const unknown = deliveries.filter(({ status }) => status === 'unknown');
  if (failed.length === 0 && unknown.length === 0)
    return { ok: false, problem: 'nothing_to_retry' };
  if (failed.length === 0 && !confirm) return { ok: false, problem: 'confirmation_needed' };
  const again = confirm ? [...failed, ...unknown] : failed;
  // Later reports about the first attempt do not move the next one.
  await sql.$executeRaw`
    UPDATE deliveries
    SET status = 'queued', reason = NULL, due_at = ${db.clock.now()}, callback_hash = NULL, ${endAttempt()}
    WHERE id = ANY(${again.map(({ id }) => id)}::uuid[])`;
  return { ok: true, contact: contact.ref, tell: await tell(db, sql, contact, messageId) };
}

/** Under its contact's lock. Undefined: there is none, or its contact is gone. */
export async function findMessage(sql: Sql, practiceId: string, messageId: string) {
  const where = { practiceId, id: messageId };
  const seen = await sql.message.findFirst({ where, select: { contactId: true } });
  if (!seen) return undefined;
  const contact = await lockContact(sql, { practiceId, contactId: seen.contactId });
  const message = await sql.message.findFirst({ where });
  if (!contact || contact.gone || !message) return undefined;
  const deliveries = await sql.delivery.findMany({ where: { practiceId, messageId } });
  return { contact, message, deliveries };
}

/** Told at once: somebody pressed a button. */
export async function tell(
  db: Database,
  sql: Sql,
  { practice }: ContactView,
  messageId: string,
): Promise<ToTell> {
  const practiceId = practice.id;
  const noted = await noteArrivals(sql, practice, [messageId], db.clock.now(), 0);
  return {
    wake: noted.wake.map((contactId) => ({ practiceId, contactId })),
    ...(noted.dispatchAt ? { dispatch: { practiceId, dueAt: noted.dispatchAt } } : {}),
  };
}

/** A stored message as its caller wrote it, but for the words that the patch replaces as a whole. */
function inputOf(db: Database, row: Message, patch: MessagePatch): MessageInput {
  const { template, ...words } = openContent(db, row);
  const about = openAbout(db, row);
  // A new template replaces earlier words; new words replace a template.
  const replaced = patch.template != null || (template !== undefined && patch.body != null);
  const derived = row.notAfter !== null && row.notAfter.getTime() === row.eventAt?.getTime();
  return {
    ...(replaced ? {} : words),
    kind: row.kind as MessageInput['kind'],
    sendAt: row.dueAt.toISOString(),
    ...(row.anyMethod ? {} : { methods: row.methods as NonNullable<MessageInput['methods']> }),
    ...(row.notAfter === null || derived ? {} : { notAfter: row.notAfter.toISOString() }),
    ...(row.eventAt === null ? {} : { eventAt: row.eventAt.toISOString() }),
    ...(about === null ? {} : { about }),
    ...(row.supersedes === null ? {} : { supersedes: row.supersedes }),
  };
}
