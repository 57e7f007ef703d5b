import type { ConsentMethod } from '../../core/method.ts';
import { refusalWords, type Refusal, type RefusalChange } from '../../core/consent/refusal.ts';
import type { Sql } from '../../platform/db/database.ts';

/**
 * The last word about an address at a practice, where it was a no or a stop by staff (src/core/consent/refusal.ts). One row per
 * address, whichever contact said it; it outlives the assignment, the contact and its erasure, as a suppression does.
 */

type At = { method: ConsentMethod; addressHash: string };

/** In one order, since two transactions may write of the same addresses. A stop is not weakened by a later no. */
export async function keepRefusals(
  sql: Sql,
  practiceId: string,
  changes: readonly (At & { change: RefusalChange })[],
): Promise<void> {
  const ordered = changes.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const { method, addressHash, change } of ordered) {
    if (change.type === 'forget') {
      const { only, since } = change;
      const which = { ...(only ? { word: only } : {}), ...(since ? { since } : {}) };
      await sql.refusal.deleteMany({ where: { practiceId, method, addressHash, ...which } });
      continue;
    }
    if (change.type === 'put_back') {
      await putBack(sql, { practiceId, method, addressHash }, change);
      continue;
    }
    const { word, reason = null, since } = change.refusal;
    await sql.$executeRaw`
      INSERT INTO refusals AS r (practice_id, method, address_hash, word, reason, since)
      VALUES (${practiceId}, ${method}, ${addressHash}, ${word}, ${reason}, ${since})
      ON CONFLICT (practice_id, method, address_hash) DO UPDATE
      SET word = EXCLUDED.word, reason = EXCLUDED.reason, since = EXCLUDED.since
      WHERE r.word = 'declined' OR EXCLUDED.word = 'revoked'`;
  }
}

/** A later word about the address stays, and one that ended the stop's. */
async function putBack(
  sql: Sql,
  at: At & { practiceId: string },
  { stoppedAt, refusal }: RefusalChange & { type: 'put_back' },
): Promise<void> {
  const stop = { ...at, word: 'revoked', since: stoppedAt };
  if (!refusal) {
    await sql.refusal.deleteMany({ where: stop });
    return;
  }
  const { word, reason = null, since } = refusal;
  await sql.refusal.updateMany({ where: stop, data: { word, reason, since } });
}

/** By `method hash`. */
export async function refusalsOf(
  sql: Sql,
  practiceId: string,
  addressHashes: readonly string[],
): Promise<Map<string, Refusal>> {
  if (addressHashes.length === 0) return new Map();
  const rows = await sql.refusal.findMany({
    where: { practiceId, addressHash: { in: [...addressHashes] } },
  });
  return new Map(
    rows.map(({ method, addressHash, word, reason, since }) => [
      `${method} ${addressHash}`,
      {
        // The stricter of the two, should the database hold a word that we do not know.
        word: refusalWords.find((known) => known === word) ?? 'revoked',
        since,
        ...(reason === null ? {} : { reason }),
      },
    ]),
  );
}

const keyOf = ({ method, addressHash }: At): string => `${method} ${addressHash}`;
