import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import {
  commitmentOf,
  contentText,
  entryHash,
  headerText,
  unsignedHash,
  unsignedText,
} from '../../../src/ledger/entry.ts';
import { introduceKey, signingKeyOf, signText } from '../../../src/ledger/keys.ts';
import { inclusionPath, leafHash, treeRoot } from '../../../src/ledger/merkle.ts';
import { dayAfter, rootHash, rootText } from '../../../src/ledger/root.ts';

/** packages/verify-evidence on evidence that is built here by the documented rules: trees of many sizes, all places. */

const program = fileURLToPath(
  new URL('../../../packages/verify-evidence/verify-evidence.mjs', import.meta.url),
);
const folder = mkdtempSync(join(tmpdir(), 'optgate-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = signingKeyOf(Buffer.alloc(32, 1));
const ref = { practiceId: 'clinic', contactId: 'ann' };
const signed = (statement: string) => ({
  statement,
  key: key.id,
  signature: signText(key, statement),
});

/** Days with as many entries as `sizes` says; the first are from before signing. */
function evidence(sizes: readonly number[]) {
  const entries: { leaf: string; salt: string; content: string; proof: object }[] = [];
  const roots: ReturnType<typeof signed>[] = [];
  let [previous, before, total, seq] = ['', '', 0, 0];
  sizes.forEach((size, turn) => {
    const day = dayAfter('2026-01-01', turn);
    const made = Array.from({ length: size }, (_, n) => {
      const at = new Date(`${day}T00:00:${String(n).padStart(2, '0')}Z`);
      seq += 1;
      const columns = { ...ref, seq, id: `id-${seq}`, type: 'accepted', method: 'email', at };
      const content = contentText({ ...columns, fields: { via: 'page', number: seq } });
      const commitment = commitmentOf('salt', content);
      const header = { ...columns, commitment, writtenAt: at, previous };
      previous = turn === 0 ? unsignedHash(previous, commitment) : entryHash(header);
      const leaf =
        turn === 0 ? unsignedText({ ...columns, commitment, hash: previous }) : headerText(header);
      return { leaf, salt: 'salt', content };
    });
    const leaves = made.map(({ leaf }) => leafHash(leaf));
    total += size;
    const statement = rootText({
      kind: turn === 0 ? 'from_here_on' : 'day',
      practice: 'clinic',
      number: turn + 1,
      through: day,
      entries: size,
      total,
      tree: treeRoot(leaves),
      previous: before,
      signedAt: `${dayAfter(day)}T00:10:00.000Z`,
    });
    before = rootHash(statement);
    roots.push(signed(statement));
    entries.push(
      ...made.map((entry, index) => ({
        ...entry,
        proof: { root: turn + 1, index, path: inclusionPath(leaves, index) },
      })),
    );
  });
  const madeAt = '2026-03-01T00:00:00.000Z';
  const end = { kind: 'end', practice: 'clinic', contact: 'ann', seq, hash: previous, at: madeAt };
  return {
    format: 'optgate evidence 1',
    practice: 'clinic',
    madeAt,
    keys: [introduceKey(key, 1, undefined, new Date(madeAt))],
    roots,
    chains: [{ contact: 'ann', entries, end: signed(JSON.stringify(end)) }],
  };
}

async function verify(bundle: object): Promise<{ code: number; output: string }> {
  const file = join(folder, 'bundle.json');
  writeFileSync(file, JSON.stringify(bundle));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      file,
      '--key',
      key.publicKey,
    ]);
    return { code: 0, output: stdout };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, output: failed.stdout + failed.stderr };
  }
}

it('verifies every place in trees of every size up to 17, and says what is from before signing', async () => {
  const { code, output } = await verify(evidence([3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 17]));
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output.match(/not proven before/g)).toHaveLength(3);
});

it.each([
  { size: 5, index: 2, other: 3 },
  { size: 7, index: 6, other: 5 },
  { size: 8, index: 0, other: 7 },
])(
  'does not verify leaf $index of $size by the way of leaf $other',
  async ({ size, index, other }) => {
    const bundle = evidence([1, size]);
    const { entries } = bundle.chains[0]!;
    entries[1 + index]!.proof = entries[1 + other]!.proof;
    const { code, output } = await verify(bundle);
    expect(code).toBe(1);
    expect(output).toContain('it is not under root 2');
  },
);

it('does not take a node of the tree for an entry, or a root of another practice', async () => {
  const other = evidence([1, 2]);
  const said = JSON.parse(other.roots[1]!.statement) as { practice: string };
  said.practice = 'elsewhere';
  other.roots[1] = signed(JSON.stringify(said));
  expect((await verify(other)).output).toContain('root 2: it is of another practice');
});
