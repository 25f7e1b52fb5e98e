// Owns what calls, promises and callbacks come to over blocks: ids, order, data, refunds, gas; leaves single actions to actions.test.ts.
import test from 'ava';
import { encodeBase58 } from '../../core/near/base58.ts';
import { actionHash, dataId, receiptIdOfReceipt } from '../../core/near/receipt-id.ts';
import type { Action } from '../../core/near/transaction.ts';
import {
  FIRST_HEIGHT,
  GAS_PRICE,
  NEAR,
  PURCHASE_PRICE,
  statusJson,
  TestChain,
} from '../../sandbox-tests/support/near-runtime.ts';
import { caller, worker } from '../../sandbox-tests/support/promise-contracts.ts';
import type { ExecutionOutcome } from './types.ts';

const TGAS = 10n ** 12n;
const accounts = {
  'user.near': 100n * NEAR,
  'alice.near': 10n * NEAR,
  'bob.near': 10n * NEAR,
  'carol.near': 10n * NEAR,
};

function world(protocol_version?: number): TestChain {
  const chain = new TestChain({ accounts, ...(protocol_version === undefined ? {} : { protocol_version }) });
  chain.deploy('alice.near', caller);
  chain.deploy('bob.near', worker);
  chain.deploy('carol.near', worker);
  return chain;
}

function call(method_name: string, gas = 100n * TGAS, deposit = 0n): Action {
  return { kind: 'function_call', method_name, args: new Uint8Array(0), gas, deposit };
}

const refunds = (outcomes: ExecutionOutcome[]) =>
  outcomes.filter((outcome) => outcome.receipt?.predecessor_id === 'system');
const runOf = (outcomes: ExecutionOutcome[], receiver: string) =>
  outcomes.filter(
    (item) => item.executor_id === receiver && item.receipt !== null && !refunds(outcomes).includes(item),
  );
const burntBy = (outcomes: ExecutionOutcome[]) => outcomes.reduce((sum, item) => sum + item.tokens_burnt, 0n);
const text = (status: unknown) => ({ SuccessValue: status });

test('a call runs a block after its transaction, its promise a block later, its callback one more', (t) => {
  const chain = world();
  const heights: [bigint, string][] = [];
  chain.block([{ from: 'user.near', to: 'alice.near', actions: [call('then_work')] }]);
  for (let turn = 0; turn < 6; turn++) {
    const height = chain.height;
    for (const { outcomes } of chain.block()) {
      for (const item of outcomes) if (!refunds([item]).length) heights.push([height, item.executor_id]);
    }
  }
  t.deepEqual(heights, [
    [FIRST_HEIGHT + 1n, 'alice.near'],
    [FIRST_HEIGHT + 2n, 'bob.near'],
    [FIRST_HEIGHT + 3n, 'alice.near'],
  ]);
});

test('ids of receipts and data follow from their parent, their place and the height', (t) => {
  const chain = world();
  chain.block([{ from: 'user.near', to: 'alice.near', actions: [call('then_work')] }]);
  const [output] = chain.block();
  const [first] = output?.outcomes ?? [];
  if (first === undefined) return t.fail();
  const block = FIRST_HEIGHT + 1n;
  const id = (index: bigint) => receiptIdOfReceipt({ parent_id: first.id, block, index });
  t.deepEqual(first.receipt_ids, [id(0n), id(1n), id(2n)], 'two promises and the gas refund');
  t.deepEqual(statusJson(first), { SuccessReceiptId: encodeBase58(id(1n)) });
  const hash = actionHash({ receipt_id: first.id, block, action_index: 0n });
  const data_id = dataId({ action_hash: hash, block, index: 0n });
  const [work, after] = output?.outgoing ?? [];
  t.like(work?.body, {
    version: 2,
    output_data_receivers: [{ data_id, receiver_id: 'alice.near' }],
    input_data_ids: [],
  });
  return t.like(after?.body, { version: 2, output_data_receivers: [], input_data_ids: [data_id] });
});

