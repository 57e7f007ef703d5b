import type { ContactRef } from '../domain/ids.ts';
import { genesis, headerText, unsignedText } from '../ledger/entry.ts';
import type { KeyRecord } from '../ledger/keys.ts';
import { growTree } from '../ledger/merkle.ts';
import { dayOf, rootHash, type RootStatement } from '../ledger/root.ts';
import type { SignedStatement } from '../ledger/witness.ts';
import type { LedgerEntry as LedgerRow } from './generated/client.ts';
import type { Database } from './database.ts';
import { readPerson } from './ledger-merges.ts';
import type { Chain } from './ledger-read.ts';
import { openFields } from './ledger-store.ts';
import { leavesUnder, readRoots, type ReadRoots } from './ledger-verify-roots.ts';

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
 * `none`: there are no entries. `altered`: they, or the roots over them, do not verify, so nothing is signed about
 * them; run `verify-ledger`. `key_replaced`: this process signs with a key that has a successor, as while ENCRYPTION_KEYS
 * is being changed; no auditor would believe it.
 */
export async function bundleEvidence(
  db: Database,
  ref: ContactRef,
): Promise<EvidenceBundle | 'none' | 'altered' | 'key_replaced'> {
  const { practiceId, contactId } = ref;
  const hindrance = await db.ledgerKeys.hindrance();
  if (hindrance) return hindrance === 'replaced' ? 'key_replaced' : 'altered';
  // Before the entries are read: what is written later is not in it.
  const madeAt = db.clock.now().toISOString();
  const chains = await readPerson(db, ref);
  if (chains.some(({ problems }) => problems.length > 0)) return 'altered';
  if (chains.every(({ rows }) => rows.length === 0)) return 'none';
  const { roots, problems } = await readRoots(db, practiceId);
  const newest = roots.at(-1);
  if (problems.length > 0 || !newest) return 'altered';
  const proofs = await prove(
    db,
    roots,
    chains.flatMap(({ rows }) => rows),
  );
  if (proofs === 'altered') return 'altered';

  const statement = JSON.stringify({
    kind: 'evidence',
    practice: practiceId,
    contact: contactId,
    at: madeAt,
    root: { number: newest.said.number, hash: rootHash(newest.row.statement) },
    chains: chains.map(({ contactId: contact, rows }) => {
      const { seq, hash } = rows.at(-1) ?? { seq: 0, hash: genesis };
      return { contact, seq, hash };
    }),
  } satisfies EndStatement);
  const { keyId: key, signature } = db.ledgerKeys.sign(statement);
  return {
    format: 'optgate evidence 2',
    practice: practiceId,
    madeAt,
    keys: await db.ledgerKeys.records(),
    roots: roots.map(({ row }) => ({
      statement: row.statement,
      key: row.keyId,
      signature: row.signature,
    })),
    chains: chains.map((chain) => ({
      contact: chain.contactId,
      entries: bundleEntries(db, chain, proofs),
    })),
    end: { statement, key, signature },
  };
}

function bundleEntries(
  db: Database,
  { rows }: Chain,
  proofs: ReadonlyMap<string, Proof>,
): BundledEntry[] {
  let previous = genesis;
  return rows.map((row) => {
    const opened = openFields(db, row);
    const proof = proofs.get(row.id);
    const leaf =
      row.writtenAt === null
        ? unsignedText(row)
        : headerText({ ...row, writtenAt: row.writtenAt, previous });
    previous = row.hash;
    return {
      leaf,
      ...(typeof opened === 'string' ? {} : { salt: opened.salt, content: opened.content }),
      ...(proof ? { proof } : {}),
    };
  });
}

/** By the entries' ids; those without a proof were written since the last root. Each root's tree is grown once. */
async function prove(
  db: Database,
  roots: ReadRoots['roots'],
  rows: readonly LedgerRow[],
): Promise<Map<string, Proof> | 'altered'> {
  const saids = roots.map(({ said }) => said);
  const days = new Map(saids.filter(isDay).map((said) => [said.through, said]));
  const takeovers = new Map(
    saids.filter((said) => !isDay(said)).map((said) => [said.number, said]),
  );
  const covered = new Map<RootStatement, LedgerRow[]>();
  for (const row of rows) {
    const root =
      row.writtenAt === null ? takeovers.get(row.adoptedIn ?? 0) : days.get(dayOf(row.writtenAt));
    if (root) covered.set(root, [...(covered.get(root) ?? []), row]);
    // Somebody dated it back, or took it out of its root.
    else if (row.writtenAt === null || dayOf(row.writtenAt) <= saids.at(-1)!.through)
      return 'altered';
  }
  const proofs = new Map<string, Proof>();
  for (const [root, under] of covered) {
    const leaves = await leavesUnder(db, root);
    const { root: tree, pathOf } = growTree(leaves.map(({ leaf }) => leaf));
    if (tree !== root.tree) return 'altered';
    const places = new Map(
      leaves.map(({ contactId, seq }, index) => [`${contactId} ${seq}`, index]),
    );
    for (const { id, contactId, seq } of under) {
      const index = places.get(`${contactId} ${seq}`);
      if (index === undefined) return 'altered';
      proofs.set(id, { root: root.number, index, path: pathOf(index) });
    }
  }
  return proofs;
}

function isDay({ kind }: RootStatement): boolean {
  return kind === 'day';
}
