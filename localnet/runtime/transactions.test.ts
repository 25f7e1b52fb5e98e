// Owns which transactions are valid and in which words the others are refused; leaves what valid ones do to actions.test.ts.
import test from 'ava';
import { formatCurveBytes } from '../../core/near/keys.ts';
import { type Action, hashTransaction } from '../../core/near/transaction.ts';
import {
  contract,
  keyOf,
  NEAR,
  statusJson,
  TestChain,
  type TestTransaction,
} from '../../sandbox-tests/support/near-runtime.ts';
import { transactionCost } from './fees.ts';
import { verifyTransaction } from './verify-transaction.ts';

const accounts = { 'alice.near': 100n * NEAR, 'bob.near': 10n * NEAR };
const transfer: Action[] = [{ kind: 'transfer', deposit: 1n }];
const base: TestTransaction = { from: 'alice.near', to: 'bob.near', actions: transfer };
const call = (
  method_name: string,
  change: { gas?: bigint; deposit?: bigint; args?: Uint8Array } = {},
): Action => ({
  kind: 'function_call',
  method_name,
  args: change.args ?? new Uint8Array(0),
  gas: change.gas ?? 10n ** 13n,
  deposit: change.deposit ?? 0n,
});
const public_key = (name: string) => formatCurveBytes(keyOf(name).public_key);

function chainWithKey(allowance: bigint | null = NEAR): TestChain {
  const chain = new TestChain({ accounts });
  const permission = { receiver_id: 'bob.near', method_names: ['read', 'write'], allowance };
  chain.addKey('alice.near', 'call', { kind: 'call', ...permission });
  return chain;
}

const withCallKey = (change: Partial<TestTransaction>): TestTransaction => ({
  ...base,
  key: 'call',
  actions: [call('read')],
  ...change,
});

const REFUSED: [string, TestTransaction, unknown][] = [
  ['a nonce that was used', { ...base, nonce: 0n }, { InvalidNonce: { tx_nonce: 0n, ak_nonce: 0n } }],
  [
    'a nonce beyond the height',
    { ...base, nonce: 100_000_000n },
    { NonceTooLarge: { tx_nonce: 100_000_000n, upper_bound: 100_000_000n } },
  ],
  ['a block that is too old', { ...base, named_block: 'expired' }, 'Expired'],
  ['a block of another fork', { ...base, named_block: 'other_chain' }, 'InvalidChain'],
  [
    'a signer that is not there',
    { ...base, from: 'nobody.near' },
    { SignerDoesNotExist: { signer_id: 'nobody.near' } },
  ],
  [
    "a key that is not the signer's",
    { ...base, key: 'bob.near' },
    {
      InvalidAccessKeyError: {
        AccessKeyNotFound: { account_id: 'alice.near', public_key: public_key('bob.near') },
      },
    },
  ],
  [
    'a call key that transfers',
    withCallKey({ actions: transfer }),
    { InvalidAccessKeyError: 'RequiresFullAccess' },
  ],
  [
    'a call key with two actions',
    withCallKey({ actions: [call('read'), call('read')] }),
    { InvalidAccessKeyError: 'RequiresFullAccess' },
  ],
  [
    'a call key with a deposit',
    withCallKey({ actions: [call('read', { deposit: 1n })] }),
    { InvalidAccessKeyError: 'DepositWithFunctionCall' },
  ],
  [
    'a call key of another contract',
    withCallKey({ to: 'alice.near' }),
    { InvalidAccessKeyError: { ReceiverMismatch: { tx_receiver: 'alice.near', ak_receiver: 'bob.near' } } },
  ],
  [
    'a call key of another method',
    withCallKey({ actions: [call('burn')] }),
    { InvalidAccessKeyError: { MethodNameMismatch: { method_name: 'burn' } } },
  ],
  [
    'a call without gas',
    { ...base, actions: [call('read', { gas: 0n })] },
    { ActionsValidation: 'FunctionCallZeroAttachedGas' },
  ],
  [
    'more gas than a transaction may hold',
    { ...base, actions: [call('read', { gas: 10n ** 15n }), call('read', { gas: 1n })] },
    {
      ActionsValidation: {
        TotalPrepaidGasExceeded: { total_prepaid_gas: 10n ** 15n + 1n, limit: 10n ** 15n },
      },
    },
  ],
  [
    'a method name that is too long',
    { ...base, actions: [call('x'.repeat(257))] },
    { ActionsValidation: { FunctionCallMethodNameLengthExceeded: { length: 257n, limit: 256n } } },
  ],
  [
    'more than 100 actions',
    { ...base, actions: Array.from({ length: 101 }, () => transfer).flat() },
    { ActionsValidation: { TotalNumberOfActionsExceeded: { total_number_of_actions: 101n, limit: 100n } } },
  ],
  [
    'more than 10 deployments',
    {
      ...base,
      to: 'alice.near',
      actions: Array.from({ length: 11 }, () => ({ kind: 'deploy_contract', code: new Uint8Array(1) })),
    },
    {
      ActionsValidation: {
        TotalNumberOfDeployActionsExceeded: { number_of_deploy_actions: 11n, limit: 10n },
      },
    },
  ],
  [
    'actions behind the end of an account',
    { ...base, actions: [{ kind: 'delete_account', beneficiary_id: 'bob.near' }, ...transfer] },
    { ActionsValidation: 'DeleteActionMustBeFinal' },
  ],
  [
    'a beneficiary that is no account id',
    { ...base, actions: [{ kind: 'delete_account', beneficiary_id: 'NO' }] },
    { ActionsValidation: { InvalidAccountId: { account_id: 'NO' } } },
  ],
  [
    'names of a call key that are too long in all',
    { ...base, actions: [{ ...callKeyAction(Array.from({ length: 8 }, () => 'x'.repeat(250))) }] },
    {
      ActionsValidation: {
        AddKeyMethodNamesNumberOfBytesExceeded: { total_number_of_bytes: 2008n, limit: 2000n },
      },
    },
  ],
  [
    'a transaction beyond its size',
    { ...base, to: 'alice.near', actions: [{ kind: 'deploy_contract', code: new Uint8Array(1_572_864) }] },
    { TransactionSizeExceeded: { size: 1_573_039n, limit: 1_572_864n } },
  ],
  [
    'staking, for validators are configured',
    { ...base, actions: [{ kind: 'stake', stake: 1n, public_key: keyOf('x').public_key }] },
    { ActionsValidation: { UnsupportedProtocolFeature: { protocol_feature: 'Stake', version: 86n } } },
  ],
];

