// Owns the order in which a chunk runs its receipts, its gas limit, causes of changes and balances over random streams; leaves single receipts to their tests.
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { decodeReceipt, encodeReceipt } from '../../core/near/receipt.ts';
import type { Action } from '../../core/near/transaction.ts';
import {
  contract,
  keyOf,
  NEAR,
  signedDelegate,
  statusJson,
  TestChain,
  type TestTransaction,
} from '../../sandbox-tests/support/near-runtime.ts';
import { decodeAccount } from '../state/records.ts';
import { applyChunk } from './apply-chunk.ts';

const TGAS = 10n ** 12n;
const accounts = { 'alice.near': 100n * NEAR, 'bob.near': 10n * NEAR };
const transfer = (deposit: bigint): Action => ({ kind: 'transfer', deposit });

test('local receipts run in their chunk, before delayed and incoming ones', (t) => {
  const chain = new TestChain({ accounts });
  chain.block([{ from: 'alice.near', to: 'bob.near', actions: [transfer(1n)] }]);
  const [output] = chain.block([
    { from: 'bob.near', to: 'alice.near', actions: [transfer(2n)] },
    { from: 'bob.near', to: 'bob.near', actions: [transfer(3n)], nonce: 2n },
  ]);
  const deposits = output?.outcomes.map((item) => item.receipt?.body.actions[0]);
  t.deepEqual(deposits, [undefined, undefined, transfer(3n), transfer(1n)]);
  t.is(output?.local.length, 1);
  t.deepEqual(
    output?.outgoing.map((receipt) => receipt.predecessor_id),
    ['bob.near', 'system', 'system'],
  );
});

test('receipts begin while gas is left, and the rest waits in order for the next chunk', (t) => {
  const chain = new TestChain({ accounts });
  const transactions = [1n, 2n, 3n, 4n].map(
    (nonce): TestTransaction => ({ from: 'alice.near', to: 'bob.near', actions: [transfer(nonce)], nonce }),
  );
  chain.block(transactions);
  // One transfer burns 0.223 Tgas: the second begins below the limit, the third would not.
  chain.gas_limit = 300_000_000_000n;
  const deposits = () => {
    const [output] = chain.block();
    const ran = output?.outcomes.map((item) => item.receipt?.body.actions[0]) ?? [];
    const own = ran.filter((action) => action?.kind === 'transfer' && action.deposit < 10n);
    return { own, delayed: output?.delayed_count };
  };
  t.deepEqual(deposits(), { own: [transfer(1n), transfer(2n)], delayed: 2n });
  // Delayed ones go before the refunds that came in meanwhile.
  t.deepEqual(deposits(), { own: [transfer(3n), transfer(4n)], delayed: 2n });
  t.deepEqual(deposits(), { own: [], delayed: 2n });
  chain.gas_limit = 10n ** 15n;
  chain.run();
  t.is(chain.account('bob.near').amount, 10n * NEAR + 10n);
});

test('a delayed receipt to an account of another shard is taken out and not run', (t) => {
  const chain = new TestChain({ accounts });
  const transactions = ['bob.near', 'carol.near', 'bob.near', 'carol.near'].map(
    (to, index): TestTransaction => ({
      from: 'alice.near',
      to,
      actions: [transfer(1n)],
      nonce: BigInt(index + 1),
    }),
  );
  chain.block(transactions);
  const [state] = chain.states;
  if (state === undefined) return t.fail();
  chain.gas_limit = 0n;
  t.is(chain.block()[0]?.delayed_count, 4n);
  // As a child of a split does: it holds the queue of its parent, but not all of the accounts.
  const context = { ...chain.context(state), belongs: (account_id: string) => account_id === 'bob.near' };
  const output = applyChunk(context, { transactions: [], incoming: [], gas_limit: 10n ** 15n });
  t.deepEqual(
    output.outcomes.map((item) => item.executor_id),
    ['bob.near', 'bob.near'],
  );
  t.is(output.delayed_count, 0n);
});

test('changes name what caused them', (t) => {
  const chain = new TestChain({ accounts });
  const [state] = chain.states;
  if (state === undefined) return t.fail();
  chain.deploy('alice.near', contract({ main: '(nop)' }));
  const call = {
    kind: 'function_call' as const,
    method_name: 'main',
    args: new Uint8Array(0),
    gas: TGAS * 10n,
  };
  const transactions = [
    {
      signed: chain.sign({ from: 'alice.near', to: 'alice.near', actions: [{ ...call, deposit: 0n }] }),
      named_block: 'valid' as const,
    },
  ];
  applyChunk(chain.context(state), { transactions, incoming: [], gas_limit: 10n ** 15n });
  const { changes } = state.finishChunk();
  const causes = changes.map((change) => change.changes.map((item) => item.cause.kind));
  return t.deepEqual(causes, [
    ['transaction_processing', 'receipt_processing', 'action_receipt_gas_reward'],
    ['transaction_processing'],
  ]);
});

