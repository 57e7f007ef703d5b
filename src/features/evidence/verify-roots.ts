import { giveWay } from '../../platform/event-loop.ts';
import { dayAfter, dayOf, readRoot, rootHash, type RootStatement } from '../../core/ledger/root.ts';
import type { SignedRoot } from '../../platform/db/generated/client.ts';
import type { Database } from '../../platform/db/database.ts';
import { openEnd, rootsChain } from '../../ledger/end.ts';
import { growDay, growTree, unsignedLeaves, type GrownTree } from '../../record/evidence/leaves.ts';
import { closedDay } from '../../record/evidence/root.ts';
import { transaction } from '../../platform/db/transaction.ts';

/** The roots of a practice as they are read: never without being checked. */

export type ReadRoots = {
  rows: SignedRoot[];
  /** Those that say what they are, and whose signature fits; in order. */
  roots: { row: SignedRoot; said: RootStatement }[];
  problems: string[];
};

/** Their signatures, their order, and that none is missing; not yet the entries under them. */
export async function readRoots(db: Database, practiceId: string): Promise<ReadRoots> {
  const [rows, sealed] = await transaction(
    db,
    async (sql) => [
      await sql.signedRoot.findMany({ where: { practiceId }, orderBy: { number: 'asc' } }),
      await sql.ledgerEnd.findFirst({
        where: { practiceId, chain: rootsChain },
      }),
    ],
    { isolation: 'REPEATABLE READ' },
  );
  const problems: string[] = [];
  const roots: ReadRoots['roots'] = [];
  if (rows.length === 0 && !sealed)
    return {
      rows,
      roots,
      problems: ['there is no root (npm run admin -- ledger adopt, if it is from before signing)'],
    };
  const introduced = await db.ledgerKeys.introduced();
  let before: { said: RootStatement; hash: string } | undefined;
  for (const row of rows) {
    await giveWay();
    const said = readRoot(row.statement);
    if (!said || !(await db.ledgerKeys.verify(row.statement, row.keyId, row.signature))) {
      problems.push(`${nameOf(row)}: its signature does not fit`);
      before = undefined;
      continue;
    }
    // This process may have the key itself; an auditor has only the record.
    if (!introduced.has(row.keyId))
      problems.push(`${nameOf(row)}: the record of its key is missing, or was changed`);
    for (const problem of linkProblems(row, said, before))
      problems.push(`${nameOf(row)}: ${problem}`);
    roots.push({ row, said });
    before = { said, hash: rootHash(row.statement) };
  }
  problems.push(...endProblems(db, practiceId, rows, sealed?.endEnc));
  return { rows, roots, problems };
}

/** Also the entries under each, and that no day lacks its root. */
export async function verifyRoots(
  db: Database,
  practiceId: string,
): Promise<Pick<ReadRoots, 'rows' | 'problems'>> {
  const { rows, roots, problems } = await readRoots(db, practiceId);
  for (const { row, said } of roots) {
    const { entries, tree } = await growUnder(db, said);
    if (entries !== said.entries)
      problems.push(`${nameOf(row)}: it covers ${said.entries} entries, and ${entries} are there`);
    else if (tree !== said.tree) problems.push(`${nameOf(row)}: entries under it were changed`);
  }
  const last = rows.at(-1);
  if (last && dayOf(last.through) < closedDay(db))
    problems.push(
      `roots: the days from ${dayAfter(dayOf(last.through))} to ${closedDay(db)} have none (a worker signs them)`,
    );
  const adopting = roots.filter(({ said }) => said.kind === 'from_here_on');
  const numbers = adopting.map(({ said }) => said.number);
  problems.push(...(await strayProblems(db, practiceId, numbers)));
  return { rows, problems };
}

/** The tree over the entries that a root covers, as they are now. */
export async function growUnder(
  db: Database,
  { kind, practice, through, number }: RootStatement,
  wanted?: ReadonlySet<string>,
): Promise<GrownTree> {
  return kind === 'day'
    ? growDay(db, { practiceId: practice, day: through }, wanted)
    : growTree(await unsignedLeaves(db.prisma, practice, number), wanted);
}

function nameOf({ number, through }: SignedRoot): string {
  return `root ${number} of ${dayOf(through)}`;
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
  if (last && end?.seq === last.number && end.hash === rootHash(last.statement)) return [];
  return [
    `roots: ${end ? `${end.seq} were signed` : 'their end is lost'}, and the last one that is there is ${last ? `number ${last.number}` : 'none'}`,
  ];
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
