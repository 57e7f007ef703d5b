import { limits } from '../../core/limits.ts';
import {
  mergeProblems,
  mergesOf,
  speaksOfMerges,
  type Joined,
  type MergeWord,
} from '../../core/ledger/merges.ts';
import { dayOf } from '../../core/ledger/root.ts';
import type { Witness } from '../../core/ledger/witness.ts';
import type { SignedRoot } from '../../platform/db/generated/client.ts';
import type { Database } from '../../platform/db/database.ts';
import { rootsChain } from '../../ledger/end.ts';
import { growDay } from '../../record/evidence/leaves.ts';
import { ChainCheck, type ChainProblem } from './read.ts';
import { readHeads, rowsOf } from '../../ledger/rows.ts';
import { verifyRoots } from './verify-roots.ts';

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
  /** The failures found. */
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
  const hindrance = await db.ledgerKeys.hindrance();
  return {
    practiceId,
    contacts: chains.count,
    roots: roots.rows.length,
    witnessed: witness?.roots.get(practiceId)?.length ?? 0,
    unsigned: await db.prisma.ledgerEntry.count({ where: { practiceId, writtenAt: null } }),
    problems: [
      ...(hindrance ? [hindranceWords[hindrance]] : []),
      ...chains.problems,
      ...roots.problems,
      ...seen,
    ],
  };
}

const hindranceWords = {
  replaced:
    'keys: a newer one took over from the first of ENCRYPTION_KEYS; nothing is signed by a key that was replaced',
  not_introduced: 'keys: the record of the key that signs is missing, or was changed',
};

const problemWords = {
  gap: 'an entry before it is missing',
  hash: 'it, or the entry before it, was changed',
  commitment: 'its content was changed',
  fields: 'its sealed content does not open, or belongs to another entry',
  erased_unrecorded: 'its content is gone, and no erasure is recorded',
  unsigned: 'it is not signed (npm run admin -- ledger adopt, if older processes wrote it)',
  end: 'the chain does not end there: entries were removed, added or replaced',
  contact: 'the contact itself is gone',
  merged: 'what the ledger says about merges differs from the contacts (merged_into)',
};

async function verifyChains(
  db: Database,
  practiceId: string,
): Promise<{ count: number; problems: string[] }> {
  const problems: string[] = [];
  const say = (contactId: string, { seq, problem }: ChainProblem): void =>
    void problems.push(`contact ${contactId}, entry ${seq}: ${problemWords[problem]}`);
  /** Those that have to do with a merge. */
  const joined: Joined[] = [];
  let count = 0;
  for (let after = ''; ;) {
    const ids = await contactsAfter(db, practiceId, after);
    const last = ids.at(-1);
    if (last === undefined) {
      for (const { contactId, seq } of mergeProblems(joined))
        say(contactId, { seq, problem: 'merged' });
      return { count, problems };
    }
    const heads = await readHeads(db, practiceId, ids);
    const checks = new Map(
      heads.map((head) => [
        head.contactId,
        { head, check: new ChainCheck(db, head), entries: [] as MergeWord[] },
      ]),
    );
    for await (const row of rowsOf(db, heads)) {
      const { check, entries } = checks.get(row.contactId)!;
      const { entry } = await check.next(row);
      if (speaksOfMerges(entry)) entries.push(entry);
    }
    for (const { head, check, entries } of checks.values()) {
      const { contactId, mergedInto, through } = head;
      const found = check.end();
      if (through > 0 || found.length > 0) count += 1;
      for (const problem of found) say(contactId, problem);
      const { sources, into } = mergesOf({ entries });
      if (sources.length > 0 || into || mergedInto !== null)
        joined.push({ contactId, mergedInto, through, entries });
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

/** Everything that the witness has seen must be there, word for word. */
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

/** Compares the entries that the witness has seen of days whose root it does not have yet. */
async function compareSoFar(db: Database, practiceId: string, witness: Witness): Promise<string[]> {
  const closed = (witness.roots.get(practiceId) ?? []).map(({ said }) => said.through).sort();
  const problems: string[] = [];
  for (const { statement, key, signature, said } of witness.soFar.get(practiceId) ?? []) {
    const until = new Date(said.until);
    const day = dayOf(until);
    if (day <= (closed.at(-1) ?? '')) continue;
    const { entries, tree } = await growDay(db, { practiceId, day, until });
    const name = `witness, ${said.entries} entries of ${day} until ${said.until}`;
    if (!(await db.ledgerKeys.verify(statement, key, signature)))
      problems.push(`${name}: the signature does not fit`);
    else if (entries !== said.entries || tree !== said.tree)
      problems.push(`${name}: they differ from the database`);
  }
  return problems;
}
