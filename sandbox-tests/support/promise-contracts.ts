// Owns two contracts that promise each other calls in every way, for tests of promises; leaves what comes of it to them.
import { contract } from './near-runtime.ts';

const TGAS = 10n ** 12n;

const DATA = {
  0: 'alice.near',
  16: 'bob.near',
  32: 'carol.near',
  48: 'work',
  56: 'fail',
  64: 'none',
  72: 'after',
  80: 'pass_on',
  88: 'second',
  96: 'failed',
  104: 'sub.alice.near',
  120: 'done',
  128: 'cycle',
  256: '\u0005',
};
const NO_DEPOSIT = 300;
const FIVE = 256;
const PLACES: Record<string, [number, number]> = Object.fromEntries(
  Object.entries(DATA).map(([at, text]) => [text, [text.length, Number(at)]]),
);

function place(text: string): string {
  const [length, at] = PLACES[text] ?? [0, 0];
  return `(i64.const ${length}) (i64.const ${at})`;
}

function create(account: string, method: string, options: { gas?: bigint; deposit?: number } = {}): string {
  const { gas = 20n * TGAS, deposit = NO_DEPOSIT } = options;
  return `(call $promise_create ${place(account)} ${place(method)} (i64.const 0) (i64.const 0) (i64.const ${deposit}) (i64.const ${gas}))`;
}

function then(promise: string, account: string, method: string): string {
  return `(call $promise_then ${promise} ${place(account)} ${place(method)} (i64.const 0) (i64.const 0) (i64.const ${NO_DEPOSIT}) (i64.const ${20n * TGAS}))`;
}

/** Hands all gas that is left to a call of another contract. */
const askAllGas = (account: string, method: string) =>
  `(drop (call $promise_batch_create ${place(account)}))
    (call $promise_batch_action_function_call_weight (i64.const 0) ${place(method)} (i64.const 0) (i64.const 0) (i64.const ${NO_DEPOSIT}) (i64.const 0) (i64.const 1))`;
const back = (promise: string) => `(call $promise_return ${promise})`;
const value = (text: string) => `(call $value_return ${place(text)})`;
/** Answers with the result at `index`, or "failed". */
const answerResult = (
  index: number,
) => `(if (i64.eq (call $promise_result (i64.const ${index}) (i64.const 7)) (i64.const 1))
  (then (call $value_return (i64.const -1) (i64.const 7))) (else ${value('failed')}))`;

export const caller = contract(
  {
    then_work: back(then(create('bob.near', 'work', { deposit: FIVE }), 'alice.near', 'after')),
    then_fail: back(then(create('bob.near', 'fail', { deposit: FIVE }), 'alice.near', 'after')),
    then_none: back(then(create('bob.near', 'none'), 'alice.near', 'after')),
    then_passed: back(then(create('bob.near', 'pass_on'), 'alice.near', 'after')),
    forget: `(drop ${create('bob.near', 'work')}) ${value('done')}`,
    both: `(i64.store (i32.const 400) ${create('bob.near', 'fail')}) (i64.store (i32.const 408) ${create('carol.near', 'work')})
      ${back(then('(call $promise_and (i64.const 400) (i64.const 2))', 'alice.near', 'second'))}`,
    after: answerResult(0),
    second: `(if (i64.ne (call $promise_results_count) (i64.const 2)) (then (unreachable)))
      (if (i64.ne (call $promise_result (i64.const 0) (i64.const 7)) (i64.const 2)) (then (unreachable))) ${answerResult(1)}`,
    refund_to: `(call $promise_set_refund_to ${create('bob.near', 'fail', { deposit: FIVE })} ${place('carol.near')})`,
    spend: `(loop $l (br $l))`,
    make: `(call $promise_batch_action_create_account (call $promise_batch_create ${place('sub.alice.near')}))
      (call $promise_batch_action_transfer (i64.const 0) (i64.const ${FIVE}))`,
    weigh: `(drop (call $promise_batch_create ${place('bob.near')}))
      (call $promise_batch_action_function_call_weight (i64.const 0) ${place('work')} (i64.const 0) (i64.const 0) (i64.const ${NO_DEPOSIT}) (i64.const 7) (i64.const 1))`,
    cycle: askAllGas('bob.near', 'cycle'),
    wait_for_self: `(drop ${then('(i64.const 0)', 'alice.near', 'after')})`,
    leave: `(call $promise_batch_action_delete_account (call $promise_batch_create ${place('alice.near')}) ${place('bob.near')})`,
    store: `(drop (call $storage_write (i64.const 4) (i64.const 48) (i64.const 60000) (i64.const 0) (i64.const 0)))`,
    no_gas: `(drop ${create('bob.near', 'work', { gas: 0n })})`,
    stake: `(call $promise_batch_action_stake (call $promise_batch_create ${place('alice.near')}) (i64.const ${FIVE}) (i64.const 33) (i64.const 500))`,
    log: `(call $log_utf8 ${place('work')})`,
  },
  DATA,
);
export const worker = contract(
  {
    work: value('done'),
    fail: '(unreachable)',
    none: '(nop)',
    cycle: askAllGas('alice.near', 'cycle'),
    pass_on: back(create('carol.near', 'work', { gas: 5n * TGAS })),
  },
  DATA,
);
