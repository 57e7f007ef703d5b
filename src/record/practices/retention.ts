import type { ContactRef } from '../../core/ids.ts';
import { leftoverLimits } from '../../core/limits/leftover-limits.ts';
import { retentionMs } from '../../core/retention.ts';
import type { Retention } from '../../core/settings.ts';
import { practiceView } from '../consent/contact-lock.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';
import { forgetDeliveries, forgetMessages, type MessagePlace } from './finished.ts';
import type { Practice } from '../../platform/db/generated/client.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * What is finished is kept for as long as the practice says (its setting `retention`). Once a day its contacts are looked
 * through, page by page: what is old is found by the contact, so that no index on the busy tables is there for this alone,
 * and it goes under the contact's lock, like every other change. Never deleted by age: what waits, the ledger,
 * suppressions, the last no of an address, links that unsubscribe, and the numbers that people are texted from.
 */

const { contactsLookedThrough, finishedAtOnce, retentionEveryMs } = leftoverLimits;

/** When the practice's contacts are first looked through under this setting; null: everything is kept. */
export function retentionStart({ messages, replies }: Retention, now: Date): Date | null {
  return messages === null && replies === null ? null : now;
}

/** Looks through the contacts of the next practices whose time it is, until `until`: a page at least. */
export async function forgetFinished(db: Database, until: number): Promise<void> {
  do {
    const practice = await db.prisma.practice.findFirst({
      where: { retentionAt: { lte: db.clock.now() } },
      orderBy: { retentionAt: 'asc' },
    });
    if (!practice) return;
    await lookThrough(db, practice, until);
  } while (Date.now() < until);
}

async function lookThrough(db: Database, practice: Practice, until: number): Promise<void> {
  const { id: practiceId, retentionAt, retentionAfter } = practice;
  const { messages, replies } = practiceView(practiceId, practice).settings.retention;
  const now = db.clock.now();
  const before = (kept: string): Date => new Date(now.getTime() - (retentionMs(kept) ?? Infinity));
  // Neither has a contact of its own to be found by.
  if (replies !== null && !(await forgetReplies(db, practiceId, before(replies), until))) return;
  if (messages !== null && !(await forgetCodes(db, practiceId, before(messages), until))) return;
  const page =
    messages === null
      ? []
      : await db.prisma.contact.findMany({
          where: { practiceId, id: { gt: retentionAfter } },
          orderBy: { id: 'asc' },
          take: contactsLookedThrough,
          select: { id: true },
        });
  const ids = page.map(({ id }) => id);
  if (messages !== null)
    for (const contactId of await withOldWork(db, practiceId, ids, before(messages)))
      if (!(await forgetOf(db, { practiceId, contactId }, before(messages), until))) return;
  const data =
    ids.length < contactsLookedThrough
      ? { retentionAt: new Date(now.getTime() + retentionEveryMs), retentionAfter: '' }
      : { retentionAfter: ids.at(-1)! };
  // Changed meanwhile, the setting begins at the first contact again.
  await db.prisma.practice.updateMany({
    where: { id: practiceId, retentionAt, retentionAfter },
    data,
  });
}

/** Of these contacts, those with something that may be old enough; most have nothing. */
async function withOldWork(
  db: Database,
  practiceId: string,
  contactIds: readonly string[],
  before: Date,
): Promise<string[]> {
  const rows = await db.prisma.$queryRaw<{ id: string }[]>`
    SELECT page.id FROM unnest(${[...contactIds]}::text[]) AS page (id)
    WHERE EXISTS (SELECT 1 FROM messages m
        WHERE m.practice_id = ${practiceId} AND m.contact_id = page.id AND m.due_at < ${before})
      OR EXISTS (SELECT 1 FROM deliveries d
        WHERE d.practice_id = ${practiceId} AND d.contact_id = page.id AND ${oldAnswer(before)})
      OR EXISTS (SELECT 1 FROM deliveries d
        WHERE d.practice_id = ${practiceId} AND d.contact_id = page.id AND ${oldOptIn(before)})`;
  return rows.map(({ id }) => id);
}

/** Of a delivery `d`: it has been finished for so long, also by what its provider said of it last. */
const isFinished = (before: Date): Prisma.Sql => Prisma.sql`
  d.created_at < ${before} AND d.finished_at < ${before} AND d.status NOT IN ('queued', 'sending')`;