test('a callback gets the value, the deposit stays where it went', (t) => {
  const chain = world();
  const outcomes = chain.send('user.near', 'alice.near', [call('then_work')]);
  t.deepEqual(runOf(outcomes, 'bob.near').map(statusJson), [text('done')]);
  t.deepEqual(statusJson(runOf(outcomes, 'alice.near')[1]), text('done'));
  t.is(chain.account('bob.near').amount - 10n * NEAR - rewardOf(outcomes, 'bob.near', chain), 5n);
});

/** What a contract earns by the gas that its code burnt. */
function rewardOf(outcomes: ExecutionOutcome[], account_id: string, chain: TestChain): bigint {
  const { new_action_receipt, function_call_base, function_call_byte } = chain.parameters.actions;
  return runOf(outcomes, account_id).reduce((sum, item) => {
    const [action] = item.receipt?.body.actions ?? [];
    const name = action?.kind === 'function_call' ? BigInt(action.method_name.length) : 0n;
    const fees =
      new_action_receipt.execution + function_call_base.execution + function_call_byte.execution * name;
    return sum + (((item.gas_burnt - fees) * 30n) / 100n) * GAS_PRICE;
  }, 0n);
}

test('a callback after a failure sees it, and the deposit comes back to who sent it', (t) => {
  const chain = world();
  const outcomes = chain.send('user.near', 'alice.near', [call('then_fail')]);
  const message = 'WebAssembly trap: An `unreachable` opcode was executed.';
  const kind = { FunctionCallError: { ExecutionError: message } };
  t.deepEqual(statusJson(runOf(outcomes, 'bob.near')[0]), { Failure: { ActionError: { index: 0n, kind } } });
  t.deepEqual(statusJson(runOf(outcomes, 'alice.near')[1]), text('failed'));
  const deposits = refunds(outcomes).filter((item) => item.executor_id === 'alice.near');
  t.deepEqual(
    deposits.map((item) => item.receipt?.body.actions),
    [[{ kind: 'transfer', deposit: 5n }]],
  );
  t.like(deposits[0]?.receipt?.body, { signer_id: 'system', gas_price: 0n });
});

test('a refund of a deposit goes where the promise says', (t) => {
  const chain = world();
  const outcomes = chain.send('user.near', 'alice.near', [call('refund_to')]);
  const deposits = refunds(outcomes).filter((item) => item.executor_id !== 'user.near');
  t.deepEqual(
    deposits.map((item) => item.executor_id),
    ['carol.near'],
  );
});

test('a callback of a call that returned nothing gets an empty value', (t) => {
  const outcomes = world().send('user.near', 'alice.near', [call('then_none')]);
  t.deepEqual(statusJson(runOf(outcomes, 'alice.near')[1]), text(''));
});

test('a returned promise answers in place of the call that returned it', (t) => {
  const chain = world();
  const outcomes = chain.send('user.near', 'alice.near', [call('then_passed')]);
  const [passed] = runOf(outcomes, 'bob.near');
  const [carol] = runOf(outcomes, 'carol.near');
  t.deepEqual(statusJson(passed), { SuccessReceiptId: encodeBase58(carol?.id ?? new Uint8Array(0)) });
  t.is(carol?.receipt?.body.output_data_receivers[0]?.receiver_id, 'alice.near');
  t.deepEqual(statusJson(runOf(outcomes, 'alice.near')[1]), text('done'));
});

test('joined promises answer in their order, failures among them', (t) => {
  const outcomes = world().send('user.near', 'alice.near', [call('both')]);
  t.deepEqual(statusJson(runOf(outcomes, 'alice.near')[1]), text('done'));
});

test('a promise that nobody returns does not hold up the answer', (t) => {
  const outcomes = world().send('user.near', 'alice.near', [call('forget')]);
  t.deepEqual(statusJson(runOf(outcomes, 'alice.near')[0]), text('done'));
  t.is(runOf(outcomes, 'bob.near').length, 1);
});

test('a batch of a promise runs as one receipt', (t) => {
  const chain = world();
  const outcomes = chain.send('user.near', 'alice.near', [call('make')]);
  t.deepEqual(statusJson(runOf(outcomes, 'sub.alice.near')[0]), text(''));
  t.is(chain.account('sub.alice.near').amount, 5n);
});

