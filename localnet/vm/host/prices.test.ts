// Owns that every host function has a price written out here, charge by charge; leaves special cases to each family's test.
import test from 'ava';
import {
  callHost,
  failed,
  type HostCall,
  parameters,
  priced,
} from '../../../sandbox-tests/support/near-vm.ts';
import type { ActionCost, ExtCost } from '../params.ts';
import { HOST_FUNCTIONS } from './functions.ts';

type Costs = Parameters<typeof priced>[0];

interface Price {
  call: HostCall;
  /** Calls that make what this one needs; their price is taken off. */
  before?: HostCall[];
  costs: Costs;
  /** Action fees of which the sending to another account is burnt. */
  fees?: [ActionCost, number][];
  /** Fees burnt whole. */
  whole?: ActionCost[];
  /** How the call ends, where it never goes well. */
  fails?: string;
}

const read = (length: number, times = 1): Costs => ({ read_memory_base: times, read_memory_byte: length });
const write = (length: number): Costs => ({ write_memory_base: 1, write_memory_byte: length });
const register = (length: number): Costs => ({ write_register_base: 1, write_register_byte: length });
const name = (length: number): Costs => ({ utf8_decoding_base: 1, utf8_decoding_byte: length });

// In memory: "other.near" at 0, a key at 64, an amount of zero at 128, a promise index of zero at 136.
const bytes: [number, Uint8Array][] = [
  [0, new TextEncoder().encode('other.near')],
  [64, new Uint8Array(33)],
];
const create: HostCall = ['promise_batch_create', 10, 0];
const store: HostCall = ['storage_write', 4, 0, 5, 0, 0];

