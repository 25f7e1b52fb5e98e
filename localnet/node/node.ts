// Owns a running localnet as its callers see it: taking transactions, pace, answers, subscriptions; leaves the chain itself to ledger.ts.
import { encodeBase58 } from '../../core/near/base58.ts';
import type { Receipt } from '../../core/near/receipt.ts';
import { hashTransaction, type SignedTransaction } from '../../core/near/transaction.ts';
import type { Block } from '../chain/block-header.ts';
import type { Chain } from '../chain/chain.ts';
import type { ShardLayout } from '../chain/chunk-header.ts';
import type { Validator } from '../chain/signer.ts';
import type { InvalidTxError } from '../runtime/errors.ts';
import { verifyTransaction } from '../runtime/verify-transaction.ts';
import { openShardState } from '../state/journal.ts';
import type { Trie } from '../state/trie.ts';
import { heightsAhead, refuseJump } from './fast-forward.ts';
import { Ledger } from './ledger.ts';
import { getTrie, namedBlock, stakesOf } from './make-block.ts';
import { type NodeOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { Pace } from './pace.ts';
import { refusePatch } from './patch-state.ts';
import { stateAt } from './read-state.ts';
import { LocalnetRefusal } from './refusal.ts';
import { Subscribers } from './subscribers.ts';
import { findStatus, reaches } from './transaction-status.ts';
import type {
  BlockReference,
  ChainFacts,
  Found,
  FullBlock,
  KnownLayout,
  LocalnetNode,
  LocatedOutcome,
  PatchRecord,
  ProduceOptions,
  ShardPart,
  StateAt,
  Submitted,
  TransactionStatus,
  WaitLevel,
} from './types.ts';
import { Waiters } from './waiters.ts';

export function startNode(options: NodeOptions = {}): LocalnetNode {
  return new Localnet(resolveOptions(options));
}

/** No nonce is above it: a node that takes a transaction does not know yet in which block it will run. */
const ANY_HEIGHT = 2n ** 64n;

/** Blocks that fast-forwarding makes in one go. */
const BLOCKS_A_TURN = 50;

interface PendingPatch {
  records: readonly PatchRecord[];
  resolve(): void;
  reject(error: Error): void;
}

class Localnet implements LocalnetNode {
  readonly facts: ChainFacts;
  readonly chain: Chain;
  readonly genesis_tries: ReadonlyMap<bigint, Trie>;
  private readonly ledger: Ledger;
  private readonly pace: Pace;
  private readonly waiters: Waiters;
  private readonly subscribers = new Subscribers();
  private patches: PendingPatch[] = [];
  private failure: { error: unknown } | null = null;
  private stopped = false;

  constructor(options: ResolvedOptions) {
    this.ledger = new Ledger(options);
    this.facts = this.ledger.facts;
    this.chain = this.ledger.chain;
    this.genesis_tries = this.ledger.genesis_tries;
    this.waiters = new Waiters((tx_hash, level) => {
      const status = this.findTransaction(tx_hash);
      return status !== undefined && reaches(status.level, level) ? status : null;
    });
    this.pace = new Pace(options.mode, {
      hasWork: () => this.patches.length > 0 || this.ledger.has_work,
      produce: () => this.produce(this.chain.head.height + 1n, []),
      fail: (error) => {
        this.failure = { error };
        options.onFailure(error);
      },
    });
    this.pace.start();
  }

  get layout(): ShardLayout {
    return this.chain.layout;
  }

  checkTransaction(signed: SignedTransaction): InvalidTxError | null {
    const { world } = this.ledger;
    const { head } = this.chain;
    const state = openShardState(getTrie(world, this.shardOf(signed.transaction.signer_id)));
    const gas_price = head.header.inner_rest.gas_price;
    const verdict = verifyTransaction(
      { parameters: this.facts.parameters, state, gas_price, height: ANY_HEIGHT },
      { signed, named_block: namedBlock(world, signed, head) },
    );
    return verdict.kind === 'refused' ? verdict.error : null;
  }

  submit(signed: SignedTransaction): Submitted {
    this.requireRunning();
    const { history, world } = this.ledger;
    const tx_hash = hashTransaction(signed.transaction);
    const known = history.findTransaction(tx_hash) ?? world.pool.find(tx_hash);
    if (known !== undefined) return { kind: 'accepted', tx_hash };
    const error = this.checkTransaction(signed);
    if (error !== null) return { kind: 'refused', tx_hash, error };
    if (!world.pool.add(tx_hash, signed)) return { kind: 'busy', tx_hash };
    this.pace.wake();
    return { kind: 'accepted', tx_hash };
  }

  async settled(): Promise<void> {
    await this.pace.settled();
    if (this.failure !== null) throw this.failure.error;
  }

  produceBlocks(options: ProduceOptions = {}): FullBlock[] {
    const { count = 1, skipped = 0n, missing_shards = [] } = options;
    return Array.from({ length: count }, (_, index) => {
      const left_out = index === 0 ? skipped : 0n;
      return this.produce(this.chain.head.height + 1n + left_out, missing_shards);
    });
  }

  async patchState(records: readonly PatchRecord[]): Promise<void> {
    this.requireRunning();
    const { world } = this.ledger;
    const reason = refusePatch(records, (account_id) => getTrie(world, this.shardOf(account_id)));
    if (reason !== null) throw new LocalnetRefusal('patch_state', `the state was not patched: ${reason}`);
    const applied = new Promise<void>((resolve, reject) => this.patches.push({ records, resolve, reject }));
    this.pace.wake();
    return applied;
  }

  async fastForward(delta_height: bigint): Promise<void> {
    this.requireRunning();
    // A wave under way ends first, so that its receipts keep their heights.
    await this.pace.settled();
    const { epoch_length } = this.facts;
    const refused = refuseJump(this.chain.head, { delta_height, epoch_length });
    if (refused !== null) throw new LocalnetRefusal('fast_forward', refused);
    const target = this.chain.head.height + delta_height;
    let blocks = 0;
    for (const height of heightsAhead({ target, epoch_length, head: () => this.chain.head })) {
      this.ledger.clock.skip(height - this.chain.head.height);
      this.produce(height, []);
      blocks += 1;
      // Others have their turn on a long way.
      if (blocks % BLOCKS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  findBlock(reference: BlockReference): Found<FullBlock> {
    const kept = this.findKept(reference);
    return kept.ok ? { ok: true, value: kept.value.full } : kept;
  }

  finalBlocks(from = 0n): Iterable<FullBlock> {
    return this.ledger.finalBlocks(from);
  }

  get oldest_height(): bigint {
    return this.ledger.oldest_height;
  }

  findChunk(hash: Uint8Array): { full: FullBlock; shard: ShardPart } | undefined {
    return this.ledger.history.findChunk(hash);
  }

  onBlock(listener: (full: FullBlock) => void): () => void {
    return this.subscribers.add('block', listener);
  }

  onFinalBlock(listener: (full: FullBlock) => void): () => void {
    return this.subscribers.add('final', listener);
  }

  readState(account_id: string, reference: BlockReference): Found<StateAt> {
    const kept = this.findKept(reference);
    if (!kept.ok) return kept;
    const { block } = kept.value.full;
    const shard_id = this.shardOf(account_id, block);
    const trie = kept.value.tries.get(shard_id);
    if (trie === undefined) throw new Error(`block ${block.height} has no state of shard ${shard_id}`);
    const { contracts } = this.ledger.world;
    const stakes = stakesOf(this.chain, block);
    return { ok: true, value: stateAt({ block, shard_id, trie, facts: this.facts, contracts, stakes }) };
  }

  shardOf(account_id: string, block: Block = this.chain.head): bigint {
    return this.ledger.layoutAt(block).layout.shardOf(account_id);
  }

  layoutAt(block: { height: bigint }): KnownLayout {
    return this.ledger.layoutAt(block);
  }

  findTransaction(tx_hash: Uint8Array): TransactionStatus | undefined {
    const { history, world, final } = this.ledger;
    return findStatus({ history, pool: world.pool, final_height: final.height }, tx_hash);
  }

  waitFor(options: {
    tx_hash: Uint8Array;
    level: WaitLevel;
    timeout_ms: number;
  }): Promise<TransactionStatus | null> {
    return this.waiters.wait(options);
  }

  findReceipt(receipt_id: Uint8Array): Receipt | undefined {
    return this.ledger.history.findReceipt(receipt_id)?.receipt;
  }

  findOrigin(receipt_id: Uint8Array): Uint8Array | undefined {
    return this.ledger.history.findReceipt(receipt_id)?.tx_hash;
  }

  findOutcome(id: Uint8Array): LocatedOutcome | undefined {
    return this.ledger.history.findOutcome(id);
  }

  producersAt(block: Block): readonly Validator[] {
    return this.chain.rules.producersOf(block.epoch.epoch_height);
  }

  producersAfter(block: Block): readonly Validator[] {
    return this.chain.rules.producersOf(block.epoch.epoch_height + 1n);
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.pace.stop();
    this.waiters.stop();
    for (const { reject } of this.patches.splice(0))
      reject(new Error('the localnet stopped before it patched the state; start it and patch again'));
    this.ledger.close();
  }

  private produce(height: bigint, missing_shards: readonly bigint[]): FullBlock {
    this.requireRunning();
    const reason = this.ledger.refuseBlock({ height, missing_shards });
    if (reason !== null) throw new LocalnetRefusal('produce_blocks', reason);
    const patches = this.patches;
    this.patches = [];
    const before = this.ledger.final;
    const full = this.grow({ height, missing_shards, patches });
    this.subscribers.tell('block', full);
    for (const block of this.ledger.finalSince(before)) this.subscribers.tell('final', block);
    for (const { resolve } of patches) resolve();
    this.waiters.look();
    // What a block made outside the pace left to do.
    this.pace.wake();
    return full;
  }

  private grow(options: {
    height: bigint;
    missing_shards: readonly bigint[];
    patches: readonly PendingPatch[];
  }): FullBlock {
    const patch = options.patches.flatMap(({ records }) => records);
    try {
      return this.ledger.grow({ ...options, patch });
    } catch (error) {
      // Half a block may be in memory; the data folder still ends with the one before.
      this.failure = { error };
      for (const { reject } of options.patches) reject(new Error('the block failed', { cause: error }));
      throw error;
    }
  }

  private findKept(reference: BlockReference) {
    const { history } = this.ledger;
    const block = this.resolve(reference);
    if (block === undefined) {
      const reason = `no block ${describe(reference)} on this chain`;
      return { ok: false as const, refusal: 'unknown_block' as const, reason };
    }
    const kept = history.findBlock(block.hash);
    if (kept !== undefined) return { ok: true as const, value: kept };
    const oldest = history.oldest?.full.block.height;
    const reason = `block ${block.height} is kept no longer; the oldest one here is ${oldest}`;
    return { ok: false as const, refusal: 'garbage_collected' as const, reason };
  }

  private resolve(reference: BlockReference): { hash: Uint8Array; height: bigint } | undefined {
    const { chain, ledger } = this;
    if (reference.kind === 'hash') return chain.headers.find(reference.hash);
    if (reference.kind === 'height') return chain.headers.findAt(reference.height);
    if (reference.kind === 'checkpoint')
      return reference.checkpoint === 'genesis' ? chain.genesis : ledger.history.oldest?.full.block;
    if (reference.finality === 'optimistic') return chain.head;
    if (reference.finality === 'final') return ledger.final;
    return chain.findBlock(chain.head.header.inner_rest.last_ds_final_block) ?? chain.genesis;
  }

  private requireRunning(): void {
    if (this.failure !== null)
      throw new Error('the localnet met a fault and makes no more blocks; see its cause and start it again', {
        cause: this.failure.error,
      });
    if (this.stopped) throw new Error('the localnet has stopped; start another one');
  }
}

function describe(reference: BlockReference): string {
  if (reference.kind === 'hash') return encodeBase58(reference.hash);
  if (reference.kind === 'height') return `at height ${reference.height}`;
  return reference.kind === 'finality' ? `that is ${reference.finality}` : `for ${reference.checkpoint}`;
}
