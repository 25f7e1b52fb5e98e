// Owns the blocks there are, the next one's header, and where each outcome stands; leaves executing chunks and storing blocks to others.
import { encodeBase58 } from '../../core/near/base58.ts';
import { equalBytes, toHex } from '../../core/near/bytes.ts';
import type { PathItem } from '../../core/near/merkle.ts';
import type { SignedTransaction } from '../../core/near/transaction.ts';
import { type Block, type BlockRules, makeBlock, makeGenesis, producerAt } from './block-header.ts';
import { BlockTree } from './block-tree.ts';
import { type ChunkHeader, type ChunkResult, makeChunkHeader, type ShardLayout } from './chunk-header.ts';
import { epochAfter, MIN_EPOCH_LENGTH } from './epochs.ts';
import { type NewShard, ShardTips } from './shard-tips.ts';

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

const NO_HASH = new Uint8Array(32);

/** Grows in two steps: `prepare` a block, execute its new chunks, `append` it with what came of them. */
export class Chain {
  readonly rules: ChainRules;
  readonly genesis: Block;
  head: Block;
  private readonly shards: ShardTips;
  private readonly tree = new BlockTree();
  private readonly by_hash = new Map<string, Block>();
  private readonly by_height = new Map<bigint, Block>();
  /** By ordinal, so that a block's place in the tree and its follower are found. */
  private readonly ordered: Block[] = [];
  private readonly outcomes = new Map<string, PlacedOutcome>();
  private readonly epoch_ends = new Map<string, Block>();

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
    if (!equalBytes(epoch_id, block.epoch.epoch_id)) this.epoch_ends.set(toHex(epoch_id), this.head);
    this.by_hash.set(toHex(block.hash), block);
    this.by_height.set(block.height, block);
    this.ordered.push(block);
    this.tree.append(block.hash);
    this.head = block;
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

  findBlock(hash: Uint8Array): Block | undefined {
    return this.by_hash.get(toHex(hash));
  }

  getBlock(hash: Uint8Array): Block {
    const block = this.findBlock(hash);
    if (block === undefined) throw new Error(`no block ${encodeBase58(hash)} on this chain`);
    return block;
  }

  findBlockAt(height: bigint): Block | undefined {
    return this.by_height.get(height);
  }

  /** Undefined for the head. */
  findFollower(block: Block): Block | undefined {
    return this.ordered[ordinalIndex(block) + 1];
  }

  getLastOfEpoch(epoch_id: Uint8Array): Block {
    const block = this.epoch_ends.get(toHex(epoch_id));
    if (block === undefined) throw new Error(`epoch ${encodeBase58(epoch_id)} has not ended on this chain`);
    return block;
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
  blockPath(block: Block, later: Block): PathItem[] {
    return this.tree.path(ordinalIndex(block), ordinalIndex(later));
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

/** Genesis has ordinal 1 and is leaf 0; a block's tree covers the blocks before it, as many as its index. */
function ordinalIndex(block: Block): number {
  return Number(block.header.inner_rest.block_ordinal) - 1;
}