const PRICES: Price[] = [
  {
    call: ['read_register', 0, 256],
    before: [['input', 0]],
    costs: { base: 1, read_register_base: 1, read_register_byte: 7, ...write(7) },
  },
  { call: ['register_len', 0], costs: { base: 1 } },
  { call: ['write_register', 0, 9, 0], costs: { base: 1, ...read(9), ...register(9) } },
  { call: ['current_account_id', 0], costs: { base: 1, ...register(13) } },
  { call: ['signer_account_id', 0], costs: { base: 1, ...register(11) } },
  { call: ['signer_account_pk', 0], costs: { base: 1, ...register(33) } },
  { call: ['predecessor_account_id', 0], costs: { base: 1, ...register(11) } },
  { call: ['refund_to_account_id', 0], costs: { base: 1, ...register(11) } },
  { call: ['chain_id', 0], costs: { base: 1, ...register(8) } },
  { call: ['input', 0], costs: { base: 1, write_register_base: 1 } },
  { call: ['random_seed', 0], costs: { base: 1, ...register(32) } },
  { call: ['current_contract_code', 0], costs: { base: 1, ...register(32) } },
  ...[
    'block_index',
    'block_timestamp',
    'epoch_height',
    'storage_usage',
    'prepaid_gas',
    'used_gas',
    'promise_results_count',
  ].map((plain): Price => ({ call: [plain], costs: { base: 1 } })),
  ...['account_balance', 'account_locked_balance', 'attached_deposit'].map(
    (amount): Price => ({ call: [amount, 256], costs: { base: 1, ...write(16) } }),
  ),
  {
    call: ['validator_stake', 10, 0, 256],
    costs: { base: 1, validator_stake_base: 1, ...read(10), ...name(10), ...write(16) },
  },
  { call: ['validator_total_stake', 256], costs: { base: 1, validator_total_stake_base: 1, ...write(16) } },
  { call: ['sha256', 10, 0, 0], costs: { sha256_base: 1, sha256_byte: 10, ...read(10), ...register(32) } },
  {
    call: ['keccak256', 10, 0, 0],
    costs: { keccak256_base: 1, keccak256_byte: 10, ...read(10), ...register(32) },
  },
  {
    call: ['keccak512', 10, 0, 0],
    costs: { keccak512_base: 1, keccak512_byte: 10, ...read(10), ...register(64) },
  },
  {
    call: ['ripemd160', 120, 0, 0],
    costs: { ripemd160_base: 1, ripemd160_block: 3, ...read(120), ...register(20) },
  },
  { call: ['ecrecover', 32, 0, 64, 256, 0, 0, 0], costs: { ecrecover_base: 1, ...read(96, 2) } },
  {
    call: ['ed25519_verify', 64, 256, 9, 0, 32, 65],
    costs: { ed25519_verify_base: 1, ed25519_verify_byte: 9, ...read(105, 3) },
  },
  {
    call: ['p256_verify', 64, 256, 32, 0, 33, 64],
    costs: { p256_verify_base: 1, p256_verify_byte: 32, ...read(129, 3) },
  },
  { call: ['value_return', 10, 0], costs: { base: 1, ...read(10) } },
  { call: ['panic'], costs: { base: 1 }, fails: 'GuestPanic' },
  { call: ['panic_utf8', 10, 0], costs: { base: 1, ...read(10), ...name(10) }, fails: 'GuestPanic' },
  { call: ['log_utf8', 10, 0], costs: { base: 1, ...read(10), ...name(10), log_base: 1, log_byte: 10 } },
  // Two zero units are two characters of a byte each.
  {
    call: ['log_utf16', 4, 256],
    costs: { base: 1, ...read(4), utf16_decoding_base: 1, utf16_decoding_byte: 4, log_base: 1, log_byte: 2 },
  },
  {
    call: ['abort', 260, 260, 1, 2],
    // Both lengths are read, both strings are empty; the message is: , filename: "" line: 1 col: 2
    costs: {
      base: 1,
      ...read(8, 4),
      utf16_decoding_base: 2,
      log_base: 1,
      log_byte: ', filename: "" line: 1 col: 2'.length,
    },
    fails: 'GuestPanic',
  },
  { call: ['gas', 0], costs: {} },
  { call: create, costs: { base: 1, ...read(10), ...name(10) }, fees: [['new_action_receipt', 1]] },
  {
    call: ['promise_batch_then', 0, 10, 0],
    before: [create],
    costs: { base: 1, ...read(10), ...name(10) },
    fees: [['new_action_receipt', 1]],
    whole: ['new_data_receipt_base'],
  },
  {
    call: ['promise_and', 136, 1],
    before: [create],
    costs: { base: 1, promise_and_base: 1, promise_and_per_promise: 8, ...read(8) },
  },
  {
    call: ['promise_set_refund_to', 0, 10, 0],
    before: [create],
    costs: { base: 1, ...read(10), ...name(10) },
  },
  { call: ['promise_return', 0], before: [create], costs: { base: 1, promise_return: 1 } },
  { call: ['promise_result', 0, 0], costs: { base: 1, write_register_base: 1 } },
  {
    call: ['promise_create', 10, 0, 5, 0, 3, 0, 128, 0],
    costs: { base: 2, ...read(10 + 16 + 5 + 3, 4), ...name(10) },
    fees: [
      ['new_action_receipt', 1],
      ['function_call_base', 1],
      ['function_call_byte', 8],
    ],
  },
  {
    call: ['promise_then', 0, 10, 0, 5, 0, 3, 0, 128, 0],
    before: [create],
    costs: { base: 2, ...read(10 + 16 + 5 + 3, 4), ...name(10) },
    fees: [
      ['new_action_receipt', 1],
      ['function_call_base', 1],
      ['function_call_byte', 8],
    ],
    whole: ['new_data_receipt_base'],
  },
  ...[['promise_batch_action_function_call'], ['promise_batch_action_function_call_weight', 0]].map(
    ([called = '', ...weight]): Price => ({
      call: [String(called), 0, 5, 0, 3, 0, 128, 0, ...weight],
      before: [create],
      costs: { base: 1, ...read(16 + 5 + 3, 3) },
      fees: [
        ['function_call_base', 1],
        ['function_call_byte', 8],
      ],
    }),
  ),
  {
    call: ['promise_batch_action_create_account', 0],
    before: [create],
    costs: { base: 1 },
    fees: [['create_account', 1]],
  },
  {
    call: ['promise_batch_action_deploy_contract', 0, 20, 0],
    before: [create],
    costs: { base: 1, ...read(20) },
    fees: [
      ['deploy_contract_base', 1],
      ['deploy_contract_byte', 20],
    ],
  },
  {
    call: ['promise_batch_action_transfer', 0, 128],
    before: [create],
    costs: { base: 1, ...read(16) },
    fees: [['transfer', 1]],
  },
  {
    call: ['promise_batch_action_stake', 0, 128, 33, 64],
    before: [create],
    costs: { base: 1, ...read(49, 2) },
    fees: [['stake', 1]],
  },
  {
    call: ['promise_batch_action_add_key_with_full_access', 0, 33, 64, 0],
    before: [create],
    costs: { base: 1, ...read(33) },
    fees: [['add_full_access_key', 1]],
  },
  {
    call: ['promise_batch_action_add_key_with_function_call', 0, 33, 64, 0, 128, 10, 0, 5, 0],
    before: [create],
    costs: { base: 1, ...read(33 + 16 + 10 + 5, 4), ...name(10) },
    fees: [
      ['add_function_call_key_base', 1],
      ['add_function_call_key_byte', 6],
    ],
  },
  {
    call: ['promise_batch_action_delete_key', 0, 33, 64],
    before: [create],
    costs: { base: 1, ...read(33) },
    fees: [['delete_key', 1]],
  },
  {
    call: ['promise_batch_action_delete_account', 0, 10, 0],
    before: [create],
    costs: { base: 1, ...read(10), ...name(10) },
    fees: [['delete_account', 1]],
  },
  {
    call: store,
    costs: {
      base: 1,
      storage_write_base: 1,
      ...read(9, 2),
      storage_write_key_byte: 4,
      storage_write_value_byte: 5,
    },
  },
  {
    call: ['storage_read', 4, 0, 0],
    before: [store],
    costs: {
      base: 1,
      storage_read_base: 1,
      ...read(4),
      storage_read_key_byte: 4,
      storage_read_value_byte: 5,
      ...register(5),
    },
  },
  {
    call: ['storage_remove', 4, 0, 0],
    before: [store],
    costs: {
      base: 1,
      storage_remove_base: 1,
      ...read(4),
      storage_remove_key_byte: 4,
      storage_remove_ret_value_byte: 5,
      ...register(5),
    },
  },
  {
    call: ['storage_has_key', 4, 0],
    costs: { base: 1, storage_has_key_base: 1, ...read(4), storage_has_key_byte: 4 },
  },
  { call: ['storage_iter_prefix', 1, 0], costs: {}, fails: 'Deprecated' },
  { call: ['storage_iter_range', 1, 0, 1, 0], costs: {}, fails: 'Deprecated' },
  { call: ['storage_iter_next', 0, 0, 0], costs: {}, fails: 'Deprecated' },
];

