import type { ContactRef } from '../domain/ids.ts';
import { genesis, headerText, unsignedText } from '../ledger/entry.ts';
import type { KeyRecord } from '../ledger/keys.ts';
import { inclusionPath } from '../ledger/merkle.ts';
import { dayOf, readRoot } from '../ledger/root.ts';
import type { SignedStatement } from '../ledger/witness.ts';
import type { LedgerEntry as LedgerRow, SignedRoot } from './generated/client.ts';
import { aliasesOf } from './alias-store.ts';
import type { Database } from './database.ts';
import { leavesOfDay, unsignedLeaves, type Leaf } from './ledger-leaves.ts';
import { readChains } from './ledger-read.ts';
import { openFields } from './ledger-store.ts';

/**
 * One person's evidence, to be verified alone and offline by `packages/verify-evidence`: the entries with what they said,
 * their way to a signed root each, and where the chains end today. It names the person: it is for the auditor only.
 */
export type EvidenceBundle = {
  format: 'optgate evidence 1';
  practice: string;
  madeAt: string;
  keys: KeyRecord[];
  roots: SignedStatement[];
  /** The contact's own, and those of the ids that were merged into it. */
  chains: { contact: string; entries: BundledEntry[]; end: SignedStatement }[];
};

type BundledEntry = {
  /** The text of the entry's leaf. */
  leaf: string;
  /** What the commitment is over; absent: erased. */
  salt?: string;
  content?: string;
  /** Absent: written since the last root. */
  proof?: { root: number; index: number; path: string[] };
};

/**
 * `none`: there are no entries. `altered`: they do not verify, so nothing is signed about them; `verify-ledger` says what is
 * wrong.
 */
export async function bundleEvidence(
  db: Database,
  ref: ContactRef,
): Promise<EvidenceBundle | 'none' | 'altered'> {
  const { practiceId, contactId } = ref;
  const madeAt = db.clock.now().toISOString();
  const contacts = [contactId, ...(await aliasesOf(db.prisma, ref))];
  const chains = await readChains(db, practiceId, contacts);
  if (chains.some(({ problems }) => problems.length > 0)) return 'altered';
  const filled = chains.filter(({ rows }) => rows.length > 0);
  if (filled.length === 0) return 'none';

  const roots = new Map<number, { row: SignedRoot; leaves: Leaf[] }>();
  const rootOf = async (row: LedgerRow): Promise<number | undefined> => {
    const found = await rootRow(db, row);
    if (!found) return undefined;
    if (!roots.has(found.number))
      roots.set(found.number, { row: found, leaves: await leavesUnder(db, found) });
    return found.number;
  };
  const bundled: EvidenceBundle['chains'] = [];
  for (const { contactId: contact, rows } of filled) {
    const entries: BundledEntry[] = [];
    let previous = genesis;
    for (const row of rows) {
      const root = await rootOf(row);
      const { leaves } = (root !== undefined && roots.get(root)) || { leaves: [] };
      const index = leaves.findIndex(
        (leaf) => leaf.contactId === row.contactId && leaf.seq === row.seq,
      );
      const opened = openFields(db, row);
      entries.push({
        leaf:
          row.writtenAt === null
            ? unsignedText(row)
            : headerText({ ...row, writtenAt: row.writtenAt, previous }),
        ...(typeof opened === 'string' ? {} : { salt: opened.salt, content: opened.content }),
        ...(root === undefined || index === -1
          ? {}
          : {
              proof: {
                root,
                index,
                path: inclusionPath(
                  leaves.map(({ leaf }) => leaf),
                  index,
                ),
              },
            }),
      });
      previous = row.hash;
    }
    const statement = JSON.stringify({
      kind: 'end',
      practice: practiceId,
      contact,
      seq: rows.at(-1)!.seq,
      hash: previous,
      at: madeAt,
    });
    bundled.push({ contact, entries, end: signedBy(db, statement) });
  }
  return {
    format: 'optgate evidence 1',
    practice: practiceId,
    madeAt,
    keys: await db.ledgerKeys.records(),
    roots: [...roots.values()].map(({ row: { statement, keyId: key, signature } }) => ({
      statement,
      key,
      signature,
    })),
    chains: bundled,
  };
}

function signedBy(db: Database, statement: string): SignedStatement {
  const { keyId: key, signature } = db.ledgerKeys.sign(statement);
  return { statement, key, signature };
}

/** The root that covers an entry; null: none yet. */
async function rootRow(db: Database, row: LedgerRow): Promise<SignedRoot | null> {
  const { practiceId } = row;
  if (row.writtenAt === null)
    return db.prisma.signedRoot.findFirst({
      where: { practiceId, number: row.adoptedIn ?? -1 },
    });
  const candidates = await db.prisma.signedRoot.findMany({
    where: { practiceId, through: new Date(dayOf(row.writtenAt)) },
  });
  return candidates.find(({ statement }) => readRoot(statement)?.kind === 'day') ?? null;
}

async function leavesUnder(db: Database, root: SignedRoot): Promise<Leaf[]> {
  return readRoot(root.statement)?.kind === 'day'
    ? leavesOfDay(db.prisma, root.practiceId, dayOf(root.through))
    : unsignedLeaves(db.prisma, root.practiceId, root.number);
}
