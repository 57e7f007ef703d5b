import type { Database, Sql } from './database.ts';

/**
 * Where a chain ends: its last number and hash, sealed with the encryption key. A chain shows that nothing in it was
 * changed; its sealed end shows that it is ours, and that nothing was cut off or put on.
 */
export type End = { seq: number; hash: string };

export const endContext = 'ledger_ends.end';

/** Stands in a contact's place for a practice's chain of roots; no caller can choose it. */
export const rootsChain = '@roots';

export function openEnd(
  db: Database,
  practiceId: string,
  chain: string,
  endEnc: string | null | undefined,
): End | undefined {
  if (endEnc === null || endEnc === undefined) return undefined;
  try {
    const [practice, about, seq, hash] = JSON.parse(db.cipher.open(endEnc, endContext)) as [
      string,
      string,
      number,
      string,
    ];
    return practice === practiceId && about === chain ? { seq, hash } : undefined;
  } catch {
    // Changed, or sealed by somebody else.
    return undefined;
  }
}

/** Under the lock of what the chains are about. */
export async function writeEnds(
  db: Database,
  sql: Sql,
  practiceId: string,
  ends: readonly ({ chain: string } & End)[],
): Promise<void> {
  const sealed = ends.map(({ chain, seq, hash }) =>
    db.cipher.seal(JSON.stringify([practiceId, chain, seq, hash]), endContext),
  );
  await sql.$executeRaw`
    INSERT INTO ledger_ends (practice_id, chain, end_enc)
    SELECT ${practiceId}, e.chain, e.end_enc
    FROM unnest(${ends.map(({ chain }) => chain)}::text[], ${sealed}::text[]) AS e (chain, end_enc)
    ON CONFLICT (practice_id, chain) DO UPDATE SET end_enc = EXCLUDED.end_enc`;
}
