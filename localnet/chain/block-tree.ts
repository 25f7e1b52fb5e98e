// Owns the merkle tree over all block hashes, at every size it ever had; leaves what blocks are to the chain.
import { combine, type PathItem } from '../../core/near/merkle.ts';
import { PackedList } from './packed-list.ts';

const HASH = 32;
const EMPTY_ROOT = new Uint8Array(HASH);

/** Grows by one leaf a block; whole subtrees are kept, so a root or a path at any size costs a few hashes. */
export class BlockTree {
  /** `levels[l][i]` covers the leaves from i * 2^l on, 2^l of them. */
  private readonly levels: PackedList[] = [new PackedList(HASH)];

  get size(): number {
    return this.levels[0]?.length ?? 0;
  }

  /** Leaves are raw block hashes. */
  append(leaf: Uint8Array): void {
    let hash = leaf;
    for (let level = 0; ; level++) {
      const nodes = this.levels[level] ?? new PackedList(HASH);
      this.levels[level] = nodes;
      nodes.push(hash);
      if (nodes.length % 2 === 1) return;
      hash = combine(nodes.at(nodes.length - 2) ?? EMPTY_ROOT, hash);
    }
  }

  /** Of the first `size` leaves. */
  root(size: number = this.size): Uint8Array {
    this.requireSize(size);
    return this.node({ level: heightOf(size), index: 0, size }) ?? EMPTY_ROOT;
  }

  /** From a leaf to the root of the first `size` leaves. */
  path(leaf: number, size: number = this.size): PathItem[] {
    this.requireSize(size);
    if (leaf < 0 || leaf >= size) throw new Error(`leaf ${leaf} is not among the first ${size}`);
    const path: PathItem[] = [];
    let index = leaf;
    for (let level = 0; level < heightOf(size); level++) {
      const right = index % 2 === 0;
      const hash = this.node({ level, index: right ? index + 1 : index - 1, size });
      // A node without a neighbour is its own parent.
      if (hash !== null) path.push({ hash, direction: right ? 'Right' : 'Left' });
      index = Math.floor(index / 2);
    }
    return path;
  }

  private node(at: { level: number; index: number; size: number }): Uint8Array | null {
    const { level, index, size } = at;
    const width = 2 ** level;
    if (index * width >= size) return null;
    if ((index + 1) * width <= size) return this.levels[level]?.at(index) ?? null;
    const left = this.node({ level: level - 1, index: 2 * index, size });
    const right = this.node({ level: level - 1, index: 2 * index + 1, size });
    return left === null || right === null ? left : combine(left, right);
  }

  private requireSize(size: number): void {
    if (size > this.size) throw new Error(`the tree has ${this.size} leaves; ${size} were asked for`);
  }
}

function heightOf(size: number): number {
  let height = 0;
  while (2 ** height < size) height++;
  return height;
}