/** Calls `keep` of bob.near with one yocto. */
const ONE_YOCTO = `(drop (call $promise_create (i64.const 8) (i64.const 0) (i64.const 4) (i64.const 36)
  (i64.const 0) (i64.const 0) (i64.const 96) (i64.const ${5n * TGAS})))`;
/** Calls the method of bob.near whose name stands at `at` with seven yocto, and answers by a callback of alice.near. */
const askBob = (at: number) => `(call $promise_return (call $promise_then
  (call $promise_create (i64.const 8) (i64.const 0) (i64.const 4) (i64.const ${at})
    (i64.const 0) (i64.const 0) (i64.const 64) (i64.const ${5n * TGAS}))
  (i64.const 10) (i64.const 8) (i64.const 4) (i64.const 48) (i64.const 0) (i64.const 0) (i64.const 300) (i64.const ${5n * TGAS})))`;
const SHOP = contract(
  {
    keep: `(drop (call $storage_write (i64.const 2) (i64.const 16) (i64.const 40) (i64.const 0) (i64.const 0)))`,
    ask: askBob(36),
    ask_fail: askBob(32),
    fail: '(unreachable)',
    tell: `(if (i64.eq (call $promise_results_count) (i64.const 0)) (then (unreachable)))`,
    one: ONE_YOCTO,
  },
  { 0: 'bob.near', 8: 'alice.near', 32: 'failkeep', 48: 'tell', 64: '\u0007', 96: '\u0001' },
);

test('a contract without a balance may attach one yocto, which the chain gives', (t) => {
  const chain = new TestChain({ accounts: { ...accounts, 'poor.near': 0n }, protocol_version: 87 });
  chain.deploy('bob.near', SHOP);
  chain.deploy('poor.near', contract({ one: ONE_YOCTO }, { 0: 'bob.near', 36: 'keep', 96: '\u0001' }));
  const supply = totalSupply(chain);
  const call = {
    kind: 'function_call' as const,
    method_name: 'one',
    args: new Uint8Array(0),
    gas: TGAS * 100n,
  };
  const outcomes = chain.send('alice.near', 'poor.near', [{ ...call, deposit: 0n }]);
  t.deepEqual(outcomes.filter((outcome) => outcome.status.kind === 'failure').map(statusJson), []);
  t.is(chain.account('bob.near').amount, 10n * NEAR + 1n);
  t.is(totalSupply(chain), supply, 'the yocto counts against what was burnt');
});

/** All balance there is: on accounts, in receipts that wait or are under way, and what was burnt. */
function totalSupply(chain: TestChain): bigint {
  let total = chain.burnt;
  for (const state of chain.states) {
    for (const { value } of state.entries(Uint8Array.of(0))) {
      const { amount, locked } = decodeAccount(value);
      if (amount < 0n) throw new Error('a balance is negative');
      total += amount + locked;
    }
    for (const { value } of state.entries(Uint8Array.of(6))) total += chain.balanceOf(decodeReceipt(value));
    for (const { key, value } of state.entries(Uint8Array.of(7))) {
      // Behind the mark of three bytes, and before gas and size.
      if (key.length > 1) total += chain.balanceOf(decodeReceipt(value.subarray(3, -16)));
    }
  }
  return chain.in_flight.reduce((sum, receipt) => sum + chain.balanceOf(receipt), total);
}

/** Numbers that follow from a seed and nothing else. */
function numbersFrom(seed: string): Pick {
  let turn = 0;
  return (below) => {
    const bytes = sha256(new TextEncoder().encode(`${seed} ${turn++}`));
    return new DataView(bytes.buffer).getUint32(0) % below;
  };
}

const NAMES: [string, ...string[]] = ['alice.near', 'bob.near', 'carol.near', 'near'];
const CHILDREN = [
  'a.alice.near',
  'b.alice.near',
  'a.bob.near',
  Buffer.from(keyOf('x').public_key.bytes).toString('hex'),
];

type Pick = (below: number) => number;

function oneOf<T>(pick: Pick, items: readonly [T, ...T[]]): T {
  return items[pick(items.length)] ?? items[0];
}

function randomCall(pick: Pick): Action {
  const method_name = oneOf(pick, ['ask', 'ask_fail', 'keep', 'fail', 'tell', 'one', 'missing']);
  const deposit = pick(2) === 0 ? 0n : randomAmount(pick);
  const gas = BigInt(pick(60) + 1) * TGAS;
  return { kind: 'function_call', method_name, args: new Uint8Array(pick(50)), gas, deposit };
}

function randomAmount(pick: Pick): bigint {
  return BigInt(pick(1_000)) * 10n ** BigInt(pick(25));
}

/** What only the account itself may do, and what anybody may. */
function randomAction(pick: Pick): Action {
  const { public_key } = keyOf(`key ${pick(4)}`);
  const allowance = pick(2) === 0 ? null : NEAR;
  const permission = { kind: 'call' as const, allowance, receiver_id: 'alice.near', method_names: [] };
  return oneOf<Action>(pick, [
    transfer(randomAmount(pick)),
    { kind: 'add_key', public_key, nonce: 0n, permission: pick(2) === 0 ? { kind: 'full' } : permission },
    { kind: 'delete_key', public_key },
    { kind: 'deploy_contract', code: SHOP },
    randomCall(pick),
  ]);
}

