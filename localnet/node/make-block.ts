// Owns one block from its transactions to what its chunks did; leaves when blocks are made, and keeping them, to node.ts.
import { equalBytes, toHex } from '../../core/near/bytes.ts';
import type { Receipt } from '../../core/near/receipt.ts';
import type { SignedTransaction } from '../../core/near/transaction.ts';
import type { Block } from '../chain/block-header.ts';
import type { Chain } from '../chain/chain.ts';
import { type ChunkResult, summarizeChunk } from '../chain/chunk-header.ts';
import { applyChunk, type ChunkOutput } from '../runtime/apply-chunk.ts';
import type { Stakes } from '../runtime/types.ts';
import type { NamedBlock } from '../runtime/verify-transaction.ts';
import { type JournaledState, openShardState } from '../state/journal.ts';
import type { Trie } from '../state/trie.ts';
import type { FinishedChunk } from '../state/types.ts';
import type { ContractCache } from '../vm/prepare.ts';
import type { Origins } from './origins.ts';
import { patchState } from './patch-state.ts';
import type { ReceiptRoutes } from './receipt-routes.ts';
import type { TransactionPool } from './transaction-pool.ts';
import type { AppliedChunk, ChainFacts, FullBlock, PatchRecord } from './types.ts';

/** All that a block changes as it is made. */
export interface World {
  facts: ChainFacts;
  chain: Chain;
  contracts: ContractCache;
  /** Of each shard, after the head. */
  tries: Map<bigint, Trie>;
  routes: ReceiptRoutes;
  origins: Origins;
  pool: TransactionPool;
}

export interface MadeBlock {
  full: FullBlock;
  results: Map<bigint, ChunkResult>;
}

export function makeNextBlock(
  world: World,
  options: {
    height: bigint;
    timestamp: bigint;
    missing_shards: readonly bigint[];
    patch: readonly PatchRecord[];
  },
): MadeBlock {
  const { chain, routes } = world;
  const { height, timestamp, missing_shards } = options;
  const present = chain.layout.shard_ids.filter((shard_id) => !missing_shards.includes(shard_id));
  const states = new Map(present.map((shard_id) => [shard_id, openShardState(getTrie(world, shard_id))]));
  const gas_price = chain.head.header.inner_rest.gas_price;
  const transactions = new Map(
    [...states].map(([shard_id, state]) => [
      shard_id,
      takeTransactions(world, { shard_id, state, height, gas_price }),
    ]),
  );
  const block = chain.prepare({ height, timestamp, transactions });
  const { bodies, incoming } = routes.deliver({ shards: new Set(present), salt: chain.head.hash });
  const chunks = new Map<bigint, AppliedChunk>();
  const results = new Map<bigint, ChunkResult>();
  for (const [shard_id, state] of states) {
    patchState(
      state,
      options.patch.filter((record) => chain.layout.shardOf(record.account_id) === shard_id),
    );
    const given = {
      transactions: transactions.get(shard_id) ?? [],
      receipts: [...(bodies.get(shard_id) ?? [])],
      incoming: incoming.get(shard_id) ?? [],
    };
    const output = apply(world, { block, shard_id, state, gas_price, ...given });
    const finished = state.finishChunk();
    const { chunk, result } = finish(world, { given, output, finished });
    chunks.set(shard_id, chunk);
    results.set(shard_id, result);
  }
  chain.append(block, results);
  for (const [shard_id, state] of states) world.tries.set(shard_id, state.trie);
  for (const [shard_id, chunk] of chunks) routes.send(shard_id, chunk.outgoing);
  return { full: { block, shards: partsOf(block, chunks) }, results };
}

export function partsOf(block: Block, chunks: ReadonlyMap<bigint, AppliedChunk>): FullBlock['shards'] {
  return block.chunks.map((header) => {
    const { shard_id } = header.inner;
    return { shard_id, header, chunk: chunks.get(shard_id) ?? null };
  });
}

