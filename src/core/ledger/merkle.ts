import { createHash } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962, section 2.1: SHA-256, leaves and nodes told apart by a first byte, so that a node can
 * never pass as a leaf. Hashes are base64url.
 */

/** The hash of a leaf that says `text`. */
export function leafHash(text: string): string {
  return createHash('sha256').update(Buffer.of(0)).update(text).digest('base64url');
}

/** Proves that leaf `index` is in the tree: the hashes beside its way from the leaf to the root. */
export type LeafProof = { index: number; path: string[] };

/** `paths`: of the leaves under it whose proofs were asked for. */
type Node = { hash: string; height: number; paths: readonly string[][] };
const none: readonly string[][] = [];

/**
 * A tree that grows leaf by leaf, in their order. It keeps a node for each level and the proofs that were asked for, not
 * the leaves: a busy day of a large practice has a million of them.
 */
export class GrowingTree {
  /** Whole subtrees from left to right, each higher than the next. */
  readonly #roots: Node[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(leaf: string): void {
    this.#put(leaf, none);
  }

  /** The leaf's proof, which is whole once `root` was read. */
  addWithProof(leaf: string): LeafProof {
    const proof = { index: this.#size, path: [] };
    this.#put(leaf, [proof.path]);
    return proof;
  }

  #put(leaf: string, paths: readonly string[][]): void {
    let node: Node = { hash: leaf, height: 0, paths };
    for (let left = this.#roots.at(-1); left?.height === node.height; left = this.#roots.at(-1)) {
      this.#roots.pop();
      node = join(left, node);
    }
    this.#roots.push(node);
    this.#size += 1;
  }

  /** Ends the tree: no leaf is added any more. Of no leaves: the hash of nothing. */
  root(): string {
    const whole = this.#roots.reduceRight<Node | undefined>(
      (right, left) => (right ? join(left, right) : left),
      undefined,
    );
    this.#roots.splice(0, Infinity, ...(whole ? [whole] : []));
    return whole?.hash ?? createHash('sha256').digest('base64url');
  }
}

function join(left: Node, right: Node): Node {
  for (const path of left.paths) path.push(right.hash);
  for (const path of right.paths) path.push(left.hash);
  return {
    hash: nodeHash(left.hash, right.hash),
    height: left.height + 1,
    paths: left.paths.length + right.paths.length === 0 ? none : [...left.paths, ...right.paths],
  };
}

function nodeHash(left: string, right: string): string {
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(Buffer.from(left, 'base64url'))
    .update(Buffer.from(right, 'base64url'))
    .digest('base64url');
}
