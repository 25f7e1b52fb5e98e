// Owns what each action does, costs and is refused for; leaves contract calls to promises.test.ts and transactions to their own.
import test from 'ava';
import { formatCurveBytes } from '../../core/near/keys.ts';
import type { Action } from '../../core/near/transaction.ts';
import {
  contract,
  GAS_PRICE,
  keyOf,
  NEAR,
  PURCHASE_PRICE,
  statusJson,
  TestChain,
} from '../../sandbox-tests/support/near-runtime.ts';
import { RUNTIME_LIMITS } from './limits.ts';

const accounts = { 'alice.near': 100n * NEAR, 'bob.near': 10n * NEAR, near: 10n * NEAR };
const CHARGE = RUNTIME_LIMITS.account_creation_charge;
const fullKey = (name: string): Action => ({
  kind: 'add_key',
  public_key: keyOf(name).public_key,
  nonce: 77n,
  permission: { kind: 'full' },
});

test('a transfer costs its fees at the block price, and the surplus of the purchase comes back', (t) => {
  const chain = new TestChain({ accounts });
  const { new_action_receipt, transfer } = chain.parameters.actions;
  const [sent, received, refund] = chain.send('alice.near', 'bob.near', [
    { kind: 'transfer', deposit: NEAR },
  ]);
  const send = new_action_receipt.send_not_sir + transfer.send_not_sir;
  const exec = new_action_receipt.execution + transfer.execution;
  t.is(send, 223_182_562_500n);
  t.like(sent, { gas_burnt: send, tokens_burnt: send * GAS_PRICE, executor_id: 'alice.near', logs: [] });
  t.like(received, { gas_burnt: exec, tokens_burnt: exec * GAS_PRICE, executor_id: 'bob.near' });
  t.deepEqual(statusJson(received), { SuccessValue: '' });
  t.deepEqual(refund?.receipt?.body.actions, [
    { kind: 'transfer', deposit: exec * (PURCHASE_PRICE - GAS_PRICE) },
  ]);
  t.like(refund?.receipt, { predecessor_id: 'system', receiver_id: 'alice.near' });
  t.like(refund, { gas_burnt: exec, tokens_burnt: 0n });
  t.is(chain.account('alice.near').amount, 99n * NEAR - (send + exec) * GAS_PRICE);
  t.is(chain.account('bob.near').amount, 11n * NEAR);
  t.is(chain.outcomes.length, 3);
});

test('the purchase is at the block price where that is above the least price', (t) => {
  const chain = new TestChain({ accounts, gas_price: 3n * PURCHASE_PRICE });
  const outcomes = chain.send('alice.near', 'bob.near', [{ kind: 'transfer', deposit: NEAR }]);
  t.is(outcomes.length, 2, 'nothing is left to return');
  t.is(outcomes[1]?.tokens_burnt, 223_182_562_500n * 3n * PURCHASE_PRICE);
});

test('creating an account with balance and key costs its three actions and the charge for an account', (t) => {
  const chain = new TestChain({ accounts });
  const { new_action_receipt, create_account, transfer, add_full_access_key } = chain.parameters.actions;
  const [sent, made] = chain.send('alice.near', 'sub.alice.near', [
    { kind: 'create_account' },
    { kind: 'transfer', deposit: NEAR },
    fullKey('sub'),
  ]);
  const fees = [new_action_receipt, create_account, transfer, add_full_access_key];
  const send = fees.reduce((sum, fee) => sum + fee.send_not_sir, 0n);
  const exec = fees.reduce((sum, fee) => sum + fee.execution, 0n);
  t.is(sent?.gas_burnt, send);
  t.is(made?.gas_burnt, exec);
  // The charge is 0.007 NEAR in all, with the gas of creating; the rest of it is kept from the surplus.
  t.is(made?.tokens_burnt, exec * GAS_PRICE + CHARGE - create_account.execution * GAS_PRICE);
  // 100 for the account, 33 for the key, 9 for its record and 40 around it.
  t.like(chain.account('sub.alice.near'), { amount: NEAR, locked: 0n, storage_usage: 182n });
  t.deepEqual(chain.key('sub.alice.near', 'sub'), { nonce: 100_000_000n, permission: { kind: 'full' } });
});

test('the charge for an account is no more than the surplus that there is', (t) => {
  const chain = new TestChain({ accounts, gas_price: 3n * PURCHASE_PRICE });
  const [, made] = chain.send('alice.near', 'sub.alice.near', [{ kind: 'create_account' }]);
  t.is(made?.tokens_burnt, (made?.gas_burnt ?? 0n) * 3n * PURCHASE_PRICE);
});

