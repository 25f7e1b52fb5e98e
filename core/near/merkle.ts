// Owns NEAR's merkle trees over hashes and the paths through them; leaves what a leaf means to its format.
import { sha256 } from './crypto.ts';

/** One step of a path: the neighbour's hash and the side on which the neighbour stands. */
export interface PathItem {
  hash: Uint8Array;
  direction: 'Left' | 'Right';
}

export interface MerkleTree {
  root: Uint8Array;
  /** One path per leaf, in leaf order. */
  paths: PathItem[][];
}

const EMPTY_ROOT = new Uint8Array(32);

export function combine(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(left, right);
}

/** An odd node is promoted unchanged to the next level; no leaves give 32 zero bytes. */
export function merklize(leaves: readonly Uint8Array[]): MerkleTree {
  const paths: PathItem[][] = leaves.map(() => []);
  let level = leaves.map((hash, index) => ({ hash, leaves: [index] }));
  while (level.length > 1) {
    const next: typeof level = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i];
      const right = level[i + 1];
      if (left === undefined) break;
      if (right === undefined) {
        next.push(left);
        continue;
      }
      for (const leaf of left.leaves) paths[leaf]?.push({ hash: right.hash, direction: 'Right' });
      for (const leaf of right.leaves) paths[leaf]?.push({ hash: left.hash, direction: 'Left' });
      next.push({ hash: combine(left.hash, right.hash), leaves: [...left.leaves, ...right.leaves] });
    }
    level = next;
  }
  return { root: level[0]?.hash ?? EMPTY_ROOT, paths };
}

export function rootOfPath(leaf: Uint8Array, path: readonly PathItem[]): Uint8Array {
  let current = leaf;
  for (const item of path) {
    current = item.direction === 'Left' ? combine(item.hash, current) : combine(current, item.hash);
  }
  return current;
}

/** The block-level root over one hash per chunk: each is hashed once more before it becomes a leaf. */
export function rootOverChunks(chunkRoots: readonly Uint8Array[]): Uint8Array {
  return merklize(chunkRoots.map((root) => sha256(root))).root;
}
