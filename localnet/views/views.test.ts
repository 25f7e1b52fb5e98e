// Shows that views keep every digit and spell actions, receipts and changes as NEAR does.
import test from 'ava';
import { parseNearJson } from '../../core/near/json.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import type { Action } from '../../core/near/transaction.ts';
import { accessKeyKey, accountKey, contractDataKey, delayedReceiptIndicesKey } from '../state/keys.ts';
import { encodeAccessKey, encodeAccount, encodeDelayedReceiptIndices } from '../state/records.ts';
import { emptyProfile, type GasProfile } from '../vm/gas-profile.ts';
import { viewAction } from './action.ts';
import { stringifyNearJson } from './json.ts';
import { viewOutcome } from './outcome.ts';
import { viewReceipt } from './receipt.ts';
import { showStateChanges } from './state-change.ts';

const KEY: CurveBytes = { curve: 'ed25519', bytes: new Uint8Array(32).fill(7) };
const KEY_TEXT = 'ed25519:US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx';
const HASH = new Uint8Array(32).fill(1);
const HASH_TEXT = '4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi';

test('a u64 is written as a number with every digit', (t) => {
  const text = stringifyNearJson({ nonce: 2n ** 64n - 1n, list: [0n, 1n] });
  t.is(text, '{"nonce":18446744073709551615,"list":[0,1]}');
  t.deepEqual(parseNearJson(text), { nonce: '18446744073709551615', list: [0, 1] });
});

