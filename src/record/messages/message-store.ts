import { v7 as newId } from 'uuid';
import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import {
  messageStatus,
  schedule,
  type DeliveryStatus,
  type MessageContent,
} from '../../core/message/message.ts';
import { possibleMethods, type MessageInput } from '../../core/message/message-schema.ts';
import { giveWay } from '../../platform/event-loop.ts';
import { readPracticeView } from '../consent/contact-lock.ts';
import { ensureContacts } from '../contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { insertRows } from '../../platform/db/insert-rows.ts';
import { openAbout, openContent, sealWords, wordColumns } from './message-words.ts';
import { cancelledReason, fanOut, nextArrivals, noteArrivals } from './queue-store.ts';
import { leaveBeforeQuiet } from './quiet-store.ts';
import { contentHash, isSameMessage } from './same-message.ts';

/** Stores messages and their deliveries: all of a call or none, under the locks of the contacts concerned. */

/**
 * `written`: as its caller wrote it, where a template was put in place since (message-template.ts). `sent`: as it was
 * sent, where it holds a text that is not accepted (any more): it can only repeat a message stored before that rule.
 */
export type MessageEntry = {
  contactId: string;
  input: MessageInput;
  written?: MessageInput;
  sent?: MessageInput;
};

export type StoredMessage = { id: string; status: DeliveryStatus; warnings?: string[] };

/** The workflows to signal after the commit. */
export type ToTell = { wake: ContactRef[]; dispatch?: { practiceId: string; dueAt: Date } };

export type StoreResult =
  | ({ ok: true; messages: StoredMessage[] } & ToTell)
  | { ok: false; problem: 'contact_unknown' | 'conflict'; index: number; id: string }
  /** The id became an alias since the caller looked it up (alias-store.ts): once more. */
  | { ok: false; problem: 'moved' };

export async function storeMessages(
  db: Database,
  sql: Sql,
  practiceId: string,
  entries: readonly MessageEntry[],
  options: {
    /** `clear_signal`: its text is in a history in the clear. */
    source: 'http' | 'signal' | 'clear_signal';
    /** Raw signals may be about a contact that nobody registered yet; over HTTP that is an error. */
    unknownContacts: 'create' | 'refuse';
  },
): Promise<StoreResult> {
  const now = db.clock.now();
  const contactIds = [...new Set(entries.map((entry) => entry.contactId))].toSorted();
  if (options.unknownContacts === 'create') await ensureContacts(db, sql, practiceId, contactIds);
  // Sealed before the locks, with turns for others between: a thousand long ones take a while.
  const prepared: ReturnType<typeof rowOf>[] = [];
  for (const entry of entries) {
    await giveWay();
    const id = entry.input.id ?? newId();
    prepared.push(rowOf(db, { practiceId, id }, entry, now, options.source));
  }
  const locked = await sql.$queryRaw<
    { id: string; merged_into: string | null; joining: string[] }[]
  >`
    SELECT id, merged_into, joining FROM contacts
    WHERE practice_id = ${practiceId} AND id = ANY(${contactIds}) AND erased_at IS NULL
    ORDER BY id COLLATE "C" FOR UPDATE`;
  if (locked.some((row) => row.merged_into !== null)) return { ok: false, problem: 'moved' };
  const known = new Set(locked.map((row) => row.id));
  const unknown = entries.findIndex((entry) => !known.has(entry.contactId));
  if (unknown >= 0)
    return {
      ok: false,
      problem: 'contact_unknown',
      index: unknown,
      id: entries[unknown]!.contactId,
    };

  const stored = await sql.message.findMany({
    where: { practiceId, id: { in: prepared.map((p) => p.row.id) } },
    select: { id: true, contentHash: true },
  });
  const hashes = new Map(stored.map((row) => [row.id, row.contentHash]));
  const fresh: (typeof prepared)[number]['row'][] = [];
  for (const [index, { row }] of prepared.entries()) {
    const before = hashes.get(row.id);
    if (before === undefined) {
      hashes.set(row.id, row.contentHash);
      fresh.push(row);
    } else if (
      before !== row.contentHash &&
      !(await repeats(db, sql, practiceId, entries[index]!, row.id))
    )
      return { ok: false, problem: 'conflict', index, id: row.id };
  }

  const practice = await readPracticeView(sql, practiceId);
  if (fresh.length > 0) {
    const arrivals = await nextArrivals(sql, fresh.length);
    const rows = fresh.map((row, index) => ({ ...row, arrival: arrivals[index]! }));
    await insertRows(sql, 'messages', rows);
    const ids = fresh.map((row) => row.id);
    await fanOut(sql, practiceId, { messageIds: ids }, now);
    await leaveBeforeQuiet(db, sql, practice, ids);
  }
  const theirs = locked.flatMap(({ id, joining }) => [id, ...joining]);
  await supersede(sql, practiceId, theirs, fresh);

  const freshIds = fresh.map((row) => row.id);
  const noted = await noteArrivals(sql, practice, freshIds, now, limits.wakeQuietMs);
  const statuses = await statusesOf(
    sql,
    practiceId,
    prepared.map((p) => p.row.id),
  );
  return {
    ok: true,
    messages: prepared.map(({ row, warnings }) => ({
      id: row.id,
      status: statuses.get(row.id) ?? 'queued',
      ...(warnings.length > 0 ? { warnings } : {}),
    })),
    wake: noted.wake.map((contactId) => ({ practiceId, contactId })),
    ...(noted.dispatchAt ? { dispatch: { practiceId, dueAt: noted.dispatchAt } } : {}),
  };
}

