import type { EvidenceType } from '../core/consent/consent-state.ts';
import { limits } from '../core/limits.ts';
import { giveWay } from '../platform/event-loop.ts';
import type { LedgerEntry as LedgerRow } from '../platform/db/generated/client.ts';
import type { Database } from '../platform/db/database.ts';
import { openEnd, type End } from './end.ts';

/** Chains as they are stored, in pages: a contact may have more entries than fit into memory. */

/** Where a chain stands. Its entries never change but by an erasure, so they can be read later, up to here. */
export type ChainHead = {
  practiceId: string;
  contactId: string;
  /** The number of the last entry; 0: none. */
  through: number;
  /** The number of the last entry that is an erasure; 0: none. */
  erasedAt: number;
  /** There is a sealed end; `end`: what it says, where it opens. */
  sealed: boolean;
  end: End | undefined;
  /** As the table of contacts says it; null: the table does not have the contact. */
  version: number | null;
  /** As the table of contacts says it; null: into none. */
  mergedInto: string | null;
};

/** One for each id, in the same order. */
export async function readHeads(
  db: Database,
  practiceId: string,
  contactIds: readonly string[],
): Promise<ChainHead[]> {
  const erased: EvidenceType = 'erased';
  // One statement, so as of one moment: an entry that is appended meanwhile comes with its end.
  const found = await db.prisma.$queryRaw<
    (Omit<ChainHead, 'practiceId' | 'sealed' | 'end'> & { endEnc: string | null })[]
  >`
    SELECT w.contact_id AS "contactId", coalesce(t.seq, 0) AS through, coalesce(x.seq, 0) AS "erasedAt",
           e.end_enc AS "endEnc", c.version, c.merged_into AS "mergedInto"
    FROM unnest(${[...contactIds]}::text[]) WITH ORDINALITY AS w (contact_id, place)
    LEFT JOIN contacts c ON c.practice_id = ${practiceId} AND c.id = w.contact_id
    LEFT JOIN ledger_ends e ON e.practice_id = ${practiceId} AND e.chain = w.contact_id
    LEFT JOIN LATERAL (
      SELECT l.seq FROM ledger l WHERE l.practice_id = ${practiceId} AND l.contact_id = w.contact_id
      ORDER BY l.seq DESC LIMIT 1) t ON true
    LEFT JOIN LATERAL (
      SELECT l.seq FROM ledger l
      WHERE l.practice_id = ${practiceId} AND l.contact_id = w.contact_id AND l.type = ${erased}
      ORDER BY l.seq DESC LIMIT 1) x ON true
    ORDER BY w.place`;
  return found.map(({ endEnc, ...head }) => ({
    ...head,
    practiceId,
    sealed: endEnc !== null,
    end: openEnd(db, practiceId, head.contactId, endEnc),
  }));
}

/**
 * The entries of the chains, one chain after the other, in order. Gives way between them. Chains that are short share a
 * statement. `types`: only those.
 */
export async function* rowsOf(
  db: Database,
  heads: readonly ChainHead[],
  types?: readonly EvidenceType[],
): AsyncGenerator<LedgerRow> {
  for (const group of grouped(heads)) {
    const first = await readPage(db, group.map(fromTheFirst), types);
    for (const head of group) {
      let rows = first.rows.filter(({ contactId }) => contactId === head.contactId);
      let { isCut } = first;
      let last = fromTheFirst(head).from - 1;
      for (;;) {
        for (const row of rows) {
          await giveWay();
          yield row;
        }
        last = rows.at(-1)?.seq ?? last;
        if (last >= head.through || (!isCut && rows.length < limits.entriesAtOnce)) break;
        ({ rows, isCut } = await readPage(db, [{ ...head, from: last + 1 }], types));
      }
    }
  }
}

function grouped(heads: readonly ChainHead[]): ChainHead[][] {
  const groups: ChainHead[][] = [];
  let room = 0;
  for (const head of heads) {
    if (head.through === 0) continue;
    const entries = Math.min(head.through, limits.entriesAtOnce);
    room -= entries;
    if (room >= 0) groups.at(-1)!.push(head);
    else {
      groups.push([head]);
      room = limits.entriesTogether - entries;
    }
  }
  return groups;
}

type Part = ChainHead & { from: number };

/** The lowest number that the column takes: an entry that somebody put before the first is found too. */
function fromTheFirst(head: ChainHead): Part {
  return { ...head, from: -(2 ** 31) };
}

/**
 * `limits.entriesAtOnce` of each chain, one chain after the other; `isCut`: fewer, since no more may be open together.
 */
async function readPage(
  db: Database,
  parts: readonly Part[],
  types: readonly EvidenceType[] | undefined,
): Promise<{ rows: LedgerRow[]; isCut: boolean }> {
  const [first] = parts;
  if (!first) return { rows: [], isCut: false };
  const found = await db.prisma.$queryRaw<(LedgerRow & { found: number })[]>`
    SELECT practice_id AS "practiceId", contact_id AS "contactId", seq, id, type, method, at, salt_enc AS "saltEnc",
           fields_enc AS "fieldsEnc", commitment, hash, written_at AS "writtenAt", adopted_in AS "adoptedIn", found
    FROM (
      SELECT l.*, w.place, count(*) OVER ()::int AS found, row_number() OVER by_chain AS nth,
             sum(COALESCE(octet_length(l.fields_enc), 0)) OVER by_chain AS bytes
      FROM unnest(${parts.map(({ contactId }) => contactId)}::text[], ${parts.map(({ from }) => from)}::int[],
                  ${parts.map(({ through }) => through)}::int[]) WITH ORDINALITY AS w (contact_id, from_seq, through, place)
      CROSS JOIN LATERAL (
        SELECT * FROM ledger
        WHERE practice_id = ${first.practiceId} AND contact_id = w.contact_id
          AND seq BETWEEN w.from_seq AND w.through
          AND (${types === undefined} OR type = ANY(${[...(types ?? [])]}::text[]))
        ORDER BY seq LIMIT ${limits.entriesAtOnce}) l
      WINDOW by_chain AS (ORDER BY w.place, l.seq)) page
    WHERE bytes <= ${limits.openedBytes} OR nth = 1
    ORDER BY place, seq`;
  const rows = found.map(({ found: _found, ...row }) => row);
  return { rows, isCut: rows.length < (found[0]?.found ?? 0) };
}
