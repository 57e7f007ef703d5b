import { limits } from '../../core/limits.ts';
import type { Database } from '../../platform/db/database.ts';

/** The backlog over all practices, for metrics. Each number is found by an index over what is open. */
export type Backlog = {
  oldestDueSeconds: number;
  lanesOverdue: number;
  unannounced: number;
  sending: number;
  unknownLastDay: number;
  clearSignalsLastDay: number;
  rejectedSignalsLastDay: number;
  runsRestartedLastDay: number;
  providersPaused: number;
  lanesAtFault: number;
};

export async function readBacklog(db: Database): Promise<Backlog> {
  const now = db.clock.now();
  const overdue = new Date(now.getTime() - limits.forgottenMs);
  const yesterday = new Date(now.getTime() - 24 * 3_600_000);
  const [row] = await db.prisma.$queryRaw<Record<keyof Backlog, number | null>[]>`
    SELECT
      extract(epoch FROM ${now} - LEAST(
        (SELECT min(look_at) FROM channels WHERE dispatched AND look_at <= ${now}),
        (SELECT min(look_at) FROM channels WHERE NOT dispatched AND look_at <= ${now})))::float8 AS "oldestDueSeconds",
      (SELECT count(*)::int FROM channels LEFT JOIN dispatch_turns USING (practice_id, method)
        WHERE look_at < ${overdue} AND (lease_until IS NULL OR lease_until < ${now})
        AND (retry_at IS NULL OR retry_at < ${overdue})
        AND (NOT dispatched OR turn_at IS NULL OR turn_at < ${overdue})) AS "lanesOverdue",
      (SELECT count(*)::int FROM contacts WHERE version > announced_version
        AND updated_at < ${overdue} AND erased_at IS NULL AND merged_into IS NULL) AS "unannounced",
      (SELECT count(*)::int FROM deliveries WHERE status = 'sending') AS "sending",
      (SELECT count(*)::int FROM deliveries WHERE status = 'unknown'
        AND claimed_at > ${yesterday}) AS "unknownLastDay",
      (SELECT count(*)::int FROM messages WHERE source = 'clear_signal'
        AND created_at > ${yesterday}) AS "clearSignalsLastDay",
      (SELECT count(*)::int FROM rejected_signals WHERE received_at > ${yesterday})
        AS "rejectedSignalsLastDay",
      (SELECT count(*)::int FROM restarted_runs WHERE at > ${yesterday}) AS "runsRestartedLastDay",
      (SELECT count(*)::int FROM provider_rates WHERE paused_until > clock_timestamp())
        AS "providersPaused",
      (SELECT count(*)::int FROM channels WHERE fault IS NOT NULL) AS "lanesAtFault"`;
  return {
    oldestDueSeconds: row?.oldestDueSeconds ?? 0,
    lanesOverdue: row?.lanesOverdue ?? 0,
    unannounced: row?.unannounced ?? 0,
    sending: row?.sending ?? 0,
    unknownLastDay: row?.unknownLastDay ?? 0,
    clearSignalsLastDay: row?.clearSignalsLastDay ?? 0,
    rejectedSignalsLastDay: row?.rejectedSignalsLastDay ?? 0,
    runsRestartedLastDay: row?.runsRestartedLastDay ?? 0,
    providersPaused: row?.providersPaused ?? 0,
    lanesAtFault: row?.lanesAtFault ?? 0,
  };
}
