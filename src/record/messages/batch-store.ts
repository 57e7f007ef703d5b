import { databaseLimits } from '../../core/limits/database-limits.ts';
import { limits } from '../../core/limits.ts';
import type { Database, Sql } from '../../platform/db/database.ts';

/**
 * A frozen call (src/delivery/batch.ts) holds addresses and texts, and is kept only while it may have to be repeated:
 * the one who ends the last of its deliveries that is `sending` empties it.
 */

/**
 * Empties those of the calls of which nothing is under way any more. The rows tell: a stopped caller may come back
 * while another repeats the call.
 */
export async function forgetEnded(sql: Sql, batchIds: readonly string[]): Promise<void> {
  await sql.$executeRaw`
    UPDATE batches SET payload_enc = '' WHERE id = ANY(${[...batchIds]}::uuid[]) AND payload_enc <> ''
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.batch_id = batches.id AND d.status = 'sending')`;
}

/**
 * The same for one that ended a single delivery of the call: another one may end the other at this moment, and neither
 * would see that it is the last. The lock is the transaction's last.
 */
export async function forgetIfEnded(sql: Sql, batchId: string): Promise<void> {
  await sql.$executeRaw`SELECT 1 FROM batches WHERE id = ${batchId}::uuid FOR UPDATE`;
  await forgetEnded(sql, [batchId]);
}

/**
 * Empties the calls that carried deliveries of these contacts, or these codes. Where another's delivery of
 * the same call is still `sending`, the call is not repeated: the report that ended the one says that the provider took
 * them all.
 */
export async function forgetBatchesOf(
  sql: Sql,
  whose: {
    practiceId: string;
    contactIds: readonly string[];
    codeIds: readonly string[];
  },
): Promise<void> {
  const { practiceId, contactIds, codeIds } = whose;
  // As arrays, whose elements are looked up one by one: the planner may not begin with all calls that hold something, nor
  // with all deliveries that were in a call.
  await sql.$executeRaw`
    UPDATE batches b SET payload_enc = '' WHERE b.practice_id = ${practiceId} AND b.payload_enc <> ''
      AND b.id = ANY (ARRAY(
        SELECT d.batch_id FROM deliveries d
        WHERE d.practice_id = ${practiceId} AND d.contact_id = ANY(${[...contactIds]})
        UNION
        SELECT d.batch_id FROM deliveries d
        WHERE d.practice_id = ${practiceId} AND d.id = ANY(${[...codeIds]}::uuid[])))`;
}

/**
 * Empties calls too old to be repeated, whatever became of their deliveries, and those of which nothing is under way:
 * their worker ended between the answer and its settling. `most`: calls emptied at once.
 */
export async function forgetOldBatches(db: Database, most: number): Promise<void> {
  const before = (ms: number): Date => new Date(db.clock.now().getTime() - ms);
  await db.prisma.$executeRaw`
    UPDATE batches SET payload_enc = '' WHERE id IN (
      SELECT b.id FROM batches b
      WHERE b.payload_enc <> '' AND b.created_at < ${before(databaseLimits.answerKeptMs)}
        AND (b.created_at < ${before(limits.emailRepeatMs)} OR NOT EXISTS (
          SELECT 1 FROM deliveries d WHERE d.batch_id = b.id AND d.status = 'sending'))
      ORDER BY b.created_at LIMIT ${most})`;
}
