import type { ContactRef } from '../../core/ids.ts';
import type { MessageInput, Problem } from '../../core/message/message-schema.ts';
import { lockCurrent, type ContactView } from '../../record/consent/contact-lock.ts';
import { endAttempt } from '../../record/messages/delivery-attempts.ts';
import { assignedMethods } from '../../record/consent/consent-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Delivery, Message } from '../../platform/db/generated/client.ts';
import { rowOf, supersede, type ToTell } from '../../record/messages/message-store.ts';
import { openAbout, openContent } from '../../record/messages/message-words.ts';
import type { RenderTime } from '../../templates/render-time.ts';
import { prepareMessages } from '../../templates/message-template.ts';
import { leaveBeforeQuiet } from '../../record/messages/quiet-store.ts';
import { cancelledReason, fanOut, noteArrivals } from '../../record/messages/queue-store.ts';

/** Changes by staff and schedulers to a message that is already stored. Runs under the contact's lock. */

export type ChangeResult =
  | { ok: true; tell: ToTell; contact: ContactRef; taken?: Taken }
  | {
      ok: false;
      problem: 'unknown' | 'claimed' | 'nothing_to_retry' | 'confirmation_needed';
    }
  | { ok: false; problem: 'invalid'; problems: Problem[] };

/**
 * The deliveries that cancelling took from their lanes, and those at a provider, which it takes once they come back; none
 * of either: the message had none yet. Absent: it was cancelled before.
 */
export type Taken = { queued: string[]; underWay: string[] };

type MessagePatch = Partial<Record<keyof MessageInput, unknown>>;

/** Not claimed yet, or set aside because its method is not assigned at present. */
function changeable({ status, reason }: Delivery): boolean {
  return status === 'queued' || (status === 'cancelled' && reason === 'method_unassigned');
}

/**
 * Replaces the given fields; `undefined` leaves a field, `null` removes it. The message is then as if it had been written
 * so: its deliveries follow its methods, and what it supersedes does not leave. What it superseded before stays so.
 */
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
  const open = message.cancelledAt === null && deliveries.every(changeable);
  if (!open) return { ok: false, problem: 'claimed' };
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
  if (message.supersedes !== null && row.supersedes !== message.supersedes)
    return { ok: false, problem: 'invalid', problems: [supersededBefore] };
  const dropped = deliveries.filter(({ method }) => !row.methods.some((one) => one === method));
  // It was at a provider, who may yet say something of it.
  if (dropped.some(({ claimedAt }) => claimedAt !== null)) return { ok: false, problem: 'claimed' };

  const { id: _id, createdAt: _createdAt, ...columns } = row;
  await sql.message.update({
    where: { practiceId_id: { practiceId, id: messageId } },
    data: columns,
  });
  await sql.delivery.deleteMany({ where: { id: { in: dropped.map(({ id }) => id) } } });
  await sql.delivery.updateMany({
    where: { practiceId, messageId },
    data: { dueAt: row.dueAt, notAfter: row.notAfter, kind: row.kind, size: row.size },
  });
  await fanOut(sql, practiceId, { messageIds: [messageId] }, now);
  await supersede(sql, practiceId, [contact.ref.contactId, ...contact.joining], [row]);
  await leaveBeforeQuiet(db, sql, contact.practice, [messageId]);
  return { ok: true, contact: contact.ref, tell: await tell(db, sql, contact, messageId) };
}

const supersededBefore: Problem = {
  code: 'validation_failed',
  path: '/supersedes',
  message: 'cannot be changed: the message that was superseded stays so',
};

/**
 * Cancels the message: its deliveries that have not left, and those that come back unsent later or are yet to be made.
 * Cancelling twice is the same as once; a sent delivery cannot be cancelled.
 */
export async function cancelMessage(
  db: Database,
  sql: Sql,
  practiceId: string,
  messageId: string,
): Promise<ChangeResult> {
  const found = await findMessage(sql, practiceId, messageId);
  if (!found) return { ok: false, problem: 'unknown' };
  const { message, deliveries, contact } = found;
  const queued = deliveries.filter(changeable).map(({ id }) => id);
  const cancelled = deliveries.filter(({ status }) => status === 'cancelled');
  if (deliveries.length > 0 && queued.length === 0 && cancelled.length === 0)
    return { ok: false, problem: 'claimed' };
  await sql.delivery.updateMany({
    where: { id: { in: queued } },
    data: { status: 'cancelled', reason: cancelledReason },
  });
  await sql.message.update({
    where: { practiceId_id: { practiceId, id: messageId } },
    data: { cancelledAt: message.cancelledAt ?? db.clock.now() },
  });
  const underWay = deliveries.flatMap(({ id, status }) => (mayComeBack.has(status) ? id : []));
  const isFirst =
    queued.length > 0 ||
    (message.cancelledAt === null && (underWay.length > 0 || deliveries.length === 0));
  const taken = isFirst ? { taken: { queued, underWay } } : {};
  return { ok: true, contact: contact.ref, tell: { wake: [] }, ...taken };
}

/** The provider may still say that it never took it. */
const mayComeBack: ReadonlySet<string> = new Set(['sending', 'unknown', 'sent']);

/**
 * Again after `failed`; after `unknown` only when staff confirm that it may arrive twice. Of a message that was cancelled
 * these are wanted again; what was taken from its lane stays so.
 */
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
  await wantAgain(sql, practiceId, messageId);
  return { ok: true, contact: contact.ref, tell: await tell(db, sql, contact, messageId) };
}

/** It is not cancelled as a whole any more. */
export async function wantAgain(sql: Sql, practiceId: string, messageId: string): Promise<void> {
  await sql.message.updateMany({
    where: { practiceId, id: messageId },
    data: { cancelledAt: null },
  });
}

/** Under its contact's lock. Undefined: there is none, or its contact is gone. */
export async function findMessage(sql: Sql, practiceId: string, messageId: string) {
  const where = { practiceId, id: messageId };
  const seen = await sql.message.findFirst({ where, select: { contactId: true } });
  if (!seen) return undefined;
  const contact = await lockCurrent(sql, { practiceId, contactId: seen.contactId });
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
