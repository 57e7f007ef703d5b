import { emptyAliases } from '../features/contacts/alias-leftovers.ts';
import { leftoverLimits } from '../core/limits/leftover-limits.ts';
import { limits } from '../core/limits.ts';
import { stuckLimits } from '../core/signals/stuck-run.ts';
import { workerLimits } from '../core/limits/worker-limits.ts';
import type { ContactRef } from '../core/ids.ts';
import { methods } from '../core/method.ts';
import { Prisma, type Database } from '../platform/db/database.ts';
import { forgetOldBatches } from '../record/messages/batch-store.ts';
import { forgetNotices } from '../record/practices/console-session-store.ts';
import { forgetCodes } from '../record/links/doorstep-store.ts';
import { eraseLate } from '../features/contacts/erase.ts';
import { isDispatched, readyAt } from '../record/messages/dispatch-store.ts';
import { isUrgent } from '../record/messages/queue-store.ts';
import { prune } from './prune.ts';
import { forgetFinished } from '../record/practices/retention.ts';
import { practiceSends } from '../record/practices/practice-switches.ts';

/**
 * Finds work that a dead process left undone. Every query uses an index, is bounded, and marks its finds so that they
 * do not turn up again for a while: the sweeper is a safety net, not a second way of working.
 */

/** `stuck`: its work is overdue by `stuckLimits.overdueMs`, though its workflow was told again and again. */
export type Forgotten = ContactRef & { stuck: boolean };

/** When a lane was last worth a look, and told: the index `channels_forgotten` has the same words. */
const leftSince = Prisma.sql`GREATEST(ch.look_at, ch.retry_at, ch.woken_at)`;

/**
 * Contacts with a lane that is overdue, with a wake-up that no workflow noticed, or with consent that was committed and
 * never announced: of each practice as many, the longest forgotten first, up to `most` of all.
 */
export async function forgottenContacts(db: Database, most: number): Promise<Forgotten[]> {
  const now = db.clock.now();
  const overdue = new Date(now.getTime() - limits.forgottenMs);
  const stuck = new Date(now.getTime() - stuckLimits.overdueMs);
  const refs = await db.prisma.$queryRaw<Forgotten[]>`
    SELECT practice_id AS "practiceId", contact_id AS "contactId", bool_or(stuck) AS stuck
    FROM (
      SELECT p.id AS practice_id, lane.* FROM practices p CROSS JOIN LATERAL (
        SELECT ch.contact_id, ch.look_at < ${stuck} AND ch.woken_at IS NOT NULL AS stuck,
               row_number() OVER (ORDER BY ${leftSince}) AS turn
        FROM channels ch
        WHERE ch.practice_id = p.id AND NOT ch.dispatched AND ch.look_at IS NOT NULL AND ${leftSince} < ${overdue}
          AND (ch.lease_until IS NULL OR ch.lease_until < ${now})
        ORDER BY ${leftSince} LIMIT ${most}) lane
      WHERE ${practiceSends}
      UNION ALL
      SELECT p.id, unnoticed.* FROM practices p CROSS JOIN LATERAL (
        SELECT contact_id, false, row_number() OVER (ORDER BY woken_at) FROM channels
        WHERE practice_id = p.id AND NOT dispatched AND woken_at < ${overdue}
        ORDER BY woken_at LIMIT ${most}) unnoticed
      UNION ALL
      SELECT p.id, unannounced.* FROM practices p CROSS JOIN LATERAL (
        SELECT id, false, row_number() OVER (ORDER BY updated_at) FROM contacts
        WHERE practice_id = p.id AND version > announced_version AND updated_at < ${overdue}
          AND erased_at IS NULL AND merged_into IS NULL
        ORDER BY updated_at LIMIT ${most}) unannounced
    ) found
    GROUP BY practice_id, contact_id ORDER BY min(turn), random() LIMIT ${most}`;
  const practiceIds = refs.map(({ practiceId }) => practiceId);
  const contactIds = refs.map(({ contactId }) => contactId);
  // What another transaction holds is being worked on: the sweeper neither waits for it nor keeps it waiting.
  await db.prisma.$executeRaw`
    WITH found AS (
      SELECT ch.practice_id, ch.contact_id, ch.method
      FROM channels ch JOIN unnest(${practiceIds}::text[], ${contactIds}::text[]) AS f (practice_id, contact_id)
        ON ch.practice_id = f.practice_id AND ch.contact_id = f.contact_id
      FOR UPDATE OF ch SKIP LOCKED)
    UPDATE channels ch SET woken_at = ${now} FROM found f
    WHERE ch.practice_id = f.practice_id AND ch.contact_id = f.contact_id AND ch.method = f.method`;
  await db.prisma.$executeRaw`
    WITH found AS (
      SELECT c.practice_id, c.id
      FROM contacts c JOIN unnest(${practiceIds}::text[], ${contactIds}::text[]) AS f (practice_id, contact_id)
        ON c.practice_id = f.practice_id AND c.id = f.contact_id
      FOR UPDATE OF c SKIP LOCKED)
    UPDATE contacts c SET updated_at = ${now} FROM found f WHERE c.practice_id = f.practice_id AND c.id = f.id`;
  return refs;
}

