import type { KeyRecord } from './keys.ts';
import { readRoot, rootHash, type RootStatement } from './root.ts';

/**
 * What has left the machine: a file of lines, each `{ "root": … }` or `{ "key": … }`, that is only ever appended to. It
 * holds no secret and names nobody. It is worth what its keeper is worth: kept where those who can write to the database
 * cannot write.
 */
export type WitnessedRoot = { statement: string; key: string; signature: string };
export type WitnessLine = { root: WitnessedRoot } | { key: KeyRecord };

export type Witness = {
  /** By practice, in the order of the file. */
  roots: Map<string, (WitnessedRoot & { said: RootStatement })[]>;
  keys: KeyRecord[];
  /** Numbers of lines that say neither. */
  unreadable: number[];
};

export function emptyWitness(): Witness {
  return { roots: new Map(), keys: [], unreadable: [] };
}

export function addLine(witness: Witness, text: string, lineNumber: number): void {
  if (text.trim() === '') return;
  const line = parse(text);
  if (line && 'key' in line) witness.keys.push(line.key);
  else {
    const said = line && readRoot(line.root.statement);
    if (!line || !said) witness.unreadable.push(lineNumber);
    else {
      const known = witness.roots.get(said.practice) ?? [];
      known.push({ ...line.root, said });
      witness.roots.set(said.practice, known);
    }
  }
}

function parse(text: string): WitnessLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<{ root: WitnessedRoot; key: KeyRecord }> | null;
    if (typeof line?.root?.statement === 'string') return { root: line.root };
    if (typeof line?.key?.statement === 'string') return { key: line.key };
  } catch {
    // Cut short, or not ours.
  }
  return undefined;
}

/** The root of a practice from which on the witness has none. */
export function lastWitnessed(
  witness: Witness,
  practiceId: string,
): { number: number; hash: string } | undefined {
  const last = (witness.roots.get(practiceId) ?? []).reduce<
    (WitnessedRoot & { said: RootStatement }) | undefined
  >((newest, root) => (newest && newest.said.number > root.said.number ? newest : root), undefined);
  return last && { number: last.said.number, hash: rootHash(last.statement) };
}
