import { asksConsent } from '../consent/consent-channels.ts';
import { optInLeadMs } from '../../core/settings.ts';
import type { PracticeView } from '../consent/contact-lock.ts';
import { Prisma, type Sql } from '../../platform/db/database.ts';

/** Why a delivery is `cancelled` that the practice did not want sent. */
export const cancelledReason = 'cancelled by the practice';

/** Messages whose contact's methods changed, or that it changed under: all of some contacts', or these. */
export type Moved = { contactIds: readonly string[] } | { movedIds: readonly string[] };

/**
 * Turns messages into deliveries: one row per method, once (a unique index holds it). Runs under the lock of every
 * contact concerned.
 *
 * - `{ messageIds }`: these new messages.
 * - Otherwise those of them that are open: with a delivery that is queued, or set aside because its method is not assigned
 *   (any more), while none of them has left. Any other is history: a method assigned later does not send it again.
 *
 * A message that has none is `unrouted`: so a list of what is queued finds it.
 */
export async function fanOut(
  sql: Sql,
  practiceId: string,
  which: { messageIds: readonly string[] } | Moved,
  now: Date,
): Promise<void> {
  const among =
    'contactIds' in which
      ? Prisma.sql`m.contact_id = ANY(${which.contactIds})`
      : Prisma.sql`m.id = ANY(${'movedIds' in which ? which.movedIds : which.messageIds})`;
  const selected =
    'messageIds' in which
      ? among
      : Prisma.sql`${among} AND (
          NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id)
          OR EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id
                     AND (d.status = 'queued' OR ${waitsForMethod})))`;
  const rerouted =
    'messageIds' in which
      ? Prisma.sql`${selected} AND m.unrouted = (m.id IN (SELECT message_id FROM made)
          OR EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id))`
      : // They were there before, and lose no delivery.
        Prisma.sql`m.unrouted AND m.id IN (SELECT message_id FROM made)`;
  await sql.$executeRaw`
    WITH made AS (
    INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, reason, due_at,
                            not_after, arrival, size, created_at)
    SELECT gen_random_uuid(), m.practice_id, m.contact_id, ch.method, 'content', m.id, m.kind,
           CASE WHEN m.cancelled_at IS NOT NULL THEN 'cancelled'
                WHEN m.not_after <= ${now} THEN 'expired'
                WHEN successor.id IS NOT NULL THEN 'cancelled'
                WHEN NOT ch.assigned THEN 'cancelled'
                WHEN ch.state = 'waived' THEN 'suppressed'
                ELSE 'queued' END,
           CASE WHEN m.cancelled_at IS NOT NULL THEN ${cancelledReason}
                WHEN m.not_after <= ${now} THEN NULL
                WHEN successor.id IS NOT NULL THEN 'superseded'
                WHEN NOT ch.assigned THEN 'method_unassigned'
                WHEN ch.state = 'waived' THEN 'channel_waived' END,
           m.due_at, m.not_after, m.arrival, m.size, ${now}
    FROM messages m
    JOIN contacts c ON c.practice_id = m.practice_id AND c.id = m.contact_id AND c.registered
    JOIN channels ch ON ch.practice_id = m.practice_id AND ch.contact_id = m.contact_id
                    AND ch.method = ANY(m.methods) AND (ch.assigned OR NOT m.any_method)
    LEFT JOIN LATERAL (SELECT s.id FROM messages s WHERE s.practice_id = m.practice_id AND s.supersedes = m.id
                       AND s.contact_id = m.contact_id LIMIT 1) successor ON true
    WHERE m.practice_id = ${practiceId} AND ${selected}
    ON CONFLICT (practice_id, message_id, method) WHERE message_id IS NOT NULL DO NOTHING
    RETURNING message_id)
    UPDATE messages m SET unrouted = NOT m.unrouted
    WHERE m.practice_id = ${practiceId} AND ${rerouted}`;
}

/**
 * The queue follows the channels: deliveries on an unassigned method step aside until it is assigned again, those on one
 * that staff waived are not sent. Each lane that holds something is looked at.
 */
export async function followChannels(
  sql: Sql,
  practiceId: string,
  which: Moved,
  now: Date,
): Promise<void> {
  const moved =
    'movedIds' in which
      ? Prisma.sql`d.message_id = ANY(${which.movedIds})`
      : Prisma.sql`ch.contact_id = ANY(${which.contactIds})`;
  await sql.$executeRaw`
    UPDATE deliveries d
    SET status = CASE WHEN NOT ch.assigned THEN 'cancelled' WHEN ch.state = 'waived' THEN 'suppressed' ELSE 'queued' END,
        reason = CASE WHEN NOT ch.assigned THEN 'method_unassigned' WHEN ch.state = 'waived' THEN 'channel_waived' END
    FROM channels ch
    WHERE d.practice_id = ${practiceId} AND ${moved}
      AND ch.practice_id = d.practice_id AND ch.contact_id = d.contact_id AND ch.method = d.method
      AND d.purpose = 'content'
      AND ((d.status = 'queued' AND (NOT ch.assigned OR ch.state = 'waived'))
        OR (${waitsForMethod} AND ch.assigned))`;
  await fanOut(sql, practiceId, which, now);
}