function callKeyAction(method_names: string[]): Action {
  const permission = { kind: 'call' as const, allowance: null, receiver_id: 'bob.near', method_names };
  return { kind: 'add_key', public_key: keyOf('x').public_key, nonce: 0n, permission };
}

for (const [what, transaction, error] of REFUSED) {
  test(`${what} is refused, costs nothing and changes nothing`, (t) => {
    const chain = chainWithKey();
    const before = chain.states[0]?.root;
    const outcomes = chain.run([transaction]);
    t.is(outcomes.length, 1);
    t.deepEqual(statusJson(outcomes[0]), { Failure: { InvalidTxError: error } });
    t.like(outcomes[0], { gas_burnt: 0n, tokens_burnt: 0n, receipt_ids: [] });
    t.deepEqual(chain.states[0]?.root, before);
  });
}

test('an empty method name fails when it runs until protocol 86, and is refused from 87', (t) => {
  const run = (protocol_version: number) => {
    const chain = new TestChain({ accounts, protocol_version });
    chain.deploy('bob.near', contract({ main: '(nop)' }));
    return chain.run([{ ...base, actions: [call('')] }]);
  };
  const kind = { FunctionCallError: { MethodResolveError: 'MethodEmptyName' } };
  t.deepEqual(statusJson(run(86)[1]), { Failure: { ActionError: { index: 0n, kind } } });
  const InvalidTxError = { ActionsValidation: 'FunctionCallEmptyMethodName' };
  t.deepEqual(statusJson(run(87)[0]), { Failure: { InvalidTxError } });
});

test('a signature of another key is refused', (t) => {
  const chain = new TestChain({ accounts });
  const { transaction } = chain.sign(base);
  const signature = keyOf('bob.near').sign(hashTransaction(transaction));
  const [outcome] = chain.run([{ transaction, signature }]);
  t.deepEqual(statusJson(outcome), { Failure: { InvalidTxError: 'InvalidSignature' } });
});

