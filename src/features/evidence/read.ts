import type { EvidenceType } from '../../core/consent/consent-state.ts';
import { limits } from '../../core/limits.ts';
import type { Method } from '../../core/method.ts';
import {
  commitmentOf,
  entryHash,
  genesis,
  unsignedHash,
  type Fields,
} from '../../core/ledger/entry.ts';
import type { LedgerEntry as LedgerRow } from '../../platform/db/generated/client.ts';
import type { Database } from '../../platform/db/database.ts';
import type { End } from '../../ledger/end.ts';
import { readHeads, rowsOf, type ChainHead } from '../../ledger/rows.ts';
import { openFields } from '../../ledger/store.ts';

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

export type CheckedEntry = {
  /** As it is stored, and what the entry before it is linked by. */
  row: LedgerRow;
  previous: string;
  opened: ReturnType<typeof openFields>;
  /** As it is shown. */
  entry: ReadEntry;
};

/** The check of one chain, which is given its entries one by one, in order; an erased entry is still linked. */
export class ChainCheck {
  readonly #db: Database;
  readonly #head: ChainHead;
  readonly #problems: ChainProblem[] = [];
  #count = 0;
  #last: LedgerRow | undefined;
  #erasedAt: number;
  /** From which entry on it is worth asking whether the contact was erased since. */
  #askFrom = -Infinity;

  constructor(db: Database, head: ChainHead) {
    this.#db = db;
    this.#head = head;
    this.#erasedAt = head.erasedAt;
  }

  /** True: contents were erased after the chain's head was read, so what was read is of two moments. */
  get erasedMeanwhile(): boolean {
    return this.#erasedAt > this.#head.erasedAt;
  }

  /** Where the chain ends, by the entries given so far. */
  get last(): End {
    const { seq, hash } = this.#last ?? { seq: 0, hash: genesis };
    return { seq, hash };
  }

  async next(row: LedgerRow): Promise<CheckedEntry> {
    const say = (problem: ChainProblem['problem']): void =>
      void this.#problems.push({ seq: row.seq, problem });
    const previous = this.#last?.hash ?? genesis;
    this.#count += 1;
    this.#last = row;
    if (row.seq !== this.#count) say('gap');
    if (row.hash !== hashOf(row, previous)) say('hash');
    if (row.writtenAt === null && row.adoptedIn === null) say('unsigned');

    const opened = openFields(this.#db, row);
    if (opened === 'altered') say('fields');
    // An erasure entry holds nothing personal, so it keeps its content.
    else if (opened === 'erased') {
      if (!(await this.#isErased(row))) say('erased_unrecorded');
    } else if (commitmentOf(opened.salt, opened.content) !== row.commitment) say('commitment');

    const entry = {
      id: row.id,
      seq: row.seq,
      hash: row.hash,
      type: row.type as EvidenceType,
      ...(row.method === null ? {} : { method: row.method as Method }),
      at: row.at,
      ...(row.writtenAt === null ? {} : { writtenAt: row.writtenAt }),
      ...(typeof opened === 'string' ? {} : { fields: opened.fields }),
    };
    return { row, previous, opened, entry };
  }

  /** The failures found, once the last entry was given. */
  end(): ChainProblem[] {
    const { version } = this.#head;
    const last = this.#last;
    const problems = [...this.#problems, ...checkEnd(last, this.#head)];
    if (last && version === null) problems.push({ seq: last.seq, problem: 'contact' });
    return problems;
  }

  /** The contact may have been erased since the head was read: asked again, once for each page. */
  async #isErased({ seq }: LedgerRow): Promise<boolean> {
    if (seq >= this.#erasedAt && seq >= this.#askFrom) {
      const { practiceId, contactId } = this.#head;
      const [head] = await readHeads(this.#db, practiceId, [contactId]);
      this.#erasedAt = head!.erasedAt;
      this.#askFrom = seq + limits.entriesAtOnce;
    }
    return seq < this.#erasedAt;
  }
}

/** The entries of a chain, each with its check; what was found stands in `check`. */
export async function* checkedEntries(
  db: Database,
  head: ChainHead,
  check: ChainCheck,
): AsyncGenerator<CheckedEntry> {
  for await (const row of rowsOf(db, [head])) yield await check.next(row);
}

/** The hash that follows from the columns. */
function hashOf(row: LedgerRow, previous: string): string {
  return row.writtenAt === null
    ? unsignedHash(previous, row.commitment)
    : entryHash({ ...row, writtenAt: row.writtenAt, previous });
}

function checkEnd(
  last: LedgerRow | undefined,
  { sealed, end, version }: ChainHead,
): ChainProblem[] {
  const problem = 'end' as const;
  if (sealed)
    return end?.seq === last?.seq && end?.hash === last?.hash && end
      ? []
      : [{ seq: end?.seq ?? last?.seq ?? 0, problem }];
  // Unsigned entries say so themselves; signed ones come with an end, and a contact with a state has a history.
  if (last ? last.writtenAt === null : (version ?? 0) === 0) return [];
  return [{ seq: last?.seq ?? 0, problem }];
}
