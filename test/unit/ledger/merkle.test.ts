import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GrowingTree, leafHash } from '../../../src/core/ledger/merkle.ts';

/** The leaves and roots by which implementations of RFC 6962 are compared (google/certificate-transparency). */
const leaves = ['', '\u0000', '\u0010', ' !', '01', '@ABC', 'PQRSTUVW', '`abcdefghijklmno'].map(
  leafHash,
);
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the Merkle tree', () => {
  it.each(roots.map((root, size) => ({ size, root })))(
    'of $size leaves has the root that others compute',
    ({ size, root }) => {
      const ours = grown(leaves.slice(0, size)).root;
      expect(Buffer.from(ours, 'base64url').toString('hex')).toBe(root);
    },
  );

  it('leads from every leaf to its root, and from no other place', () => {
    for (let size = 1; size <= 24; size += 1) {
      const many = Array.from({ length: size }, (_, n) => leafHash(`leaf ${n}`));
      const { root, proofs } = grown(many);
      for (const { index, path } of proofs) {
        expect(climb(many[index]!, index, size, path)).toBe(root);
        if (size > 1) expect(climb(many[(index + 1) % size]!, index, size, path)).not.toBe(root);
      }
    }
  });
});

it('gives the paths of a busy day without hashing it again for each', () => {
  const many = Array.from({ length: 20_000 }, (_, n) => leafHash(`leaf ${n}`));
  const started = performance.now();
  const { root, proofs } = grown(many);
  // A tree of this size takes tens of ms; one for each path would take an hour.
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(climb(many[12_345]!, 12_345, many.length, proofs[12_345]!.path)).toBe(root);
});

it('gives the same paths and root where only some are asked for', () => {
  const many = Array.from({ length: 37 }, (_, n) => leafHash(`leaf ${n}`));
  const all = grown(many);
  const tree = new GrowingTree();
  const some = many.flatMap((leaf, index) => {
    if (index % 5 === 0) return [tree.addWithProof(leaf)];
    tree.add(leaf);
    return [];
  });
  expect([tree.size, tree.root(), tree.root()]).toEqual([37, all.root, all.root]);
  expect(some).toEqual(all.proofs.filter(({ index }) => index % 5 === 0));
});

function grown(leaves: readonly string[]) {
  const tree = new GrowingTree();
  const proofs = leaves.map((leaf) => tree.addWithProof(leaf));
  return { root: tree.root(), proofs };
}

/** From the top down, by the definition of the tree, which is another way than the verifier’s. */
function climb(leaf: string, index: number, size: number, path: readonly string[]): string {
  if (size === 1) return leaf;
  let split = 1;
  while (split * 2 < size) split *= 2;
  const [beside, below] = [path.at(-1)!, path.slice(0, -1)];
  return index < split
    ? node(climb(leaf, index, split, below), beside)
    : node(beside, climb(leaf, index - split, size - split, below));
}

function node(left: string, right: string): string {
  const bytes = [left, right].map((hash) => Buffer.from(hash, 'base64url'));
  return createHash('sha256')
    .update(Buffer.concat([Buffer.of(1), ...bytes]))
    .digest('base64url');
}
