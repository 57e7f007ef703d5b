import type { KeyRecord } from './keys.ts';
import { readRoot, readSoFar, rootHash, type RootStatement, type SoFarStatement } from './root.ts';

/**
 * The records that have left the machine: a file of lines, each `{ "root": … }`, `{ "soFar": … }` or `{ "key": … }`,
 * that is only ever appended to. It holds no secret and names no person. It is only as trustworthy as its keeper: keep
 * it where no writer of the database can write.
 */
export type SignedStatement = { statement: string; key: string; signature: string };
type Line = { root?: SignedStatement; soFar?: SignedStatement; key?: KeyRecord };

/** By practice, in the order of the file. */
type ByPractice<Said> = Map<string, (SignedStatement & { said: Said })[]>;

export type Witness = {
  roots: ByPractice<RootStatement>;
  soFar: ByPractice<SoFarStatement>;
  keys: KeyRecord[];
  /** Lines that say none of these, by their number. */
  unreadable: number[];
};

export function emptyWitness(): Witness {
  return { roots: new Map(), soFar: new Map(), keys: [], unreadable: [] };
}

/**
 * `keep`: `newest` drops what a later line of the same practice goes on from; to append needs no more, and the file grows
 * for ever.
 */
export function addLine(
  witness: Witness,
  text: string,
  lineNumber: number,
  keep: 'all' | 'newest' = 'all',
): void {
  if (text.trim() === '') return;
  const { root, soFar, key } = parse(text);
  const saidOfRoot = root && readRoot(root.statement);
  const saidSoFar = soFar && readSoFar(soFar.statement);
  if (root && saidOfRoot) add(witness.roots, { ...root, said: saidOfRoot }, keep, isLater);
  else if (soFar && saidSoFar) add(witness.soFar, { ...soFar, said: saidSoFar }, keep, always);
  else if (typeof key?.statement === 'string') witness.keys.push(key);
  else if (keep === 'all') witness.unreadable.push(lineNumber);
}

const isLater = (one: RootStatement, known: RootStatement): boolean => one.number > known.number;
const always = (): boolean => true;

function add<Said extends { practice: string }>(
  to: ByPractice<Said>,
  signed: SignedStatement & { said: Said },
  keep: 'all' | 'newest',
  follows: (one: Said, known: Said) => boolean,
): void {
  const known = to.get(signed.said.practice);
  const [last] = known ?? [];
  if (!known || !last) to.set(signed.said.practice, [signed]);
  else if (keep === 'all') known.push(signed);
  else if (follows(signed.said, last.said)) known[0] = signed;
}

/** Nothing: cut short, or not ours. */
function parse(text: string): Line {
  try {
    return (JSON.parse(text) as Line | null) ?? {};
  } catch {
    return {};
  }
}

/** The root of a practice from which on the witness has none. */
export function lastWitnessed(
  witness: Witness,
  practiceId: string,
): { number: number; hash: string } | undefined {
  const last = (witness.roots.get(practiceId) ?? []).reduce<
    (SignedStatement & { said: RootStatement }) | undefined
  >((newest, root) => (newest && newest.said.number > root.said.number ? newest : root), undefined);
  return last && { number: last.said.number, hash: rootHash(last.statement) };
}
