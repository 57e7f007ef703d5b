import { leafHash } from '../ledger/merkle.ts';
import { unsignedText } from '../ledger/entry.ts';
import { dayAfter } from '../ledger/root.ts';
import type { LedgerEntry as LedgerRow } from './generated/client.ts';
import type { Sql } from './database.ts';

/** The leaves of a root's tree, ordered by contact (as bytes) and number. */
export type Leaf = { contactId: string; seq: number; leaf: string };

/** The entries written on a day (UTC, `2026-11-29`); `until`: only those before that moment. */
export async function leavesOfDay(
  sql: Sql,
  practiceId: string,
  day: string,
  until = new Date(dayAfter(day)),
): Promise<Leaf[]> {
  const rows = await sql.$queryRaw<{ contact_id: string; seq: number; hash: string }[]>`
    SELECT contact_id, seq, hash FROM ledger
    WHERE practice_id = ${practiceId} AND written_at >= ${new Date(day)}
      AND written_at < ${until}
    ORDER BY contact_id COLLATE "C", seq`;
  return rows.map(({ contact_id, seq, hash }) => ({ contactId: contact_id, seq, leaf: hash }));
}

/** The unsigned entries that that root covers. */
export async function unsignedLeaves(
  sql: Sql,
  practiceId: string,
  adoptedIn: number,
): Promise<Leaf[]> {
  const rows = await sql.ledgerEntry.findMany({
    where: { practiceId, writtenAt: null, adoptedIn },
    omit: { saltEnc: true, fieldsEnc: true },
  });
  const leaves = rows.map((row) => ({
    contactId: row.contactId,
    seq: row.seq,
    leaf: unsignedLeaf(row),
  }));
  return leaves.toSorted(
    (a, b) => Buffer.compare(Buffer.from(a.contactId), Buffer.from(b.contactId)) || a.seq - b.seq,
  );
}

function unsignedLeaf(row: Omit<LedgerRow, 'saltEnc' | 'fieldsEnc'>): string {
  return leafHash(unsignedText(row));
}
