import type { EvidenceType } from '../domain/consent-state.ts';
import type { ContactRef } from '../domain/ids.ts';
import type { Method } from '../domain/method.ts';
import { commitmentOf, entryHash, genesis, unsignedHash, type Fields } from '../ledger/entry.ts';
import type { LedgerEntry as LedgerRow } from './generated/client.ts';
import type { Database } from './database.ts';
import { openEnd, type End } from './ledger-end.ts';
import { openFields } from './ledger-store.ts';

/** Chains as they are read: never without being checked. */

export type ReadEntry = {
  id: string;
  seq: number;
  hash: string;
  type: EvidenceType;
  method?: Method;
  at: Date;
  /** When it was written down; absent in entries from before these were signed. */
  writtenAt?: Date;
  /** Absent: erased. */
  fields?: Fields;
};

export type ChainProblem = {
  seq: number;
  problem:
    /** The entry before it is missing, or it stands twice. */
    | 'gap'
    /** The clear columns, or the entry before it, were changed. */
    | 'hash'
    /** The sealed fields are not those that the entry was made with. */
    | 'commitment'
    /** The sealed fields do not open, or are about another entry than the columns say. */
    | 'fields'
    /** The fields are gone, and no later entry says that they were erased. */
    | 'erased_unrecorded'
    /** Written by a process that does not sign, and not adopted by a root. */
    | 'unsigned'
    /** The chain does not end where its sealed end says: cut off, put on, or made by somebody else. */
    | 'end'
    /** The table of contacts does not have the contact any more; nothing of the service takes one away. */
    | 'contact'
    /** What the entries say about merges, in this chain and the other one, differs from the table of contacts. */
    | 'merged';
};

export type Chain = {
  contactId: string;
  /** As the table of contacts says it; null: into none. */
  mergedInto: string | null;
  /** As they are stored. */
  rows: LedgerRow[];
  entries: ReadEntry[];
  problems: ChainProblem[];
};

/** A contact's evidence, checked; an erased entry has no fields and is still linked. */
export async function readEvidence(
  db: Database,
  ref: ContactRef,
): Promise<Pick<Chain, 'entries' | 'problems'>> {
  const [chain] = await readChains(db, ref.practiceId, [ref.contactId]);
  const { entries, problems } = chain!;
  return { entries, problems };
}

/** One chain for each id, in the same order. */
export async function readChains(
  db: Database,
  practiceId: string,
  contactIds: readonly string[],
): Promise<Chain[]> {
  const ids = [...contactIds];
  // One statement, so as of one moment: an entry that is appended meanwhile comes with its end.
  const found = await db.prisma.$queryRaw<(Chained & (LedgerRow | { seq: null }))[]>`
    SELECT w.contact_id AS "contactId", c.version, c.merged_into AS "mergedInto", e.end_enc AS "endEnc", l.practice_id AS "practiceId", l.seq, l.id,
           l.type, l.method, l.at, l.salt_enc AS "saltEnc", l.fields_enc AS "fieldsEnc", l.commitment, l.hash,
           l.written_at AS "writtenAt", l.adopted_in AS "adoptedIn"
    FROM unnest(${ids}::text[]) AS w (contact_id)
    LEFT JOIN contacts c ON c.practice_id = ${practiceId} AND c.id = w.contact_id
    LEFT JOIN ledger_ends e ON e.practice_id = ${practiceId} AND e.chain = w.contact_id
    LEFT JOIN ledger l ON l.practice_id = ${practiceId} AND l.contact_id = w.contact_id
    ORDER BY l.seq`;
  const chains = new Map(ids.map((id) => [id, { rows: [] as LedgerRow[], about: noChain }]));
  for (const { version, mergedInto, endEnc, ...row } of found) {
    const chain = chains.get(row.contactId)!;
    chain.about = { version, mergedInto, endEnc };
    if (row.seq !== null) chain.rows.push(row);
  }
  return [...chains].map(([contactId, { rows, about }]) => {
    const { entries, problems } = checkRows(db, rows);
    problems.push(
      ...checkEnd(rows, {
        sealed: about.endEnc !== null,
        end: openEnd(db, practiceId, contactId, about.endEnc),
        version: about.version ?? 0,
      }),
    );
    if (rows.length > 0 && about.version === null)
      problems.push({ seq: rows.at(-1)!.seq, problem: 'contact' });
    return { contactId, mergedInto: about.mergedInto, rows, entries, problems };
  });
}

/** What other tables say about a chain. */
type About = { version: number | null; mergedInto: string | null; endEnc: string | null };
type Chained = About & { contactId: string };
const noChain: About = { version: null, mergedInto: null, endEnc: null };

function checkRows(
  db: Database,
  rows: readonly LedgerRow[],
): { entries: ReadEntry[]; problems: ChainProblem[] } {
  const erasures = rows.filter(({ type }) => type === erasure).map(({ seq }) => seq);
  const lastErasure = erasures.at(-1) ?? 0;
  const problems: ChainProblem[] = [];
  let previous = genesis;
  const entries = rows.map((row, index) => {
    const say = (problem: ChainProblem['problem']): void =>
      void problems.push({ seq: row.seq, problem });
    if (row.seq !== index + 1) say('gap');
    if (row.hash !== hashOf(row, previous)) say('hash');
    previous = row.hash;
    if (row.writtenAt === null && row.adoptedIn === null) say('unsigned');

    const opened = openFields(db, row);
    if (opened === 'altered') say('fields');
    // An erasure entry holds nothing personal, so it keeps its content.
    else if (opened === 'erased') {
      if (row.seq >= lastErasure) say('erased_unrecorded');
    } else if (commitmentOf(opened.salt, opened.content) !== row.commitment) say('commitment');

    return {
      id: row.id,
      seq: row.seq,
      hash: row.hash,
      type: row.type as EvidenceType,
      ...(row.method === null ? {} : { method: row.method as Method }),
      at: row.at,
      ...(row.writtenAt === null ? {} : { writtenAt: row.writtenAt }),
      ...(typeof opened === 'string' ? {} : { fields: opened.fields }),
    };
  });
  return { entries, problems };
}

const erasure: EvidenceType = 'erased';

/** The hash that follows from the columns. */
function hashOf(row: LedgerRow, previous: string): string {
  return row.writtenAt === null
    ? unsignedHash(previous, row.commitment)
    : entryHash({ ...row, writtenAt: row.writtenAt, previous });
}

function checkEnd(
  rows: readonly LedgerRow[],
  { sealed, end, version }: { sealed: boolean; end: End | undefined; version: number },
): ChainProblem[] {
  const last = rows.at(-1);
  const problem = 'end' as const;
  if (sealed)
    return end?.seq === last?.seq && end?.hash === last?.hash && end
      ? []
      : [{ seq: end?.seq ?? last?.seq ?? 0, problem }];
  // Unsigned entries say so themselves; signed ones come with an end, and a contact with a state has a history.
  if (last ? last.writtenAt === null : version === 0) return [];
  return [{ seq: last?.seq ?? 0, problem }];
}
