import type { ContactRef } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import {
  mergeProblems,
  mergesOf,
  mergeTypes,
  speaksOfMerges,
  type Joined,
  type MergeProblem,
} from '../core/ledger/merges.ts';
import type { LedgerEntry as LedgerRow } from '../platform/db/generated/client.ts';
import type { Database } from '../platform/db/database.ts';
import { readHeads, rowsOf, type ChainHead } from './rows.ts';
import { openFields } from './store.ts';

/** One person's chains: the contact's own, then those of the ids that were merged into it. */
export type Person = { chains: [ChainHead, ...ChainHead[]]; problems: MergeProblem[] };

/**
 * The ledger's own entries say which these are; an id that only the column `contacts.merged_into` joins to it, or does not,
 * is among them and is a problem.
 */
export async function findPerson(db: Database, ref: ContactRef): Promise<Person> {
  const person = await lookForPerson(db, ref);
  // Two contacts that are merged meanwhile are read before and after it; a second look finds them as one.
  return person.problems.length === 0 ? person : lookForPerson(db, ref);
}

async function lookForPerson(db: Database, { practiceId, contactId }: ContactRef): Promise<Person> {
  const chains = new Map<string, Joined & { head: ChainHead }>();
  for (let wanted = [contactId]; wanted.length > 0;) {
    const found: (Joined & { head: ChainHead })[] = [];
    for (let at = 0; at < wanted.length; at += limits.chainsAtOnce)
      found.push(...(await readJoined(db, practiceId, wanted.slice(at, at + limits.chainsAtOnce))));
    for (const chain of found) chains.set(chain.contactId, chain);
    const joined = await db.prisma.contact.findMany({
      where: { practiceId, mergedInto: { in: wanted } },
      select: { id: true },
    });
    const named = [...found.flatMap(neighbours), ...joined.map(({ id }) => id)];
    wanted = [...new Set(named)].filter((id) => !chains.has(id));
  }

  const joinedTo = new Map<string | null, string[]>();
  for (const { contactId: id, mergedInto } of chains.values()) {
    const ids = joinedTo.get(mergedInto);
    if (ids) ids.push(id);
    else joinedTo.set(mergedInto, [id]);
  }
  const mine = new Set([contactId]);
  // A set that grows while it is walked: those that were merged into it, and those merged into them before.
  for (const id of mine) {
    for (const { from } of mergesOf(chains.get(id)!).sources)
      if (from !== undefined && chains.has(from)) mine.add(from);
    for (const joined of joinedTo.get(id) ?? []) mine.add(joined);
  }
  const problems = mergeProblems([...chains.values()]).filter((at) => mine.has(at.contactId));
  mine.delete(contactId);
  const merged = [...mine].toSorted().map((id) => chains.get(id)!.head);
  return { chains: [chains.get(contactId)!.head, ...merged], problems };
}

async function readJoined(
  db: Database,
  practiceId: string,
  ids: readonly string[],
): Promise<(Joined & { head: ChainHead })[]> {
  const heads = await readHeads(db, practiceId, ids);
  const words = new Map(
    heads.map(({ contactId }) => [contactId, [] as ReturnType<typeof wordOf>[]]),
  );
  for await (const row of rowsOf(db, heads, mergeTypes)) {
    const word = wordOf(db, row);
    if (speaksOfMerges(word)) words.get(row.contactId)!.push(word);
  }
  return heads.map((head) => {
    const { contactId, mergedInto, through } = head;
    return { head, contactId, mergedInto, through, entries: words.get(contactId)! };
  });
}

function wordOf(db: Database, row: LedgerRow) {
  const opened = openFields(db, row);
  const { seq, type } = row;
  return { seq, type, ...(typeof opened === 'string' ? {} : { fields: opened.fields }) };
}

function neighbours(chain: Joined): string[] {
  const { sources, into } = mergesOf(chain);
  return [...sources.map(({ from }) => from), into?.contactId, chain.mergedInto].filter(
    (id) => typeof id === 'string',
  );
}
