import type { ContactRef } from '../domain/ids.ts';
import { limits } from '../domain/limits.ts';
import { lockPractice, practiceView, type PracticeView } from './contact-lock.ts';
import { Prisma, type Database, type Sql } from './database.ts';
import { endPauses } from './provider-rate-store.ts';

/** Switches that act on a whole practice, and on what waits there. */

/** The SQL of not `mutedPractice`, of a practice that stands as `p`. */
export const practiceSends = Prisma.sql`(p.paused_reason IS NULL AND p.suspended_reason IS NULL
  AND COALESCE((p.settings ->> 'messagingEnabled')::boolean, true))`;

/**
 * A switch may have opened gates: whatever waits is worth looking at now. Returns some contacts to tell at once; the
 * sweeper tells the others, a bounded number at a time. `asks`: the practice asks people (again): who was written to
 * without being asked goes back to their own workflow, which asks as long before the next message as it is to.
 */
export async function lookAtEverything(
  sql: Sql,
  practiceId: string,
  now: Date,
  { asks = false } = {},
): Promise<ContactRef[]> {
  if (asks)
    await sql.$executeRaw`
      UPDATE channels ch SET dispatched = false
      WHERE ch.practice_id = ${practiceId} AND ch.dispatched AND EXISTS (
        SELECT 1 FROM channels unasked WHERE unasked.practice_id = ch.practice_id
          AND unasked.contact_id = ch.contact_id AND unasked.assigned AND unasked.method <> 'fax'
          AND unasked.state = 'not_sent')`;
  await sql.$executeRaw`
    UPDATE channels ch SET look_at = ${now}
    WHERE ch.practice_id = ${practiceId} AND EXISTS (
      SELECT 1 FROM deliveries d WHERE d.practice_id = ch.practice_id AND d.contact_id = ch.contact_id
        AND d.method = ch.method AND d.status = 'queued')`;
  const rows = await sql.channel.findMany({
    where: { practiceId, dispatched: false, lookAt: now },
    select: { contactId: true },
    distinct: ['contactId'],
    take: limits.sweepBatch,
  });
  return rows.map(({ contactId }) => ({ practiceId, contactId }));
}

/** All sending of one practice, or of all, stops with the next claim; what waits keeps waiting, and says so. */
export async function pauseSending(
  db: Database,
  reason: string,
  practiceId?: string,
): Promise<number> {
  const { count } = await db.prisma.practice.updateMany({
    where: practiceId === undefined ? {} : { id: practiceId },
    data: { pausedReason: reason },
  });
  return count;
}

/** Practices that send again. Said for all, providers that had asked to wait are called again too. */
export async function resumeSending(db: Database, practiceId?: string): Promise<string[]> {
  const resumed = await db.prisma.$transaction(async (sql) => {
    const paused = await sql.practice.findMany({
      where: {
        pausedReason: { not: null },
        ...(practiceId === undefined ? {} : { id: practiceId }),
      },
      select: { id: true },
    });
    const ids = paused.map(({ id }) => id);
    await sql.practice.updateMany({ where: { id: { in: ids } }, data: { pausedReason: null } });
    for (const id of ids) await lookAtEverything(sql, id, db.clock.now());
    return ids;
  });
  if (practiceId === undefined) await endPauses(db);
  return resumed;
}

/** Sees a switch from both sides, in its transaction; throws, so that nothing is changed. */
export type SwitchCheck = (sql: Sql, before: PracticeView, after: PracticeView) => Promise<void>;

/** Undefined: it was not suspended. Counting begins anew. */
export async function reinstate(
  db: Database,
  practiceId: string,
  check: SwitchCheck,
): Promise<ContactRef[] | undefined> {
  return db.prisma.$transaction(async (sql) => {
    await lockPractice(sql, practiceId);
    const before = await sql.practice.findUniqueOrThrow({ where: { id: practiceId } });
    if (before.suspendedReason === null) return undefined;
    const after = await sql.practice.update({
      where: { id: practiceId },
      data: { suspendedReason: null, reinstatedAt: db.clock.now() },
    });
    await check(sql, practiceView(practiceId, before), practiceView(practiceId, after));
    return lookAtEverything(sql, practiceId, db.clock.now());
  });
}