test('an account without a balance may exist while it is small', (t) => {
  const chain = new TestChain({ accounts });
  const outcomes = chain.send('alice.near', 'sub.alice.near', [{ kind: 'create_account' }, fullKey('sub')]);
  t.deepEqual(statusJson(outcomes[1]), { SuccessValue: '' });
  t.is(chain.account('sub.alice.near').amount, 0n);
});

test('an account that cannot pay for its storage is undone, and its deposit comes back', (t) => {
  const chain = new TestChain({ accounts });
  const keys = Array.from({ length: 9 }, (_, index) => fullKey(`key ${index}`));
  const outcomes = chain.send('alice.near', 'sub.alice.near', [
    { kind: 'create_account' },
    { kind: 'transfer', deposit: 5n },
    ...keys,
  ]);
  const amount = String((100n + 9n * 82n) * 10n ** 19n - 5n);
  const kind = { LackBalanceForState: { account_id: 'sub.alice.near', amount } };
  t.deepEqual(statusJson(outcomes[1]), { Failure: { ActionError: { index: null, kind } } });
  t.false(chain.exists('sub.alice.near'));
  t.like(outcomes[2]?.receipt, { receiver_id: 'alice.near', predecessor_id: 'system' });
  t.deepEqual(outcomes[2]?.receipt?.body.actions, [{ kind: 'transfer', deposit: 5n }]);
  t.is(
    chain.account('alice.near').amount,
    100n * NEAR - (outcomes[0]?.tokens_burnt ?? 0n) - (outcomes[1]?.tokens_burnt ?? 0n),
  );
});

const IMPLICIT = Buffer.from(keyOf('implicit').public_key.bytes).toString('hex');

test('a transfer brings an implicit account into being, with the key that is its name', (t) => {
  const chain = new TestChain({ accounts });
  const { new_action_receipt, create_account, transfer, add_full_access_key } = chain.parameters.actions;
  const [sent, made] = chain.send('alice.near', IMPLICIT, [{ kind: 'transfer', deposit: NEAR }]);
  const fees = [new_action_receipt, create_account, transfer, add_full_access_key];
  t.is(
    sent?.gas_burnt,
    fees.reduce((sum, fee) => sum + fee.send_not_sir, 0n),
  );
  t.is(
    made?.gas_burnt,
    fees.reduce((sum, fee) => sum + fee.execution, 0n),
  );
  t.like(chain.account(IMPLICIT), { amount: NEAR, storage_usage: 182n });
  t.deepEqual(chain.key(IMPLICIT, 'implicit'), { nonce: 100_000_000n, permission: { kind: 'full' } });
  const [, again] = chain.send('alice.near', IMPLICIT, [{ kind: 'transfer', deposit: NEAR }]);
  t.true((again?.tokens_burnt ?? 0n) < CHARGE, 'an account that is there is not charged for');
  t.is(chain.account(IMPLICIT).amount, 2n * NEAR);
});

test('a deterministic account comes into being without key or code', (t) => {
  const chain = new TestChain({ accounts });
  const id = `0s${'1'.repeat(40)}`;
  chain.send('alice.near', id, [{ kind: 'transfer', deposit: NEAR }]);
  t.deepEqual(chain.account(id), { amount: NEAR, locked: 0n, code_hash: null, storage_usage: 100n });
});

const code = contract({ main: '(nop)' });
const callKey: Action = {
  kind: 'add_key',
  public_key: keyOf('call').public_key,
  nonce: 0n,
  permission: { kind: 'call', allowance: 5n, receiver_id: 'bob.near', method_names: ['ab', 'c'] },
};

test('deploying counts the code as storage and replaces what was there', (t) => {
  const chain = new TestChain({ accounts });
  const { new_action_receipt, deploy_contract_base, deploy_contract_byte } = chain.parameters.actions;
  const [sent, done] = chain.send('alice.near', 'alice.near', [{ kind: 'deploy_contract', code }]);
  const size = BigInt(code.length);
  t.is(
    sent?.gas_burnt,
    new_action_receipt.send_sir + deploy_contract_base.send_sir + deploy_contract_byte.send_sir * size,
  );
  t.is(
    done?.gas_burnt,
    new_action_receipt.execution + deploy_contract_base.execution + deploy_contract_byte.execution * size,
  );
  t.is(chain.account('alice.near').storage_usage, 182n + size);
  const other = contract({ other: '(nop)', main: '(nop)' });
  chain.send('alice.near', 'alice.near', [{ kind: 'deploy_contract', code: other }]);
  t.is(chain.account('alice.near').storage_usage, 182n + BigInt(other.length));
});

