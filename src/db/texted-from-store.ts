import type { Sql } from './database.ts';

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

/** In the order of the key: two claims of a practice may text the same people at once. */
export async function noteTexts(
  sql: Sql,
  practiceId: string,
  texts: readonly Texted[],
  at: Date,
): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO texted_from AS t (address_hash, sender, practice_id, last_at)
    SELECT DISTINCT u.address_hash, u.sender, ${practiceId}::text, ${at}::timestamptz
    FROM unnest(${texts.map((text) => text.addressHash)}::text[], ${texts.map((text) => text.sender)}::text[])
      AS u (address_hash, sender)
    ORDER BY 1, 2
    ON CONFLICT (address_hash, sender, practice_id) DO UPDATE SET last_at = EXCLUDED.last_at
    WHERE t.last_at < EXCLUDED.last_at`;
}

/** The practices that ever texted the address from there, the last one first. */
export async function textersOf(sql: Sql, { sender, addressHash }: Texted): Promise<string[]> {
  const rows = await sql.textedFrom.findMany({
    where: { addressHash, sender },
    orderBy: [{ lastAt: 'desc' }, { practiceId: 'asc' }],
    select: { practiceId: true },
  });
  return rows.map(({ practiceId }) => practiceId);
}
