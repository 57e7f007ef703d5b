import { limits } from '../domain/limits.ts';
import type { ContactRef } from '../domain/ids.ts';
import type { Database } from './database.ts';
import { forgetBookings } from './booking-store.ts';
import { forgetCodes } from './doorstep-store.ts';
import { forgetEvents } from './event-store.ts';
import { isUrgent } from './queue-store.ts';
import { practiceSends } from './practice-switches.ts';

/**
 * What somebody who died left undone. Everything here is found by an index, bounded, and marked so that it is not found
 * again for a while: the sweeper is a safety net, not a second way of working.
 */

/**
 * Runs `work` unless another process is sweeping. A lease of the database's own time: whoever holds it and is killed or
 * frozen loses it after `limits.sweepMs`. Two sweepers at once would only say some things twice.
 */
export async function asOnlySweeper(db: Database, work: () => Promise<void>): Promise<void> {
  const lease = `${limits.sweepMs} milliseconds`;
  const taken = await db.prisma.$executeRaw`
    INSERT INTO leases (name, until) VALUES ('sweeper', clock_timestamp() + ${lease}::interval)
    ON CONFLICT (name) DO UPDATE SET until = EXCLUDED.until WHERE leases.until < clock_timestamp()`;
  if (taken === 0) return;
  try {
    await work();
  } finally {
    await db.prisma.$executeRaw`UPDATE leases SET until = clock_timestamp() WHERE name = 'sweeper'`;
  }
}

/** Contacts with a lane that is overdue, or with consent that was committed and never announced. */
export async function forgottenContacts(db: Database, most: number): Promise<ContactRef[]> {
  const now = db.clock.now();
  const overdue = new Date(now.getTime() - limits.forgottenMs);
  const rows = await db.prisma.$queryRaw<{ practice_id: string; contact_id: string }[]>`
    WITH lanes AS (
      SELECT ch.practice_id, ch.contact_id FROM channels ch JOIN practices p ON p.id = ch.practice_id
      WHERE ch.look_at < ${overdue} AND NOT ch.dispatched
        AND (ch.lease_until IS NULL OR ch.lease_until < ${now})
        AND (ch.retry_at IS NULL OR ch.retry_at < ${overdue})
        AND (ch.woken_at IS NULL OR ch.woken_at < ${overdue})
        AND ${practiceSends}
      ORDER BY ch.look_at LIMIT ${most}
    ), unannounced AS (
      SELECT practice_id, id AS contact_id FROM contacts
      WHERE version > announced_version AND updated_at < ${overdue} AND erased_at IS NULL AND merged_into IS NULL LIMIT ${most}
    )
    SELECT practice_id, contact_id FROM lanes UNION SELECT practice_id, contact_id FROM unannounced`;
  const refs = rows.map((row) => ({ practiceId: row.practice_id, contactId: row.contact_id }));
  for (const { practiceId, contactId } of refs) {
    await db.prisma.channel.updateMany({
      where: { practiceId, contactId },
      data: { wokenAt: now },
    });
    await db.prisma.contact.updateMany({
      where: { practiceId, id: contactId },
      data: { updatedAt: now },
    });
  }
  return refs;
}

/** Practices whose dispatcher has let something lie. */
export async function forgottenDispatchers(db: Database): Promise<string[]> {
  const now = db.clock.now();
  const overdue = new Date(now.getTime() - limits.forgottenMs);
  const rows = await db.prisma.$queryRaw<{ practice_id: string }[]>`
    SELECT DISTINCT ch.practice_id FROM channels ch
    JOIN practices p ON p.id = ch.practice_id LEFT JOIN dispatchers d ON d.practice_id = ch.practice_id
    LEFT JOIN dispatch_turns t ON t.practice_id = ch.practice_id AND t.method = ch.method
    WHERE ch.dispatched AND ch.look_at < ${overdue}
      AND (ch.lease_until IS NULL OR ch.lease_until < ${now})
      AND (ch.retry_at IS NULL OR ch.retry_at < ${overdue})
      AND (t.turn_at IS NULL OR t.turn_at < ${overdue} OR EXISTS (
        SELECT 1 FROM deliveries d WHERE d.practice_id = ch.practice_id AND d.contact_id = ch.contact_id
          AND d.method = ch.method AND d.status = 'queued' AND ${isUrgent}))
      AND (d.woken_at IS NULL OR d.woken_at < ${overdue})
      AND ${practiceSends}`;
  const ids = rows.map((row) => row.practice_id);
  await db.prisma.dispatcher.updateMany({
    where: { practiceId: { in: ids } },
    data: { wokenAt: now },
  });
  return ids;
}

/** What is past its time is written down as expired, so that lists and counts say so. */
export async function expireOverdue(db: Database, most: number): Promise<number> {
  return db.prisma.$executeRaw`
    UPDATE deliveries SET status = 'expired', reason = NULL
    WHERE id IN (
      SELECT id FROM deliveries WHERE status = 'queued' AND not_after <= ${db.clock.now()}
      LIMIT ${most} FOR UPDATE SKIP LOCKED)
    AND status = 'queued'`;
}

/** Answers, webhook ids, links and events that nobody will ask for again. */
export async function forgetOld(db: Database): Promise<void> {
  const now = db.clock.now().getTime();
  await db.prisma.idempotencyKey.deleteMany({
    where: { createdAt: { lt: new Date(now - limits.idempotencyMs) } },
  });
  await db.prisma.webhookEvent.deleteMany({
    where: { receivedAt: { lt: new Date(now - limits.webhookMemoryMs) } },
  });
  await db.prisma.consoleSession.deleteMany({ where: { expiresAt: { lt: new Date(now) } } });
  // Whoever comes a little late is still told that the link has expired, and not that there never was one.
  await db.prisma.preferenceLink.deleteMany({
    where: { expiresAt: { lt: new Date(now - limits.preferenceLinkMs) } },
  });
  await forgetBookings(db);
  await forgetCodes(db);
  await forgetEvents(db, limits.eventsForgotten);
}