test('a call key counts for its names, and leaves with its storage', (t) => {
  const chain = new TestChain({ accounts });
  const { new_action_receipt, add_function_call_key_base, add_function_call_key_byte, delete_key } =
    chain.parameters.actions;
  const [, added] = chain.send('alice.near', 'alice.near', [callKey]);
  t.is(
    added?.gas_burnt,
    new_action_receipt.execution +
      add_function_call_key_base.execution +
      add_function_call_key_byte.execution * 5n,
  );
  // Nonce 8, tag 1, allowance 17, receiver 12, names 4 + 6 + 5.
  t.is(chain.account('alice.near').storage_usage, 182n + 33n + 53n + 40n);
  const [, gone] = chain.send('alice.near', 'alice.near', [
    { kind: 'delete_key', public_key: keyOf('call').public_key },
  ]);
  t.is(gone?.gas_burnt, new_action_receipt.execution + delete_key.execution);
  t.is(chain.account('alice.near').storage_usage, 182n);
  t.is(chain.key('alice.near', 'call'), null);
});

test('deleting an account removes its keys, code and data and pays the beneficiary', (t) => {
  const chain = new TestChain({ accounts });
  const store =
    '(drop (call $storage_write (i64.const 3) (i64.const 0) (i64.const 3) (i64.const 0) (i64.const 0)))';
  chain.send('alice.near', 'alice.near', [
    { kind: 'deploy_contract', code: contract({ main: store }, { 0: 'abc' }) },
    { kind: 'function_call', method_name: 'main', args: new Uint8Array(0), gas: 10n ** 13n, deposit: 0n },
    callKey,
  ]);
  t.is(
    [...chain.stateOf('alice.near').entries(new Uint8Array(0))].filter((entry) =>
      holds(entry.key, 'alice.near'),
    ).length,
    5,
  );
  const before = chain.account('alice.near').amount;
  const [sent, done, paid] = chain.send('alice.near', 'alice.near', [
    { kind: 'delete_account', beneficiary_id: 'bob.near' },
  ]);
  t.deepEqual(statusJson(done), { SuccessValue: '' });
  t.false(chain.exists('alice.near'));
  t.is(
    [...chain.stateOf('alice.near').entries(new Uint8Array(0))].filter((entry) =>
      holds(entry.key, 'alice.near'),
    ).length,
    0,
  );
  t.like(paid?.receipt, { predecessor_id: 'system', receiver_id: 'bob.near' });
  const { new_action_receipt, delete_account } = chain.parameters.actions;
  const bought = (new_action_receipt.execution + delete_account.execution) * PURCHASE_PRICE;
  t.is(chain.account('bob.near').amount, 10n * NEAR + before - (sent?.tokens_burnt ?? 0n) - bought);
  const kind = { AccountDoesNotExist: { account_id: 'alice.near' } };
  const refund = { Failure: { ActionError: { index: 0n, kind } } };
  t.deepEqual(statusJson(chain.outcomes.at(-1)), refund, 'the gas refund finds nobody and is burnt');
});

function holds(key: Uint8Array, account_id: string): boolean {
  return Buffer.from(key.subarray(1)).toString('latin1').startsWith(account_id);
}

