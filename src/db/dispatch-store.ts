import { doorstepId } from '../domain/ids.ts';
import { limits } from '../domain/limits.ts';
import type { Method } from '../domain/method.ts';
import type { ContactView } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';

/**
 * The practice's dispatcher takes the due messages of green contacts. It keeps one planned time per practice; an insert
 * tells it only when that plan is too late. Both sides decide under the dispatcher's row lock, and the insert only after
 * its own commit: so either the dispatcher sees the message when it plans, or the insert sees the plan.
 */

/** Green and with nothing due: from now on the dispatcher looks after this contact's lanes. */
export async function handOver(sql: Sql, contact: ContactView): Promise<Date | undefined> {
  await sql.channel.updateMany({ where: contact.ref, data: { dispatched: true } });
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
  return db.prisma.$transaction(async (sql) => {
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
    update: { wokenAt: null, nextAt: now },
  });
}

/** Plans the next look: the earliest lane that is not leased or waiting. */
export async function planDispatch(db: Database, practiceId: string): Promise<Date | undefined> {
  return db.prisma.$transaction(async (sql) => {
    await lockDispatcher(sql, practiceId);
    const [row] = await sql.$queryRaw<{ next: Date | null }[]>`
      SELECT min(GREATEST(look_at, lease_until, retry_at)) AS next FROM channels
      WHERE practice_id = ${practiceId} AND dispatched AND look_at IS NOT NULL`;
    const next = row?.next ?? null;
    await sql.dispatcher.updateMany({ where: { practiceId }, data: { nextAt: next } });
    return next ?? undefined;
  });
}

/** The contacts whose lane is due, longest waiting first; before them whoever stands on the doorstep. */
export async function dueLanes(
  db: Database,
  practiceId: string,
  method: Method,
  most: number,
): Promise<string[]> {
  const now = db.clock.now();
  const rows = await db.prisma.$queryRaw<{ contact_id: string }[]>`
    SELECT contact_id FROM channels
    WHERE practice_id = ${practiceId} AND method = ${method} AND dispatched AND look_at <= ${now}
      AND (lease_until IS NULL OR lease_until <= ${now})
      AND (retry_at IS NULL OR retry_at <= ${now})
    ORDER BY contact_id = ${doorstepId} DESC, look_at LIMIT ${most}`;
  return rows.map((row) => row.contact_id);
}

async function lockDispatcher(
  sql: Sql,
  practiceId: string,
): Promise<{ woken_at: Date | null; next_at: Date | null } | undefined> {
  const [row] = await sql.$queryRaw<{ woken_at: Date | null; next_at: Date | null }[]>`
    SELECT woken_at, next_at FROM dispatchers WHERE practice_id = ${practiceId} FOR UPDATE`;
  return row;
}
