import { eventTypes } from '../../core/event.ts';
import type { EndpointRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { afterFailure } from './webhook-retry.ts';
import { stuckLimits } from '../../core/signals/stuck-run.ts';
import type { Database } from '../../platform/db/database.ts';
import { horizon, readEvents, type Place, type PlacedEvent } from './event-store.ts';
import type { WebhookEndpoint } from '../../platform/db/generated/client.ts';
import { typesOf } from './webhook-endpoint-store.ts';

/**
 * An endpoint's place in the events, and its failures. One process at a time posts to it; if two do (one was frozen and
 * taken for dead), the one that finds the place moved stops: an event may then be posted twice, never skipped.
 */

export async function nextEvents(db: Database, endpoint: WebhookEndpoint): Promise<PlacedEvent[]> {
  const { practiceId, afterTurn: turn, afterSeq: seq } = endpoint;
  const types = typesOf(endpoint);
  return readEvents(db.prisma, practiceId, types, { turn, seq }, limits.eventsAtOnce);
}

/** The event was taken. Returns the endpoint as it is now; undefined: somebody else moved it, or it is gone. */
export async function noteSuccess(
  db: Database,
  endpoint: WebhookEndpoint,
  place: Place,
  status: number,
): Promise<WebhookEndpoint | undefined> {
  const now = db.clock.now();
  const [row] = await db.prisma.webhookEndpoint.updateManyAndReturn({
    where: unmoved(endpoint),
    data: {
      afterTurn: place.turn,
      afterSeq: place.seq,
      failures: 0,
      failingSince: null,
      retryAt: null,
      wokenAt: now,
      lastAttemptAt: now,
      lastSuccessAt: now,
      lastResult: `HTTP ${status}`,
    },
  });
  return row;
}

/** The event was not taken: waits, or switches the endpoint off. */
export async function noteFailure(
  db: Database,
  endpoint: WebhookEndpoint,
  refusal: Parameters<typeof afterFailure>[0],
): Promise<void> {
  const now = db.clock.now();
  const { failures, failingSince } = endpoint;
  const next = afterFailure(refusal, failures, now, Math.random());
  await db.prisma.webhookEndpoint.updateMany({
    // Changed or switched on meanwhile: that starts over.
    where: { ...unmoved(endpoint), state: 'active', failures },
    data: {
      failures: failures + 1,
      failingSince: failingSince ?? now,
      wokenAt: null,
      lastAttemptAt: now,
      lastResult: refusal.problem,
      ...('disable' in next
        ? { state: 'disabled', reason: next.disable, retryAt: null }
        : { retryAt: next.retryAt }),
    },
  });
}

function unmoved({ id, afterTurn, afterSeq }: WebhookEndpoint) {
  return { id, afterTurn, afterSeq };
}

/** There is nothing to post: the next event wakes it. */
export async function noteIdle(db: Database, { id }: WebhookEndpoint): Promise<void> {
  await db.prisma.webhookEndpoint.updateMany({
    where: { id, wokenAt: { not: null } },
    data: { wokenAt: null },
  });
}

/** `stuck`: an event waits for `stuckLimits.overdueMs`, and no try was made since, though its workflow was signalled. */
export type EndpointToWake = EndpointRef & { stuck: boolean };

/**
 * Endpoints with something to post and no workflow signalled; marks them as signalled. Those that wait after a failure
 * have a timer of their own, which was lost only when it is long past.
 */
export async function endpointsToWake(db: Database, most: number): Promise<EndpointToWake[]> {
  const now = db.clock.now();
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  const long = before(stuckLimits.overdueMs);
  return db.prisma.$queryRaw<EndpointToWake[]>`
    WITH found AS MATERIALIZED (
      SELECT w.id, w.woken_at, GREATEST(w.last_attempt_at, w.retry_at) AS tried_at, waiting.since
      FROM webhook_endpoints w
      -- Of each type that it wants, the first event that is not posted yet.
      CROSS JOIN LATERAL (
        SELECT min(first.at) AS since
        FROM unnest(CASE WHEN w.types = '{}' THEN ${[...eventTypes]}::text[] ELSE w.types END) AS wanted (type)
        CROSS JOIN LATERAL (
          SELECT at FROM events
          WHERE practice_id = w.practice_id AND type = wanted.type
            AND (turn, seq) > (w.after_turn, w.after_seq) AND turn < ${horizon}
          ORDER BY turn, seq LIMIT 1) first) waiting
      WHERE w.state = 'active'
        AND (w.woken_at IS NULL OR w.woken_at < ${before(limits.wakeQuietMs)})
        AND (w.retry_at IS NULL OR w.retry_at < ${before(limits.forgottenMs)})
        AND waiting.since IS NOT NULL
      LIMIT ${most} FOR UPDATE OF w SKIP LOCKED)
    UPDATE webhook_endpoints told SET woken_at = ${now}
    FROM found WHERE told.id = found.id
    RETURNING told.practice_id AS "practiceId", told.id AS "endpointId",
      found.woken_at IS NOT NULL AND COALESCE(found.tried_at < ${long}, true) AND found.since < ${long} AS stuck`;
}