const oldAnswer = (before: Date): Prisma.Sql =>
  Prisma.sql`d.purpose = 'answer' AND ${isFinished(before)}`;

/**
 * An opt-in whose request is closed and has expired. The one that went out by itself for today's address stays: it is how
 * the service knows that it has asked.
 */
const oldOptIn = (before: Date): Prisma.Sql => Prisma.sql`
  d.purpose = 'opt_in' AND ${isFinished(before)}
  AND NOT EXISTS (SELECT 1 FROM opt_in_requests r
    WHERE r.delivery_id = d.id AND (r.closed_at IS NULL OR r.closed_at >= ${before} OR r.expires_at >= ${before}))
  AND NOT (d.automatic AND EXISTS (SELECT 1 FROM channels ch WHERE ch.practice_id = d.practice_id
    AND ch.contact_id = d.contact_id AND ch.method = d.method AND ch.epoch <= d.epoch))`;

/**
 * Deletes what is old of one contact; false: the time is over before all of it was looked at. A contact that somebody works
 * on has its turn the next day.
 */
async function forgetOf(
  db: Database,
  ref: ContactRef,
  before: Date,
  until: number,
): Promise<boolean> {
  const { practiceId, contactId } = ref;
  let after: MessagePlace | undefined;
  do {
    const from = after;
    const page = await transaction(db, async (sql) => {
      if (!(await holdIfFree(sql, ref))) return undefined;
      if (from) return forgetMessages(sql, ref, before, from);
      const others = await sql.$queryRaw<{ id: string }[]>`
        SELECT d.id FROM deliveries d
        WHERE d.practice_id = ${practiceId} AND d.contact_id = ${contactId}
          AND (${oldAnswer(before)} OR ${oldOptIn(before)}) LIMIT ${finishedAtOnce}`;
      await forgetDeliveries(
        sql,
        practiceId,
        others.map(({ id }) => id),
      );
      return forgetMessages(sql, ref, before);
    });
    after = page?.last;
    // What was deleted is not read again; what was only read would be, for ever.
    if (page?.deleted && after && Date.now() >= until) return false;
  } while (after);
  return true;
}

async function holdIfFree(sql: Sql, { practiceId, contactId }: ContactRef): Promise<boolean> {
  const rows = await sql.$queryRaw<unknown[]>`
    SELECT 1 FROM contacts WHERE practice_id = ${practiceId} AND id = ${contactId} FOR UPDATE SKIP LOCKED`;
  return rows.length > 0;
}

/** Codes of bookings: they were sent before there was a contact. False: the time is over. */
async function forgetCodes(
  db: Database,
  practiceId: string,
  before: Date,
  until: number,
): Promise<boolean> {
  return inPages(until, () =>
    transaction(db, async (sql) => {
      const rows = await sql.$queryRaw<{ id: string }[]>`
        SELECT d.id FROM deliveries d
        WHERE d.practice_id = ${practiceId} AND d.purpose = 'code' AND ${isFinished(before)}
        ORDER BY d.created_at LIMIT ${finishedAtOnce}`;
      await forgetDeliveries(
        sql,
        practiceId,
        rows.map(({ id }) => id),
      );
      return rows.length;
    }),
  );
}

/** Replies that staff have dealt with; one that may be a stop, only when somebody settled what it is. */
async function forgetReplies(
  db: Database,
  practiceId: string,
  before: Date,
  until: number,
): Promise<boolean> {
  return inPages(
    until,
    () => db.prisma.$executeRaw`
      DELETE FROM inbound_messages WHERE id = ANY(ARRAY(
        SELECT id FROM inbound_messages
        WHERE practice_id = ${practiceId} AND handled_at < ${before} AND received_at < ${before}
          AND handled_at IS NOT NULL AND (NOT doubtful OR resolved_as IS NOT NULL)
        ORDER BY handled_at LIMIT ${finishedAtOnce}))`,
  );
}

/** True: there is nothing left; false: the time is over before that. */
async function inPages(until: number, page: () => PromiseLike<number>): Promise<boolean> {
  while ((await page()) === finishedAtOnce) if (Date.now() >= until) return false;
  return true;
}
