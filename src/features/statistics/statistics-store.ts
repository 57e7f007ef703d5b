import { eventsOfStatistics } from '../../core/event.ts';
import { limits } from '../../core/limits.ts';
import type { Database } from '../../platform/db/database.ts';
import { readEventDays } from '../../record/practices/event-days.ts';

/** Outcomes of opt-ins and messages by day, and the length of the queue: counts only. */

export type Statistics = {
  /** Oldest first, days of the practice's time zone; those without anything are there too. */
  days: { day: string; counts: Record<(typeof eventsOfStatistics)[number], number> }[];
  /** Messages that waited, oldest first, each once however many channels it waits for; the last one is now. */
  queue: { at: string; queued: number }[];
};

export async function readStatistics(
  db: Database,
  practiceId: string,
  timeZone: string,
): Promise<Statistics> {
  const now = db.clock.now();
  const rows = await readEventDays(db.prisma, practiceId, timeZone);
  const days = await db.prisma.$queryRaw<{ day: string }[]>`
    SELECT to_char(day, 'YYYY-MM-DD') AS day FROM generate_series(
      (${now}::timestamptz AT TIME ZONE ${timeZone})::date - ${limits.statisticsDays - 1}::int,
      (${now}::timestamptz AT TIME ZONE ${timeZone})::date, interval '1 day') AS day`;
  const samples = await db.prisma.queueSample.findMany({
    where: { practiceId },
    orderBy: { at: 'asc' },
  });
  const [waiting] = await db.prisma.$queryRaw<{ queued: number }[]>`
    SELECT count(DISTINCT message_id)::int AS queued FROM deliveries
    WHERE practice_id = ${practiceId} AND status = 'queued' AND purpose = 'content'`;
  const countOf = (day: string, type: string): number =>
    rows.find((row) => row.day === day && row.type === type)?.count ?? 0;
  return {
    days: days.map(({ day }) => ({
      day,
      counts: Object.fromEntries(
        eventsOfStatistics.map((type) => [type, countOf(day, type)]),
      ) as Record<(typeof eventsOfStatistics)[number], number>,
    })),
    queue: [...samples, { at: now, queued: waiting?.queued ?? 0 }].map((one) => ({
      at: one.at.toISOString(),
      queued: one.queued,
    })),
  };
}

/** Notes the length of every practice's queue, unless that was done a moment ago. */
export async function sampleQueues(db: Database): Promise<void> {
  const now = db.clock.now();
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  await db.prisma.$executeRaw`
    INSERT INTO queue_samples (practice_id, at, queued)
    SELECT p.id, ${now}, (SELECT count(DISTINCT message_id) FROM deliveries d
      WHERE d.practice_id = p.id AND d.status = 'queued' AND d.purpose = 'content')
    FROM practices p
    WHERE NOT EXISTS (SELECT 1 FROM queue_samples s
      WHERE s.practice_id = p.id AND s.at > ${before(limits.queueSampleEveryMs)})
    ON CONFLICT DO NOTHING`;
}