const context = { promise_results: [{ kind: 'value' as const, value: new Uint8Array(40) }] };

for (const { call, before = [], costs, fees = [], whole = [], fails } of PRICES) {
  test(`${call[0]} charges what is written here`, (t) => {
    const without = before.length === 0 ? 0n : callHost(before, { bytes, context }).gas;
    const { outcome, gas } = callHost([...before, call], { bytes, context });
    t.is(failed(outcome), fails ?? 'no failure');
    const { actions } = parameters;
    const sent = fees.reduce((sum, [cost, count]) => sum + actions[cost].send_not_sir * BigInt(count), 0n);
    // A receipt that follows another one to the same account gets its data at home.
    const burnt = whole.reduce((sum, cost) => sum + actions[cost].send_sir + actions[cost].execution, 0n);
    t.is(gas - without, priced(costs) + sent + burnt);
    const profile = { ...outcome.gas_profile.host, ...outcome.gas_profile.actions };
    const counted = Object.values(profile).reduce((sum, cost) => sum + cost, 0n);
    t.is(counted + outcome.gas_profile.wasm, outcome.burnt_gas);
    // Without what was called before, each cost is what is written here.
    if (before.length > 0) return;
    const {
      contract_loading_base: _base,
      contract_loading_bytes: _bytes,
      ...host
    } = outcome.gas_profile.host;
    const named = Object.entries(costs).filter(([, count]) => Number(count) > 0);
    t.deepEqual(
      host,
      Object.fromEntries(
        named.map(([cost, count]) => [cost, parameters.ext[cost as ExtCost] * BigInt(count)]),
      ),
    );
    t.deepEqual(
      outcome.gas_profile.actions,
      Object.fromEntries(fees.map(([cost, count]) => [cost, actions[cost].send_not_sir * BigInt(count)])),
    );
  });
}

test('every function that this chain executes has its price here', (t) => {
  const listed = new Set(PRICES.map(({ call }) => call[0]));
  const missing = [...HOST_FUNCTIONS].filter(([known, { signature }]) => {
    const args = [...(signature.split('>')[0] ?? '')].map(() => 0);
    return !listed.has(known) && failed(callHost([[known, ...args]]).outcome) !== 'NotSupported';
  });
  t.deepEqual(
    missing.map(([known]) => known),
    [],
  );
});
