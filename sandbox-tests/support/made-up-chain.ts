// Owns chains of made-up outcomes for tests of headers and proofs, each following from its plan; leaves judging to the tests.
import { BorshWriter } from '../../core/near/borsh.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { Outcome } from '../../core/near/outcome.ts';
import type { Receipt } from '../../core/near/receipt.ts';
import { Chain } from '../../localnet/chain/chain.ts';
import { type ShardLayout, summarizeChunk } from '../../localnet/chain/chunk-header.ts';
import { rotatingProducers } from '../../localnet/chain/epochs.ts';
import { makeValidator } from '../../localnet/chain/signer.ts';

export interface ChainPlan {
  seed: number;
  validators: number;
  seats: number;
  epoch_length: number;
  shard_ids: readonly bigint[];
  blocks: readonly BlockPlan[];
}

export interface BlockPlan {
  /** How many heights are left out before the block. */
  skipped: number;
  /** For each shard the number of outcomes; null is a missing chunk. */
  outcomes: readonly (number | null)[];
  /** Of the validators, one who does not approve; null when all do. */
  absent: number | null;
}

export interface MadeUpChain {
  chain: Chain;
  outcomes: { id: Uint8Array; outcome: Outcome }[];
}

export const FIRST_HEIGHT = 1_000n;
const STAKE = 10n ** 28n;
const SUPPLY = 10n ** 33n;
const GAS_LIMIT = 10n ** 15n;
const SECOND = 1_000_000_000n;

export function buildChain(plan: ChainPlan): MadeUpChain {
  const chain = startChain(plan);
  const outcomes: MadeUpChain['outcomes'] = [];
  let height = FIRST_HEIGHT;
  for (const block of plan.blocks) {
    height += 1n + BigInt(block.skipped);
    growChain({ chain, outcomes, block, height });
  }
  return { chain, outcomes };
}

export function startChain(plan: ChainPlan): Chain {
  const seed = sha256(new BorshWriter().u32(plan.seed).finish());
  const validators = Array.from({ length: plan.validators }, (_, index) =>
    // Unequal, but none above a third where there are four or more.
    makeValidator({ seed, index, stake: STAKE + BigInt(index) }),
  );
  const absent = new Map<bigint, string>();
  let height = FIRST_HEIGHT;
  for (const block of plan.blocks) {
    height += 1n + BigInt(block.skipped);
    if (block.absent !== null) absent.set(height, `validator-${block.absent}`);
  }
  return new Chain({
    rules: {
      epoch_length: BigInt(plan.epoch_length),
      producersOf: rotatingProducers({ validators, seats: plan.seats }),
      gas_price: { min: 10n ** 8n, max: 10n ** 10n, adjustment: { numerator: 1n, denominator: 100n } },
      gas_limit: GAS_LIMIT,
      protocol_version: 86,
      isAbsent: (account_id, at) => absent.get(at) === account_id,
    },
    layout: layoutOf(plan.shard_ids),
    height: FIRST_HEIGHT,
    timestamp: SECOND,
    total_supply: SUPPLY,
    state_roots: new Map(plan.shard_ids.map((shard_id) => [shard_id, named(`state ${shard_id}`)])),
  });
}

/** Accounts are spread by the length of their names. */
export function layoutOf(shard_ids: readonly bigint[]): ShardLayout {
  return { shard_ids, shardOf: (account_id) => shard_ids[account_id.length % shard_ids.length] ?? 0n };
}

export function growChain(options: {
  chain: Chain;
  outcomes: MadeUpChain['outcomes'];
  block: BlockPlan;
  height: bigint;
}): void {
  const { chain, height } = options;
  const { layout } = chain;
  const present = layout.shard_ids.flatMap((shard_id, index) => {
    const count = options.block.outcomes[index];
    return count === null || count === undefined ? [] : [{ shard_id, count }];
  });
  const transactions = new Map(present.map(({ shard_id }) => [shard_id, []]));
  const block = chain.prepare({ height, timestamp: height * SECOND, transactions });
  const results = new Map(
    present.map(({ shard_id, count }) => {
      const outcomes = Array.from({ length: count }, (_, index) =>
        outcomeOf(`${height} ${shard_id} ${index}`, index),
      );
      for (const outcome of outcomes) options.outcomes.push({ id: outcome.id, outcome });
      const outgoing = outcomes.map((outcome) => receiptOf(outcome.id));
      const gas_used = outcomes.reduce((sum, outcome) => sum + outcome.gas_burnt, 0n);
      const state_root = named(`state ${height} ${shard_id}`);
      const result = summarizeChunk({
        state_root,
        outcomes,
        outgoing,
        gas_used,
        balance_burnt: BigInt(count),
        layout,
      });
      return [shard_id, result];
    }),
  );
  chain.append(block, results);
}

function outcomeOf(name: string, index: number): Outcome & { id: Uint8Array } {
  const id = named(name);
  const statuses: Outcome['status'][] = [
    { kind: 'value', value: id.subarray(0, 3) },
    { kind: 'receipt', receipt_id: named(`${name} next`) },
    { kind: 'failure' },
  ];
  return {
    id,
    logs: index % 2 === 0 ? [] : [`log of ${name}`, 'EVENT_JSON:{}'],
    receipt_ids: [named(`${name} next`)],
    gas_burnt: 1_000_000_000n * BigInt(index + 1),
    tokens_burnt: BigInt(index),
    executor_id: 'contract.near',
    status: statuses[index % statuses.length] ?? { kind: 'unknown' },
  };
}

function receiptOf(id: Uint8Array): Receipt {
  const receiver_id = 'a'.repeat(2 + ((id[0] ?? 0) % 5));
  return {
    predecessor_id: 'system',
    receiver_id,
    receipt_id: id,
    body: { kind: 'data', data_id: id, data: null },
  };
}

function named(name: string): Uint8Array {
  return sha256(new TextEncoder().encode(name));
}
