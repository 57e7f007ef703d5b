import { doorstepId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { methods, type Method } from '../../core/method.ts';
import type { ContactView } from '../consent/contact-lock.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';
import { isUrgent } from './queue-store.ts';
import { practiceSends } from '../practices/practice-switches.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * The practice's dispatcher takes the due messages of green contacts. It keeps one planned time per practice; an insert
 * tells it only when that plan is too late. Both sides decide under the dispatcher's row lock, and the insert only
 * after its own commit: so either the dispatcher sees the message when it plans, or the insert sees the plan.
 */

/** Green and with nothing due: from now on the dispatcher looks after this contact's lanes. */
export async function handOver(sql: Sql, contact: ContactView): Promise<Date | undefined> {
  await sql.channel.updateMany({ where: contact.ref, data: { dispatched: true, wokenAt: null } });
  const next = await sql.channel.findFirst({
    where: { ...contact.ref, lookAt: { not: null } },
    orderBy: { lookAt: 'asc' },
    select: { lookAt: true },
  });
  return next?.lookAt ?? undefined;
}

/** After the commit of something due at `dueAt`: must the dispatcher be signalled? Marks it as told when it must. */
export async function needsTelling(
  db: Database,
  practiceId: string,
  dueAt: Date,
): Promise<boolean> {
  return transaction(db, async (sql) => {
    const row = await lockDispatcher(sql, practiceId);
    const now = db.clock.now();
    const told = row?.woken_at && now.getTime() - row.woken_at.getTime() < limits.wakeQuietMs;
    const planned = row?.next_at && row.next_at <= dueAt && row.next_at > now;
    if (told || planned) return false;
    await sql.dispatcher.updateMany({ where: { practiceId }, data: { wokenAt: now } });
    return true;
  });
}

/** The dispatcher begins to look: whatever is stored from here on tells it again. */
export async function beginDispatch(db: Database, practiceId: string): Promise<void> {
  const now = db.clock.now();
  await db.prisma.dispatcher.upsert({
    where: { practiceId },
    create: { practiceId },
    // Its plan is void while it looks.
    update: { wokenAt: null, toldAgainAt: null, nextAt: now },
  });
}

/** Of a lane: when it can be taken (the index `channels_ready` has the same words). */
export const readyAt = Prisma.sql`GREATEST(look_at, lease_until, retry_at)`;

/** Of a lane: a dispatcher looks after it. */
export const isDispatched = Prisma.sql`dispatched AND look_at IS NOT NULL`;

/** Lanes with a delivery that a person is waiting for: it skips the line. */
const waitedFor = (practiceId: string): Prisma.Sql => Prisma.sql`
  waited_for AS MATERIALIZED (
    SELECT DISTINCT contact_id, method FROM deliveries
    WHERE practice_id = ${practiceId} AND status = 'queued' AND ${isUrgent}
  )`;

/**
 * Plans the next look: the earliest lane that is not leased or waiting, and whose method has its turn by then. Costs the
 * same however many lanes there are.
 */
export async function planDispatch(db: Database, practiceId: string): Promise<Date | undefined> {
  return transaction(db, async (sql) => {
    await lockDispatcher(sql, practiceId);
    const [row] = await sql.$queryRaw<{ next: Date | null }[]>`
      WITH ${waitedFor(practiceId)}
      SELECT LEAST(
        (SELECT min(${readyAt}) FROM waited_for JOIN channels USING (contact_id, method)
         WHERE practice_id = ${practiceId} AND ${isDispatched}),
        (SELECT min(GREATEST(first.at, turn.turn_at)) FROM unnest(${[...methods]}::text[]) AS way (method)
         LEFT JOIN dispatch_turns turn ON turn.practice_id = ${practiceId} AND turn.method = way.method
         CROSS JOIN LATERAL (
           SELECT ${readyAt} AS at FROM channels
           WHERE practice_id = ${practiceId} AND method = way.method AND ${isDispatched}
           ORDER BY ${readyAt} LIMIT 1) first)) AS next`;
    const next = row?.next ?? null;
    await sql.dispatcher.updateMany({ where: { practiceId }, data: { nextAt: next } });
    return next ?? undefined;
  });
}

/**
 * Contacts whose lane is due and that go well together: those with something that somebody waits for, before its turn
 * too; only then the others, longest ready first. Codes go by themselves: a late one takes no message with it.
 */
export async function dueLanes(
  db: Database,
  practiceId: string,
  method: Method,
  most: number,
): Promise<string[]> {
  const now = db.clock.now();
  const rows = await db.prisma.$queryRaw<{ contact_id: string }[]>`
    WITH ${waitedFor(practiceId)}, urgent AS MATERIALIZED (
      SELECT contact_id FROM waited_for JOIN channels USING (contact_id, method)
      WHERE practice_id = ${practiceId} AND method = ${method} AND ${isDispatched} AND ${readyAt} <= ${now}
      ORDER BY contact_id = ${doorstepId} DESC, ${readyAt} LIMIT ${most}
    ), others AS (
      SELECT contact_id FROM channels
      WHERE practice_id = ${practiceId} AND method = ${method} AND ${isDispatched} AND ${readyAt} <= ${now}
        AND NOT EXISTS (SELECT 1 FROM urgent)
        AND NOT EXISTS (SELECT 1 FROM dispatch_turns
          WHERE practice_id = ${practiceId} AND method = ${method} AND turn_at > ${now})
      ORDER BY ${readyAt} LIMIT ${most}
    )
    SELECT lanes.contact_id FROM (SELECT * FROM urgent UNION ALL SELECT * FROM others) lanes
    JOIN practices p ON p.id = ${practiceId} AND ${practiceSends}`;
  const contactIds = rows.map((row) => row.contact_id);
  return contactIds.includes(doorstepId) ? [doorstepId] : contactIds;
}

/** The provider takes nothing from this practice before then, except deliveries that a person is waiting for. */
export async function waitForTurn(
  db: Database,
  practiceId: string,
  method: Method,
  waitMs: number,
): Promise<void> {
  const turnAt = new Date(db.clock.now().getTime() + waitMs);
  await db.prisma.$executeRaw`
    INSERT INTO dispatch_turns (practice_id, method, turn_at) VALUES (${practiceId}, ${method}, ${turnAt})
    ON CONFLICT (practice_id, method) DO UPDATE SET turn_at = GREATEST(dispatch_turns.turn_at, EXCLUDED.turn_at)`;
}

/** Until when this practice's dispatcher waits for a turn, by method. */
export type Turns = ReadonlyMap<string, Date>;

export async function turnsOf(sql: Sql, practiceId: string): Promise<Turns> {
  const rows = await sql.dispatchTurn.findMany({ where: { practiceId } });
  return new Map(rows.map(({ method, turnAt }) => [method, turnAt]));
}

async function lockDispatcher(
  sql: Sql,
  practiceId: string,
): Promise<{ woken_at: Date | null; next_at: Date | null } | undefined> {
  const [row] = await sql.$queryRaw<{ woken_at: Date | null; next_at: Date | null }[]>`
    SELECT woken_at, next_at FROM dispatchers WHERE practice_id = ${practiceId} FOR UPDATE`;
  return row;
}
