import { eventsOfStatistics } from '../../core/event.ts';
import { limits } from '../../core/limits.ts';
import { practiceView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * Counts each practice's events by its own days, once each: what statistics read then grows with their thirty days and with
 * nothing else. Events that were not counted yet are few, and added by the reader.
 */

/** Counts the events of practices that had none counted for a while, until `until`: of one practice at least. */
export async function countEvents(db: Database, until: number): Promise<void> {
  while ((await countNext(db)) && Date.now() < until);
}

/** False: no practice's time has come. */
async function countNext(db: Database): Promise<boolean> {
  const now = db.clock.now();
  const before = new Date(now.getTime() - limits.queueSampleEveryMs);
  return transaction(db, async (sql) => {
    // A change of its settings, which has this lock, changes its days.
    const [due] = await sql.$queryRaw<{ id: string }[]>`
      SELECT id FROM practices WHERE counted_at IS NULL OR counted_at < ${before}
      ORDER BY counted_at NULLS FIRST LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`;
    if (!due) return false;
    const practice = await sql.practice.findFirstOrThrow({ where: { id: due.id } });
    const { timeZone } = practiceView(due.id, practice).settings;
    const [row] = await sql.$queryRaw<{ turn: bigint }[]>`
      SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS turn`;
    const { turn } = row!;
    await sql.$executeRaw`
      INSERT INTO event_days (practice_id, day, type, events)
      SELECT practice_id, (at AT TIME ZONE ${timeZone})::date, type, count(*) FROM events
      WHERE practice_id = ${due.id} AND type = ANY(${[...eventsOfStatistics]}::text[])
        AND turn >= ${practice.countedTurn} AND turn < ${turn}
      GROUP BY 1, 2, 3
      ON CONFLICT (practice_id, day, type) DO UPDATE SET events = event_days.events + EXCLUDED.events`;
    await sql.practice.update({
      where: { id: due.id },
      data: { countedTurn: turn, countedAt: now },
    });
    return true;
  });
}

/** The practice's days begin at another time: all its events are counted again. In the transaction of the change. */
export async function countAgain(sql: Sql, practiceId: string): Promise<void> {
  await sql.eventDay.deleteMany({ where: { practiceId } });
  await sql.practice.update({
    where: { id: practiceId },
    data: { countedTurn: 0n, countedAt: null },
  });
}

/** The events of each type and day, counted or not. */
export async function readEventDays(
  sql: Sql,
  practiceId: string,
  timeZone: string,
): Promise<{ day: string; type: string; count: number }[]> {
  return sql.$queryRaw`
    SELECT to_char(day, 'YYYY-MM-DD') AS day, type, sum(events)::int AS count FROM (
      SELECT day, type, events FROM event_days
      WHERE practice_id = ${practiceId} AND type = ANY(${[...eventsOfStatistics]}::text[])
      UNION ALL
      SELECT (at AT TIME ZONE ${timeZone})::date AS day, type, 1 AS events FROM events
      WHERE practice_id = ${practiceId} AND type = ANY(${[...eventsOfStatistics]}::text[])
        AND turn >= (SELECT counted_turn FROM practices WHERE id = ${practiceId})
    ) counted
    GROUP BY 1, 2`;
}
