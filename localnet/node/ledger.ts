// Owns the chain's whole state and history, growing block by block, in memory and on disk; leaves pace, waiting and callers to node.ts.

import { equalBytes } from '../../core/near/bytes.ts';
import type { Block } from '../chain/block-header.ts';
import type { Chain } from '../chain/chain.ts';
import type { ShardLayout } from '../chain/chunk-header.ts';
import { heightOf } from '../chain/header-index.ts';
import type { BlockStore } from '../state/disk/block-store.ts';
import { finalValues } from '../state/disk/block-store.ts';
import type { RecordFile } from '../state/disk/record-file.ts';
import type { Trie } from '../state/trie.ts';
import { ContractCache } from '../vm/prepare.ts';
import { BlockClock } from './block-clock.ts';
import { decodeMemory, encodeMemory, type LedgerMemory, layoutsFrom } from './checkpoint.ts';
import { begin } from './genesis.ts';
import { MAX_HEIGHT } from './heights.ts';
import { History, type KeptBlock } from './history.ts';
import {
  type KeptRecord,
  keepBlock,
  keepGenesis,
  openHeaderFile,
  openStore,
  readBlocks,
  readGenesisTimestamp,
  refuseOtherChain,
} from './kept-blocks.ts';
import { getTrie, makeNextBlock, partsOf, type World } from './make-block.ts';
import type { Resharding, ResolvedOptions } from './options.ts';
import { Origins } from './origins.ts';
import { ReceiptRoutes } from './receipt-routes.ts';
import { dueResharding, parentsOf, reshard } from './reshard.ts';
import { TransactionPool } from './transaction-pool.ts';
import type { AppliedChunk, ChainFacts, FullBlock, KnownLayout, PatchRecord } from './types.ts';

export interface UsedLayout extends KnownLayout {
  from_height: bigint;
  layout: ShardLayout;
}

/** Opens the data folder if one is named, and brings back what stands there; otherwise begins anew. */
export class Ledger {
  readonly facts: ChainFacts;
  readonly chain: Chain;
  readonly world: World;
  readonly history: History;
  readonly clock: BlockClock;
  readonly genesis_tries: ReadonlyMap<bigint, Trie>;
  /** The last final block; genesis before there is one. */
  final: Block;
  private readonly options: ResolvedOptions;
  private readonly store: BlockStore | null;
  /** The light header of every block, so that resuming need not read the blocks. */
  private readonly header_file: RecordFile | null;
  /** By rising height, the first one since genesis. */
  private layouts: UsedLayout[];
  private readonly delayed = new Map<bigint, bigint>();
  private last_busy: bigint;

