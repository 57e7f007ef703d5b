import { createReadStream, existsSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  addLine,
  emptyWitness,
  lastWitnessed,
  type SignedStatement,
  type Witness,
} from '../../core/ledger/witness.ts';
import { dayOf, rootHash, type SoFarStatement } from '../../core/ledger/root.ts';
import { limits } from '../../core/limits.ts';
import type { Database } from '../../platform/db/database.ts';
import type { SignedRoot } from '../../platform/db/generated/client.ts';
import { growFew, growMany, type Day, type GrownTree } from '../../record/evidence/leaves.ts';
import { longLedgerTurns } from '../../record/evidence/root.ts';

/** The roots on their way out of the machine: src/core/ledger/witness.ts says what the file is. */

/** Adds the contents of a file. Rejects when there is no such file. */
export async function readWitness(
  path: string,
  witness = emptyWitness(),
  keep: 'all' | 'newest' = 'all',
): Promise<Witness> {
  let lineNumber = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    addLine(witness, line, (lineNumber += 1), keep);
  return witness;
}

export type Exported = {
  /** Roots that were added. */
  roots: number;
  /** Practices whose last witnessed root is not, or not any more, in the database; nothing was added for them. */
  differing: string[];
  /** The first error; the practice that it met is tried again next time, and keeps none of the others. */
  failure?: unknown;
};

/**
 * Appends the missing records to the file; creates it where there is none. Nothing in it is ever changed. Two processes
 * that append at once may write a root twice, which says the same.
 */
export async function appendToWitness(
  db: Database,
  path: string,
  long = longLedgerTurns(),
): Promise<Exported> {
  const witness = existsSync(path)
    ? await readWitness(path, emptyWitness(), 'newest')
    : emptyWitness();
  const file = await open(path, 'a+', 0o644);
  try {
    // A line that was cut short stays alone.
    if (await endsInMiddle(file)) await file.appendFile('\n');
    const exported = await exportRoots(
      db,
      witness,
      async (lines) => {
        await file.appendFile(lines.map((line) => `${line}\n`).join(''));
      },
      long,
    );
    await file.sync();
    return exported;
  } finally {
    await file.close();
  }
}

async function endsInMiddle(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== '\n';
}

/** Rows of one round. */
const rootsAtOnce = 1_000;

/**
 * Hands `write` the records that `witness` lacks, as lines: the roots of all practices in turn, then what is signed of
 * today, busy days last, in `long`'s turns.
 */
export async function exportRoots(
  db: Database,
  witness: Witness,
  write: (lines: string[]) => Promise<void> | void,
  long = longLedgerTurns(),
): Promise<Exported> {
  const known = new Set(witness.keys.map(({ statement }) => statement));
  const keys = (await db.ledgerKeys.records()).filter(({ statement }) => !known.has(statement));
  await write(keys.map((key) => JSON.stringify({ key })));

  const exported: Exported = { roots: 0, differing: [] };
  const failed = new Set<string>();
  // Of reading: a file that cannot be written fails for all.
  const ofOne = async <T>(practiceId: string, read: () => Promise<T>): Promise<T | undefined> =>
    read().catch((error: unknown) => {
      failed.add(practiceId);
      exported.failure ??= error;
      return undefined;
    });

  const practices = await db.prisma.practice.findMany({
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  const all = [...new Set([...practices.map(({ id }) => id), ...witness.roots.keys()])];
  let turns: { id: string; after: number }[] = [];
  for (const id of all) {
    const last = lastWitnessed(witness, id);
    const isThere = last === undefined || (await ofOne(id, () => holds(db, id, last)));
    if (isThere === false) exported.differing.push(id);
    if (isThere) turns.push({ id, after: last?.number ?? 0 });
  }
  const same = turns.map(({ id }) => id);
  while (turns.length > 0) {
    const next: typeof turns = [];
    for (const { id, after } of turns) {
      const rows = (await ofOne(id, () => rootsAfter(db, id, after))) ?? [];
      const end = rows.at(-1);
      if (!end) continue;
      await write(
        rows.map(({ statement, keyId: key, signature }) =>
          JSON.stringify({ root: { statement, key, signature } }),
        ),
      );
      exported.roots += rows.length;
      if (rows.length === rootsAtOnce) next.push({ id, after: end.number });
    }
    turns = next;
  }

  const writeSoFar = async (day: Required<Day>, grown: GrownTree): Promise<void> => {
    const soFar = signSoFar(db, witness, day, grown);
    if (soFar) await write([JSON.stringify({ soFar })]);
  };
  const busy: string[] = [];
  for (const id of same.filter((one) => !failed.has(one))) {
    const day = todayOf(db, id);
    const grown = await ofOne(id, async () => (await growFew(db.prisma, day)) ?? 'busy');
    if (grown === 'busy') busy.push(id);
    else if (grown) await writeSoFar(day, grown);
  }
  const ofBusy = await long.round(busy, async (id) => {
    const day = todayOf(db, id);
    await writeSoFar(day, await growMany(db, day));
  });
  if (ofBusy !== undefined) exported.failure ??= ofBusy;
  return exported;
}

function rootsAfter(db: Database, practiceId: string, after: number): Promise<SignedRoot[]> {
  return db.prisma.signedRoot.findMany({
    where: { practiceId, number: { gt: after } },
    orderBy: { number: 'asc' },
    take: rootsAtOnce,
  });
}

/** A transaction about to commit carries an earlier time; its entries must not be missed. */
function todayOf(db: Database, practiceId: string): Required<Day> {
  const until = new Date(db.clock.now().getTime() - limits.rootSettleMs);
  return { practiceId, day: dayOf(until), until };
}

/** Signs today's entries so far; undefined: there are none, or the witness has seen them already. */
function signSoFar(
  db: Database,
  witness: Witness,
  { practiceId, day, until }: Required<Day>,
  { entries, tree }: GrownTree,
): SignedStatement | undefined {
  const last = witness.soFar.get(practiceId)?.at(-1)?.said;
  const seen = last && dayOf(new Date(last.until)) === day ? last.entries : 0;
  if (entries === seen) return undefined;
  const statement = JSON.stringify({
    kind: 'so_far',
    practice: practiceId,
    until: until.toISOString(),
    entries,
    tree,
    signedAt: db.clock.now().toISOString(),
  } satisfies SoFarStatement);
  const { keyId: key, signature } = db.ledgerKeys.sign(statement);
  return { statement, key, signature };
}

async function holds(
  db: Database,
  practiceId: string,
  { number, hash }: { number: number; hash: string },
): Promise<boolean> {
  const row = await db.prisma.signedRoot.findFirst({
    where: { practiceId, number },
  });
  return row !== null && rootHash(row.statement) === hash;
}
