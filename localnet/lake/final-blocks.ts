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

/** Reads a node: which heights have final blocks stands in its index of headers, so nothing is kept here for each. */
export class FinalBlocks {
  private readonly node: LocalnetNode;
  private readonly ready = new Map<bigint, ReadyBlock>();
  private readonly listeners = new Set<(full: FullBlock) => void>();
  private readonly unfollow: () => void;

  constructor(node: LocalnetNode) {
    this.node = node;
    this.unfollow = node.onFinalBlock((full) => {
      for (const listener of this.listeners) listener(full);
    });
  }

  /** The oldest that the node can still read. */
  get first(): IndexedBlock {
    return this.indexed(this.node.oldest_height);
  }

  get last(): IndexedBlock {
    const { chain } = this.node;
    return this.indexed((chain.last_final ?? chain.genesis).height);
  }

  find(height: bigint): IndexedBlock | undefined {
    const { headers } = this.node.chain;
    if (height < this.first.height || height > this.last.height) return undefined;
    return headers.heightAt(headers.placeOf(height)) === height ? this.indexed(height) : undefined;
  }

  /** All from a height on, oldest first. */
  *from(height = 0n): Generator<IndexedBlock> {
    const { headers } = this.node.chain;
    const begin = height > this.first.height ? height : this.first.height;
    const last = this.last.height;
    for (let ordinal = headers.placeOf(begin); ordinal < headers.size; ordinal++) {
      const at = headers.heightAt(ordinal);
      if (at > last) return;
      yield this.indexed(at);
    }
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
    const digits = /^[0-9]*/.exec(key)?.[0] ?? '';
    for (const block of this.from(lowestHeight(digits))) {
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

  private indexed(height: bigint): IndexedBlock {
    return { height, shard_ids: this.node.layoutAt({ height }).shard_ids };
  }

  private findFull(height: bigint): FullBlock | undefined {
    const found = this.node.findBlock({ kind: 'height', height });
    if (found.ok) return found.value;
    // What is not in memory any longer may still be on disk.
    for (const full of this.node.finalBlocks(height)) return full.block.height === height ? full : undefined;
    return undefined;
  }
}

const HEIGHT_DIGITS = 12;
const LAST_DIGIT = '9';

/** The lowest height whose folder can begin with these digits. */
function lowestHeight(digits: string): bigint {
  return BigInt(digits.slice(0, HEIGHT_DIGITS).padEnd(HEIGHT_DIGITS, '0'));
}
