import type { ContactRef } from '../../core/ids.ts';
import { headerText, unsignedText } from '../../core/ledger/entry.ts';
import type { KeyRecord } from '../../core/ledger/keys.ts';
import { dayOf, rootHash, type RootStatement } from '../../core/ledger/root.ts';
import type { SignedStatement } from '../../core/ledger/witness.ts';
import type { Database } from '../../platform/db/database.ts';
import { listPieces } from '../../platform/db/json-pieces.ts';
import { leafName } from '../../record/evidence/leaves.ts';
import { findPerson } from '../../ledger/merges.ts';
import { ChainCheck, checkedEntries, type CheckedEntry } from './read.ts';
import type { ChainHead } from '../../ledger/rows.ts';
import { growUnder, readRoots, type ReadRoots } from './verify-roots.ts';
import { inThisScope } from '../../platform/db/practice-scope.ts';

/**
 * One person's evidence, to be verified alone and offline by `packages/verify-evidence`: the entries with their
 * contents, the path of each to a signed root, and what there is in all. It names the person: it is for the auditor
 * only.
 */
export type EvidenceBundle = {
  format: 'optgate evidence 2';
  practice: string;
  madeAt: string;
  keys: KeyRecord[];
  /** All of the practice, in order. */
  roots: SignedStatement[];
  /** The contact's own, then those of the ids that were merged into it. */
  chains: { contact: string; entries: BundledEntry[] }[];
  /** An `EndStatement`, so that nothing can be left out of the bundle. */
  end: SignedStatement;
};

/** What the bundle holds, in the words that are signed. */
type EndStatement = {
  kind: 'evidence';
  practice: string;
  contact: string;
  at: string;
  /** The newest root. */
  root: { number: number; hash: string };
  /** In order, each with its last entry. */
  chains: { contact: string; seq: number; hash: string }[];
};

type BundledEntry = {
  /** The text of the entry's leaf. */
  leaf: string;
  /** The input of the commitment; absent: erased. */
  salt?: string;
  content?: string;
  /** Absent: written since the last root. */
  proof?: Proof;
};
type Proof = { root: number; index: number; path: string[] };

/**
 * In pieces of JSON, since the entries may not fit into memory: they are read twice, to know that all of them verify, and
 * then to be sent. One that ends early, with an error, is none: its last words are what is signed about it.
 *
 * `none`: there are no entries. `altered`: they, or the roots over them, do not verify, so nothing is signed about
 * them; run `verify-ledger`. `key_replaced`: this process signs with a key that has a successor, as while ENCRYPTION_KEYS
 * is being changed; no auditor would believe it.
 */