const public_key = formatCurveBytes(keyOf('alice.near').public_key);
const REFUSED: [string, string, Action[], number, unknown][] = [
  [
    'an account that is there cannot be created',
    'bob.near',
    [{ kind: 'create_account' }],
    0,
    { AccountAlreadyExists: { account_id: 'bob.near' } },
  ],
  [
    'an account of another parent cannot be created',
    'sub.bob.near',
    [{ kind: 'create_account' }],
    0,
    { CreateAccountNotAllowed: { account_id: 'sub.bob.near', predecessor_id: 'alice.near' } },
  ],
  [
    'a grandchild cannot be created',
    'a.b.alice.near',
    [{ kind: 'create_account' }],
    0,
    { CreateAccountNotAllowed: { account_id: 'a.b.alice.near', predecessor_id: 'alice.near' } },
  ],
  [
    "a short top-level account is the registrar's to create",
    'short',
    [{ kind: 'create_account' }],
    0,
    {
      CreateAccountOnlyByRegistrar: {
        account_id: 'short',
        registrar_account_id: 'registrar',
        predecessor_id: 'alice.near',
      },
    },
  ],
  [
    'the system account cannot be created',
    'system',
    [{ kind: 'create_account' }],
    0,
    { CreateAccountNotAllowed: { account_id: 'system', predecessor_id: 'alice.near' } },
  ],
  [
    'an implicit account is made by transfer alone',
    IMPLICIT,
    [{ kind: 'create_account' }],
    0,
    { OnlyImplicitAccountCreationAllowed: { account_id: IMPLICIT } },
  ],
  [
    'an implicit account is not made by a transfer among other actions',
    IMPLICIT,
    [{ kind: 'transfer', deposit: 1n }, fullKey('x')],
    0,
    { AccountDoesNotExist: { account_id: IMPLICIT } },
  ],
  [
    "an account of Ethereum's kind is refused, for its contract is not here",
    `0x${'a'.repeat(40)}`,
    [{ kind: 'transfer', deposit: 1n }],
    0,
    {
      NewReceiptValidationError: {
        ActionsValidation: {
          UnsupportedProtocolFeature: { protocol_feature: 'EthImplicitAccounts', version: 86n },
        },
      },
    },
  ],
  [
    'a transfer to nobody fails',
    'nobody.near',
    [{ kind: 'transfer', deposit: 1n }],
    0,
    { AccountDoesNotExist: { account_id: 'nobody.near' } },
  ],
  [
    'code is deployed by the account itself',
    'bob.near',
    [
      { kind: 'transfer', deposit: 1n },
      { kind: 'deploy_contract', code },
    ],
    1,
    { ActorNoPermission: { account_id: 'bob.near', actor_id: 'alice.near' } },
  ],
  [
    'keys are added by the account itself',
    'bob.near',
    [fullKey('x')],
    0,
    { ActorNoPermission: { account_id: 'bob.near', actor_id: 'alice.near' } },
  ],
  [
    'an account is deleted by itself',
    'bob.near',
    [{ kind: 'delete_account', beneficiary_id: 'alice.near' }],
    0,
    { ActorNoPermission: { account_id: 'bob.near', actor_id: 'alice.near' } },
  ],
  [
    'a key that is there cannot be added',
    'alice.near',
    [fullKey('alice.near')],
    0,
    { AddKeyAlreadyExists: { account_id: 'alice.near', public_key } },
  ],
  [
    'a key that is not there cannot be deleted',
    'alice.near',
    [{ kind: 'delete_key', public_key: keyOf('none').public_key }],
    0,
    {
      DeleteKeyDoesNotExist: {
        account_id: 'alice.near',
        public_key: formatCurveBytes(keyOf('none').public_key),
      },
    },
  ],
  [
    'a call of an account without code fails',
    'bob.near',
    [{ kind: 'function_call', method_name: 'main', args: new Uint8Array(0), gas: 10n ** 13n, deposit: 1n }],
    0,
    { FunctionCallError: { CompilationError: { CodeDoesNotExist: { account_id: 'bob.near' } } } },
  ],
];

for (const [what, receiver, actions, index, kind] of REFUSED) {
  test(`${what}; nothing changes but the fees`, (t) => {
    const chain = new TestChain({ accounts });
    const bob = chain.account('bob.near');
    const outcomes = chain.send('alice.near', receiver, actions);
    t.deepEqual(statusJson(outcomes[1]), { Failure: { ActionError: { index: BigInt(index), kind } } });
    t.deepEqual(chain.account('bob.near'), bob);
    const burnt = outcomes.reduce((sum, outcome) => sum + outcome.tokens_burnt, 0n);
    t.is(chain.account('alice.near').amount, 100n * NEAR - burnt);
    t.is(chain.account('alice.near').storage_usage, 182n);
    t.is(chain.burnt, burnt);
  });
}

test('the registrar may create a short top-level account', (t) => {
  const chain = new TestChain({ accounts: { registrar: NEAR } });
  const outcomes = chain.send('registrar', 'short', [{ kind: 'create_account' }]);
  t.deepEqual(statusJson(outcomes[1]), { SuccessValue: '' });
  t.true(chain.exists('short'));
});

test('an account whose data is large cannot be deleted', (t) => {
  const chain = new TestChain({ accounts });
  const store =
    '(drop (call $storage_write (i64.const 3) (i64.const 0) (i64.const 9900) (i64.const 0) (i64.const 0)))';
  chain.deploy('alice.near', contract({ main: store }, { 0: 'abc' }));
  const call = { method_name: 'main', args: new Uint8Array(0), gas: 10n ** 13n, deposit: 0n };
  const outcomes = chain.send('alice.near', 'alice.near', [
    { kind: 'function_call', ...call },
    { kind: 'delete_account', beneficiary_id: 'bob.near' },
  ]);
  const kind = { DeleteAccountWithLargeState: { account_id: 'alice.near' } };
  t.deepEqual(statusJson(outcomes[1]), { Failure: { ActionError: { index: 1n, kind } } });
});
