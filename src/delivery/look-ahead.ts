import type { Database } from '../db/database.ts';
import { limits } from '../domain/limits.ts';
import type { Method } from '../domain/method.ts';
import type { Lanes } from './claim.ts';

/** What lanes hold that is due, seen without a lock: nobody asks for more of a provider's rate than it has use for. */
export type Ahead = {
  /** The lanes that have something. */
  contactIds: string[];
  /** What one claim of them can hold, at most. */
  wanted: number;
  /** Somebody waits for it with the phone in hand, and it lapses within minutes. */
  urgent: boolean;
};

/** An SMS is one call: one of each lane at a time. Emails share one call, from one lane or from many. */
export function perLane(method: Method): number {
  return method === 'sms' ? 1 : limits.emailBatch;
}

export async function lookAhead(
  db: Database,
  { practiceId, contactIds, method }: Lanes,
): Promise<Ahead> {
  const now = db.clock.now();
  const lanes = await db.prisma.$queryRaw<{ contact_id: string; due: number; urgent: boolean }[]>`
    SELECT ch.contact_id, (heads.due + interrupted.due)::int AS due, COALESCE(heads.urgent, false) AS urgent
    FROM unnest(${[...contactIds]}::text[]) WITH ORDINALITY AS lane (contact_id, ord)
    JOIN channels ch ON ch.practice_id = ${practiceId} AND ch.contact_id = lane.contact_id AND ch.method = ${method}
    CROSS JOIN LATERAL (
      SELECT count(*) AS due, bool_or(purpose IN ('answer', 'code')) AS urgent FROM (
        SELECT d.purpose FROM deliveries d
        WHERE d.practice_id = ${practiceId} AND d.contact_id = ch.contact_id AND d.method = ${method}
          AND d.status = 'queued' AND d.due_at <= ${now}
        ORDER BY d.due_at, d.arrival LIMIT ${perLane(method)}
      ) head
    ) heads
    CROSS JOIN LATERAL (
      SELECT count(*) AS due FROM deliveries d
      WHERE d.practice_id = ${practiceId} AND d.contact_id = ch.contact_id AND d.method = ${method} AND d.status = 'sending'
    ) interrupted
    WHERE heads.due + interrupted.due > 0 AND (ch.lease_until IS NULL OR ch.lease_until <= ${now})
      AND (ch.retry_at IS NULL OR ch.retry_at <= ${now})
    ORDER BY lane.ord`;
  const due = lanes.reduce((sum, lane) => sum + lane.due, 0);
  return {
    contactIds: lanes.map((lane) => lane.contact_id),
    wanted: method === 'sms' ? due : Math.min(due, limits.emailBatch),
    urgent: lanes.some(({ urgent }) => urgent),
  };
}
