import type { ContactRef } from '../../core/ids.ts';
import { leftoverLimits } from '../../core/limits/leftover-limits.ts';
import type { Sql } from '../../platform/db/database.ts';

/** Deletes finished messages and deliveries, with all that is there only for them. */

/** A message's place in its contact's queue. */
export type MessagePlace = { dueAt: Date; arrival: bigint };

/**
 * Looks at a page of the messages that were due before `before`, and deletes those of which everything has been finished
 * for so long. `last`: where the next page begins; undefined: this was the last one. Under the lock of the contact.
 */
export async function forgetMessages(
  sql: Sql,
  { practiceId, contactId }: ContactRef,
  before: Date,
  after: MessagePlace = { dueAt: new Date(0), arrival: 0n },
): Promise<{ deleted: number; last?: MessagePlace }> {
  const { finishedAtOnce } = leftoverLimits;
  // A message without deliveries waits to be registered, unless it was cancelled meanwhile.
  const rows = await sql.$queryRaw<
    { id: string; due_at: Date; arrival: bigint; finished: boolean }[]
  >`
    SELECT m.id, m.due_at, m.arrival,
      m.created_at < ${before} AND COALESCE(m.event_at < ${before}, true)
        AND (m.cancelled_at < ${before} OR EXISTS (SELECT 1 FROM deliveries d
          WHERE d.practice_id = m.practice_id AND d.message_id = m.id))
        AND NOT EXISTS (SELECT 1 FROM deliveries d
          WHERE d.practice_id = m.practice_id AND d.message_id = m.id
            AND (d.status IN ('queued', 'sending') OR d.finished_at IS NULL OR d.finished_at >= ${before})) AS finished
    FROM (SELECT * FROM messages
      WHERE practice_id = ${practiceId} AND contact_id = ${contactId} AND due_at < ${before}
        AND (due_at, arrival) > (${after.dueAt}, ${after.arrival}::bigint)
      ORDER BY due_at, arrival LIMIT ${finishedAtOnce}) m
    ORDER BY m.due_at, m.arrival`;
  const ids = rows.flatMap((row) => (row.finished === true ? row.id : []));
  const deliveries = await sql.delivery.findMany({
    where: { practiceId, messageId: { in: ids } },
    select: { id: true },
  });
  await forgetDeliveries(
    sql,
    practiceId,
    deliveries.map(({ id }) => id),
  );
  await sql.message.deleteMany({ where: { practiceId, id: { in: ids } } });
  const last = rows.length === finishedAtOnce ? rows.at(-1) : undefined;
  return {
    deleted: ids.length,
    ...(last ? { last: { dueAt: last.due_at, arrival: last.arrival } } : {}),
  };
}

/** Deletes deliveries with their requests, links and, with the last delivery of each, frozen calls. */
export async function forgetDeliveries(
  sql: Sql,
  practiceId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const theirs = { practiceId, deliveryId: { in: [...ids] } };
  await sql.optInRequest.deleteMany({ where: theirs });
  await sql.messageLink.deleteMany({ where: theirs });
  const rows = await sql.$queryRaw<{ batch_id: string | null }[]>`
    DELETE FROM deliveries WHERE practice_id = ${practiceId} AND id = ANY(${[...ids]}::uuid[]) RETURNING batch_id`;
  const batchIds = [...new Set(rows.flatMap((row) => row.batch_id ?? []))];
  await sql.$executeRaw`
    DELETE FROM batches b WHERE b.practice_id = ${practiceId} AND b.id = ANY(${batchIds}::uuid[])
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.batch_id = b.id)`;
}
