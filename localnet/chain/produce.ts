// Owns making the next block: choosing transactions, executing each shard's chunk, carrying receipts between shards; leaves when to pace.ts.
import type { Receipt } from '../../core/near/receipt.ts';
import type { SignedTransaction } from '../../core/near/transaction.ts';
import { applyChunk, type ChunkOutput } from '../runtime/apply-chunk.ts';
import type { ChunkContext, Stakes } from '../runtime/types.ts';
import { type NamedBlock, type Verdict, verifyTransaction } from '../runtime/verify-transaction.ts';
import type { FinishedChunk, ShardState } from '../state/types.ts';
import type { ProtocolParameters } from '../vm/params.ts';
import type { ContractCache } from '../vm/prepare.ts';
import type { Block } from './block-header.ts';
import type { Chain } from './chain.ts';
import { type ChunkResult, summarizeChunk } from './chunk-header.ts';
import { type Chosen, TransactionPool } from './transaction-pool.ts';

export interface ExecutedChunk {
  shard_id: bigint;
  transactions: SignedTransaction[];
  incoming: Receipt[];
  output: ChunkOutput;
  /** The state's new root and what changed, each with its cause. */
  finished: FinishedChunk;
}

export interface ProducedBlock {
  block: Block;
  /** One for each shard with a new chunk, in the layout's order. */
  chunks: ExecutedChunk[];
  dropped: Chosen['dropped'];
}

export interface ProducerOptions {
  chain: Chain;
  /** By shard id; a new layout brings its own with `changeStates`. */
  states: ReadonlyMap<bigint, ShardState>;
  parameters: ProtocolParameters;
  contracts: ContractCache;
  stakes: Stakes;
  chain_id: string;
  /** How many blocks above the one that it names a transaction may still stand. */
  validity_period: bigint;
}

export class BlockProducer {
  readonly chain: Chain;
  private readonly options: ProducerOptions;
  private readonly pool = new TransactionPool();
  private states: ReadonlyMap<bigint, ShardState>;
  /** Newest first, for that is how NEAR hands receipts to a shard whose chunks were missing. */
  private in_flight: Receipt[] = [];
  private delayed = new Map<bigint, bigint>();

  constructor(options: ProducerOptions) {
    this.options = options;
    this.chain = options.chain;
    this.states = options.states;
  }

  /** Nothing waits: no transaction, no receipt between shards, none delayed. */
  get is_idle(): boolean {
    const delayed = [...this.delayed.values()].some((count) => count > 0n);
    return this.pool.size === 0 && this.in_flight.length === 0 && !delayed;
  }

  /** Takes a transaction for the next block if it is valid as the state is now. */
  submit(signed: SignedTransaction): Verdict | { kind: 'busy' } {
    const { signer_id, block_hash } = signed.transaction;
    const height = this.chain.head.height + 1n;
    const context = this.verifyContext(this.stateOf(this.chain.layout.shardOf(signer_id)), height);
    const verdict = verifyTransaction(context, { signed, named_block: this.nameBlock(block_hash) });
    if (verdict.kind === 'refused' || this.pool.add(signed)) return verdict;
    return { kind: 'busy' };
  }

  /** `missing` names shards that bring no new chunk; their transactions and receipts wait. */
  produce(options: { timestamp: bigint; height?: bigint; missing?: readonly bigint[] }): ProducedBlock {
    const { chain } = this;
    const { timestamp, height = chain.head.height + 1n, missing = [] } = options;
    const shard_ids = chain.layout.shard_ids.filter((shard_id) => !missing.includes(shard_id));
    const chosen = new Map(shard_ids.map((shard_id) => [shard_id, this.choose(shard_id, height)]));
    const transactions = new Map(
      [...chosen].map(([shard_id, of]) => [shard_id, of.transactions.map((item) => item.signed)]),
    );
    const prev_gas_price = chain.head.header.inner_rest.gas_price;
    const block = chain.prepare({ height, timestamp, transactions });
    const given = this.deliver(shard_ids);
    const chunks = shard_ids.map((shard_id) =>
      this.execute(block, {
        shard_id,
        transactions: chosen.get(shard_id)?.transactions ?? [],
        incoming: given.get(shard_id) ?? [],
        // A block's own price is for the blocks above it.
        gas_price: prev_gas_price,
      }),
    );
    chain.append(block, new Map(chunks.map((chunk) => [chunk.shard_id, this.summarize(chunk)])));
    this.in_flight.unshift(...chunks.flatMap((chunk) => chunk.output.outgoing));
    return { block, chunks, dropped: [...chosen.values()].flatMap((of) => of.dropped) };
  }

