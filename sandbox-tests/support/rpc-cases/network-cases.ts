// Owns the requests about the node, its rules and its validators and what each is answered; leaves judging to case.ts.
import { encodeBase58 } from '../../../core/near/base58.ts';
import { ROOT } from '../rpc-node.ts';
import { type Case, FINAL, handler, NEVER, parsing } from './case.ts';

const epochOf = (validators: number) => () => ({
  current_fishermen: [],
  prev_epoch_kickout: [],
  next_validators: Array.from({ length: validators }, () => ({})),
});

export const VALIDATORS: Case[] = [
  { title: 'of the newest epoch, as an empty place', params: () => [null], result: epochOf(4) },
  { title: 'of the newest epoch, by its word', params: () => ['latest'], result: epochOf(4) },
  { title: 'at a block', params: ({ head_hash: block_id }) => ({ block_id }), result: epochOf(4) },
  {
    title: 'of an epoch',
    params: ({ node }) => ({ epoch_id: encodeBase58(node.chain.head.epoch.epoch_id) }),
    result: ({ node }) => ({ epoch_height: Number(node.chain.head.epoch.epoch_height) }),
  },
  {
    title: 'of an epoch that never was',
    params: () => ({ epoch_id: NEVER }),
    error: () => ({ ...handler('UNKNOWN_EPOCH'), data: 'Unknown Epoch' }),
  },
  parsing('nothing', {}),
];

export const ORDERED: Case[] = [
  {
    title: 'in the order of approvals',
    params: () => [null],
    result: ({ node }) =>
      node.producersAt(node.chain.head).map(({ account_id, stake }) => ({
        account_id,
        stake: stake.toString(),
        validator_stake_struct_version: 'V1',
      })),
  },
  parsing('nothing', []),
];

export const STATUS: Case[] = [
  {
    title: 'whatever is given',
    params: () => [],
    result: ({ head_hash, genesis_hash }) => ({
      chain_id: 'localnet',
      genesis_hash,
      protocol_version: 86,
      sync_info: { latest_block_hash: head_hash, syncing: false, earliest_block_height: 0 },
    }),
  },
];

export const HEALTH: Case[] = [{ title: 'nothing to say', params: () => null, result: () => null }];

export const PEERS: Case[] = [
  { title: 'none', params: () => [], result: () => ({ active_peers: [], num_active_peers: 0 }) },
];

export const PROTOCOL_CONFIGS: Case[] = [
  {
    title: 'at the final block',
    params: () => FINAL,
    result: () => ({
      protocol_version: 86,
      minimum_stake_ratio: [1, 6250],
      runtime_config: {
        storage_amount_per_byte: '10000000000000000000',
        wasm_config: { regular_op_cost: 822_756, limit_config: { max_total_log_length: 16_384 } },
        transaction_costs: { action_receipt_creation_config: { execution: 108_059_500_000 } },
      },
    }),
  },
  { title: 'at no block', params: () => ({ block_id: NEVER }), error: () => handler('UNKNOWN_BLOCK', {}) },
  parsing('no block', {}),
];

export const GENESIS_CONFIGS: Case[] = [
  {
    title: 'whatever is given',
    params: () => null,
    result: ({ node }) => ({
      chain_id: 'localnet',
      genesis_time: '2026-01-01T00:00:00Z',
      total_supply: node.facts.total_supply.toString(),
    }),
  },
];

const account = { amount: '1', locked: '0', code_hash: '11111111111111111111111111111111', storage_usage: 0 };
export const PATCHES: Case[] = [
  {
    title: 'an account',
    params: () => ({ records: [{ Account: { account_id: 'made.near', account } }] }),
    result: () => ({}),
  },
  parsing('code without its account', {
    records: [{ Contract: { account_id: 'nobody.near', code: 'AAAA' } }],
  }),
  parsing('more than all that exists', {
    records: [{ Account: { account_id: ROOT, account: { ...account, amount: `${2n ** 128n - 1n}` } } }],
  }),
  parsing('a record that is none', { records: [{ Mood: {} }] }),
  parsing('nothing', {}),
];

export const FORWARDS: Case[] = [
  { title: 'ten heights', params: () => ({ delta_height: 10 }), result: () => ({}) },
  parsing('more heights than it goes', { delta_height: 10_000_000_000 }),
  parsing('back', { delta_height: -1 }),
  parsing('nothing', {}),
];