/** Has the contacts' own workflows look at each of their lanes that holds something. */
export async function lookAtQueues(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
  now: Date,
): Promise<void> {
  await sql.$executeRaw`
    UPDATE channels ch SET look_at = ${now}
    WHERE ch.practice_id = ${practiceId} AND ch.contact_id = ANY(${contactIds})
      AND EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = ch.practice_id
        AND d.contact_id = ch.contact_id AND d.method = ch.method AND d.status = 'queued')`;
}

/** Of a delivery `d`: it waits for its method to be assigned, and the message has not left by another one. */
export const waitsForMethod = Prisma.sql`(d.status = 'cancelled' AND d.reason = 'method_unassigned'
  AND NOT EXISTS (SELECT 1 FROM deliveries other WHERE other.practice_id = d.practice_id AND other.message_id = d.message_id
    AND other.status IN ('sending', 'sent', 'delivered', 'unknown')))`;

/** Of a lane `ch`: its contact has a channel that was never asked. */
const isUnasked = Prisma.sql`EXISTS (
  SELECT 1 FROM channels unasked WHERE unasked.practice_id = ch.practice_id
    AND unasked.contact_id = ch.contact_id AND unasked.assigned AND ${asksConsent('unasked.method')}
    AND unasked.state = 'not_sent')`;

/**
 * Notes on the lanes of new messages when to look at them: when they are due, or before that, where the
 * contact was never asked and must be. So the sweeper finds them in time, should the signal be lost. Contacts with their own
 * workflow must be signalled, unless that happened within `quietMs`; for the others, `dispatchAt` is the earliest time
 * that the dispatcher must know.
 */
export async function noteArrivals(
  sql: Sql,
  { id: practiceId, settings }: PracticeView,
  messageIds: readonly string[],
  now: Date,
  quietMs: number,
): Promise<{ wake: string[]; dispatchAt?: Date }> {
  const stale = new Date(now.getTime() - quietMs);
  const lead = `${optInLeadMs(settings)} milliseconds`;
  const rows = await sql.$queryRaw<
    { contact_id: string; dispatched: boolean; due: Date; tell: boolean }[]
  >`
    UPDATE channels ch
    SET look_at = LEAST(ch.look_at, CASE WHEN ${isUnasked} THEN arrived.due - ${lead}::interval ELSE arrived.due END),
        woken_at = CASE WHEN ch.dispatched THEN ch.woken_at
                        WHEN ch.woken_at > ${stale} THEN ch.woken_at ELSE ${now} END
    FROM (SELECT contact_id, method, min(due_at) AS due FROM deliveries
          WHERE practice_id = ${practiceId} AND message_id = ANY(${messageIds}) AND status = 'queued'
          GROUP BY contact_id, method) arrived
    WHERE ch.practice_id = ${practiceId} AND ch.contact_id = arrived.contact_id AND ch.method = arrived.method
    RETURNING ch.contact_id, ch.dispatched, arrived.due, COALESCE(ch.woken_at = ${now}, false) AS tell`;
  const dispatched = rows.filter((row) => row.dispatched).map((row) => Number(row.due));
  const wake = rows.filter((row) => !row.dispatched && row.tell).map((row) => row.contact_id);
  return {
    wake: [...new Set(wake)],
    ...(dispatched.length > 0 ? { dispatchAt: new Date(Math.min(...dispatched)) } : {}),
  };
}

/**
 * Of a queued delivery: somebody waits for it with the phone in hand (the index `deliveries_urgent` has the same
 * words).
 */
export const isUrgent = Prisma.sql`purpose IN ('answer', 'code')`;

/** Of a lane `ch`: something is queued or under way. Each by itself, because each has an index. */
export const isBusy = Prisma.sql`(
  EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = ch.practice_id AND d.contact_id = ch.contact_id
          AND d.method = ch.method AND d.status = 'queued')
  OR EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = ch.practice_id AND d.contact_id = ch.contact_id
             AND d.method = ch.method AND d.status = 'sending'))`;

/** Numbers the arrivals; ascending. Taken under the contacts' locks, they follow the order of commits. */
export async function nextArrivals(sql: Sql, count: number): Promise<bigint[]> {
  const rows = await sql.$queryRaw<{ n: bigint }[]>`
    SELECT nextval('arrivals') AS n FROM generate_series(1, ${count}::int)`;
  return rows.map((row) => row.n).toSorted((a, b) => (a < b ? -1 : 1));
}
