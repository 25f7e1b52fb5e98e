// Owns what a relayer's meta-transaction does and is refused for; leaves the actions inside to their own tests.
import test from 'ava';
import { formatCurveBytes } from '../../core/near/keys.ts';
import type { DelegateAction } from '../../core/near/transaction.ts';
import {
  contract,
  GAS_PRICE,
  keyOf,
  NEAR,
  PURCHASE_PRICE,
  signedDelegate,
  statusJson,
  TestChain,
} from '../../sandbox-tests/support/near-runtime.ts';

const accounts = { 'relayer.near': 100n * NEAR, 'alice.near': 10n * NEAR, 'bob.near': 10n * NEAR };

function delegateOf(change: Partial<DelegateAction> = {}): DelegateAction {
  return {
    sender_id: 'alice.near',
    receiver_id: 'bob.near',
    actions: [{ kind: 'transfer', deposit: NEAR }],
    nonce: 5n,
    max_block_height: 1_000n,
    public_key: keyOf('alice.near').public_key,
    ...change,
  };
}

test("a delegated transfer moves the relayer's balance in the sender's name, and the relayer pays all fees", (t) => {
  const chain = new TestChain({ accounts });
  const [sent, delegated, ...rest] = chain.send('relayer.near', 'alice.near', [signedDelegate(delegateOf())]);
  const { new_action_receipt, delegate, transfer } = chain.parameters.actions;
  t.is(sent?.gas_burnt, new_action_receipt.send_not_sir + delegate.send_not_sir + transfer.send_not_sir);
  t.is(delegated?.gas_burnt, new_action_receipt.execution + delegate.execution + transfer.send_not_sir);
  const inner = rest.find((outcome) => outcome.executor_id === 'bob.near');
  t.like(inner?.receipt, { predecessor_id: 'alice.near' });
  t.like(inner?.receipt?.body, { signer_id: 'relayer.near', version: 1, gas_price: PURCHASE_PRICE });
  t.is(inner?.gas_burnt, new_action_receipt.execution + transfer.execution);
  const gas = [sent, delegated, inner].reduce((sum, outcome) => sum + (outcome?.gas_burnt ?? 0n), 0n);
  t.is(chain.account('relayer.near').amount, 99n * NEAR - gas * GAS_PRICE);
  t.is(chain.account('alice.near').amount, 10n * NEAR);
  t.is(chain.account('bob.near').amount, 11n * NEAR);
  t.is(chain.key('alice.near')?.nonce, 5n);
  t.is(chain.key('relayer.near')?.nonce, 1n);
});

test('what a delegated action leaves over goes to the sender as deposit and to the relayer as gas', (t) => {
  const chain = new TestChain({ accounts });
  const outcomes = chain.send('relayer.near', 'alice.near', [
    signedDelegate(delegateOf({ receiver_id: 'nobody.near' })),
  ]);
  t.is(chain.account('alice.near').amount, 11n * NEAR, 'NEAR refunds the predecessor, which is the sender');
  const burnt = outcomes.reduce((sum, outcome) => sum + outcome.tokens_burnt, 0n);
  t.is(chain.account('relayer.near').amount, 99n * NEAR - burnt);
});

test('a call key of the sender may be delegated for what it may call', (t) => {
  const chain = new TestChain({ accounts });
  const permission = {
    kind: 'call' as const,
    receiver_id: 'bob.near',
    method_names: ['main'],
    allowance: null,
  };
  chain.addKey('alice.near', 'call', permission);
  chain.deploy('bob.near', contract({ main: '(nop)' }));
  const call = {
    kind: 'function_call' as const,
    method_name: 'main',
    args: new Uint8Array(0),
    gas: 10n ** 13n,
  };
  const { public_key } = keyOf('call');
  const allowed = delegateOf({ public_key, actions: [{ ...call, deposit: 0n }] });
  const outcomes = chain.send('relayer.near', 'alice.near', [signedDelegate(allowed, 'call')]);
  t.deepEqual(outcomes.filter((outcome) => outcome.executor_id === 'bob.near').map(statusJson), [
    { SuccessValue: '' },
  ]);
  const paying = delegateOf({ public_key, actions: [{ ...call, deposit: 1n }], nonce: 6n });
  const refused = chain.send('relayer.near', 'alice.near', [signedDelegate(paying, 'call')]);
  const kind = { DelegateActionAccessKeyError: 'DepositWithFunctionCall' };
  t.deepEqual(statusJson(refused[1]), { Failure: { ActionError: { index: 0n, kind } } });
});

const missing = { account_id: 'alice.near', public_key: formatCurveBytes(keyOf('other').public_key) };
const REFUSED: [string, DelegateAction, string, unknown][] = [
  ['signed by another key', delegateOf(), 'bob.near', 'DelegateActionInvalidSignature'],
  ['too old', delegateOf({ max_block_height: 100n }), 'alice.near', 'DelegateActionExpired'],
  [
    'of another sender than the receiver of the transaction',
    delegateOf({ sender_id: 'bob.near', public_key: keyOf('bob.near').public_key }),
    'bob.near',
    { DelegateActionSenderDoesNotMatchTxReceiver: { sender_id: 'bob.near', receiver_id: 'alice.near' } },
  ],
  [
    'of a key that the sender has not',
    delegateOf({ public_key: keyOf('other').public_key }),
    'other',
    { DelegateActionAccessKeyError: { AccessKeyNotFound: missing } },
  ],
  [
    'with a nonce that was used',
    delegateOf({ nonce: 0n }),
    'alice.near',
    { DelegateActionInvalidNonce: { delegate_nonce: 0n, ak_nonce: 0n } },
  ],
  [
    'with a nonce beyond the height',
    delegateOf({ nonce: 101_000_000n }),
    'alice.near',
    { DelegateActionNonceTooLarge: { delegate_nonce: 101_000_000n, upper_bound: 101_000_000n } },
  ],
];

for (const [what, delegate, key, kind] of REFUSED) {
  test(`a delegate action ${what} is refused, and all but the fees comes back to the relayer`, (t) => {
    const chain = new TestChain({ accounts });
    const outcomes = chain.send('relayer.near', 'alice.near', [signedDelegate(delegate, key)]);
    t.deepEqual(statusJson(outcomes[1]), { Failure: { ActionError: { index: 0n, kind } } });
    const { new_action_receipt, delegate: fee } = chain.parameters.actions;
    t.is(outcomes[1]?.gas_burnt, new_action_receipt.execution + fee.execution);
    const burnt = outcomes.reduce((sum, outcome) => sum + outcome.tokens_burnt, 0n);
    t.is(chain.account('relayer.near').amount, 100n * NEAR - burnt);
    t.is(chain.key('alice.near')?.nonce, 0n);
  });
}

test('one transaction carries one delegate action', (t) => {
  const chain = new TestChain({ accounts });
  const twice = [signedDelegate(delegateOf()), signedDelegate(delegateOf({ nonce: 6n }))];
  const [outcome] = chain.send('relayer.near', 'alice.near', twice);
  const InvalidTxError = { ActionsValidation: 'DelegateActionMustBeOnlyOne' };
  t.deepEqual(statusJson(outcome), { Failure: { InvalidTxError } });
});
