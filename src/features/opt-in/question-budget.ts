import { limits } from '../../core/limits.ts';
import { mailboxOf } from '../../core/mailbox.ts';
import { addressHash } from '../../record/contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';

/**
 * How many opt-ins may leave for one mailbox or number in a day, however it is spelt and whichever contacts have it:
 * from one practice, and from all together, so that nobody is bombed with questions by way of many contacts, or of one
 * whose address is changed back and forth. A practice's first of the day leaves even so: others cannot use up its turn.
 * Nothing is dropped: what is too much waits until the day allows it.
 *
 * The rows outlive an erasure by a day at most, or erasing would begin the count again; they hold keyed hashes.
 */

export type Question = {
  deliveryId: string;
  practiceId: string;
  /** Normalised. */
  address: string;
};

/** Writes the opt-in down. A time: it may not leave before then, and nothing was written. Runs inside the claim. */
export async function takeQuestion(
  db: Database,
  sql: Sql,
  { deliveryId, practiceId, address }: Question,
): Promise<Date | undefined> {
  const mailboxHash = addressHash(db, mailboxOf(address));
  await sql.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtext('questions'), hashtext(${mailboxHash}))`;
  const askedAt = db.clock.now();
  const freeAt = await whenFree(sql, { deliveryId, practiceId, mailboxHash }, askedAt);
  if (freeAt !== undefined && freeAt > askedAt) return freeAt;
  // One that was given back unsent is taken again, at its new time.
  await sql.question.upsert({
    where: { deliveryId },
    update: { askedAt },
    create: { deliveryId, practiceId, mailboxHash, askedAt },
  });
  return undefined;
}

/**
 * When the opt-in that fills a limit is a day old; undefined: neither is full, or the practice has asked nothing there
 * for a day. A delivery does not stand in its own way.
 */
async function whenFree(
  sql: Sql,
  {
    deliveryId,
    practiceId,
    mailboxHash,
  }: { [Id in 'deliveryId' | 'practiceId' | 'mailboxHash']: string },
  now: Date,
): Promise<Date | undefined> {
  const [filled] = await sql.$queryRaw<
    { newest: Date | null; own: Date | null; all: Date | null }[]
  >`
    SELECT
      (SELECT max(asked_at) FROM questions
       WHERE practice_id = ${practiceId} AND mailbox_hash = ${mailboxHash} AND delivery_id <> ${deliveryId}::uuid
      ) AS newest,
      (SELECT asked_at FROM questions
       WHERE practice_id = ${practiceId} AND mailbox_hash = ${mailboxHash} AND delivery_id <> ${deliveryId}::uuid
       ORDER BY asked_at DESC OFFSET ${limits.questionsPerDay - 1} LIMIT 1) AS own,
      question_to_mailbox(${mailboxHash}, ${deliveryId}::uuid, ${limits.mailboxQuestionsPerDay - 1}) AS all`;
  const { newest, own, all } = filled!;
  const dayAgo = now.getTime() - limits.questionMs;
  if (newest === null || newest.getTime() <= dayAgo) return undefined;
  const times = [own, all].flatMap((at) => (at ? [at.getTime()] : []));
  return times.length === 0 ? undefined : new Date(Math.max(...times) + limits.questionMs);
}
