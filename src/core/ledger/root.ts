import { createHash } from 'node:crypto';

/**
 * The statement signed about a practice's ledger. Roots are numbered from 1 and name the hash of the one before; the
 * first says where signing begins. None is ever signed twice.
 */
export type RootStatement = {
  /**
   * `from_here_on`: covers the existing unsigned entries. It proves their content as of `signedAt`, and no more. `day`:
   * covers the entries written on the day `through`.
   */
  kind: 'from_here_on' | 'day';
  practice: string;
  number: number;
  /** The last day (UTC) that is closed by this root and those before it. */
  through: string;
  /** Entries under this root. */
  entries: number;
  /** Entries under this root and all before it. */
  total: number;
  /** Root of the Merkle tree over the entries' leaves, ordered by contact (as bytes) and number. */
  tree: string;
  /** Hash of the statement before it; empty: the first. */
  previous: string;
  signedAt: string;
};

export function rootText(statement: RootStatement): string {
  return JSON.stringify({
    kind: statement.kind,
    practice: statement.practice,
    number: statement.number,
    through: statement.through,
    entries: statement.entries,
    total: statement.total,
    tree: statement.tree,
    previous: statement.previous,
    signedAt: statement.signedAt,
  } satisfies RootStatement);
}

export function rootHash(statement: string): string {
  return createHash('sha256').update(statement).digest('base64url');
}

/** Undefined: no statement of a root. Its words are only to be believed once its signature was checked. */
export function readRoot(statement: string): RootStatement | undefined {
  try {
    const said = JSON.parse(statement) as RootStatement;
    return rootText(said) === statement && ['from_here_on', 'day'].includes(said.kind)
      ? said
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The entries of a day that is not over yet, until some minutes ago. It is no root: it only goes to the witness, so
 * that entries removed without trace before the day has its root are missed too.
 */
export type SoFarStatement = {
  kind: 'so_far';
  practice: string;
  /** Exclusive; the day (UTC) is this moment's. */
  until: string;
  entries: number;
  tree: string;
  signedAt: string;
};

/** Undefined: no such statement. */
export function readSoFar(statement: string): SoFarStatement | undefined {
  try {
    const said = JSON.parse(statement) as SoFarStatement;
    return said.kind === 'so_far' && !Number.isNaN(Date.parse(said.until)) ? said : undefined;
  } catch {
    return undefined;
  }
}

const dayMs = 24 * 60 * 60 * 1_000;

/** The day (UTC) as `2026-11-29`, moved by whole days. */
export function dayOf(at: Date, moved = 0): string {
  return new Date(at.getTime() + moved * dayMs).toISOString().slice(0, 10);
}

export function dayAfter(day: string, days = 1): string {
  return dayOf(new Date(day), days);
}
