import { createReadStream, existsSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  addLine,
  emptyWitness,
  lastWitnessed,
  type SignedStatement,
  type Witness,
} from '../ledger/witness.ts';
import { dayOf, rootHash, type SoFarStatement } from '../ledger/root.ts';
import { limits } from '../domain/limits.ts';
import { growDay } from './ledger-leaves.ts';
import type { Database } from './database.ts';

/** The roots on their way out of the machine: src/ledger/witness.ts says what the file is. */

/** Adds the contents of a file. Rejects when there is no such file. */
export async function readWitness(path: string, witness = emptyWitness()): Promise<Witness> {
  let lineNumber = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    addLine(witness, line, (lineNumber += 1));
  return witness;
}

export type Exported = {
  /** Roots that were added. */
  roots: number;
  /** Practices whose last witnessed root is not, or not any more, in the database; nothing was added for them. */
  differing: string[];
};

/**
 * Appends the missing records to the file; creates it where there is none. Nothing in it is ever changed. Two processes
 * that append at once may write a root twice, which says the same.
 */
export async function appendToWitness(db: Database, path: string): Promise<Exported> {
  const witness = existsSync(path) ? await readWitness(path) : emptyWitness();
  const file = await open(path, 'a+', 0o644);
  try {
    // A line that was cut short stays alone.
    if (await endsInMiddle(file)) await file.appendFile('\n');
    const exported = await exportRoots(db, witness, async (lines) => {
      await file.appendFile(lines.map((line) => `${line}\n`).join(''));
    });
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

/** Hands `write` the records that `witness` lacks, as lines. */
export async function exportRoots(
  db: Database,
  witness: Witness,
  write: (lines: string[]) => Promise<void> | void,
): Promise<Exported> {
  const known = new Set(witness.keys.map(({ statement }) => statement));
  const keys = (await db.ledgerKeys.records()).filter(({ statement }) => !known.has(statement));
  await write(keys.map((key) => JSON.stringify({ key })));

  const exported: Exported = { roots: 0, differing: [] };
  const practices = await db.prisma.practice.findMany({ select: { id: true } });
  const ids = new Set([...practices.map(({ id }) => id), ...witness.roots.keys()]);
  for (const practiceId of ids) {
    const last = lastWitnessed(witness, practiceId);
    if (last && !(await holds(db, practiceId, last))) {
      exported.differing.push(practiceId);
      continue;
    }
    for (let after = last?.number ?? 0; ;) {
      const rows = await db.prisma.signedRoot.findMany({
        where: { practiceId, number: { gt: after } },
        orderBy: { number: 'asc' },
        take: rootsAtOnce,
      });
      const end = rows.at(-1);
      if (!end) break;
      await write(
        rows.map(({ statement, keyId: key, signature }) =>
          JSON.stringify({ root: { statement, key, signature } }),
        ),
      );
      exported.roots += rows.length;
      after = end.number;
    }
    const soFar = await signSoFar(db, practiceId, witness);
    if (soFar) await write([JSON.stringify({ soFar })]);
  }
  return exported;
}

/** Signs today's entries so far; undefined: there are none, or the witness has seen them already. */
async function signSoFar(
  db: Database,
  practiceId: string,
  witness: Witness,
): Promise<SignedStatement | undefined> {
  // A transaction about to commit carries an earlier time; its entries must not be missed.
  const until = new Date(db.clock.now().getTime() - limits.rootSettleMs);
  const day = dayOf(until);
  const { entries, tree } = await growDay(db, { practiceId, day, until });
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
