import type { ContactRef } from '../../core/ids.ts';
import type { Database } from '../../platform/db/database.ts';
import { listPieces } from '../../platform/db/json-pieces.ts';
import { findPerson, type Person } from '../../ledger/merges.ts';
import { ChainCheck, checkedEntries, type ChainProblem, type ReadEntry } from './read.ts';
import { readHeads, type ChainHead } from '../../ledger/rows.ts';
import { inThisScope } from '../../platform/db/practice-scope.ts';

/**
 * One person's evidence, checked while it is read, as the pieces of one JSON object: `{ items, problems, mergedFrom?: [{
 * contactId, items, problems }], intact }`. Undefined: there is no such contact, and no evidence about one.
 *
 * `newest`: of all entries only so many are in it, the contact's own first, and `left` says how many are not; all are
 * checked.
 */
export async function readPerson(
  db: Database,
  ref: ContactRef,
  newest?: number,
): Promise<AsyncIterable<string> | undefined> {
  const person = await findPerson(db, ref);
  const [own] = person.chains;
  // A contact that somebody took away still has its evidence.
  if (own.through === 0 && own.version === null) return undefined;
  return inThisScope(() => piecesOf(db, person, newest));
}

async function* piecesOf(
  db: Database,
  { chains: [own, ...merged], problems }: Person,
  newest = Infinity,
): AsyncGenerator<string> {
  let room = newest;
  let [left, intact] = [0, true];
  /** The items and problems of one chain, as fields of an object. */
  const fieldsOf = async function* (head: ChainHead): AsyncGenerator<string> {
    const shown = Math.min(room, Math.max(head.through, 0));
    room -= shown;
    left += head.through - shown;
    const check = new ChainCheck(db, head);
    yield* listPieces('items', entriesOf(db, head, check, head.through - shown));
    const found: ChainProblem[] = [
      ...check.end(),
      ...problems
        .filter(({ contactId }) => contactId === head.contactId)
        .map(({ seq }) => ({ seq, problem: 'merged' as const })),
    ];
    if (found.length > 0) intact = false;
    yield `,"problems":${JSON.stringify(found)}`;
  };

  yield '{';
  yield* fieldsOf(own);
  for (const [index, head] of merged.entries()) {
    yield `${index === 0 ? ',"mergedFrom":[' : ','}{"contactId":${JSON.stringify(head.contactId)},`;
    yield* fieldsOf(head);
    yield '}';
  }
  if (merged.length > 0) yield ']';
  if (newest !== Infinity) yield `,"left":${left}`;
  yield `,"intact":${intact}}`;
}

/** Those after `after`; the ones before are checked too. */
async function* entriesOf(
  db: Database,
  head: ChainHead,
  check: ChainCheck,
  after: number,
): AsyncGenerator<ReadEntry> {
  for await (const { entry } of checkedEntries(db, head, check)) if (entry.seq > after) yield entry;
}

/** The contact's own chain alone. */
export async function* readEntries(
  db: Database,
  { practiceId, contactId }: ContactRef,
): AsyncGenerator<ReadEntry> {
  const [head] = await readHeads(db, practiceId, [contactId]);
  yield* entriesOf(db, head!, new ChainCheck(db, head!), -Infinity);
}
