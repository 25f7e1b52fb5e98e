// Owns what each action of a promise charges and records; leaves executing actions to the runtime.
import test from 'ava';
import {
  callHost,
  failed,
  type HostCall,
  PREPAID,
  parameters,
  priced,
} from '../../../sandbox-tests/support/near-vm.ts';
import type { ActionCost } from '../params.ts';

const key = Uint8Array.from([0, ...new Array<number>(32).fill(9)]);
const amount = Uint8Array.from([5, ...new Array<number>(15).fill(0)]);
const implicit = 'ab'.repeat(32);
const bytes: [number, Uint8Array][] = [
  [0, ascii('other.near')],
  [16, ascii('contract.near')],
  [32, ascii('method')],
  [48, ascii('{"x":1}')],
  [64, amount],
  [96, key],
  [160, ascii('read,write')],
  [192, ascii(implicit)],
  [300, ascii(`0x${'ab'.repeat(20)}`)],
];
const TO_OTHER: HostCall = ['promise_batch_create', 10, 0];
const TO_SELF: HostCall = ['promise_batch_create', 13, 16];

interface Case {
  call: HostCall;
  host: Parameters<typeof priced>[0];
  fees: [ActionCost, number][];
  action: Record<string, unknown>;
}
const u128 = { read_memory_base: 1, read_memory_byte: 16 };
const public_key = { curve: 'ed25519', bytes: key.slice(1) };

const CASES: Case[] = [
  {
    call: ['promise_batch_action_create_account', 0],
    host: {},
    fees: [['create_account', 1]],
    action: { kind: 'create_account' },
  },
  {
    call: ['promise_batch_action_deploy_contract', 0, 7, 48],
    host: { read_memory_base: 1, read_memory_byte: 7 },
    fees: [
      ['deploy_contract_base', 1],
      ['deploy_contract_byte', 7],
    ],
    action: { kind: 'deploy_contract', code: ascii('{"x":1}') },
  },
  {
    call: ['promise_batch_action_function_call', 0, 6, 32, 7, 48, 64, 1_000],
    host: { read_memory_base: 3, read_memory_byte: 16 + 6 + 7 },
    fees: [
      ['function_call_base', 1],
      ['function_call_byte', 13],
    ],
    action: {
      kind: 'function_call',
      method_name: 'method',
      args: ascii('{"x":1}'),
      gas: 1_000n,
      deposit: 5n,
    },
  },
  {
    call: ['promise_batch_action_transfer', 0, 64],
    host: u128,
    fees: [['transfer', 1]],
    action: { kind: 'transfer', deposit: 5n },
  },
  {
    call: ['promise_batch_action_stake', 0, 64, 33, 96],
    host: { read_memory_base: 2, read_memory_byte: 16 + 33 },
    fees: [['stake', 1]],
    action: { kind: 'stake', stake: 5n, public_key },
  },
  {
    call: ['promise_batch_action_add_key_with_full_access', 0, 33, 96, 8],
    host: { read_memory_base: 1, read_memory_byte: 33 },
    fees: [['add_full_access_key', 1]],
    action: { kind: 'add_key', public_key, nonce: 8n, permission: { kind: 'full' } },
  },
  {
    call: ['promise_batch_action_add_key_with_function_call', 0, 33, 96, 8, 64, 10, 0, 10, 160],
    host: {
      read_memory_base: 4,
      read_memory_byte: 33 + 16 + 10 + 10,
      utf8_decoding_base: 1,
      utf8_decoding_byte: 10,
    },
    fees: [
      ['add_function_call_key_base', 1],
      ['add_function_call_key_byte', 'read'.length + 'write'.length + 2],
    ],
    action: {
      kind: 'add_key',
      public_key,
      nonce: 8n,
      permission: { kind: 'call', allowance: 5n, receiver_id: 'other.near', method_names: ['read', 'write'] },
    },
  },
  {
    call: ['promise_batch_action_delete_key', 0, 33, 96],
    host: { read_memory_base: 1, read_memory_byte: 33 },
    fees: [['delete_key', 1]],
    action: { kind: 'delete_key', public_key },
  },
  {
    call: ['promise_batch_action_delete_account', 0, 10, 0],
    host: { read_memory_base: 1, read_memory_byte: 10, utf8_decoding_base: 1, utf8_decoding_byte: 10 },
    fees: [['delete_account', 1]],
    action: { kind: 'delete_account', beneficiary_id: 'other.near' },
  },
];

for (const { call, host, fees, action } of CASES) {
  for (const sir of [false, true]) {
    test(`${call[0]} to ${sir ? 'oneself' : 'another'} burns its sending and sets its execution aside`, (t) => {
      const target = sir ? TO_SELF : TO_OTHER;
      const before = callHost([target], { bytes });
      const { outcome, gas } = callHost([target, call], { bytes });
      t.deepEqual(outcome.receipts[0]?.actions[0] as unknown, action);
      const sending = sum(fees, (fee) => (sir ? fee.send_sir : fee.send_not_sir));
      t.is(gas - before.gas, priced({ base: 1, ...host }) + sending);
      const aside =
        outcome.used_gas - outcome.burnt_gas - (before.outcome.used_gas - before.outcome.burnt_gas);
      const attached = call[0].endsWith('function_call') && action.kind === 'function_call' ? 1_000n : 0n;
      t.is(aside, sum(fees, (fee) => fee.execution) + attached);
    });
  }
}