test('a balance that covers the cost to the last yocto is enough, and one less is not', (t) => {
  const price = new TestChain({ accounts });
  const { transaction } = price.sign(base);
  const { parameters, gas_price } = price;
  const cost = transactionCost({ parameters, transaction, gas_price })?.total_cost ?? 0n;
  const run = (balance: bigint) =>
    new TestChain({ accounts: { ...accounts, 'alice.near': balance } }).run([base])[0];
  t.is(run(cost)?.status.kind, 'receipt');
  const signer_id = 'alice.near';
  const error = { NotEnoughBalance: { signer_id, balance: String(cost - 1n), cost: String(cost) } };
  t.deepEqual(statusJson(run(cost - 1n)), { Failure: { InvalidTxError: error } });
});

test('a balance that storage needs cannot be spent', (t) => {
  const chain = new TestChain({ accounts });
  chain.deploy('alice.near', new Uint8Array(100_000));
  const [outcome] = chain.run([{ ...base, actions: [{ kind: 'transfer', deposit: 995n * 10n ** 23n }] }]);
  const { InvalidTxError } = (statusJson(outcome) as { Failure: { InvalidTxError: object } }).Failure;
  t.deepEqual(Object.keys(InvalidTxError), ['LackBalanceForState']);
});

test('an allowance pays for the gas that is bought, and gets back what comes back', (t) => {
  const chain = chainWithKey();
  chain.deploy('bob.near', contract({ read: '(nop)' }));
  const outcomes = chain.run([withCallKey({})]);
  t.deepEqual(statusJson(outcomes[1]), { SuccessValue: '' });
  const burnt = outcomes.reduce((sum, outcome) => sum + outcome.tokens_burnt, 0n);
  const permission = {
    kind: 'call',
    receiver_id: 'bob.near',
    method_names: ['read', 'write'],
    allowance: NEAR - burnt,
  };
  t.deepEqual(chain.key('alice.near', 'call'), { nonce: 1n, permission } as never);
  t.is(chain.account('alice.near').amount, 100n * NEAR - burnt);
});

test('an allowance that is too small refuses, with what it lacks', (t) => {
  const chain = chainWithKey(5n);
  const [outcome] = chain.run([withCallKey({})]);
  const { parameters, gas_price } = chain;
  const { transaction } = chain.sign(withCallKey({}));
  const cost = String(transactionCost({ parameters, transaction, gas_price })?.total_cost);
  const lacking = { account_id: 'alice.near', public_key: public_key('call'), allowance: '5', cost };
  t.deepEqual(statusJson(outcome), {
    Failure: { InvalidTxError: { InvalidAccessKeyError: { NotEnoughAllowance: lacking } } },
  });
});

test('a key without an allowance spends without bound', (t) => {
  const chain = chainWithKey(null);
  chain.deploy('bob.near', contract({ write: '(nop)' }));
  const outcomes = chain.run([withCallKey({ actions: [call('write')] })]);
  t.deepEqual(statusJson(outcomes[1]), { SuccessValue: '' });
});

test('a transaction stands once in a chunk, and its nonce is used up behind it', (t) => {
  const chain = new TestChain({ accounts });
  const signed = chain.sign(base);
  const [first, ...others] = chain.run([signed, signed]);
  t.is(first?.gas_burnt, 223_182_562_500n);
  t.is(others.filter((outcome) => outcome.receipt === null).length, 0, 'the second is left out');
  const [again] = chain.run([signed]);
  t.deepEqual(statusJson(again), {
    Failure: { InvalidTxError: { InvalidNonce: { tx_nonce: 1n, ak_nonce: 1n } } },
  });
});

test('asking whether a transaction is valid writes nothing', (t) => {
  const chain = new TestChain({ accounts });
  const [state] = chain.states;
  if (state === undefined) return t.fail();
  const { parameters, gas_price, height } = chain;
  const before = state.root;
  const verdict = verifyTransaction(
    { parameters, gas_price, height, state },
    { signed: chain.sign(base), named_block: 'valid' },
  );
  t.is(verdict.kind, 'charged');
  state.setCause({ kind: 'migration' });
  return t.deepEqual(state.finishChunk().root, before);
});
