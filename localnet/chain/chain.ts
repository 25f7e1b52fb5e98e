// Owns the blocks there are, the next one's header, and where each outcome stands; leaves executing chunks and storing blocks to others.
import { encodeBase58 } from '../../core/near/base58.ts';
import { equalBytes, toHex } from '../../core/near/bytes.ts';
import type { PathItem } from '../../core/near/merkle.ts';
import type { SignedTransaction } from '../../core/near/transaction.ts';
import { type Block, type BlockRules, makeBlock, makeGenesis, producerAt } from './block-header.ts';
import { BlockTree } from './block-tree.ts';
import { type ChunkHeader, type ChunkResult, makeChunkHeader, type ShardLayout } from './chunk-header.ts';
import { epochAfter, MIN_EPOCH_LENGTH } from './epochs.ts';
import { HeaderIndex, type KnownHeader, readHeaders } from './header-index.ts';
import { type EpochEnd, epochEnd } from './light-client-block.ts';
import { type NewShard, ShardTips, type TipsMemory } from './shard-tips.ts';

export interface ChainRules extends BlockRules {
  /** Of each chunk. */
  gas_limit: bigint;
}

export interface PlacedOutcome {
  /** In which the transaction or receipt was executed. */
  block_hash: Uint8Array;
  shard_id: bigint;
  /** To the outcome root of its chunk. */
  path: PathItem[];
}

export interface ChainMemory {
  head: Uint8Array;
  /** Over the hashes of all blocks up to the head. */
  root: Uint8Array;
  /** By ordinal: the first ones, and those from the last final one on. */
  blocks: readonly (readonly [number, Block])[];
  shards: TipsMemory;
  epoch_ends: ReadonlyMap<string, EpochEnd>;
}

const NO_HASH = new Uint8Array(32);
const KEPT_FROM_GENESIS = 3;

/** Grows in two steps: `prepare` a block, execute its new chunks, `append` it with what came of them. */
export class Chain {
  readonly rules: ChainRules;
  readonly genesis: Block;
  head: Block;
  private readonly shards: ShardTips;
  /** Of all blocks, those that are forgotten too. */
  headers = new HeaderIndex();
  private tree = new BlockTree();
  /** By ordinal, those that are not forgotten. */
  private readonly blocks = new Map<number, Block>();
  /** Ordinals of blocks that are forgotten as soon as nothing needs them. */
  private readonly leaving: number[] = [];
  private readonly outcomes = new Map<string, PlacedOutcome>();
  /** By the id of an ended epoch. */
  private readonly epoch_ends = new Map<string, EpochEnd>();

  constructor(options: {
    rules: ChainRules;
    layout: ShardLayout;
    height: bigint;
    timestamp: bigint;
    total_supply: bigint;
    /** The root of each shard's first state. */
    state_roots: ReadonlyMap<bigint, Uint8Array>;
  }) {
    const { rules, layout, height } = options;
    if (rules.epoch_length < MIN_EPOCH_LENGTH)
      throw new Error(
        `an epoch of ${rules.epoch_length} heights is too short; choose at least ${MIN_EPOCH_LENGTH}`,
      );
    this.rules = rules;
    this.shards = new ShardTips(layout, options.state_roots);
    const chunks = layout.shard_ids.map((shard_id) => this.genesisChunk(shard_id, height));
    this.genesis = makeGenesis({ ...options, chunks });
    this.head = this.genesis;
    this.append(this.genesis, new Map());
  }

  get layout(): ShardLayout {
    return this.shards.layout;
  }

  /** A block above the head; a shard without an entry in `transactions` has no new chunk in it. */
  prepare(options: {
    height: bigint;
    timestamp: bigint;
    transactions: ReadonlyMap<bigint, readonly SignedTransaction[]>;
  }): Block {
    const { head, rules, layout } = this;
    const { height, timestamp } = options;
    const chunks = layout.shard_ids.map((shard_id) => {
      const transactions = options.transactions.get(shard_id);
      return transactions === undefined
        ? this.oldChunk(shard_id)
        : this.newChunk(shard_id, height, transactions);
    });
    const heightOf = (hash: Uint8Array) => this.getBlock(hash).height;
    const block_merkle_root = this.tree.root();
    return makeBlock({ prev: head, height, timestamp, block_merkle_root, chunks, heightOf, rules });
  }