test('promise_create and promise_then are their two parts in one', (t) => {
  const apart = callHost(
    [
      TO_OTHER,
      ['promise_batch_action_function_call', 0, 6, 32, 7, 48, 64, 10],
      ['promise_batch_then', 0, 13, 16],
      ['promise_batch_action_function_call', 1, 6, 32, 7, 48, 64, 20],
    ],
    { bytes },
  );
  const whole = callHost(
    [
      ['promise_create', 10, 0, 6, 32, 7, 48, 64, 10],
      ['promise_then', 0, 13, 16, 6, 32, 7, 48, 64, 20],
    ],
    { bytes },
  );
  t.deepEqual(whole.outcome.receipts, apart.outcome.receipts);
  t.is(whole.gas, apart.gas);
});

test('deposits leave the balance, and more than is there is refused', (t) => {
  const call: HostCall[] = [TO_OTHER, ['promise_batch_action_transfer', 0, 64]];
  t.is(callHost(call, { bytes, context: { account_balance: 4n, attached_deposit: 3n } }).outcome.balance, 2n);
  const { outcome } = callHost(call, { bytes, context: { account_balance: 1n, attached_deposit: 3n } });
  t.is(failed(outcome), 'BalanceExceeded');
});

test('an account that holds nothing may attach one yocto to a call, but not transfer it', (t) => {
  const one: [number, Uint8Array][] = [
    ...bytes,
    [400, Uint8Array.from([1, ...new Array<number>(15).fill(0)])],
  ];
  const context = { account_balance: 0n, attached_deposit: 0n };
  const call = callHost([TO_OTHER, ['promise_batch_action_function_call', 0, 6, 32, 7, 48, 400, 10]], {
    bytes: one,
    context,
  });
  t.is(failed(call.outcome), 'no failure');
  t.is(call.outcome.subsidized, 1n);
  const transfer = callHost([TO_OTHER, ['promise_batch_action_transfer', 0, 400]], { bytes: one, context });
  t.is(failed(transfer.outcome), 'BalanceExceeded');
});

test('a transfer that may make an account pays for making it', (t) => {
  const fee = (length: number, at: number) => {
    const target: HostCall = ['promise_batch_create', length, at];
    return (
      callHost([target, ['promise_batch_action_transfer', 0, 64]], { bytes }).gas -
      callHost([target], { bytes }).gas
    );
  };
  const { transfer, create_account, add_full_access_key } = parameters.actions;
  const around = priced({ base: 1, ...u128 }) + transfer.send_not_sir;
  t.is(fee(64, 192), around + create_account.send_not_sir + add_full_access_key.send_not_sir);
  t.is(fee(42, 300), around + create_account.send_not_sir);
});

test('gas that is left is shared by weight, the last one taking what does not divide', (t) => {
  const weighed = (weight: number, gas: number): HostCall => [
    'promise_batch_action_function_call_weight',
    0,
    6,
    32,
    0,
    0,
    64,
    gas,
    weight,
  ];
  const { outcome } = callHost([TO_OTHER, weighed(1, 10), weighed(2, 20), weighed(0, 30)], { bytes });
  t.is(outcome.used_gas, PREPAID);
  const gas =
    outcome.receipts[0]?.actions.map((action) => (action.kind === 'function_call' ? action.gas : 0n)) ?? [];
  const [first = 0n, second = 0n, third = 0n] = gas;
  t.is(third, 30n);
  const shared = first - 10n + (second - 20n);
  t.is(first - 10n, shared / 3n);
});

const REFUSED: [string, HostCall, string][] = [
  ['an empty method name', ['promise_batch_action_function_call', 0, 0, 0, 0, 0, 64, 1], 'EmptyMethodName'],
  [
    'an empty name in a list of methods',
    ['promise_batch_action_add_key_with_function_call', 0, 33, 96, 8, 64, 10, 0, 5, 164],
    'EmptyMethodName',
  ],
  ['a key of another length', ['promise_batch_action_delete_key', 0, 32, 96], 'InvalidPublicKey'],
  ['a key of an unknown curve', ['promise_batch_action_delete_key', 0, 33, 97], 'InvalidPublicKey'],
  ['a promise that is not there', ['promise_batch_action_create_account', 7], 'InvalidPromiseIndex'],
  [
    'more gas than there is',
    ['promise_batch_action_function_call', 0, 6, 32, 0, 0, 64, PREPAID],
    'GasExceeded',
  ],
  [
    'a contract of more than 4 MiB',
    ['promise_batch_action_deploy_contract', 0, 4_194_305, 0],
    'ContractSizeExceeded',
  ],
  [
    'a beneficiary that is no account id',
    ['promise_batch_action_delete_account', 0, 1, 0],
    'InvalidAccountId',
  ],
];
for (const [what, call, reason] of REFUSED) {
  test(`${what} is refused`, (t) => {
    t.is(failed(callHost([TO_OTHER, call], { bytes }).outcome), reason);
  });
}

function sum(fees: Case['fees'], pick: (fee: (typeof parameters.actions)[ActionCost]) => bigint): bigint {
  return fees.reduce((total, [cost, count]) => total + pick(parameters.actions[cost]) * BigInt(count), 0n);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
