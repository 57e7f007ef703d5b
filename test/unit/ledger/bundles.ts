import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import {
  commitmentOf,
  contentText,
  entryHash,
  headerText,
  unsignedHash,
  unsignedText,
  type Fields,
} from '../../../src/core/ledger/entry.ts';
import {
  introduceKey,
  signingKeyOf,
  signText,
  type KeyRecord,
  type SigningKey,
} from '../../../src/core/ledger/keys.ts';
import { GrowingTree, leafHash } from '../../../src/core/ledger/merkle.ts';
import { dayAfter, rootHash, rootText } from '../../../src/core/ledger/root.ts';

/**
 * Evidence built here by the documented rules, and every part of it open to change: with the signing key, as its holder
 * could, or without.
 */

export const practice = 'clinic';
/** The day before the first entries; its root says where signing begins. */
export const dayZero = '2026-01-01';
export const day = (n: number): string => dayAfter(dayZero, n);
export const keyOf = (byte: number): SigningKey => signingKeyOf(Buffer.alloc(32, byte));
export const theKey = keyOf(1);
export const introduced = introduceKey(theKey, 1, undefined, new Date('2025-12-31T12:00:00Z'));

/** `day` 0: from before signing. */
export type Said = { day: number; type?: string; method?: string; fields?: Fields };
export type Signed = { statement: string; key: string; signature: string };
export type Entry = { leaf: string; salt?: string; content?: string; proof?: Proof };
type Proof = { root: number; index: number; path: string[] };
export type Bundle = {
  format: string;
  practice: string;
  madeAt: string;
  keys: KeyRecord[];
  roots: Signed[];
  chains: { contact: string; entries: Entry[] }[];
  end: Signed;
};

export const sign = (statement: string, key = theKey): Signed => ({
  statement,
  key: key.id,
  signature: signText(key, statement),
});

type Made = Entry & { contact: string; seq: number; day: number; leafHash: string };

export function chainOf(contact: string, said: readonly Said[]): Made[] {
  let previous = '';
  return said.map(
    ({ day: n, type = 'accepted', method = 'email', fields = { via: 'page' } }, i) => {
      const at = new Date(Date.parse(`${day(n)}T10:00:00Z`) + i * 1_000);
      const columns = { practiceId: practice, contactId: contact, seq: i + 1, type, method, at };
      const about = { ...columns, id: `${contact}-${i + 1}` };
      const content = contentText({ ...about, fields });
      const commitment = commitmentOf('salt', content);
      const header = { ...about, commitment, writtenAt: at, previous };
      previous = n === 0 ? unsignedHash(previous, commitment) : entryHash(header);
      const leaf =
        n === 0 ? unsignedText({ ...about, commitment, hash: previous }) : headerText(header);
      return { contact, seq: i + 1, day: n, leaf, leafHash: leafHash(leaf), salt: 'salt', content };
    },
  );
}

/** A root for each day until `closed`, over the entries of these chains and no others. */
export function rootsOver(
  chains: readonly Made[][],
  closed: number,
  keyFor: (number: number) => SigningKey = () => theKey,
): Signed[] {
  const roots: Signed[] = [];
  let [previous, total] = ['', 0];
  for (let n = 0; n <= closed; n += 1) {
    const under = chains.flat().filter((entry) => entry.day === n);
    const growing = new GrowingTree();
    for (const entry of under)
      entry.proof = { root: n + 1, ...growing.addWithProof(entry.leafHash) };
    const tree = growing.root();
    total += under.length;
    const statement = rootText({
      kind: n === 0 ? 'from_here_on' : 'day',
      practice,
      number: n + 1,
      through: day(n),
      entries: under.length,
      total,
      tree,
      previous,
      signedAt: `${day(n + 1)}T00:10:00.000Z`,
    });
    previous = rootHash(statement);
    roots.push(sign(statement, keyFor(n + 1)));
  }
  return roots;
}

/** One chain for each contact, the first being the one that was asked for; the day after `closed` is the present. */
export function evidence(
  said: Record<string, readonly Said[]>,
  {
    closed = 3,
    keys = [introduced],
    keyFor = () => theKey,
  }: { closed?: number; keys?: KeyRecord[]; keyFor?: (number: number) => SigningKey } = {},
): Bundle {
  const chains = Object.entries(said).map(([contact, entries]) => chainOf(contact, entries));
  const roots = rootsOver(chains, closed, keyFor);
  const bundle = {
    format: 'optgate evidence 2',
    practice,
    madeAt: `${day(closed + 1)}T18:00:00.000Z`,
    keys,
    roots,
    chains: chains.map((chain) => ({
      contact: chain[0]!.contact,
      entries: chain.map(({ leaf, salt, content, proof }) => ({
        leaf,
        salt: salt!,
        content: content!,
        ...(proof ? { proof } : {}),
      })),
    })),
  };
  return end({ ...bundle, end: sign('') }, keyFor(roots.length));
}

/** Signs what the bundle now holds, as a holder of the key can. */
export function end(bundle: Bundle, key = theKey): Bundle {
  const last = bundle.roots.at(-1);
  const statement = JSON.stringify({
    kind: 'evidence',
    practice: bundle.practice,
    contact: bundle.chains[0]?.contact,
    at: bundle.madeAt,
    root: { number: bundle.roots.length, hash: rootHash(last?.statement ?? '') },
    chains: bundle.chains.map(({ contact, entries }) => ({
      contact,
      seq: entries.length,
      hash: linkOf(entries.at(-1)),
    })),
  });
  return { ...bundle, end: sign(statement, key) };
}

function linkOf(entry: Entry | undefined): string {
  if (!entry) return '';
  const said = JSON.parse(entry.leaf) as { kind: string; hash: string };
  return said.kind === 'entry' ? leafHash(entry.leaf) : said.hash;
}

/** What somebody else kept: the keys and the first roots. */
export function witnessOf({ keys, roots }: Pick<Bundle, 'keys' | 'roots'>, most = 99): string {
  return [...keys.map((key) => ({ key })), ...roots.slice(0, most).map((root) => ({ root }))]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

const program = fileURLToPath(
  new URL('../../../packages/verify-evidence/verify-evidence.mjs', import.meta.url),
);

/** Runs packages/verify-evidence. */
export async function verify(
  bundle: unknown,
  { keys = [theKey], witness }: { keys?: SigningKey[]; witness?: string } = {},
): Promise<{ code: number; output: string }> {
  // A folder for each run: several test files share this module.
  const folder = mkdtempSync(join(tmpdir(), 'optgate-verify-'));
  const fileOf = (content: string): string => {
    const file = join(folder, randomUUID());
    writeFileSync(file, content);
    return file;
  };
  const given = [
    fileOf(typeof bundle === 'string' ? bundle : JSON.stringify(bundle)),
    ...keys.flatMap(({ publicKey }) => ['--key', publicKey]),
    ...(witness === undefined ? [] : ['--witness', fileOf(witness)]),
  ];
  // A thread of its own, which is quicker than a process and ends by the same `process.exit`.
  const thread = new Worker(program, { argv: given, execArgv: [], stdout: true, stderr: true });
  const [[code], ...printed] = await Promise.all([
    once(thread, 'exit') as Promise<[number]>,
    text(thread.stdout),
    text(thread.stderr),
  ]);
  rmSync(folder, { recursive: true });
  return { code, output: printed.join('') };
}