function randomTransaction(chain: TestChain, pick: Pick): TestTransaction {
  const from = oneOf(pick, NAMES);
  const nonce = (chain.key(from)?.nonce ?? 0n) + 1n;
  const [to, actions] = oneOf<() => [string, Action[]]>(pick, [
    () => [oneOf(pick, [...NAMES, ...CHILDREN]), [transfer(randomAmount(pick))]],
    () => [oneOf(pick, ['alice.near', 'bob.near', 'bob.near']), [randomCall(pick)]],
    () => [oneOf(pick, ['alice.near', 'bob.near', 'alice.near']), [randomCall(pick), randomCall(pick)]],
    () => [`${oneOf(pick, ['a', 'b'])}.${from}`, [{ kind: 'create_account' }, ...severalActions(pick)]],
    () => [from, severalActions(pick)],
    () => [oneOf(pick, NAMES), severalActions(pick)],
    () => randomDelegate(chain, pick),
    // An end is rare, or the stream would soon be of refusals alone.
    () => [
      from,
      pick(4) > 0 ? severalActions(pick) : [{ kind: 'delete_account', beneficiary_id: oneOf(pick, NAMES) }],
    ],
  ])();
  return { from, to, actions, nonce };
}

function severalActions(pick: Pick): Action[] {
  return Array.from({ length: 1 + pick(3) }, () => randomAction(pick));
}

function randomDelegate(chain: TestChain, pick: Pick): [string, Action[]] {
  const sender_id = oneOf(pick, NAMES);
  const delegate = {
    sender_id,
    receiver_id: oneOf(pick, NAMES),
    actions: [pick(2) === 0 ? transfer(randomAmount(pick)) : randomCall(pick)].filter(
      (action) => action.kind !== 'delegate',
    ),
    nonce: chain.height * 1_000_000n - 1_000n + BigInt(pick(900)),
    max_block_height: chain.height + BigInt(pick(10)),
    public_key: keyOf(sender_id).public_key,
  };
  return [sender_id, [signedDelegate(delegate)]];
}

function play(seed: string, check: (chain: TestChain) => void): TestChain {
  const pick = numbersFrom(seed);
  const chain = new TestChain({
    accounts: Object.fromEntries(NAMES.map((name) => [name, 1_000n * NEAR])),
    protocol_version: 85 + pick(4),
    gas_price: [100_000_000n, 700_000_000n, 2_000_000_000n][pick(3)] ?? 1n,
    gas_limit: BigInt(1 + pick(40)) * TGAS,
    shards: 2,
    shardOf: (account_id) => account_id.charCodeAt(0) % 2,
  });
  for (const name of ['alice.near', 'bob.near']) chain.deploy(name, SHOP);
  for (let block = 0; block < 25; block++) {
    chain.gas_price += BigInt(pick(200_000_000)) - 50_000_000n;
    const signers = new Set<string>();
    const transactions = Array.from({ length: pick(5) }, () => randomTransaction(chain, pick)).filter(
      ({ from }) => !signers.has(from) && signers.add(from) !== undefined,
    );
    chain.block(transactions);
    check(chain);
  }
  chain.gas_limit = 10n ** 15n;
  chain.run();
  check(chain);
  return chain;
}

const STREAMS = process.env.DMRV_TEST_LONG === undefined ? 6 : 200;
const SEEDS = Array.from({ length: STREAMS }, (_, index) => `stream ${index}`);

for (const seed of SEEDS) {
  test.serial(`no balance is made or lost in ${seed}`, async (t) => {
    // Lets the runner hear of each stream, which is all work and no waiting.
    await nextTurn();
    const expected = BigInt(NAMES.length) * 1_000n * NEAR;
    const chain = play(seed, (at) => t.is(totalSupply(at), expected, `${seed}, height ${at.height}`));
    const kinds = new Set(chain.outcomes.map((outcome) => outcome.status.kind));
    t.deepEqual(
      [...kinds].sort(),
      ['failure', 'receipt', 'value'],
      'the stream holds successes and failures',
    );
  });
}

test('the same seed gives the same roots, outcomes and receipts', (t) => {
  const tell = (chain: TestChain) => [
    ...chain.states.map((state) => toHex(state.root)),
    ...chain.outcomes.map((outcome) =>
      JSON.stringify(statusJson(outcome), (_, item) => (typeof item === 'bigint' ? String(item) : item)),
    ),
    ...chain.outcomes.flatMap((outcome) =>
      outcome.receipt === null ? [] : [toHex(encodeReceipt(outcome.receipt))],
    ),
  ];
  const nothing = () => undefined;
  t.deepEqual(tell(play('again', nothing)), tell(play('again', nothing)));
  t.notDeepEqual(tell(play('again', nothing)), tell(play('otherwise', nothing)));
});