/** The messages that these take the place of do not leave any more. */
export async function supersede(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
  messages: readonly { supersedes: string | null }[],
): Promise<void> {
  const superseded = messages.flatMap((one) => one.supersedes ?? []);
  if (superseded.length === 0) return;
  await sql.delivery.updateMany({
    where: {
      practiceId,
      contactId: { in: [...contactIds] },
      messageId: { in: superseded },
      OR: [{ status: 'queued' }, { status: 'cancelled', reason: 'method_unassigned' }],
    },
    data: { status: 'cancelled', reason: 'superseded' },
  });
}

/** Why a message is wanted no longer, though a delivery of it was under way when that was said. */
export type Unwanted = 'superseded' | typeof cancelledReason;

/**
 * Which of the messages are wanted no longer: another one took their place, or they were cancelled as a whole. One that was
 * tried again, or whose cancelling was undone, is wanted, whatever became of a single delivery.
 */
export async function unwantedMessages(
  sql: Sql,
  practiceId: string,
  deliveries: readonly { messageId: string | null }[],
): Promise<Map<string, Unwanted>> {
  const ids = deliveries.flatMap(({ messageId }) => messageId ?? []);
  if (ids.length === 0) return new Map();
  const rows = await sql.$queryRaw<{ id: string; cancelled: boolean }[]>`
    SELECT id, cancelled FROM (
      SELECT m.id, m.cancelled_at IS NOT NULL AS cancelled,
        EXISTS (SELECT 1 FROM messages s WHERE s.practice_id = m.practice_id AND s.supersedes = m.id
                AND s.contact_id = m.contact_id) AS superseded
      FROM messages m WHERE m.practice_id = ${practiceId} AND m.id = ANY(${ids})
    ) one WHERE cancelled OR superseded`;
  return new Map(rows.map(({ id, cancelled }) => [id, cancelled ? cancelledReason : 'superseded']));
}

/** The columns of a message, as its caller wrote it. `id`: of the row that they are for; its words open in no other. */
export function rowOf(
  db: Database,
  { practiceId, id }: { practiceId: string; id: string },
  { contactId, input, written }: MessageEntry,
  now: Date,
  source: string,
) {
  const timing = {
    ...(input.sendAt === undefined ? {} : { sendAt: new Date(input.sendAt) }),
    ...(input.notAfter === undefined ? {} : { notAfter: new Date(input.notAfter) }),
    ...(input.eventAt === undefined ? {} : { eventAt: new Date(input.eventAt) }),
  };
  const { dueAt, notAfter, warnings } = schedule(input.kind, timing, now);
  const content: MessageContent = {
    ...(input.subject === undefined ? {} : { subject: input.subject }),
    ...(input.body === undefined ? {} : { body: input.body }),
    ...(input.content === undefined ? {} : { content: input.content }),
    ...(written?.template === undefined ? {} : { template: written.template }),
  };
  const text = JSON.stringify(content);
  const row = {
    practiceId,
    id,
    contactId,
    kind: input.kind,
    ...sealWords(db, { practiceId, id }, text, input.about),
    contentHash: contentHash(db, contactId, written ?? input),
    size: Buffer.byteLength(text),
    methods: input.methods ?? possibleMethods(input),
    anyMethod: input.methods === undefined,
    dueAt,
    notAfter: notAfter ?? null,
    eventAt: timing.eventAt ?? null,
    supersedes: input.supersedes ?? null,
    source,
    createdAt: now,
  };
  return { row, warnings };
}

/** Whether the entry repeats the message stored under its id; within one call nothing is stored yet. */
async function repeats(
  db: Database,
  sql: Sql,
  practiceId: string,
  entry: MessageEntry,
  id: string,
): Promise<boolean> {
  const row = await sql.message.findFirst({
    where: { practiceId, id },
    select: { ...wordColumns, contentHash: true },
  });
  if (!row) return false;
  const { contentHash: hash } = row;
  const before = { contentHash: hash, content: openContent(db, row), about: openAbout(db, row) };
  return isSameMessage(db, sql, practiceId, entry, before);
}

async function statusesOf(
  sql: Sql,
  practiceId: string,
  messageIds: string[],
): Promise<Map<string, DeliveryStatus>> {
  const rows = await sql.delivery.findMany({
    where: { practiceId, messageId: { in: messageIds } },
    select: { messageId: true, status: true },
  });
  const byMessage = new Map<string, { status: DeliveryStatus }[]>();
  for (const row of rows)
    byMessage.set(row.messageId!, [
      ...(byMessage.get(row.messageId!) ?? []),
      { status: row.status as DeliveryStatus },
    ]);
  return new Map([...byMessage].map(([id, deliveries]) => [id, messageStatus(deliveries)]));
}
