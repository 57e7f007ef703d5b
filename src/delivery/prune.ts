import { leftoverLimits } from '../core/limits/leftover-limits.ts';
import { limits } from '../core/limits.ts';
import { workerLimits } from '../core/limits/worker-limits.ts';
import { Prisma, type Database } from '../platform/db/database.ts';

/**
 * Rows that nobody will ask for again, and how long they are kept. What belongs to a practice's records is not here:
 * messages, deliveries, requests and replies end when the practice says so (retention.ts), or with the contact's erasure.
 */

type Old = {
  table: string;
  /** An index begins with it. */
  age: string;
  /** Kept so long after that, in ms. */
  keptMs: number;
};

export const prunable: readonly Old[] = [
  { table: 'idempotency_keys', age: 'created_at', keptMs: limits.idempotencyMs },
  { table: 'webhook_events', age: 'forget_at', keptMs: 0 },
  { table: 'console_sessions', age: 'expires_at', keptMs: 0 },
  // A person who is a little late still reads that the link has expired, not that it never existed.
  { table: 'preference_links', age: 'expires_at', keptMs: limits.preferenceLinkMs },
  { table: 'message_links', age: 'expires_at', keptMs: limits.preferenceLinkMs },
  { table: 'booking_sessions', age: 'expires_at', keptMs: limits.bookingMemoryMs },
  { table: 'code_requests', age: 'created_at', keptMs: limits.codeRequestMs },
  { table: 'questions', age: 'asked_at', keptMs: limits.questionMs },
  { table: 'unbound_signals', age: 'taken_at', keptMs: 2 * limits.unboundPayloadMs },
  { table: 'queue_samples', age: 'at', keptMs: limits.queueSampleMs },
  // A day of any time zone is over by then, and no longer shown.
  { table: 'event_days', age: 'day', keptMs: limits.eventMemoryMs + 2 * 24 * 60 * 60 * 1_000 },
  { table: 'rejected_signals', age: 'received_at', keptMs: leftoverLimits.rejectedSignalMs },
  { table: 'restarted_runs', age: 'at', keptMs: leftoverLimits.restartMemoryMs },
];

/**
 * Deletes the oldest rows of each table, a page at a time: a backlog of days ends in a few sweeps, and no statement is
 * long. `until`: begins no further page after it; each table has one.
 */
export async function prune(db: Database, until: number): Promise<void> {
  for (const old of prunable) while ((await prunePage(db, old)) && Date.now() < until);
  while ((await pruneEvents(db)) && Date.now() < until);
}

/** True: there may be more. Rows are named by their place, so that the page is found by the index alone. */
async function prunePage(db: Database, { table, age, keptMs }: Old): Promise<boolean> {
  const before = new Date(db.clock.now().getTime() - keptMs);
  const [from, at] = [Prisma.raw(table), Prisma.raw(age)];
  const count = await db.prisma.$executeRaw`
    DELETE FROM ${from} WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM ${from} WHERE ${at} < ${before} ORDER BY ${at} LIMIT ${workerLimits.prunedAtOnce}))`;
  return count === workerLimits.prunedAtOnce;
}

/** Events are numbered in their order: the oldest have the smallest numbers. */
async function pruneEvents(db: Database): Promise<boolean> {
  const before = new Date(db.clock.now().getTime() - limits.eventMemoryMs);
  const count = await db.prisma.$executeRaw`
    DELETE FROM events WHERE ctid = ANY(ARRAY(
      SELECT oldest.ctid FROM (SELECT ctid, at FROM events ORDER BY seq LIMIT ${workerLimits.prunedAtOnce}) oldest
      WHERE oldest.at < ${before}))`;
  return count === workerLimits.prunedAtOnce;
}