  /** `results` holds one entry for each shard with a new chunk. */
  append(block: Block, results: ReadonlyMap<bigint, ChunkResult>): void {
    if (block !== this.genesis && toHex(block.header.prev_hash) !== toHex(this.head.hash)) {
      throw new Error(
        `block ${block.height} does not follow the head at ${this.head.height}; prepare it anew`,
      );
    }
    for (const header of block.chunks) {
      const { shard_id } = header.inner;
      const is_new = !block.is_genesis && header.height_included === block.height;
      const result = results.get(shard_id);
      if (is_new !== (result !== undefined)) {
        const fault = is_new ? 'brings a new chunk that was not executed' : 'brings no new chunk';
        throw new Error(
          `block ${block.height} ${fault} for shard ${shard_id}; give results for new chunks alone`,
        );
      }
    }
    for (const header of block.chunks) this.settle(block, header, results.get(header.inner.shard_id));
    const { epoch_id } = this.head.epoch;
    if (!equalBytes(epoch_id, block.epoch.epoch_id)) this.epoch_ends.set(toHex(epoch_id), epochEnd(this));
    this.blocks.set(this.headers.size, block);
    this.headers.append(block);
    this.tree.append(block.hash);
    this.head = block;
  }

  /** What a chain needs to go on that is not in its headers, for a checkpoint; `recall` takes it back. */
  remember(): ChainMemory {
    const { head, needed_from: from } = this;
    const blocks = [...this.blocks].filter(([ordinal]) => ordinal < KEPT_FROM_GENESIS || ordinal >= from);
    const root = this.tree.root();
    return { head: head.hash, root, blocks, shards: this.shards.remember(), epoch_ends: this.epoch_ends };
  }

  /** On a chain that holds genesis alone. False, with nothing changed, where the headers are not those of the memory. */
  recall(memory: ChainMemory, past: { layout: ShardLayout; headers: Uint8Array }): boolean {
    const headers = readHeaders(past.headers);
    if (headers === null) return false;
    const tree = new BlockTree();
    for (let ordinal = 0; ordinal < headers.size; ordinal++) tree.append(headers.hashAt(ordinal));
    const head = memory.blocks.find(([, block]) => equalBytes(block.hash, memory.head))?.[1];
    if (head === undefined || !equalBytes(tree.root(), memory.root)) return false;
    this.headers = headers;
    this.tree = tree;
    for (const [ordinal, block] of memory.blocks) if (ordinal > 0) this.blocks.set(ordinal, block);
    for (const [epoch_id, end] of memory.epoch_ends) this.epoch_ends.set(epoch_id, end);
    this.shards.recall(past.layout, memory.shards);
    this.head = head;
    return true;
  }

  /**
   * What no longer stays in memory, oldest first: the block but for its light header, and its outcomes. A light client
   * begins at genesis, for which the two blocks above it are needed, so these stay.
   */
  forget(block: Block, outcome_ids: readonly Uint8Array[]): void {
    for (const id of outcome_ids) this.outcomes.delete(toHex(id));
    const ordinal = this.headers.ordinalOf(block.hash);
    if (ordinal !== undefined && ordinal >= KEPT_FROM_GENESIS) this.leaving.push(ordinal);
    const { needed_from } = this;
    for (let [first] = this.leaving; first !== undefined && first < needed_from; [first] = this.leaving) {
      this.blocks.delete(first);
      this.leaving.shift();
    }
  }

  /** An epoch that ends with the next block is proven by the last final block, or the one that was final to it. */
  private get needed_from(): number {
    const { last_final } = this;
    if (last_final === null) return 0;
    return this.headers.ordinalOf(last_final.header.inner_rest.last_final_block) ?? 0;
  }

  /**
   * Shards from the next block on. Each new one takes the place of a part of its parent, and needs a chunk in that
   * block; the state of a kept one stays.
   */
  changeLayout(layout: ShardLayout, begun: readonly NewShard[]): void {
    this.shards.changeLayout(layout, begun);
  }

