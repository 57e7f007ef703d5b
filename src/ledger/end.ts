import type { Database, Sql } from '../platform/db/database.ts';
import { placeOf } from '../platform/db/sealed-columns.ts';

/**
 * Where a chain ends: its last number and hash, sealed with the encryption key. A chain shows that nothing in it was
 * changed; its sealed end shows that it is ours, and that nothing was cut off or put on.
 */
export type End = { seq: number; hash: string };

/** Takes the place of a contact's id for a practice's chain of roots; no caller can choose it. */
export const rootsChain = '@roots';

export function openEnd(
  db: Database,
  practiceId: string,
  chain: string,
  endEnc: string | null | undefined,
): End | undefined {
  if (endEnc === null || endEnc === undefined) return undefined;
  try {
    const [practice, about, seq, hash] = JSON.parse(
      db.cipher.open(endEnc, placeOf('ledger_ends.end', practiceId, chain)),
    ) as [string, string, number, string];
    return practice === practiceId && about === chain ? { seq, hash } : undefined;
  } catch {
    // Changed, or sealed by somebody else.
    return undefined;
  }
}

/** Runs under the locks of the contacts or practice that the chains belong to. */
export async function writeEnds(
  db: Database,
  sql: Sql,
  practiceId: string,
  ends: readonly ({ chain: string } & End)[],
): Promise<void> {
  const sealed = ends.map(({ chain, seq, hash }) =>
    db.cipher.seal(
      JSON.stringify([practiceId, chain, seq, hash]),
      placeOf('ledger_ends.end', practiceId, chain),
    ),
  );
  await sql.$executeRaw`
    INSERT INTO ledger_ends (practice_id, chain, end_enc)
    SELECT ${practiceId}, e.chain, e.end_enc
    FROM unnest(${ends.map(({ chain }) => chain)}::text[], ${sealed}::text[]) AS e (chain, end_enc)
    ON CONFLICT (practice_id, chain) DO UPDATE SET end_enc = EXCLUDED.end_enc`;
}