test('gas that was not used comes back at the price at which it was bought', (t) => {
  const chain = world();
  const gas = 100n * TGAS;
  const [sent, called] = chain.send('user.near', 'bob.near', [call('work', gas)]);
  const { new_action_receipt, function_call_base, function_call_byte } = chain.parameters.actions;
  const fees =
    new_action_receipt.execution + function_call_base.execution + 4n * function_call_byte.execution;
  const burnt = called?.gas_burnt ?? 0n;
  t.is(
    sent?.gas_burnt,
    new_action_receipt.send_not_sir + function_call_base.send_not_sir + 4n * function_call_byte.send_not_sir,
  );
  const [refund] = refunds(chain.outcomes);
  const unused = fees + gas - burnt;
  t.deepEqual(refund?.receipt?.body.actions, [
    { kind: 'transfer', deposit: unused * PURCHASE_PRICE + burnt * (PURCHASE_PRICE - GAS_PRICE) },
  ]);
  t.is(chain.account('user.near').amount, 100n * NEAR - burntBy(chain.outcomes));
});

test('a call that runs out of gas burns all that was attached, and its promises burn nothing', (t) => {
  const chain = world();
  const gas = 30n * TGAS;
  const [, called, refund] = chain.send('user.near', 'alice.near', [call('spend', gas, 9n)]);
  const { new_action_receipt, function_call_base, function_call_byte } = chain.parameters.actions;
  const fees =
    new_action_receipt.execution + function_call_base.execution + 5n * function_call_byte.execution;
  t.is(called?.gas_burnt, gas + fees);
  const kind = { FunctionCallError: { ExecutionError: 'Exceeded the prepaid gas.' } };
  t.deepEqual(statusJson(called), { Failure: { ActionError: { index: 0n, kind } } });
  t.like(refund?.receipt, { receiver_id: 'user.near' });
  t.deepEqual(
    refund?.receipt?.body.actions,
    [{ kind: 'transfer', deposit: 9n }],
    'the deposit, before the gas',
  );
  const reward = ((gas * 30n) / 100n) * GAS_PRICE;
  t.is(chain.account('alice.near').amount, 10n * NEAR + reward, 'a failing contract is rewarded too');
  t.is(chain.burnt, burntBy(chain.outcomes) - reward);
});

test('contracts earn 30% of what their code burnt until protocol 86, and nothing from 87', (t) => {
  for (const [version, earns] of [
    [86, true],
    [87, false],
  ] as const) {
    const chain = world(version);
    const outcomes = chain.send('user.near', 'bob.near', [call('work')]);
    const earned = chain.account('bob.near').amount - 10n * NEAR;
    t.is(earned, earns ? rewardOf(outcomes, 'bob.near', chain) : 0n);
    t.is(earned > 0n, earns);
  }
});

test('gas by weight hands on all that is left', (t) => {
  const chain = world();
  const gas = 100n * TGAS;
  const outcomes = chain.send('user.near', 'alice.near', [call('weigh', gas)]);
  const [called] = runOf(outcomes, 'alice.near');
  const [worked] = runOf(outcomes, 'bob.near');
  const [action] = worked?.receipt?.body.actions ?? [];
  const { new_action_receipt, function_call_base, function_call_byte } = chain.parameters.actions;
  const fees =
    new_action_receipt.execution + function_call_base.execution + 5n * function_call_byte.execution;
  const aside =
    new_action_receipt.execution + function_call_base.execution + 4n * function_call_byte.execution;
  t.is(action?.kind === 'function_call' ? action.gas : 0n, gas - ((called?.gas_burnt ?? 0n) - fees) - aside);
});

test('two contracts that call each other for ever end when the gas does, the last call failing alone', (t) => {
  const chain = world();
  const gas = 100n * TGAS;
  const outcomes = chain.send('user.near', 'alice.near', [call('cycle', gas)]);
  const calls = outcomes.filter((item) => item.receipt !== null && !refunds(outcomes).includes(item));
  const executors = calls.map((item) => item.executor_id);
  t.true(calls.length > 10);
  t.deepEqual(
    executors,
    executors.map((_, turn) => (turn % 2 === 0 ? 'alice.near' : 'bob.near')),
  );
  const last = statusJson(calls.at(-1));
  const kind = { FunctionCallError: { ExecutionError: 'Exceeded the prepaid gas.' } };
  t.deepEqual(last, { Failure: { ActionError: { index: 0n, kind } } });
  for (const item of calls.slice(0, -1)) t.deepEqual(statusJson(item), text(''));
});