/** What became of the block that a transaction names, as seen from `head`. */
export function namedBlock(
  world: Pick<World, 'chain' | 'facts'>,
  signed: SignedTransaction,
  head: Block,
): NamedBlock {
  const named = world.chain.headers.find(signed.transaction.block_hash);
  if (named === undefined) return 'expired';
  return head.height > named.height + world.facts.transaction_validity_period ? 'expired' : 'valid';
}

export function stakesOf(chain: Chain, block: Block): Stakes {
  const producers = chain.rules.producersOf(block.epoch.epoch_height);
  return {
    of: (account_id) => producers.find((producer) => producer.account_id === account_id)?.stake ?? 0n,
    total: () => producers.reduce((sum, producer) => sum + producer.stake, 0n),
  };
}

export function getTrie(world: Pick<World, 'tries'>, shard_id: bigint): Trie {
  const trie = world.tries.get(shard_id);
  if (trie === undefined) throw new Error(`shard ${shard_id} has no state; its layout and states disagree`);
  return trie;
}

function takeTransactions(
  world: World,
  chunk: { shard_id: bigint; state: JournaledState; height: bigint; gas_price: bigint },
): SignedTransaction[] {
  const { chain, facts, pool } = world;
  const { shard_id, state, height, gas_price } = chunk;
  if (pool.size === 0) return [];
  const taken = pool.take(
    { parameters: facts.parameters, state, gas_price, height, gas_limit: facts.gas_limit },
    {
      belongs: (account_id) => chain.layout.shardOf(account_id) === shard_id,
      namedBlock: (signed) => namedBlock(world, signed, chain.head),
    },
  );
  // Nothing of the trial stays, not even that a key was touched.
  state.abandonChunk();
  return taken;
}

interface ChunkGiven {
  transactions: SignedTransaction[];
  receipts: Receipt[];
  incoming: Receipt[];
}

function apply(
  world: World,
  options: ChunkGiven & { block: Block; shard_id: bigint; state: JournaledState; gas_price: bigint },
): ChunkOutput {
  const { facts, chain, contracts } = world;
  const { block, shard_id, state, gas_price, transactions, incoming } = options;
  const { height, timestamp } = block.header.inner_lite;
  return applyChunk(
    {
      block: {
        height,
        timestamp,
        gas_price,
        epoch_height: block.epoch.epoch_height,
        random_value: block.header.inner_rest.random_value,
        chain_id: facts.chain_id,
      },
      parameters: facts.parameters,
      contracts,
      stakes: stakesOf(chain, block),
      belongs: (account_id) => chain.layout.shardOf(account_id) === shard_id,
      state,
    },
    {
      transactions: transactions.map((signed) => ({
        signed,
        named_block: namedBlock(world, signed, chain.head),
      })),
      incoming,
      gas_limit: facts.gas_limit,
    },
  );
}

function finish(
  world: World,
  done: { given: ChunkGiven; output: ChunkOutput; finished: FinishedChunk },
): { chunk: AppliedChunk; result: ChunkResult } {
  const { given, output, finished } = done;
  const { outcomes, outgoing, gas_used, burnt } = output;
  const balance_burnt = burnt.fees + burnt.lost_refunds - burnt.subsidized;
  const result = summarizeChunk({
    state_root: finished.root,
    outcomes,
    outgoing,
    gas_used,
    balance_burnt,
    layout: world.chain.layout,
  });
  const hashes = world.origins.follow(output);
  const chunk: AppliedChunk = {
    ...given,
    local_receipts: output.local,
    instant_receipts: output.instant,
    outgoing,
    outcomes: outcomes.map((outcome, index) => ({
      outcome,
      path: pathOf(result, index, outcome.id),
      tx_hash: hashes[index] ?? outcome.id,
    })),
    state_changes: finished.changes,
    state_root: finished.root,
    gas_used,
    balance_burnt,
    delayed_count: output.delayed_count,
  };
  return { chunk, result };
}

function pathOf(result: ChunkResult, index: number, id: Uint8Array) {
  const found = result.outcome_paths[index];
  if (found === undefined || !equalBytes(found.id, id))
    throw new Error(`outcome ${index}, ${toHex(id)}, has no path; the chunk's summary is in another order`);
  return found.path;
}
