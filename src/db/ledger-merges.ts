import type { ContactRef } from '../domain/ids.ts';
import { mergeProblems, mergesOf } from '../ledger/merges.ts';
import type { Database } from './database.ts';
import { readChains, type Chain } from './ledger-read.ts';

/**
 * One person's evidence, checked: the contact's own chain, then those of the ids that were merged into it. The ledger's
 * own entries say which these are; an id that only the column `contacts.merged_into` joins to it, or does not, is shown
 * and is a problem (`merged`).
 */
export async function readPerson(db: Database, ref: ContactRef): Promise<[Chain, ...Chain[]]> {
  const { practiceId, contactId } = ref;
  const chains = new Map<string, Chain>();
  for (let wanted = [contactId]; wanted.length > 0;) {
    const found = await readChains(db, practiceId, wanted);
    for (const chain of found) chains.set(chain.contactId, chain);
    const joined = await db.prisma.contact.findMany({
      where: { practiceId, mergedInto: { in: wanted } },
      select: { id: true },
    });
    const named = [...found.flatMap(neighbours), ...joined.map(({ id }) => id)];
    wanted = [...new Set(named)].filter((id) => !chains.has(id));
  }
  for (const problem of mergeProblems([...chains.values()]))
    chains.get(problem.contactId)!.problems.push({ seq: problem.seq, problem: 'merged' });

  const mine = new Set([contactId]);
  // A set that grows while it is walked: those that were merged into it, and those merged into them before.
  for (const id of mine)
    for (const chain of chains.values())
      if (namesAsSource(chains.get(id), chain.contactId) || chain.mergedInto === id)
        mine.add(chain.contactId);
  mine.delete(contactId);
  return [chains.get(contactId)!, ...[...mine].toSorted().map((id) => chains.get(id)!)];
}

function namesAsSource(chain: Chain | undefined, contactId: string): boolean {
  return chain !== undefined && mergesOf(chain).sources.some(({ from }) => from === contactId);
}

function neighbours(chain: Chain): string[] {
  const { sources, into } = mergesOf(chain);
  return [...sources.map(({ from }) => from), into?.contactId, chain.mergedInto].filter(
    (id) => typeof id === 'string',
  );
}
