import type { ContactRef } from '../domain/ids.ts';
import { Prisma, type Sql } from './database.ts';

/**
 * Turns messages into deliveries: one row per method, once (a unique index holds it). Runs under the lock of every
 * contact concerned.
 *
 * - `{ messageIds }`: these new messages.
 * - `{ contact }`: whatever of the contact's messages is still open, because its methods changed or it was registered.
 *   A message whose deliveries are all final is history: a method assigned later does not send it again.
 */
export async function fanOut(
  sql: Sql,
  practiceId: string,
  which: { messageIds: readonly string[] } | { contact: ContactRef },
  now: Date,
): Promise<void> {
  const selected =
    'messageIds' in which
      ? Prisma.sql`m.id = ANY(${which.messageIds})`
      : Prisma.sql`m.contact_id = ${which.contact.contactId} AND (
          NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id)
          OR EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id
                     AND d.status = 'queued'))`;
  await sql.$executeRaw`
    INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, status, reason, due_at,
                            not_after, arrival, size, created_at)
    SELECT gen_random_uuid(), m.practice_id, m.contact_id, ch.method, 'content', m.id,
           CASE WHEN m.not_after <= ${now} THEN 'expired'
                WHEN NOT ch.assigned THEN 'cancelled'
                WHEN ch.state = 'waived' THEN 'suppressed'
                ELSE 'queued' END,
           CASE WHEN m.not_after <= ${now} THEN NULL
                WHEN NOT ch.assigned THEN 'method_unassigned'
                WHEN ch.state = 'waived' THEN 'channel_waived' END,
           m.due_at, m.not_after, m.arrival, m.size, ${now}
    FROM messages m
    JOIN contacts c ON c.practice_id = m.practice_id AND c.id = m.contact_id AND c.registered
    JOIN channels ch ON ch.practice_id = m.practice_id AND ch.contact_id = m.contact_id
                    AND ch.method = ANY(m.methods) AND (ch.assigned OR NOT m.any_method)
    WHERE m.practice_id = ${practiceId} AND ${selected}
    ON CONFLICT (practice_id, message_id, method) WHERE message_id IS NOT NULL DO NOTHING`;
}

/**
 * Marks the lanes of the contacts as woken; returns those whose workflow must be told, because nobody told it within
 * `quietMs`. `deliver` clears the mark before it looks, so a mark means: somebody will still look.
 */
export async function markWoken(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
  now: Date,
  quietMs: number,
): Promise<string[]> {
  const stale = new Date(now.getTime() - quietMs);
  const rows = await sql.$queryRaw<{ contact_id: string }[]>`
    UPDATE channels SET woken_at = ${now}
    WHERE practice_id = ${practiceId} AND contact_id = ANY(${contactIds})
      AND (woken_at IS NULL OR woken_at < ${stale})
    RETURNING contact_id`;
  return [...new Set(rows.map((row) => row.contact_id))];
}

/** Numbers the arrivals; ascending. Taken under the contacts' locks, they follow the order of commits. */
export async function nextArrivals(sql: Sql, count: number): Promise<bigint[]> {
  const rows = await sql.$queryRaw<{ n: bigint }[]>`
    SELECT nextval('arrivals') AS n FROM generate_series(1, ${count}::int)`;
  return rows.map((row) => row.n).toSorted((a, b) => (a < b ? -1 : 1));
}
