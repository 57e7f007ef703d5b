import { createReadStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { addLine, emptyWitness, lastWitnessed, type Witness } from '../ledger/witness.ts';
import { rootHash } from '../ledger/root.ts';
import type { Database } from './database.ts';

/** The roots on their way out of the machine: src/ledger/witness.ts says what the file is. */

/** Rejects when there is no such file. */
export async function readWitness(path: string): Promise<Witness> {
  const witness = emptyWitness();
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
 * Appends to the file what it lacks; a file that is not there is begun. Nothing in it is ever changed. Two processes that
 * append at once may write a root twice, which says the same.
 */
export async function appendToWitness(db: Database, path: string): Promise<Exported> {
  const witness = existsSync(path) ? await readWitness(path) : emptyWitness();
  const file = await open(path, 'a', 0o644);
  try {
    const exported = await exportRoots(db, witness, async (lines) => {
      await file.appendFile(lines.map((line) => `${line}\n`).join(''));
    });
    await file.sync();
    return exported;
  } finally {
    await file.close();
  }
}

/** Rows of one round. */
const rootsAtOnce = 1_000;

/** Hands `write` what `witness` lacks, as lines. */
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
  }
  return exported;
}

async function holds(
  db: Database,
  practiceId: string,
  { number, hash }: { number: number; hash: string },
): Promise<boolean> {
  const row = await db.prisma.signedRoot.findUnique({
    where: { practiceId_number: { practiceId, number } },
  });
  return row !== null && rootHash(row.statement) === hash;
}