  /** The shards that took the place of one that is gone. */
  childrenOf(shard_id: bigint): readonly bigint[] {
    return this.shards.childrenOf(shard_id);
  }

  /** Undefined where there is no such block, and where it is forgotten. */
  findBlock(hash: Uint8Array): Block | undefined {
    const ordinal = this.headers.ordinalOf(hash);
    return ordinal === undefined ? undefined : this.blocks.get(ordinal);
  }

  getBlock(hash: Uint8Array): Block {
    const block = this.findBlock(hash);
    if (block === undefined)
      throw new Error(`no block ${encodeBase58(hash)} on this chain, or not any longer`);
    return block;
  }

  getHeader(hash: Uint8Array): KnownHeader {
    const header = this.headers.find(hash);
    if (header === undefined) throw new Error(`no block ${encodeBase58(hash)} on this chain`);
    return header;
  }

  findBlockAt(height: bigint): Block | undefined {
    const ordinal = this.headers.placeOf(height);
    const block = this.blocks.get(ordinal);
    return block?.height === height ? block : undefined;
  }

  /** Undefined for the head, and where the follower is forgotten. */
  findFollower(block: { hash: Uint8Array }): Block | undefined {
    const ordinal = this.headers.ordinalOf(block.hash);
    return ordinal === undefined ? undefined : this.blocks.get(ordinal + 1);
  }

  getEnd(epoch_id: Uint8Array): EpochEnd {
    const end = this.epoch_ends.get(toHex(epoch_id));
    if (end === undefined) throw new Error(`epoch ${encodeBase58(epoch_id)} has not ended on this chain`);
    return end;
  }

  /** Null before two blocks in a row stand above one. */
  get last_final(): Block | null {
    const { last_final_block } = this.head.header.inner_rest;
    return this.findBlock(last_final_block) ?? null;
  }

  findOutcome(id: Uint8Array): PlacedOutcome | undefined {
    return this.outcomes.get(toHex(id));
  }

  /** From a block's hash to the block_merkle_root of a later one. */
  blockPath(block: { hash: Uint8Array }, later: { hash: Uint8Array }): PathItem[] {
    return this.tree.path(this.getHeader(block.hash).ordinal, this.getHeader(later.hash).ordinal);
  }

  private settle(block: Block, header: ChunkHeader, result: ChunkResult | undefined): void {
    const { shard_id } = header.inner;
    this.shards.set(shard_id, header, result);
    for (const { id, path } of result?.outcome_paths ?? []) {
      this.outcomes.set(toHex(id), { block_hash: block.hash, shard_id, path });
    }
  }

  private newChunk(
    shard_id: bigint,
    height: bigint,
    transactions: readonly SignedTransaction[],
  ): ChunkHeader {
    const { rules, head } = this;
    const { epoch_height } = epochAfter(head, { height, rules });
    return makeChunkHeader({
      shard_id,
      height,
      transactions,
      prev_block_hash: head.hash,
      before: this.shards.get(shard_id).result,
      gas_limit: rules.gas_limit,
      // Shards are handed round, so that one block's chunks have several authors.
      author: producerAt(rules, { epoch_height, height: height + shard_id }),
      parts: rules.producersOf(epoch_height).length,
    });
  }

  private oldChunk(shard_id: bigint): ChunkHeader {
    const { header } = this.shards.get(shard_id);
    if (header === null)
      throw new Error(`shard ${shard_id} is new and has no chunk yet; give it one in this block`);
    return header;
  }

  private genesisChunk(shard_id: bigint, height: bigint): ChunkHeader {
    const { rules } = this;
    return makeChunkHeader({
      shard_id,
      height,
      transactions: [],
      prev_block_hash: NO_HASH,
      before: { ...this.shards.get(shard_id).result, outgoing_receipts_root: NO_HASH },
      gas_limit: rules.gas_limit,
      author: producerAt(rules, { epoch_height: 0n, height }),
      parts: rules.producersOf(0n).length,
    });
  }
}
