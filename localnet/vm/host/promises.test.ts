// Owns what promise functions record and charge; leaves turning drafts into receipts to the runtime.
import test from 'ava';
import {
  callHost,
  failed,
  type HostCall,
  parameters,
  priced,
  returned,
  testContext,
} from '../../../sandbox-tests/support/near-vm.ts';
import type { ActionCost, Fee } from '../params.ts';

const { actions } = parameters;
const data: [number, string][] = [
  [0, 'other.near'],
  [16, 'contract.near'],
  [32, 'method'],
  [48, '{"x":1}'],
  [64, '\u0005'],
];
const other: [number, number] = [10, 0];
const self: [number, number] = [13, 16];
const create: HostCall = ['promise_batch_create', ...other];
const createSelf: HostCall = ['promise_batch_create', ...self];
const name = (length: number) =>
  priced({
    base: 1,
    read_memory_base: 1,
    read_memory_byte: length,
    utf8_decoding_base: 1,
    utf8_decoding_byte: length,
  });
const sent = (cost: ActionCost, sir = false) => (sir ? actions[cost].send_sir : actions[cost].send_not_sir);
const whole = (fee: Fee, sir: boolean) => (sir ? fee.send_sir : fee.send_not_sir) + fee.execution;
const receipt = actions.new_action_receipt;

test('a promise is a receipt whose sending is burnt and whose execution is set aside', (t) => {
  const { outcome, gas } = callHost([create], { data });
  t.is(gas, name(10) + sent('new_action_receipt'));
  t.is(outcome.used_gas - outcome.burnt_gas, receipt.execution);
  t.deepEqual(outcome.receipts, [
    { receiver_id: 'other.near', depends_on: [], actions: [], refund_to: null },
  ]);
});

test('a promise that follows another burns the data receipt between them', (t) => {
  const { outcome, gas } = callHost([create, ['promise_batch_then', 0, ...self]], { data });
  const between = whole(actions.new_data_receipt_base, false);
  t.is(gas, name(10) + name(13) + sent('new_action_receipt') + sent('new_action_receipt', true) + between);
  t.deepEqual(
    outcome.receipts.map((draft) => [draft.receiver_id, draft.depends_on]),
    [
      ['other.near', []],
      ['contract.near', [0]],
    ],
  );
});

test('joined promises are flattened, and what follows them waits for each', (t) => {
  // Indices 0 and 1 are written to memory, joined to 2; 2 and 0 joined to 3; then one that follows 3.
  const indices: [number, string][] = [
    [128, '\u0000\0\0\0\0\0\0\0\u0001\0\0\0\0\0\0\0'],
    [160, '\u0002\0\0\0\0\0\0\0\u0000\0\0\0\0\0\0\0'],
  ];
  const calls: HostCall[] = [create, createSelf, ['promise_and', 128, 2], ['promise_and', 160, 2]];
  const { outcome, gas } = callHost([...calls, ['promise_batch_then', 3, ...other]], {
    data: [...data, ...indices],
  });
  t.deepEqual(outcome.receipts.at(-1)?.depends_on, [0, 1, 0]);
  const and = priced({
    base: 1,
    promise_and_base: 1,
    promise_and_per_promise: 16,
    read_memory_base: 1,
    read_memory_byte: 16,
  });
  // The data between is cheaper to send where both ends are one account.
  const between = 3n * whole(actions.new_data_receipt_base, false);
  t.is(gas, 2n * name(10) + name(13) + 3n * sent('new_action_receipt') + 2n * and + between);
});

test('more than 128 results cannot be waited for, nor an unknown promise be joined', (t) => {
  const zeros = (count: number) => callHost([create, ['promise_and', 4096, count]], { data }).outcome;
  t.is(failed(zeros(128)), 'no failure');
  t.is(failed(zeros(129)), 'NumberInputDataDependenciesExceeded');
  t.is(failed(callHost([['promise_and', 4096, 1]]).outcome), 'InvalidPromiseIndex');
});

test('a call makes at most 1,024 promises', (t) => {
  const many = (count: number) =>
    callHost(
      Array.from({ length: count }, () => create),
      { data, context: { prepaid_gas: 10n ** 15n } },
    ).outcome;
  t.is(many(1_024).receipts.length, 1_024);
  t.is(failed(many(1_025)), 'NumberPromisesExceeded');
});

test('joined promises take no action, are not returned and have no refund account', (t) => {
  const join: HostCall[] = [create, ['promise_and', 4096, 1]];
  for (const [call, reason] of [
    [['promise_batch_action_create_account', 1], 'CannotAppendActionToJointPromise'],
    [['promise_return', 1], 'CannotReturnJointPromise'],
    [['promise_set_refund_to', 1, ...other], 'CannotSetRefundToOnJointPromise'],
  ] as [HostCall, string][]) {
    t.is(failed(callHost([...join, call], { data }).outcome), reason);
  }
});

test('a returned promise stands for the value, and the refund account is kept', (t) => {
  const calls: HostCall[] = [
    create,
    createSelf,
    ['promise_set_refund_to', 0, ...other],
    ['promise_return', 1],
  ];
  const { outcome, gas } = callHost(calls, { data });
  t.deepEqual(outcome.return_data, { kind: 'receipt', receipt_index: 1 });
  t.is(outcome.receipts[0]?.refund_to, 'other.near');
  const made = name(10) + name(13) + sent('new_action_receipt') + sent('new_action_receipt', true);
  t.is(gas, made + name(10) + priced({ base: 1, promise_return: 1 }));
});

test('results are counted and read without a charge by the byte', (t) => {
  const context = testContext({
    promise_results: [
      { kind: 'value', value: new TextEncoder().encode('yes') },
      { kind: 'failed' },
      { kind: 'not_ready' },
    ],
  });
  const { outcome, gas } = callHost(
    [
      ['promise_result', 0, 0],
      ['value_return', -1, 0],
    ],
    { context },
  );
  t.is(new TextDecoder().decode(returned(outcome)), 'yes');
  t.is(gas, priced({ base: 2, write_register_base: 1, read_register_base: 1, read_register_byte: 3 }));
  const answers = [0, 1, 2].map((index) => {
    const call = `(call $promise_result (i64.const ${index}) (i64.const 7))`;
    const calls: HostCall[] = [
      ['promise_result', 0, 0],
      ['value_return', call, 0],
    ];
    return returned(callHost(calls, { context }).outcome).length;
  });
  t.deepEqual(answers, [1, 2, 0]);
  t.is(failed(callHost([['promise_result', 3, 0]], { context }).outcome), 'InvalidPromiseResultIndex');
});

test('promises are closed to views, each after what it is charged first', (t) => {
  const context = { is_view: true };
  for (const call of [
    create,
    ['promise_batch_then', 0, ...other],
    ['promise_and', 0, 0],
    ['promise_results_count'],
    ['promise_result', 0, 0],
    ['promise_batch_action_transfer', 0, 64],
  ] as HostCall[]) {
    const { outcome, gas } = callHost([call], { data, context });
    t.is(failed(outcome), 'ProhibitedInView', call[0]);
    t.is(gas, priced({ base: 1 }), call[0]);
  }
  t.is(callHost([['promise_return', 0]], { context }).gas, priced({ base: 1, promise_return: 1 }));
});
