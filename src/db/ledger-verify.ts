import { limits } from '../domain/limits.ts';
import { treeRoot } from '../ledger/merkle.ts';
import { dayAfter, dayOf, readRoot, rootHash, type RootStatement } from '../ledger/root.ts';
import type { Witness } from '../ledger/witness.ts';
import type { SignedRoot } from './generated/client.ts';
import type { Database } from './database.ts';
import { openEnd, rootsChain } from './ledger-end.ts';
import { leavesOfDay, unsignedLeaves } from './ledger-leaves.ts';
import { readChains } from './ledger-read.ts';
import { closedDay } from './ledger-root.ts';

/** `npm run admin -- verify-ledger`: everything of a practice that the ledger promises, recomputed. */

export type LedgerReport = {
  practiceId: string;
  /** Chains that were checked. */
  contacts: number;
  roots: number;
  /** Roots that the witness has of this practice. */
  witnessed: number;
  /** Entries that were not signed when they were written: nothing is known of them before their root. */
  unsigned: number;
  /** What does not verify. */
  problems: string[];
};

export async function verifyLedger(
  db: Database,
  practiceId: string,
  witness?: Witness,
): Promise<LedgerReport> {
  const chains = await verifyChains(db, practiceId);
  const roots = await verifyRoots(db, practiceId);
  const seen = witness ? await compare(db, practiceId, roots.rows, witness) : [];
  return {
    practiceId,
    contacts: chains.count,
    roots: roots.rows.length,
    witnessed: witness?.roots.get(practiceId)?.length ?? 0,
    unsigned: await db.prisma.ledgerEntry.count({ where: { practiceId, writtenAt: null } }),
    problems: [...chains.problems, ...roots.problems, ...seen],
  };
}

const problemWords = {
  gap: 'an entry before it is missing',
  hash: 'it, or the entry before it, was changed',
  commitment: 'what it said was changed',
  fields: 'what is sealed does not open, or is about another entry',
  erased_unrecorded: 'what it said is gone, and no erasure is recorded',
  unsigned: 'it is not signed (npm run admin -- ledger adopt, if older processes wrote it)',
  end: 'the chain does not end there: entries were removed, added or replaced',
};

async function verifyChains(
  db: Database,
  practiceId: string,
): Promise<{ count: number; problems: string[] }> {
  const problems: string[] = [];
  let count = 0;
  for (let after = ''; ;) {
    const ids = await contactsAfter(db, practiceId, after);
    const last = ids.at(-1);
    if (last === undefined) return { count, problems };
    const chains = await readChains(db, practiceId, ids);
    for (const { contactId, rows, problems: found } of chains) {
      if (rows.length > 0 || found.length > 0) count += 1;
      for (const { seq, problem } of found)
        problems.push(`contact ${contactId}, entry ${seq}: ${problemWords[problem]}`);
    }
    after = last;
  }
}

/** Known by any of three tables, so that emptying one is seen in another. */
async function contactsAfter(db: Database, practiceId: string, after: string): Promise<string[]> {
  const most = limits.chainsAtOnce;
  const rows = await db.prisma.$queryRaw<{ id: string }[]>`
    (SELECT id FROM contacts WHERE practice_id = ${practiceId} AND id > ${after} ORDER BY id LIMIT ${most})
    UNION (SELECT DISTINCT contact_id FROM ledger WHERE practice_id = ${practiceId} AND contact_id > ${after}
           ORDER BY contact_id LIMIT ${most})
    UNION (SELECT chain FROM ledger_ends WHERE practice_id = ${practiceId} AND chain > ${after}
             AND chain <> ${rootsChain} ORDER BY chain LIMIT ${most})
    ORDER BY id LIMIT ${most}`;
  return rows.map(({ id }) => id);
}

async function verifyRoots(
  db: Database,
  practiceId: string,
): Promise<{ rows: SignedRoot[]; problems: string[] }> {
  const [rows, sealed] = await db.prisma.$transaction(
    async (sql) => [
      await sql.signedRoot.findMany({ where: { practiceId }, orderBy: { number: 'asc' } }),
      await sql.ledgerEnd.findUnique({
        where: { practiceId_chain: { practiceId, chain: rootsChain } },
      }),
    ],
    { isolationLevel: 'RepeatableRead' },
  );
  if (rows.length === 0 && !sealed)
    return {
      rows,
      problems: ['there is no root (npm run admin -- ledger adopt, if it is from before signing)'],
    };
  const problems: string[] = [];
  const adopting: number[] = [];
  let before: { said: RootStatement; hash: string } | undefined;
  for (const row of rows) {
    const said = readRoot(row.statement);
    const say = (problem: string): void =>
      void problems.push(`root ${row.number} of ${dayOf(row.through)}: ${problem}`);
    if (!said || !(await db.ledgerKeys.verify(row.statement, row.keyId, row.signature))) {
      say('its signature does not fit');
      before = undefined;
      continue;
    }
    for (const problem of linkProblems(row, said, before)) say(problem);
    if (said.kind === 'from_here_on') adopting.push(said.number);
    const leaves =
      said.kind === 'day'
        ? await leavesOfDay(db.prisma, practiceId, said.through)
        : await unsignedLeaves(db.prisma, practiceId, said.number);
    if (leaves.length !== said.entries)
      say(`it covers ${said.entries} entries, and ${leaves.length} are there`);
    else if (treeRoot(leaves.map(({ leaf }) => leaf)) !== said.tree)
      say('entries under it were changed');
    before = { said, hash: rootHash(row.statement) };
  }
  problems.push(...endProblems(db, practiceId, rows, sealed?.endEnc));
  problems.push(...(await strayProblems(db, practiceId, adopting)));
  return { rows, problems };
}

