import { Prisma, type Sql } from '../../platform/db/database.ts';
import type { OptInRequest } from '../../platform/db/generated/client.ts';

/**
 * From which numbers each practice has ever texted a person, and when it did last. To the person a number is the
 * practice that wrote from it, also once it has become another one's: nothing else tells whose a reply is, and for which
 * practices a STOP is meant. The transaction that moves a text of any purpose to `sending` writes the row: from then on
 * the text may be read and answered.
 *
 * One row for an address, a number and a practice, for good: a phone keeps its old texts. It outlives erasure, like the
 * unsubscribe links of old emails, so that STOP can still be said; it holds a keyed hash, and names nobody.
 */

/** A text that is about to leave: the number it leaves from, and its receiver. */
export type Texted = { sender: string; addressHash: string };

/**
 * When the last message left and when the last opt-in text was made is kept beside it, since a YES without a code can only
 * mean the last thing that was asked: what else leaves, an answer or a code, says nothing of that. An older worker notes
 * the last text alone; of that one it is taken that it asked for consent, unless it was a message.
 *
 * In the order of the key: two claims of a practice may text the same people at once.
 */
export async function noteTexts(
  sql: Sql,
  practiceId: string,
  texts: readonly (Texted & { deliveryId: string; isMessage: boolean })[],
  at: Date,
): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO texted_from AS t (address_hash, sender, practice_id, last_at, message_last, known_at, message_at, asked_at)
    SELECT u.address_hash, u.sender, ${practiceId}::text, ${at}::timestamptz, bool_or(u.is_message), ${at}::timestamptz,
      CASE WHEN bool_or(u.is_message) THEN ${at}::timestamptz END, max(r.created_at)
    FROM unnest(${texts.map((text) => text.addressHash)}::text[], ${texts.map((text) => text.sender)}::text[],
      ${texts.map((text) => text.deliveryId)}::uuid[], ${texts.map((text) => text.isMessage)}::boolean[])
      AS u (address_hash, sender, delivery_id, is_message)
    LEFT JOIN opt_in_requests r ON r.delivery_id = u.delivery_id
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (address_hash, sender, practice_id)
    DO UPDATE SET last_at = GREATEST(t.last_at, EXCLUDED.last_at),
      known_at = GREATEST(t.last_at, EXCLUDED.last_at),
      message_last = CASE WHEN t.last_at < EXCLUDED.last_at THEN EXCLUDED.message_last ELSE t.message_last END,
      message_at = GREATEST(t.message_at, EXCLUDED.message_at, CASE WHEN ${isHalfKnown} AND t.message_last THEN t.last_at END),
      asked_at = GREATEST(t.asked_at, EXCLUDED.asked_at, CASE WHEN ${isHalfKnown} AND NOT t.message_last THEN t.last_at END)`;
}

/** Of a row `t`: an older worker noted its last text. */
const isHalfKnown = Prisma.sql`t.known_at IS DISTINCT FROM t.last_at`;

/** The practices that ever texted the address from there, the last one first. */
export async function textersOf(sql: Sql, { sender, addressHash }: Texted): Promise<string[]> {
  const rows = await sql.textedFrom.findMany({
    where: { addressHash, sender },
    orderBy: [{ lastAt: 'desc' }, { practiceId: 'asc' }],
    select: { practiceId: true },
  });
  return rows.map(({ practiceId }) => practiceId);
}

/** The practice's last text to the address from there was one of its messages. */
export async function wasMessageLast(
  sql: Sql,
  practiceId: string,
  { sender, addressHash }: Texted,
): Promise<boolean> {
  const row = await sql.textedFrom.findFirst({ where: { addressHash, sender, practiceId } });
  return row?.messageLast ?? false;
}

/**
 * To the person the number asked for nothing since: no practice's message left from there to the address after the
 * request, and no opt-in text for another contact, whatever became of what that one asked. One that was for the same
 * contact, as of a record that was merged into it, asked the same thing.
 */
export async function isLastAsked(
  sql: Sql,
  { practiceId, contactId, sender, addressHash, createdAt }: OptInRequest,
): Promise<boolean> {
  const [row] = await sql.$queryRaw<[{ last: boolean }]>`
    SELECT NOT EXISTS (
      SELECT FROM texted_from t WHERE t.address_hash = ${addressHash} AND t.sender = ${sender}
        AND (t.message_at >= ${createdAt}
          OR t.asked_at > ${createdAt} AND NOT EXISTS (
            SELECT FROM opt_in_requests r WHERE r.practice_id = ${practiceId} AND r.contact_id = ${contactId}
              AND r.method = 'sms' AND r.created_at = t.asked_at AND t.practice_id = ${practiceId})
          OR t.asked_at = ${createdAt} AND t.practice_id <> ${practiceId}
          OR ${isHalfKnown} AND (t.last_at > ${createdAt} OR t.message_last AND t.practice_id = ${practiceId}))) AS last`;
  return row.last;
}
