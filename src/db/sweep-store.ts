import { emptyAliases } from './alias-leftovers.ts';
import { leftoverLimits } from '../domain/leftover-limits.ts';
import { limits } from '../domain/limits.ts';
import { stuckLimits } from '../domain/stuck-run.ts';
import { workerLimits } from '../domain/worker-limits.ts';
import type { ContactRef } from '../domain/ids.ts';
import { methods } from '../domain/method.ts';
import type { Database } from './database.ts';
import { forgetOldBatches } from './batch-store.ts';
import { forgetNotices } from './console-session-store.ts';
import { forgetCodes } from './doorstep-store.ts';
import { eraseLate } from './erase.ts';
import { isDispatched, readyAt } from './dispatch-store.ts';
import { isUrgent } from './queue-store.ts';
import { prune } from './prune.ts';
import { forgetFinished } from './retention.ts';
import { practiceSends } from './practice-switches.ts';

/**
 * Finds work that a dead process left undone. Every query uses an index, is bounded, and marks its finds so that they
 * do not turn up again for a while: the sweeper is a safety net, not a second way of working.
 */

/** `stuck`: a lane is overdue by `stuckLimits.overdueMs`, though its contact was told again and again. */
export type Forgotten = ContactRef & { stuck: boolean };

/**
 * Contacts with a lane that is overdue, with a wake-up that no workflow noticed, or with consent that was committed and
 * never announced.
 */
export async function forgottenContacts(db: Database, most: number): Promise<Forgotten[]> {
  const now = db.clock.now();
  const overdue = new Date(now.getTime() - limits.forgottenMs);
  const stuck = new Date(now.getTime() - stuckLimits.overdueMs);
  const refs = await db.prisma.$queryRaw<Forgotten[]>`
    WITH lanes AS (
      SELECT ch.practice_id, ch.contact_id, ch.look_at < ${stuck} AND ch.woken_at IS NOT NULL AS stuck
      FROM channels ch JOIN practices p ON p.id = ch.practice_id
      WHERE ch.look_at < ${overdue} AND NOT ch.dispatched
        AND (ch.lease_until IS NULL OR ch.lease_until < ${now})
        AND (ch.retry_at IS NULL OR ch.retry_at < ${overdue})
        AND (ch.woken_at IS NULL OR ch.woken_at < ${overdue})
        AND ${practiceSends}
      ORDER BY ch.look_at LIMIT ${most}
    ), unnoticed AS (
      SELECT practice_id, contact_id, false AS stuck FROM channels
      WHERE woken_at < ${overdue} AND NOT dispatched ORDER BY woken_at LIMIT ${most}
    ), unannounced AS (
      SELECT practice_id, id AS contact_id, false AS stuck FROM contacts
      WHERE version > announced_version AND updated_at < ${overdue} AND erased_at IS NULL AND merged_into IS NULL LIMIT ${most}
    )
    SELECT practice_id AS "practiceId", contact_id AS "contactId", bool_or(stuck) AS stuck
    FROM (SELECT * FROM lanes UNION ALL SELECT * FROM unnoticed UNION ALL SELECT * FROM unannounced) found
    GROUP BY practice_id, contact_id ORDER BY random()`;
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
 * lane that has been ready longest is looked at, and those that a person waits for: the others make no difference.
 */
export async function forgottenDispatchers(db: Database, most: number): Promise<string[]> {
  const now = db.clock.now();
  const overdue = new Date(now.getTime() - limits.forgottenMs);
  const rows = await db.prisma.$queryRaw<{ practice_id: string }[]>`
    SELECT p.id AS practice_id FROM practices p LEFT JOIN dispatchers d ON d.practice_id = p.id
    WHERE (d.woken_at IS NULL OR d.woken_at < ${overdue}) AND ${practiceSends} AND EXISTS (
      SELECT 1 FROM unnest(${[...methods]}::text[]) AS way (method)
      LEFT JOIN dispatch_turns turn ON turn.practice_id = p.id AND turn.method = way.method
      WHERE (turn.turn_at IS NULL OR turn.turn_at < ${overdue}) AND (
          SELECT ${readyAt} FROM channels ch
          WHERE ch.practice_id = p.id AND ch.method = way.method AND ${isDispatched}
          ORDER BY ${readyAt} LIMIT 1) < ${overdue}
        OR (SELECT min(${readyAt}) FROM deliveries q
          JOIN channels ch ON ch.practice_id = p.id AND ch.contact_id = q.contact_id AND ch.method = way.method
          WHERE q.practice_id = p.id AND q.method = way.method AND q.status = 'queued' AND ${isUrgent}
            AND ${isDispatched}) < ${overdue})
    LIMIT ${most}`;
  const ids = rows.map((row) => row.practice_id);
  await db.prisma.dispatcher.updateMany({
    where: { practiceId: { in: ids } },
    data: { wokenAt: now },
  });
  return ids;
}

/** Marks overdue deliveries as expired, so that lists and counts say so. */
export async function expireOverdue(db: Database, most: number): Promise<number> {
  return db.prisma.$executeRaw`
    UPDATE deliveries SET status = 'expired', reason = NULL
    WHERE id IN (
      SELECT id FROM deliveries WHERE status = 'queued' AND not_after <= ${db.clock.now()}
      LIMIT ${most} FOR UPDATE SKIP LOCKED)
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