  /** After the chain's layout changed; receipts under way find their shards by the new one. */
  changeStates(states: ReadonlyMap<bigint, ShardState>): void {
    this.states = states;
    // Which child inherited a queue is the state's to know; the next block tells how long each really is.
    const waiting = [...this.delayed.values()].reduce((sum, count) => sum + count, 0n);
    this.delayed = new Map(this.chain.layout.shard_ids.map((shard_id) => [shard_id, waiting]));
  }

  private choose(shard_id: bigint, height: bigint): Chosen {
    const { layout } = this.chain;
    return this.pool.takeFor(this.verifyContext(this.stateOf(shard_id), height), {
      isOfShard: (account_id) => layout.shardOf(account_id) === shard_id,
      nameBlock: (hash) => this.nameBlock(hash),
    });
  }

  private execute(
    block: Block,
    given: {
      shard_id: bigint;
      transactions: Chosen['transactions'];
      incoming: Receipt[];
      gas_price: bigint;
    },
  ): ExecutedChunk {
    const { shard_id, transactions, incoming } = given;
    const state = this.stateOf(shard_id);
    const { inner_lite, inner_rest } = block.header;
    const { parameters, contracts, stakes, chain_id } = this.options;
    const context: ChunkContext = {
      parameters,
      contracts,
      stakes,
      state,
      block: {
        height: block.height,
        timestamp: inner_lite.timestamp,
        epoch_height: block.epoch.epoch_height,
        gas_price: given.gas_price,
        random_value: inner_rest.random_value,
        chain_id,
      },
    };
    const { gas_limit } = this.chain.rules;
    const output = applyChunk(context, { transactions, incoming, gas_limit });
    this.delayed.set(shard_id, output.delayed_count);
    const finished = state.finishChunk();
    return { shard_id, transactions: transactions.map((item) => item.signed), incoming, output, finished };
  }

  /** Takes what is under way to these shards. */
  private deliver(shard_ids: readonly bigint[]): Map<bigint, Receipt[]> {
    const given = new Map<bigint, Receipt[]>(shard_ids.map((shard_id) => [shard_id, []]));
    this.in_flight = this.in_flight.filter((receipt) => {
      const incoming = given.get(this.chain.layout.shardOf(receipt.receiver_id));
      incoming?.push(receipt);
      return incoming === undefined;
    });
    return given;
  }

  private summarize({ output, finished }: ExecutedChunk): ChunkResult {
    const { outcomes, outgoing, gas_used, burnt } = output;
    const balance_burnt = burnt.fees + burnt.lost_refunds - burnt.subsidized;
    const { layout } = this.chain;
    return summarizeChunk({ state_root: finished.root, outcomes, outgoing, gas_used, balance_burnt, layout });
  }

  private verifyContext(state: ShardState, height: bigint) {
    const { gas_price } = this.chain.head.header.inner_rest;
    return { parameters: this.options.parameters, state, height, gas_price };
  }

  /** A node that does not know a block cannot tell it from one too old. */
  private nameBlock(hash: Uint8Array): NamedBlock {
    const named = this.chain.findBlock(hash);
    if (named === undefined) return 'expired';
    return this.chain.head.height <= named.height + this.options.validity_period ? 'valid' : 'expired';
  }

  private stateOf(shard_id: bigint): ShardState {
    const state = this.states.get(shard_id);
    if (state === undefined)
      throw new Error(`shard ${shard_id} has no state; call changeStates after a layout`);
    return state;
  }
}