export async function bundleEvidence(
  db: Database,
  ref: ContactRef,
): Promise<AsyncIterable<string> | 'none' | 'altered' | 'key_replaced'> {
  const { practiceId, contactId } = ref;
  const hindrance = await db.ledgerKeys.hindrance();
  if (hindrance) return hindrance === 'replaced' ? 'key_replaced' : 'altered';
  // Before the entries are read: what is written later is not in it.
  const madeAt = db.clock.now().toISOString();
  const { chains, problems } = await findPerson(db, ref);
  if (problems.length > 0) return 'altered';
  if (chains.every(({ through }) => through === 0))
    return chains.some((head) => new ChainCheck(db, head).end().length > 0) ? 'altered' : 'none';
  const { roots, problems: problemsOfRoots } = await readRoots(db, practiceId);
  const newest = roots.at(-1);
  if (problemsOfRoots.length > 0 || !newest) return 'altered';
  const places = placesUnder(roots);
  const covered = new Map<RootStatement, Set<string>>();
  const ends: EndStatement['chains'] = [];
  for (const head of chains) {
    const check = new ChainCheck(db, head);
    for await (const { row } of checkedEntries(db, head, check)) {
      const root = places(row);
      // Somebody dated it back, or took it out of its root.
      if (root === 'none') return 'altered';
      if (root === 'later') continue;
      const under = covered.get(root) ?? new Set();
      covered.set(root, under.add(leafName(row)));
    }
    if (check.end().length > 0) return 'altered';
    // With the entry of the erasure this time.
    if (check.erasedMeanwhile) return bundleEvidence(db, ref);
    ends.push({ contact: head.contactId, ...check.last });
  }
  const proofs = await prove(db, covered);
  if (proofs === 'altered') return 'altered';

  const statement = JSON.stringify({
    kind: 'evidence',
    practice: practiceId,
    contact: contactId,
    at: madeAt,
    root: { number: newest.said.number, hash: rootHash(newest.row.statement) },
    chains: ends,
  } satisfies EndStatement);
  const { keyId: key, signature } = db.ledgerKeys.sign(statement);
  const start = {
    format: 'optgate evidence 2',
    practice: practiceId,
    madeAt,
    keys: await db.ledgerKeys.records(),
  } satisfies Partial<EvidenceBundle>;
  const end = { statement, key, signature } satisfies EvidenceBundle['end'];
  return inThisScope(async function* pieces() {
    yield `${JSON.stringify(start).slice(0, -1)},`;
    yield* listPieces('roots', roots.map(signedRoot));
    yield ',"chains":[';
    for (const [index, head] of chains.entries()) {
      yield `${index === 0 ? '' : ','}{"contact":${JSON.stringify(head.contactId)},`;
      yield* listPieces('entries', bundledEntries(db, head, proofs));
      yield '}';
    }
    yield `],"end":${JSON.stringify(end)}}`;
  });
}

function signedRoot({ row: { statement, keyId, signature } }: ReadRoots['roots'][number]) {
  return { statement, key: keyId, signature } satisfies SignedStatement;
}

/** Rejects where an entry is not any more as it was when all of them were checked. */
async function* bundledEntries(
  db: Database,
  head: ChainHead,
  proofs: ReadonlyMap<string, Proof>,
): AsyncGenerator<BundledEntry> {
  const check = new ChainCheck(db, head);
  for await (const checked of checkedEntries(db, head, check)) yield bundledEntry(checked, proofs);
  if (check.end().length > 0 || check.erasedMeanwhile)
    throw new Error('the evidence was changed while it was sent');
}

function bundledEntry(
  { row, previous, opened }: CheckedEntry,
  proofs: ReadonlyMap<string, Proof>,
): BundledEntry {
  const proof = proofs.get(leafName(row));
  return {
    leaf:
      row.writtenAt === null
        ? unsignedText(row)
        : headerText({ ...row, writtenAt: row.writtenAt, previous }),
    ...(typeof opened === 'string' ? {} : { salt: opened.salt, content: opened.content }),
    ...(proof ? { proof } : {}),
  };
}

/** The root that covers an entry. `later`: it was written since the last one. `none`: there should be one. */
function placesUnder(
  roots: ReadRoots['roots'],
): (row: CheckedEntry['row']) => RootStatement | 'later' | 'none' {
  const saids = roots.map(({ said }) => said);
  const days = new Map(saids.filter(isDay).map((said) => [said.through, said]));
  const takeovers = new Map(
    saids.filter((said) => !isDay(said)).map((said) => [said.number, said]),
  );
  return ({ writtenAt, adoptedIn }) => {
    if (writtenAt === null) return takeovers.get(adoptedIn ?? 0) ?? 'none';
    const day = dayOf(writtenAt);
    return days.get(day) ?? (day > saids.at(-1)!.through ? 'later' : 'none');
  };
}

/** By the entries' names; those without a proof were written since the last root. */
async function prove(
  db: Database,
  covered: ReadonlyMap<RootStatement, ReadonlySet<string>>,
): Promise<Map<string, Proof> | 'altered'> {
  const all = new Map<string, Proof>();
  for (const [root, wanted] of covered) {
    const { tree, proofs } = await growUnder(db, root, wanted);
    if (tree !== root.tree || proofs.size < wanted.size) return 'altered';
    for (const [name, proof] of proofs) all.set(name, { root: root.number, ...proof });
  }
  return all;
}

function isDay({ kind }: RootStatement): boolean {
  return kind === 'day';
}
