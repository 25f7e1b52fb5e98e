// Owns which final blocks there are to serve, and their objects ready to send; leaves keeping blocks to the node.
import type { FullBlock, LocalnetNode } from '../node/types.ts';
import { lakeKeys, lakeObjects, neardataPart } from './objects.ts';

export interface IndexedBlock {
  height: bigint;
  /** In the layout's order. */
  shard_ids: readonly bigint[];
}

export interface ReadyBlock {
  full: FullBlock;
  objects: ReadonlyMap<string, Buffer>;
  neardata: Buffer;
}

/** What is asked for is mostly near the tip; made objects of that many blocks are kept. */
const READY_BLOCKS = 64;

/** Follows a node: begins with the final blocks it has and goes on with each that becomes final. */
export class FinalBlocks {
  /** Rising heights; skipped ones are not there. */
  readonly index: IndexedBlock[] = [];
  private readonly node: LocalnetNode;
  private readonly ready = new Map<bigint, ReadyBlock>();
  private readonly listeners = new Set<(full: FullBlock) => void>();
  private readonly unfollow: () => void;
  /** False once a block came from disk: then the node keeps all of them. */
  private node_forgets = true;

  constructor(node: LocalnetNode) {
    this.node = node;
    for (const full of node.finalBlocks()) this.add(full);
    this.unfollow = node.onFinalBlock((full) => {
      this.add(full);
      for (const listener of this.listeners) listener(full);
    });
  }

  /** The oldest that the node still keeps. */
  get first(): IndexedBlock | undefined {
    this.dropForgotten();
    return this.index[0];
  }

  get last(): IndexedBlock | undefined {
    return this.index.at(-1);
  }

  find(height: bigint): IndexedBlock | undefined {
    const block = this.index[this.placeOf(height)];
    return block?.height === height ? block : undefined;
  }

  /** Undefined where there is no such block, or the node keeps it no longer. */
  read(height: bigint): ReadyBlock | undefined {
    const known = this.ready.get(height);
    if (known !== undefined) return known;
    const full = this.find(height) === undefined ? undefined : this.findFull(height);
    if (full === undefined) return undefined;
    const objects = new Map(lakeObjects(full).map(({ key, bytes }) => [key, bytes]));
    const made = { full, objects, neardata: neardataPart(full) };
    const [oldest] = this.ready.keys();
    if (this.ready.size >= READY_BLOCKS && oldest !== undefined) this.ready.delete(oldest);
    this.ready.set(height, made);
    return made;
  }

  /** Keys of Lake objects from a key on, in the order of their bytes. */
  *keysFrom(key: string): Generator<string> {
    this.dropForgotten();
    const digits = /^[0-9]*/.exec(key)?.[0] ?? '';
    for (let at = this.placeOf(lowestHeight(digits)); at < this.index.length; at++) {
      const block = this.index[at];
      if (block === undefined) return;
      for (const name of lakeKeys(block).sort()) if (name >= key) yield name;
      // Behind the digits there is nothing at all.
      if (digits === '' && key > LAST_DIGIT) return;
    }
  }

  /** After each block that becomes final; answers a function that ends it. */
  onFinal(listener: (full: FullBlock) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    this.unfollow();
    this.listeners.clear();
  }

  private add(full: FullBlock): void {
    const { height } = full.block;
    const { last } = this;
    if (last !== undefined && height <= last.height) {
      throw new Error(`final block ${height} came after ${last.height}; final blocks come in rising order`);
    }
    this.index.push({ height, shard_ids: full.shards.map(({ shard_id }) => shard_id) });
  }

  private findFull(height: bigint): FullBlock | undefined {
    const found = this.node.findBlock({ kind: 'height', height });
    if (found.ok) return found.value;
    // What is not in memory any longer may still be on disk.
    for (const full of this.node.finalBlocks(height)) {
      if (full.block.height !== height) return undefined;
      this.node_forgets = false;
      return full;
    }
    return undefined;
  }

  /** A node without a data folder keeps so many blocks and no more: older ones are not listed either. */
  private dropForgotten(): void {
    const oldest = this.index[0];
    if (!this.node_forgets || oldest === undefined || this.findFull(oldest.height) !== undefined) return;
    let low = 0;
    let high = this.index.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const height = this.index[middle]?.height ?? 0n;
      if (this.node.findBlock({ kind: 'height', height }).ok) high = middle;
      else low = middle + 1;
    }
    this.index.splice(0, low);
  }

  /** Of the first block at the height or above it. */
  private placeOf(height: bigint): number {
    let low = 0;
    let high = this.index.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.index[middle];
      if (block !== undefined && block.height < height) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const HEIGHT_DIGITS = 12;
const LAST_DIGIT = '9';

/** The lowest height whose folder can begin with these digits. */
function lowestHeight(digits: string): bigint {
  return BigInt(digits.slice(0, HEIGHT_DIGITS).padEnd(HEIGHT_DIGITS, '0'));
}
