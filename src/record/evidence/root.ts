import { limits } from '../../core/limits.ts';
import { LongTurns } from '../../core/turns/long-turns.ts';
import {
  dayAfter,
  dayOf,
  readRoot,
  rootHash,
  rootText,
  type RootStatement,
} from '../../core/ledger/root.ts';
import type { SignedRoot } from '../../platform/db/generated/client.ts';
import { lockPractice } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { openEnd, rootsChain, writeEnds } from '../../ledger/end.ts';
import { growFew, growMany, growTree, type GrownTree } from './leaves.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * The roots of a practice: one when it begins, then one for each day that is over, chained and signed with a key that
 * the database does not hold. They only ever go on from the last one, whose number and hash are sealed beside them.
 * Where that one is missing or differs, signing stops: a loss must be found, not covered up.
 */

/** The first root of a practice that has no entries yet. */
export async function beginRoots(db: Database, sql: Sql, practiceId: string): Promise<void> {
  const through = dayOf(db.clock.now(), -1);
  const nothing = await growTree([]);
  await addRoot(db, sql, practiceId, undefined, { kind: 'from_here_on', through, ...nothing });
}

/**
 * Signs the days that are over and have no root yet, one of each practice in turn, beginning behind the practice that had
 * the last turn, for `forMs` at most, but one at least; busy days last, in `long`'s turns. `refused`: practices whose roots
 * do not go on from where they ended, or all, where this process's key was replaced; `npm run admin -- verify-ledger` explains why. `failure`: the first error; the practice that it met is
 * tried again next time, and keeps none of the others.
 */
export async function signRoots(
  db: Database,
  {
    forMs = Infinity,
    last = { turn: '' },
    long = longLedgerTurns(),
  }: { forMs?: number; last?: { turn: string }; long?: LongTurns } = {},
): Promise<{ signed: number; refused: string[]; failure?: unknown }> {
  const lastDay = closedDay(db);
  const practices = await db.prisma.$queryRaw<{ id: string; through: Date | null }[]>`
    SELECT p.id, r.through FROM practices p LEFT JOIN LATERAL (
      SELECT through FROM ledger_signed_roots WHERE practice_id = p.id ORDER BY number DESC LIMIT 1) r ON true
    WHERE r.through IS NULL OR r.through < ${lastDay}::date
    ORDER BY p.id COLLATE "C" <= ${last.turn}, p.id COLLATE "C"`;
  // A key that was replaced may have leaked: what it signs after its successor is worth nothing.
  if (practices.length > 0 && (await db.ledgerKeys.hindrance()) === 'replaced')
    return { signed: 0, refused: practices.map(({ id }) => id) };
  const refused: string[] = [];
  const busy: string[] = [];
  let failure: unknown;
  let signed = 0;
  let turns = practices.map(({ id, through }) => ({
    id,
    days: through === null ? 1 : daysBetween(dayOf(through), lastDay),
  }));
  const until = performance.now() + forMs;
  const isOver = (): boolean => signed > 0 && performance.now() >= until;
  while (turns.length > 0 && !isOver()) {
    const next: typeof turns = [];
    for (const { id, days } of turns) {
      if (isOver()) break;
      last.turn = id;
      const outcome = await transaction(db, (sql) => signNextDay(db, sql, id)).catch(
        (error: unknown) => void (failure ??= error),
      );
      if (outcome === 'refused') refused.push(id);
      if (outcome === 'busy') busy.push(id);
      if (outcome !== 'signed') continue;
      signed += 1;
      if (days > 1) next.push({ id, days: days - 1 });
    }
    turns = next;
  }
  const ofBusy = await long.round(busy, async (id) => {
    if (await signBusyDay(db, id)) signed += 1;
  });
  return { signed, refused, failure: failure ?? ofBusy };
}

/** Turns of busy days, for one round of the keeper and those after it. */
export function longLedgerTurns(): LongTurns {
  return new LongTurns(limits.busyDayMs, limits.busyDayAgainMs);
}

/** The last day that may be closed: nothing is written with its date any more. */
export function closedDay(db: Database): string {
  return dayOf(new Date(db.clock.now().getTime() - limits.rootSettleMs), -1);
}

/** `busy`: the day has more entries than are read under a lock. */
async function signNextDay(
  db: Database,
  sql: Sql,
  practiceId: string,
): Promise<'signed' | 'refused' | 'busy'> {
  await lockPractice(sql, practiceId);
  const last = await lastRoot(db, sql, practiceId);
  if (!last) return 'refused';
  const through = dayAfter(last.said.through);
  // Another process was faster.
  if (through > closedDay(db)) return 'signed';
  const grown = await growFew(sql, { practiceId, day: through });
  if (!grown) return 'busy';
  await addRoot(db, sql, practiceId, last, { kind: 'day', through, ...grown });
  return 'signed';
}

/** False: another process was faster. Nothing is locked while the tree grows: the day does not change any more. */
async function signBusyDay(db: Database, practiceId: string): Promise<boolean> {
  const readLast = (sql: Sql) =>
    lockPractice(sql, practiceId).then(() => lastRoot(db, sql, practiceId));
  const last = await transaction(db, readLast);
  if (!last) return false;
  const through = dayAfter(last.said.through);
  const grown = await growMany(db, { practiceId, day: through });
  return transaction(db, async (sql) => {
    const now = await readLast(sql);
    if (now?.row.number !== last.row.number) return false;
    await addRoot(db, sql, practiceId, now, { kind: 'day', through, ...grown });
    return true;
  });
}

export type LastRoot = { row: SignedRoot; said: RootStatement };

/** The root to go on from. Undefined: there is none, or not the one that was the last. Under the practice's lock. */
export async function lastRoot(
  db: Database,
  sql: Sql,
  practiceId: string,
): Promise<LastRoot | undefined> {
  const row = await sql.signedRoot.findFirst({
    where: { practiceId },
    orderBy: { number: 'desc' },
  });
  const sealed = await sql.ledgerEnd.findFirst({
    where: { practiceId, chain: rootsChain },
  });
  const end = openEnd(db, practiceId, rootsChain, sealed?.endEnc);
  const said = row && readRoot(row.statement);
  if (!row || !said || end?.seq !== row.number || end.hash !== rootHash(row.statement))
    return undefined;
  return { row, said };
}

/** Under the practice's lock. */
export async function addRoot(
  db: Database,
  sql: Sql,
  practiceId: string,
  last: LastRoot | undefined,
  {
    kind,
    through,
    entries,
    tree,
  }: Pick<RootStatement, 'kind' | 'through'> & Pick<GrownTree, 'entries' | 'tree'>,
): Promise<void> {
  const number = (last?.said.number ?? 0) + 1;
  const statement = rootText({
    kind,
    practice: practiceId,
    number,
    through,
    entries,
    total: (last?.said.total ?? 0) + entries,
    tree,
    previous: last ? rootHash(last.row.statement) : '',
    signedAt: db.clock.now().toISOString(),
  });
  await sql.signedRoot.create({
    data: {
      practiceId,
      number,
      through: new Date(through),
      statement,
      ...db.ledgerKeys.sign(statement),
    },
  });
  await writeEnds(db, sql, practiceId, [
    { chain: rootsChain, seq: number, hash: rootHash(statement) },
  ]);
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / (24 * 60 * 60 * 1_000));
}
