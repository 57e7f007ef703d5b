import { GrowingTree, leafHash, type LeafProof } from '../../core/ledger/merkle.ts';
import { unsignedText } from '../../core/ledger/entry.ts';
import { dayAfter } from '../../core/ledger/root.ts';
import { limits } from '../../core/limits.ts';
import { giveWay } from '../../platform/event-loop.ts';
import type { LedgerEntry as LedgerRow } from '../../platform/db/generated/client.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';
import { transaction } from '../../platform/db/transaction.ts';

/** The leaves of a root's tree, ordered by contact (as bytes) and number, and the tree over them. */
export type Leaf = { contactId: string; seq: number; leaf: string };

/** The entries of a practice that were written on a day (UTC, `2026-11-29`); `until`: only those before that moment. */
export type Day = { practiceId: string; day: string; until?: Date };

/** The tree over a day's entries, however many. */
export async function growDay(
  db: Database,
  day: Day,
  wanted?: ReadonlySet<string>,
): Promise<GrownTree> {
  return (await growFew(db.prisma, day, wanted)) ?? growMany(db, day, wanted);
}

/** Undefined: they are more than one statement reads. */
export async function growFew(
  sql: Sql,
  day: Day,
  wanted?: ReadonlySet<string>,
): Promise<GrownTree | undefined> {
  // Any of them first, and then their order: a busy day is not sorted to see that it is one.
  const few = await sql.$queryRaw<Leaf[]>`
    SELECT "contactId", seq, leaf FROM (${leavesOf(day)} LIMIT ${limits.leavesAtOnce}) few
    ORDER BY "contactId" COLLATE "C", seq`;
  return few.length < limits.leavesAtOnce ? growTree(few, wanted) : undefined;
}

/** In pages, in a transaction that may take as long as the day is busy, and locks nothing. */
export async function growMany(
  db: Database,
  day: Day,
  wanted?: ReadonlySet<string>,
): Promise<GrownTree> {
  return transaction(db, (sql) => growTree(leavesOfDay(sql, day), wanted), {
    timeout: limits.busyDayMs,
  });
}

/** They are sorted once for all pages: so `sql` is a transaction, and reads no other day meanwhile. */
async function* leavesOfDay(sql: Sql, day: Day): AsyncGenerator<Leaf> {
  await sql.$executeRaw`DECLARE ledger_leaves NO SCROLL CURSOR FOR
    ${leavesOf(day)} ORDER BY contact_id COLLATE "C", seq`;
  const page = Prisma.raw(String(limits.leavesAtOnce));
  for (let last: number = limits.leavesAtOnce; last === limits.leavesAtOnce;) {
    const leaves = await sql.$queryRaw<Leaf[]>`FETCH ${page} FROM ledger_leaves`;
    yield* leaves;
    last = leaves.length;
  }
  await sql.$executeRaw`CLOSE ledger_leaves`;
}

function leavesOf({ practiceId, day, until = new Date(dayAfter(day)) }: Day): Prisma.Sql {
  return Prisma.sql`
    SELECT contact_id AS "contactId", seq, hash AS leaf FROM ledger
    WHERE practice_id = ${practiceId} AND written_at >= ${new Date(day)} AND written_at < ${until}`;
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

/** What is signed about a tree, and the proofs that were asked for, by the names of their leaves. */
export type GrownTree = { entries: number; tree: string; proofs: Map<string, LeafProof> };

/** Gives way between leaves. `wanted`: the names of the leaves whose proofs are asked for. */
export async function growTree(
  leaves: AsyncIterable<Leaf> | Iterable<Leaf>,
  wanted: ReadonlySet<string> = new Set(),
): Promise<GrownTree> {
  const tree = new GrowingTree();
  const proofs = new Map<string, LeafProof>();
  for await (const leaf of leaves) {
    await giveWay();
    const name = leafName(leaf);
    if (wanted.has(name)) proofs.set(name, tree.addWithProof(leaf.leaf));
    else tree.add(leaf.leaf);
  }
  return { tree: tree.root(), entries: tree.size, proofs };
}

export function leafName({ contactId, seq }: Pick<Leaf, 'contactId' | 'seq'>): string {
  return `${contactId} ${seq}`;
}