test('a promise cannot wait for itself', (t) => {
  const outcomes = world().send('user.near', 'alice.near', [call('wait_for_self')]);
  const kind = { FunctionCallError: { ExecutionError: '0 does not correspond to existing promises' } };
  t.deepEqual(statusJson(runOf(outcomes, 'alice.near')[0]), {
    Failure: { ActionError: { index: 0n, kind } },
  });
});

test('a failing action takes back those before it, and their promises', (t) => {
  const chain = world();
  const outcomes = chain.send('alice.near', 'alice.near', [call('forget'), call('log'), call('missing')]);
  const [failed] = runOf(outcomes, 'alice.near');
  const kind = { FunctionCallError: { MethodResolveError: 'MethodNotFound' } };
  t.deepEqual(statusJson(failed), { Failure: { ActionError: { index: 2n, kind } } });
  t.deepEqual(failed?.logs, ['work'], 'logs stay');
  t.is(runOf(outcomes, 'bob.near').length, 0);
});

test('a contract that cannot pay for its storage has not written', (t) => {
  const chain = new TestChain({ accounts: { ...accounts, 'alice.near': NEAR / 10n } });
  chain.deploy('alice.near', caller);
  const root = () => [...chain.stateOf('alice.near').entries(Uint8Array.of(9))].length;
  const [, called] = chain.send('user.near', 'alice.near', [call('store')]);
  const usage = chain.account('alice.near').storage_usage + 60_004n + 40n;
  const amount = String(usage * 10n ** 19n - NEAR / 10n);
  const kind = { LackBalanceForState: { account_id: 'alice.near', amount } };
  t.deepEqual(statusJson(called), { Failure: { ActionError: { index: null, kind } } });
  t.is(root(), 0);
  chain.send('user.near', 'alice.near', [call('store', 100n * TGAS, NEAR)]);
  t.is(root(), 1);
  t.is(chain.account('alice.near').storage_usage, usage);
});

const INVALID: [string, string, unknown][] = [
  ['a call without gas', 'no_gas', 'FunctionCallZeroAttachedGas'],
  ['staking', 'stake', { UnsupportedProtocolFeature: { protocol_feature: 'Stake', version: 86n } }],
];
for (const [what, method, ActionsValidation] of INVALID) {
  test(`a promise of ${what} fails the call that makes it`, (t) => {
    const outcomes = world().send('user.near', 'alice.near', [call(method)]);
    const [called] = runOf(outcomes, 'alice.near');
    const kind = { NewReceiptValidationError: { ActionsValidation } };
    t.deepEqual(statusJson(called), { Failure: { ActionError: { index: 0n, kind } } });
    t.is(outcomes.filter((item) => item.receipt?.predecessor_id === 'alice.near').length, 0);
  });
}

test('an account that removes itself by promise does so in the same chunk', (t) => {
  const chain = world();
  chain.block([{ from: 'user.near', to: 'alice.near', actions: [call('leave')] }]);
  const [output] = chain.block();
  t.is(output?.instant.length, 1);
  t.deepEqual(
    output?.outcomes.map((item) => item.status.kind),
    ['value', 'value'],
  );
  t.false(chain.exists('alice.near'));
});

test('data that comes before its receipt waits for it', (t) => {
  const chain = world();
  chain.block([{ from: 'user.near', to: 'alice.near', actions: [call('then_work')] }]);
  chain.block();
  const [after] = chain.in_flight.splice(1, 1);
  if (after === undefined) return t.fail();
  chain.block();
  chain.block();
  chain.in_flight.push(after);
  const outcomes = chain.run();
  return t.deepEqual(statusJson(outcomes[0]), text('done'));
});

test('nothing that waits is left in the state once all is done', (t) => {
  const chain = world();
  for (const method of ['then_work', 'then_fail', 'then_passed', 'both'])
    chain.send('user.near', 'alice.near', [call(method)]);
  for (const column of [3, 4, 5, 6]) {
    t.is([...chain.stateOf('alice.near').entries(Uint8Array.of(column))].length, 0, `column ${column}`);
  }
});