function linkProblems(
  row: SignedRoot,
  said: RootStatement,
  before: { said: RootStatement; hash: string } | undefined,
): string[] {
  const problems: string[] = [];
  if (
    said.practice !== row.practiceId ||
    said.number !== row.number ||
    said.through !== dayOf(row.through)
  )
    problems.push('it was signed for another place');
  if (said.number === 1) {
    if (said.kind !== 'from_here_on' || said.previous !== '') problems.push('it is no beginning');
    if (said.total !== said.entries) problems.push('its count does not fit');
    return problems;
  }
  if (!before || before.said.number !== said.number - 1 || before.hash !== said.previous)
    return [...problems, 'the root before it is missing, or another'];
  const day = said.kind === 'day' ? dayAfter(before.said.through) : before.said.through;
  if (said.through !== day) problems.push('a day before it is missing');
  if (said.total !== before.said.total + said.entries) problems.push('its count does not fit');
  return problems;
}

function endProblems(
  db: Database,
  practiceId: string,
  rows: readonly SignedRoot[],
  endEnc: string | undefined,
): string[] {
  const last = rows.at(-1);
  const end = openEnd(db, practiceId, rootsChain, endEnc);
  const problems: string[] = [];
  if (!last || !end || end.seq !== last.number || end.hash !== rootHash(last.statement))
    problems.push(
      `roots: ${end ? `${end.seq} were signed` : 'their end is lost'}, and the last one that is there is ${last ? `number ${last.number}` : 'none'}`,
    );
  if (last && dayOf(last.through) < closedDay(db))
    problems.push(
      `roots: the days from ${dayAfter(dayOf(last.through))} to ${closedDay(db)} have none (a worker signs them)`,
    );
  return problems;
}

/** Entries that say of themselves that they are under a root which there is not. */
async function strayProblems(
  db: Database,
  practiceId: string,
  adopting: number[],
): Promise<string[]> {
  const strays = await db.prisma.ledgerEntry.count({
    where: { practiceId, writtenAt: null, adoptedIn: { not: null, notIn: adopting } },
  });
  const [first] = await db.prisma.signedRoot.findMany({
    where: { practiceId, number: { lte: 2 } },
    orderBy: { number: 'asc' },
    take: 1,
  });
  const early = first
    ? await db.prisma.ledgerEntry.count({
        where: { practiceId, writtenAt: { lt: new Date(dayAfter(dayOf(first.through))) } },
      })
    : 0;
  return [
    ...(strays > 0 ? [`${strays} unsigned entries name a root that does not cover them`] : []),
    ...(early > 0 ? [`${early} entries were written before the first root`] : []),
  ];
}

/** What the witness has seen must be there, word by word. */
async function compare(
  db: Database,
  practiceId: string,
  rows: readonly SignedRoot[],
  witness: Witness,
): Promise<string[]> {
  const here = new Map(rows.map(({ number, statement }) => [number, statement]));
  const problems: string[] = [];
  for (const { statement, key, signature, said } of witness.roots.get(practiceId) ?? []) {
    const name = `root ${said.number} of ${said.through}`;
    const ours = here.get(said.number);
    if (!(await db.ledgerKeys.verify(statement, key, signature)))
      problems.push(`witness, ${name}: its signature does not fit`);
    else if (ours === undefined)
      problems.push(`witness, ${name}: it is not in the database any more`);
    else if (ours !== statement) problems.push(`witness, ${name}: the database has another one`);
  }
  return [...problems, ...(await compareSoFar(db, practiceId, witness))];
}

/** Of days whose root the witness does not have yet: what it has seen of them. */
async function compareSoFar(db: Database, practiceId: string, witness: Witness): Promise<string[]> {
  const closed = (witness.roots.get(practiceId) ?? []).map(({ said }) => said.through).sort();
  const problems: string[] = [];
  for (const { statement, key, signature, said } of witness.soFar.get(practiceId) ?? []) {
    const until = new Date(said.until);
    const day = dayOf(until);
    if (day <= (closed.at(-1) ?? '')) continue;
    const leaves = await leavesOfDay(db.prisma, practiceId, day, until);
    const name = `witness, ${said.entries} entries of ${day} until ${said.until}`;
    if (!(await db.ledgerKeys.verify(statement, key, signature)))
      problems.push(`${name}: the signature does not fit`);
    else if (
      leaves.length !== said.entries ||
      treeRoot(leaves.map(({ leaf }) => leaf)) !== said.tree
    )
      problems.push(`${name}: they are not what is in the database`);
  }
  return problems;
}