  constructor(asked: ResolvedOptions) {
    this.store = openStore(asked);
    this.header_file = openHeaderFile(asked);
    try {
      // The folder's chain began when it began, whatever the clock says now.
      const kept = this.store === null ? null : readGenesisTimestamp(this.store);
      this.options = kept === null ? asked : { ...asked, genesis_timestamp: kept };
      if (this.store !== null) refuseOtherChain(this.store, this.options);
      const { facts, chain, tries } = begin(this.options);
      this.facts = facts;
      this.chain = chain;
      this.genesis_tries = new Map(tries);
      this.history = new History(this.options.history_blocks);
      this.clock = new BlockClock({
        ...this.options,
        genesis: { height: chain.genesis.height, timestamp: facts.genesis_timestamp },
      });
      const { layout } = chain;
      this.layouts = layoutsFrom([chain.genesis.height], this.options);
      this.world = {
        facts,
        chain,
        tries,
        contracts: new ContractCache(facts.parameters),
        routes: new ReceiptRoutes(layout),
        origins: new Origins(),
        pool: new TransactionPool(),
      };
      this.final = chain.genesis;
      this.last_busy = chain.genesis.height;
      if (this.store === null || this.header_file === null) this.remember(this.genesis);
      else this.resume(this.store, this.header_file);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get genesis(): FullBlock {
    const block = this.chain.genesis;
    return { block, shards: partsOf(block, new Map()) };
  }

  /** Transactions, receipts, or a block with content that is not final yet. */
  get has_work(): boolean {
    const { pool, routes } = this.world;
    if (pool.size > 0 || !routes.are_empty || this.last_busy > this.final.height) return true;
    return this.has_delayed;
  }

  /** Why no such block can be made; null where it can. */
  refuseBlock(options: { height: bigint; missing_shards: readonly bigint[] }): string | null {
    const { height, missing_shards } = options;
    const { head, layout } = this.chain;
    if (height <= head.height) return `block ${height} would not stand above the head at ${head.height}`;
    if (height > MAX_HEIGHT)
      return `block ${height} would stand above ${MAX_HEIGHT}, the highest there can be; begin a new chain`;
    const shard_ids = this.dueResharding(height)?.layout.shard_ids ?? layout.shard_ids;
    const unknown = missing_shards.find((shard_id) => !shard_ids.includes(shard_id));
    if (unknown !== undefined)
      return `block ${height} has no shard ${unknown}; its shards are [${shard_ids}]`;
    const begun = missing_shards.find((shard_id) => !layout.shard_ids.includes(shard_id));
    if (begun !== undefined) return `shard ${begun} begins with block ${height} and needs a chunk in it`;
    return null;
  }

  /** The block is on disk when this returns. An error leaves the ledger between two blocks: use it no more. */
  grow(options: {
    height: bigint;
    missing_shards: readonly bigint[];
    patch: readonly PatchRecord[];
  }): FullBlock {
    const { height } = options;
    const begun = this.changeLayout(height);
    const timestamp = this.clock.timeAt(height);
    const { full, results } = makeNextBlock(this.world, { ...options, timestamp });
    const record = { full, results, clock_offset: this.clock.offset };
    this.settle(full);
    this.keep(record, begun);
    return full;
  }

  layoutAt(block: { height: bigint }): UsedLayout {
    return this.layouts.findLast((item) => item.from_height <= block.height) ?? this.currentLayout;
  }

  /** Of the oldest block that can be read, from disk or from memory. */
  get oldest_height(): bigint {
    const { genesis } = this.chain;
    if (this.store !== null) return genesis.height;
    return this.history.oldest?.full.block.height ?? genesis.height;
  }

  /** Those that are final, oldest first; from disk where memory holds them no longer. */
  *finalBlocks(from: bigint): Generator<FullBlock> {
    const { genesis } = this;
    const oldest = this.history.oldest?.full.block.height ?? genesis.block.height;
    let next = from;
    if (this.store !== null && next < oldest) {
      if (next <= genesis.block.height) yield genesis;
      for (const { full } of readBlocks(this.store, next, genesis.block.height)) {
        if (full.block.height > this.final.height) return;
        next = full.block.height + 1n;
        yield full;
        if (this.history.findBlockAt(next) !== undefined) break;
      }
    }
    const kept = [...this.history.blocks()];
    for (const { full } of kept) {
      if (full.block.height > this.final.height) return;
      if (full.block.height >= next) yield full;
    }
  }

  /** The blocks that became final since `before`, oldest first. */
  finalSince(before: Block): FullBlock[] {
    const blocks: FullBlock[] = [];
    for (
      let block = this.chain.findFollower(before);
      block !== undefined;
      block = this.chain.findFollower(block)
    ) {
      if (block.height > this.final.height) break;
      const kept = this.history.findBlock(block.hash);
      if (kept === undefined)
        throw new Error(`block ${block.height} became final after it was forgotten; keep a longer history`);
      blocks.push(kept.full);
    }
    return blocks;
  }

  close(): void {
    this.store?.close();
    this.header_file?.close();
  }

  private keep(record: KeptRecord, begun: ReadonlyMap<bigint, Trie>): void {
    if (this.store === null) return;
    const oldest = this.history.oldest?.full.block.height ?? this.chain.genesis.height;
    const aside = { checkpoint: () => encodeMemory(this.memory), keep_from: oldest - 1n };
    keepBlock(this.store, { record, tries: this.world.tries, begun, aside });
    this.keepHeader();
  }

  private keepHeader(): void {
    const { headers } = this.chain;
    this.header_file?.append(headers.record(headers.size - 1));
  }

  private get memory(): LedgerMemory {
    const { chain, world, delayed, last_busy } = this;
    return {
      headers: chain.headers.size,
      chain: chain.remember(),
      routes: world.routes.remember(),
      origins: world.origins.remember(),
      layouts_from: this.layouts.map(({ from_height }) => from_height),
      delayed,
      last_busy,
      clock_offset: this.clock.offset,
    };
  }

  private get has_delayed(): boolean {
    return [...this.delayed.values()].some((count) => count > 0n);
  }

  private get currentLayout(): UsedLayout {
    const used = this.layouts.at(-1);
    if (used === undefined) throw new Error('the chain has no layout');
    return used;
  }

  private changeLayout(height: bigint): Map<bigint, Trie> {
    const due = this.dueResharding(height);
    if (due === null) return new Map();
    const from = this.currentLayout;
    const parents = parentsOf({ from, to: due.layout });
    const begun = reshard(this.world, { from, to: due.layout });
    this.layouts.push({ from_height: height, ...due.layout, parents, layout: this.chain.layout });
    for (const shard_id of [...this.delayed.keys()])
      if (!this.chain.layout.shard_ids.includes(shard_id)) this.delayed.delete(shard_id);
    return begun;
  }

  private dueResharding(height: bigint): Resharding | null {
    const { reshardings } = this.options;
    return dueResharding(this.world, { height, reshardings, done: this.layouts.length - 1 });
  }

  private settle(full: FullBlock): void {
    const { block, shards } = full;
    this.remember(full);
    for (const { shard_id, chunk } of shards)
      if (chunk !== null) this.delayed.set(shard_id, chunk.delayed_count);
    // Patched records change the state without anything having run.
    const busy = shards.some(({ chunk }) => chunk !== null && (chunk.incoming.length > 0 || isBusy(chunk)));
    if (busy) this.last_busy = block.height;
    this.final = this.chain.last_final ?? this.chain.genesis;
  }

  private remember(full: FullBlock): void {
    const kept: KeptBlock = { full, tries: new Map(this.world.tries) };
    const dropped = this.history.add(kept, {
      origins: this.world.origins,
      final_height: this.final.height,
    });
    for (const { block, shards } of dropped) {
      const outcomes = shards.flatMap(({ chunk }) => chunk?.outcomes ?? []);
      this.chain.forget(
        block,
        outcomes.map(({ outcome }) => outcome.id),
      );
    }
  }

  private resume(store: BlockStore, header_file: RecordFile): void {
    const from = store.height === null ? null : this.recall(store, header_file);
    header_file.cut(from === null ? 0 : this.chain.headers.size);
    if (from === null) {
      this.remember(this.genesis);
      this.keepHeader();
    }
    if (store.height === null) {
      keepGenesis(store, this.options, this.genesis_tries);
      return;
    }
    const { genesis } = this.chain;
    for (const record of readBlocks(store, (from ?? genesis.height) + 1n, genesis.height)) {
      this.repeat(record);
      this.keepHeader();
    }
    for (const [shard_id, trie] of this.world.tries) {
      if (equalBytes(store.tries.get(shard_id)?.root ?? new Uint8Array(0), trie.root)) continue;
      throw new Error(
        `shard ${shard_id} of ${this.options.data_folder} comes to another state by its blocks than by its snapshot; begin with an empty folder`,
      );
    }
  }

  /**
   * Goes back to the newest checkpoint that leaves as many blocks behind it as the history holds; answers its height.
   * Null where there is none, or the headers beside it are not the chain's: then all blocks must be read.
   */
  private recall(store: BlockStore, header_file: RecordFile): bigint | null {
    const behind = header_file.length - 1 - this.options.history_blocks;
    if (behind < 1) return null;
    const checkpoint = store.checkpointAt(heightOf(header_file.read(behind, 1)));
    if (checkpoint === null) return null;
    const memory = decodeMemory(checkpoint.payload);
    if (memory.headers > header_file.length) return null;
    const { world, chain } = this;
    const layouts = layoutsFrom(memory.layouts_from, this.options);
    const { layout } = layouts.at(-1) ?? chain;
    if (!chain.recall(memory.chain, { layout, headers: header_file.read(0, memory.headers) })) return null;
    this.layouts = layouts;
    world.tries.clear();
    for (const [shard_id, trie] of checkpoint.tries) world.tries.set(shard_id, trie);
    world.routes.recall(layout, memory.routes);
    world.origins.recall(memory.origins);
    for (const [shard_id, count] of memory.delayed) this.delayed.set(shard_id, count);
    this.last_busy = memory.last_busy;
    this.clock.offset = memory.clock_offset;
    this.final = chain.last_final ?? chain.genesis;
    return checkpoint.height;
  }

  /** A kept block once more: nothing is executed, all that follows from it is put where it was. */
  private repeat({ full, results, clock_offset }: KeptRecord): void {
    const { world, chain } = this;
    const { block, shards } = full;
    this.changeLayout(block.height);
    const present = shards.flatMap(({ shard_id, chunk }) => (chunk === null ? [] : [{ shard_id, chunk }]));
    const shards_present = new Set(present.map(({ shard_id }) => shard_id));
    world.routes.deliver({ shards: shards_present, salt: block.header.prev_hash });
    for (const { shard_id, chunk } of present) {
      const trie = getTrie(world, shard_id).with(finalValues(chunk.state_changes));
      world.tries.set(shard_id, trie);
      world.routes.send(shard_id, chunk.outgoing);
      const outcomes = chunk.outcomes.map(({ outcome }) => outcome);
      const { outgoing, local_receipts: local, instant_receipts: instant } = chunk;
      world.origins.follow({ outcomes, outgoing, local, instant });
    }
    chain.append(block, results);
    this.clock.offset = clock_offset;
    this.settle(full);
  }
}

function isBusy({ outcomes, state_changes }: AppliedChunk): boolean {
  return outcomes.length > 0 || state_changes.length > 0;
}
