import { createHash } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962, section 2.1: SHA-256, leaves and nodes told apart by a first byte, so that a node can never
 * pass as a leaf. Hashes are base64url.
 */

/** The hash of a leaf that says `text`. */
export function leafHash(text: string): string {
  return createHash('sha256').update(Buffer.of(0)).update(text).digest('base64url');
}

/** The root over leaf hashes, in their order. Of no leaves: the hash of nothing. */
export function treeRoot(leaves: readonly string[]): string {
  if (leaves.length === 0) return createHash('sha256').digest('base64url');
  if (leaves.length === 1) return leaves[0]!;
  const split = splitOf(leaves.length);
  return nodeHash(treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split)));
}

/** What proves that leaf `index` is in the tree: the hashes beside its way up, from the leaf to the root. */
export function inclusionPath(leaves: readonly string[], index: number): string[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionPath(left, index), treeRoot(right)]
    : [...inclusionPath(right, index - split), treeRoot(left)];
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function nodeHash(left: string, right: string): string {
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(Buffer.from(left, 'base64url'))
    .update(Buffer.from(right, 'base64url'))
    .digest('base64url');
}
