import { createHash } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962, section 2.1: SHA-256, leaves and nodes told apart by a first byte, so that a node can
 * never pass as a leaf. Hashes are base64url.
 */

/** The hash of a leaf that says `text`. */
export function leafHash(text: string): string {
  return createHash('sha256').update(Buffer.of(0)).update(text).digest('base64url');
}

export type Tree = {
  root: string;
  /** The proof that leaf `index` is in the tree: the hashes beside its path, from the leaf to the root. */
  pathOf: (index: number) => string[];
};

/** Over leaf hashes, in their order. Every hash is computed once, however many paths are asked for. */
export function growTree(leaves: readonly string[]): Tree {
  // A node without a neighbour moves up as it is: that gives the tree of the definition, which splits at powers of two.
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level))
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, n) => {
      const [left, right] = [level[2 * n]!, level[2 * n + 1]];
      return right === undefined ? left : nodeHash(left, right);
    });
  return {
    root: levels.at(-1)![0] ?? createHash('sha256').digest('base64url'),
    pathOf: (index) =>
      levels.flatMap((level, height) => level[Math.floor(index / 2 ** height) ^ 1] ?? []),
  };
}

/** Of no leaves: the hash of nothing. */
export function treeRoot(leaves: readonly string[]): string {
  return growTree(leaves).root;
}

function nodeHash(left: string, right: string): string {
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(Buffer.from(left, 'base64url'))
    .update(Buffer.from(right, 'base64url'))
    .digest('base64url');
}