test('a deployed code is shown by its hash, inside a delegate action whole', (t) => {
  const deploy: Action = { kind: 'deploy_contract', code: new TextEncoder().encode('abc') };
  t.deepEqual(viewAction(deploy), {
    DeployContract: { code: 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=' },
  });
  const delegate: Action = {
    kind: 'delegate',
    delegate: {
      sender_id: 'alice.near',
      receiver_id: 'bob.near',
      actions: [deploy, { kind: 'create_account' }],
      nonce: 3n,
      max_block_height: 9n,
      public_key: KEY,
    },
    signature: { curve: 'ed25519', bytes: new Uint8Array(64) },
  };
  t.deepEqual(viewAction(delegate), {
    Delegate: {
      delegate_action: {
        sender_id: 'alice.near',
        receiver_id: 'bob.near',
        actions: [{ DeployContract: { code: 'YWJj' } }, { CreateAccount: {} }],
        nonce: 3n,
        max_block_height: 9n,
        public_key: KEY_TEXT,
      },
      signature: `ed25519:${'1'.repeat(64)}`,
    },
  });
});

test('every other action is shown with balances as strings and gas as a number', (t) => {
  const permission = {
    kind: 'call',
    allowance: null,
    receiver_id: 'app.near',
    method_names: ['go'],
  } as const;
  const cases: [Action, unknown][] = [
    [{ kind: 'create_account' }, 'CreateAccount'],
    [{ kind: 'transfer', deposit: 10n ** 24n }, { Transfer: { deposit: '1000000000000000000000000' } }],
    [
      { kind: 'function_call', method_name: 'go', args: Uint8Array.of(123, 125), gas: 5n, deposit: 1n },
      { FunctionCall: { method_name: 'go', args: 'e30=', gas: 5n, deposit: '1' } },
    ],
    [{ kind: 'stake', stake: 2n, public_key: KEY }, { Stake: { stake: '2', public_key: KEY_TEXT } }],
    [
      { kind: 'add_key', public_key: KEY, nonce: 0n, permission: { ...permission, method_names: ['go'] } },
      {
        AddKey: {
          public_key: KEY_TEXT,
          access_key: {
            nonce: 0n,
            permission: { FunctionCall: { allowance: null, receiver_id: 'app.near', method_names: ['go'] } },
          },
        },
      },
    ],
    [{ kind: 'delete_key', public_key: KEY }, { DeleteKey: { public_key: KEY_TEXT } }],
    [
      { kind: 'delete_account', beneficiary_id: 'bob.near' },
      { DeleteAccount: { beneficiary_id: 'bob.near' } },
    ],
  ];
  for (const [action, shown] of cases) t.deepEqual(viewAction(action), shown, action.kind);
});

test('a data receipt of a failure has no data', (t) => {
  const receipt = viewReceipt({
    predecessor_id: 'alice.near',
    receiver_id: 'bob.near',
    receipt_id: HASH,
    body: { kind: 'data', data_id: HASH, data: null },
  });
  t.deepEqual(receipt, {
    predecessor_id: 'alice.near',
    receiver_id: 'bob.near',
    receipt_id: HASH_TEXT,
    receipt: { Data: { data_id: HASH_TEXT, data: null, is_promise_resume: false } },
    priority: 0,
  });
});

test('changes are shown with their causes, and receipts that wait are left out', (t) => {
  const cause = { kind: 'receipt_processing', receipt_hash: HASH } as const;
  const account = { amount: 5n, locked: 0n, code_hash: null, storage_usage: 182n };
  const access_key = { nonce: 1n, permission: { kind: 'full' } } as const;
  const shown = showStateChanges([
    { key: accountKey('alice.near'), changes: [{ cause, value: encodeAccount(account) }] },
    { key: accessKeyKey('alice.near', KEY), changes: [{ cause, value: encodeAccessKey(access_key) }] },
    {
      key: delayedReceiptIndicesKey(),
      changes: [
        {
          cause: { kind: 'updated_delayed_receipts' },
          value: encodeDelayedReceiptIndices({ first_index: 0n, next_available_index: 1n }),
        },
      ],
    },
    {
      key: contractDataKey('alice.near', Uint8Array.of(1)),
      changes: [
        { cause, value: Uint8Array.of(2) },
        { cause: { kind: 'migration' }, value: null },
      ],
    },
  ]);
  const spelt = { type: 'receipt_processing', receipt_hash: HASH_TEXT };
  const code_hash = '1'.repeat(32);
  t.deepEqual(
    shown.map(({ view }) => view),
    [
      {
        cause: spelt,
        type: 'account_update',
        change: {
          account_id: 'alice.near',
          amount: '5',
          locked: '0',
          code_hash,
          storage_usage: 182n,
          storage_paid_at: 0,
        },
      },
      {
        cause: spelt,
        type: 'access_key_update',
        change: {
          account_id: 'alice.near',
          public_key: KEY_TEXT,
          access_key: { nonce: 1n, permission: 'FullAccess' },
        },
      },
      {
        cause: spelt,
        type: 'data_update',
        change: { account_id: 'alice.near', key_base64: 'AQ==', value_base64: 'Ag==' },
      },
      {
        cause: { type: 'migration' },
        type: 'data_deletion',
        change: { account_id: 'alice.near', key_base64: 'AQ==' },
      },
    ],
  );
});

const METADATA: [string, GasProfile | null, object][] = [
  ['a transaction has no profile', null, { version: 1, gas_profile: null }],
  ['a receipt without a call has an empty one', emptyProfile(), { version: 3, gas_profile: [] }],
  [
    'that of a call names its costs as NEAR does, sorted, its own operators among them',
    { actions: { transfer: 4n, create_account: 1n }, host: { write_register_base: 5n, base: 3n }, wasm: 2n },
    {
      version: 3,
      gas_profile: [
        { cost_category: 'ACTION_COST', cost: 'CREATE_ACCOUNT', gas_used: '1' },
        { cost_category: 'ACTION_COST', cost: 'TRANSFER', gas_used: '4' },
        { cost_category: 'WASM_HOST_COST', cost: 'BASE', gas_used: '3' },
        { cost_category: 'WASM_HOST_COST', cost: 'WASM_INSTRUCTION', gas_used: '2' },
        { cost_category: 'WASM_HOST_COST', cost: 'WRITE_REGISTER_BASE', gas_used: '5' },
      ],
    },
  ],
];
for (const [what, gas_profile, metadata] of METADATA) {
  test(`of gas by kind of cost, ${what}`, (t) => {
    const outcome = {
      id: HASH,
      receipt: null,
      logs: [],
      receipt_ids: [],
      gas_burnt: 5n,
      gas_profile,
      tokens_burnt: 0n,
      executor_id: 'alice.near',
      status: { kind: 'value' as const, value: new Uint8Array(0) },
    };
    t.deepEqual(viewOutcome({ outcome, block_hash: HASH, path: [] }).outcome.metadata, metadata);
  });
}