/**
 * Practices whose dispatcher has let something lie; those that it did not name this time come next. Of each method the
 * lane that has been ready longest is looked at, and those that a person waits for: the others make no difference. When
 * messages told it counts for nothing: in a busy practice each one would hide that none was ever looked at.
 */
export async function forgottenDispatchers(
  db: Database,
  most: number,
): Promise<{ practiceId: string; stuck: boolean }[]> {
  const now = db.clock.now();
  const overdue = new Date(now.getTime() - limits.forgottenMs);
  const stuck = new Date(now.getTime() - stuckLimits.overdueMs);
  const rows = await db.prisma.$queryRaw<{ practiceId: string; stuck: boolean }[]>`
    SELECT p.id AS "practiceId", late.since < ${stuck} AND d.told_again_at IS NOT NULL AS stuck
    FROM practices p LEFT JOIN dispatchers d ON d.practice_id = p.id
    CROSS JOIN LATERAL (
      SELECT min(LEAST(GREATEST(first.at, turn.turn_at), urgent.at)) AS since
      FROM unnest(${[...methods]}::text[]) AS way (method)
      LEFT JOIN dispatch_turns turn ON turn.practice_id = p.id AND turn.method = way.method
      LEFT JOIN LATERAL (
        SELECT ${readyAt} AS at FROM channels ch
        WHERE ch.practice_id = p.id AND ch.method = way.method AND ${isDispatched}
        ORDER BY ${readyAt} LIMIT 1) first ON true
      LEFT JOIN LATERAL (
        SELECT min(${readyAt}) AS at FROM deliveries q
        JOIN channels ch ON ch.practice_id = p.id AND ch.contact_id = q.contact_id AND ch.method = way.method
        WHERE q.practice_id = p.id AND q.method = way.method AND q.status = 'queued' AND ${isUrgent}
          AND ${isDispatched}) urgent ON true
      WHERE first.at IS NOT NULL) late
    WHERE (d.told_again_at IS NULL OR d.told_again_at < ${overdue}) AND ${practiceSends}
      AND late.since < ${overdue}
    LIMIT ${most}`;
  await db.prisma.dispatcher.updateMany({
    where: { practiceId: { in: rows.map(({ practiceId }) => practiceId) } },
    data: { wokenAt: now, toldAgainAt: now },
  });
  return rows;
}

/** Marks overdue deliveries as expired, so that lists and counts say so: of each practice as many, up to `most` of all. */
export async function expireOverdue(db: Database, most: number): Promise<number> {
  const found = await db.prisma.$queryRaw<{ id: string }[]>`
    SELECT d.id FROM practices p CROSS JOIN LATERAL (
      SELECT id, row_number() OVER (ORDER BY not_after) AS turn FROM deliveries
      WHERE practice_id = p.id AND status = 'queued' AND not_after <= ${db.clock.now()}
      ORDER BY not_after LIMIT ${most}) d
    ORDER BY d.turn LIMIT ${most}`;
  if (found.length === 0) return 0;
  return db.prisma.$executeRaw`
    UPDATE deliveries SET status = 'expired', reason = NULL
    WHERE id IN (
      SELECT id FROM deliveries WHERE id = ANY(${found.map(({ id }) => id)}::uuid[]) AND status = 'queued'
      FOR UPDATE SKIP LOCKED)
    AND status = 'queued'`;
}

/**
 * Deletes what nobody will ask for again, and what practices keep no longer; empties leftovers: notices on a console,
 * texts of codes, answers that an erasure could not see.
 */
export async function forgetOld(db: Database): Promise<void> {
  await prune(db, Date.now() + workerLimits.pruneMs);
  await forgetNotices(db);
  await eraseLate(db);
  await emptyAliases(db, leftoverLimits.aliasesEmptied);
  await forgetOldBatches(db, leftoverLimits.batchesEmptied);
  await forgetCodes(db);
  await forgetFinished(db, Date.now() + workerLimits.pruneMs);
}
