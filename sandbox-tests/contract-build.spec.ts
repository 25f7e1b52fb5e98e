// Shows that a contract booted at build time does what it does when near-sdk-js starts it anew at each call, for less gas.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { encodeBase58 } from '../core/near/base58.ts';
import { toHex } from '../core/near/bytes.ts';
import { contractDataPrefix } from '../localnet/state/keys.ts';
import { type BuiltContract, buildContract } from '../scripts/build-contract/build-contract.ts';
import { NEAR, statusJson, TestChain } from './support/near-runtime.ts';
import { chooseSeed, createRandom } from './support/random.ts';

const FIXTURES = fileURLToPath(new URL('../contracts/engine/fixtures/', import.meta.url));
const ENTRY = join(FIXTURES, 'sampler', 'contract.ts');
const CONTRACT = 'sampler.near';
const OTHER = 'other.near';
const CALLER = 'caller.near';
const GAS = 300_000_000_000_000n;
/** The engines are built where they are not in the cache. */
const BUILD_LIMIT_MS = 600_000;
const RANDOM_CALLS = 100;

type Call = [method: string, args: unknown];

const HASH = 'ab'.repeat(32);
const ISSUE = {
  hash: HASH,
  owner: 'alice.near',
  parts: [
    { name: 'first', tonnage: '1200000000' },
    { name: 'second', tonnage: '99999999999999999999' },
  ],
  memo: 'with "quotes", a \\ and an ä',
};

const CALLS: readonly Call[] = [
  ['nothing', ''],
  ['read', { key: 'k' }],
  ['write', { key: 'k', value: 'first' }],
  ['write', { key: 'k', value: 'zweiter Ä 😀' }],
  ['read', { key: 'k' }],
  ['remove', { key: 'k' }],
  ['remove', { key: 'k' }],
  ['log', { lines: ['plain', 'ü 漢 😀', 12, 1.5, true, { a: [1] }, 'a\tb\n"c"\\'] }],
  ['facts', {}],
  ['count_calls', {}],
  ['count_calls', {}],
  ...['error', 'type', 'range', 'text', 'panic', 'json', 'bigint', 'unicode', 'zero', 'after a write'].map(
    (how): Call => ['fail', { how }],
  ),
  ['fail', 'no JSON'],
  ['call_other', { account: OTHER, method: 'write', args: { key: 'x', value: 'y' } }],
  ['call_other', { account: OTHER, method: 'fail', args: { how: 'error' } }],
  ['call_other', { account: 'nobody.near', method: 'fail', args: {} }],
  ['call_other', { account: 'not an account', method: 'fail', args: {} }],
  ['on_done', {}],
  ['issue', ISSUE],
  ['issue', ISSUE],
  ['issue', { ...ISSUE, hash: HASH.toUpperCase() }],
  ['issue', { ...ISSUE, hash: 'cd'.repeat(32), parts: [{ name: 'x', tonnage: '1.5' }] }],
  ['issued', { hash: HASH }],
  ['issued', { hash: 'ef'.repeat(32) }],
  [
    'language',
    { numbers: [5, 3, 9.5, -1, 3, 1e21, 0.1], texts: ['Hello World 42', 'äöü 漢字 😀', '', 'a1b2\u0000'] },
  ],
  ['allocate', { count: 3000, bytes: 700 }],
  ['dig', { depth: 300 }],
];

test('stock and booted give the same statuses, logs and storage', async (t) => {
  const pair = await deployPair(t);
  for (const [method, args] of CALLS) playBoth(t, pair, [method, args]);
  t.deepEqual(storageOf(pair.fast), storageOf(pair.stock));
  t.true(storageOf(pair.fast).length > 0);
});

test('random calls give the same statuses, logs and storage', async (t) => {
  const random = createRandom(chooseSeed());
  t.log(`seed ${random.seed}`);
  const pair = await deployPair(t);
  const text = () => {
    const letters = [
      'a',
      'Z',
      '9',
      ' ',
      '"',
      '\\',
      '\n',
      '\u0000',
      '\u007f',
      'ÿ',
      'ā',
      '漢',
      '😀',
      '\ud800',
    ] as const;
    return Array.from({ length: random.below(40) }, () => random.pick(letters)).join('');
  };
  const number = () =>
    random.below(2) === 0 ? random.below(1000) - 500 : (random.below(2 ** 31) - 2 ** 30) / 977;
  const makers: readonly [() => Call, ...(() => Call)[]] = [
    () => ['write', { key: text(), value: text() }],
    () => ['read', { key: text() }],
    () => ['remove', { key: text() }],
    () => ['log', { lines: [text(), number(), { [text()]: text() }] }],
    () => ['issue', { ...ISSUE, hash: random.hash(), owner: text(), [text()]: number() }],
    () => ['issue', { ...ISSUE, hash: random.hash(), memo: text() }],
    () => ['fail', { how: text() }],
    () => ['language', { numbers: [number(), number(), number()], texts: [text(), text()] }],
    () => ['allocate', { count: random.below(50), bytes: random.below(5000) }],
    () => ['call_other', { account: OTHER, method: 'write', args: { key: text(), value: text() } }],
    () => ['write', text()],
  ];
  for (let i = 0; i < RANDOM_CALLS; i++) playBoth(t, pair, random.pick(makers)());
  t.deepEqual(storageOf(pair.fast), storageOf(pair.stock));
  t.true(storageOf(pair.fast).length > 0);
});

test('a method that reads nothing costs a hundredth of what it costs in a stock build', async (t) => {
  const { fast, stock, built } = await deployPair(t);
  const gas = ({ chain, code }: { chain: TestChain; code: Uint8Array }) => {
    const outcome = chain
      .send(CALLER, CONTRACT, [call('nothing', '')])
      .find((at) => at.executor_id === CONTRACT);
    // Without loading the module and receiving the receipt, which cost the same whatever runs.
    const { ext, actions } = chain.parameters;
    const fixed =
      ext.contract_loading_base +
      ext.contract_loading_bytes * BigInt(code.length) +
      actions.new_action_receipt.execution +
      actions.function_call_base.execution;
    return (outcome?.gas_burnt ?? 0n) - fixed;
  };
  const cheap = gas({ chain: fast, code: built.fast.wasm });
  const dear = gas({ chain: stock, code: built.stock.wasm });
  t.log(`${cheap} against ${dear} gas; ${built.fast.wasm.length} against ${built.stock.wasm.length} bytes`);
  t.true(cheap > 0n && cheap * 100n < dear);
});

test('recursion without end is an error that JavaScript can catch, not a trap', async (t) => {
  const { fast } = await deployPair(t);
  t.regex(inspect(play(fast, ['dig', { depth: 1_000_000 }]), { depth: null }), /panicked: stack overflow/);
});

test('a contract that calls NEAR while it is loaded cannot be built', async (t) => {
  t.timeout(BUILD_LIMIT_MS);
  await t.throwsAsync(buildContract({ entry: join(FIXTURES, 'eager', 'contract.ts') }), {
    message: /calls current_account_id while it is loaded/,
  });
});

test('the ABI names each method once, in the form of near-abi, and the hash of the module', async (t) => {
  t.timeout(BUILD_LIMIT_MS);
  const { abi, wasm, source_metadata } = await buildContract({
    entry: join(FIXTURES, 'counter', 'contract.ts'),
  });
  t.like(abi, {
    schema_version: '0.4.0',
    metadata: { name: 'dmrv-near', wasm_hash: encodeBase58(createHash('sha256').update(wasm).digest()) },
    body: {
      functions: [
        { name: 'contract_source_metadata', kind: 'view' },
        {
          name: 'count',
          kind: 'view',
          result: { serialization_type: 'json', type_schema: { type: 'string' } },
        },
        { name: 'fail', kind: 'call' },
        { name: 'hello', kind: 'view' },
        { name: 'increase', params: { args: [{ name: 'by', type_schema: { type: 'integer' } }] } },
      ],
    },
  });
  const chain = deploy(wasm);
  const [answer] = play(chain, ['contract_source_metadata', '']) as { status: { SuccessValue: string } }[];
  t.deepEqual(JSON.parse(answer?.status.SuccessValue ?? ''), source_metadata);
});

interface Pair {
  fast: TestChain;
  stock: TestChain;
  built: { fast: BuiltContract; stock: BuiltContract };
}

async function deployPair(t: ExecutionContext): Promise<Pair> {
  t.timeout(BUILD_LIMIT_MS, 'the engines are built when they are not in the cache');
  both ??= buildBoth(t.log);
  const built = await both;
  return { fast: deploy(built.fast.wasm), stock: deploy(built.stock.wasm), built };
}

/** Once for all tests: each has chains of its own. */
let both: Promise<Pair['built']> | undefined;

async function buildBoth(note: (line: string) => void): Promise<Pair['built']> {
  const fast = await buildContract({ entry: ENTRY, note });
  return { fast, stock: await buildContract({ entry: ENTRY, stock: true, note }) };
}

function deploy(wasm: Uint8Array): TestChain {
  const chain = new TestChain({
    accounts: { [CONTRACT]: 100n * NEAR, [OTHER]: 100n * NEAR, [CALLER]: 1_000_000n * NEAR },
  });
  chain.deploy(CONTRACT, wasm);
  chain.deploy(OTHER, wasm);
  return chain;
}

function call(method_name: string, args: unknown) {
  const text = typeof args === 'string' ? args : JSON.stringify(args);
  return {
    kind: 'function_call' as const,
    method_name,
    args: new TextEncoder().encode(text),
    gas: GAS,
    deposit: 0n,
  };
}

/** What each receipt came to, without refunds: those follow the gas. */
function play(chain: TestChain, [method, args]: Call): unknown[] {
  return chain
    .send(CALLER, CONTRACT, [call(method, args)])
    .filter(({ executor_id }) => executor_id !== CALLER)
    .map((outcome) => ({ executor: outcome.executor_id, logs: outcome.logs, status: statusJson(outcome) }));
}

function playBoth(t: ExecutionContext, { fast, stock }: Pair, made: Call): void {
  t.deepEqual(play(fast, made), play(stock, made), JSON.stringify(made));
}

function storageOf(chain: TestChain): string[] {
  return [CONTRACT, OTHER].flatMap((account_id) =>
    [...chain.stateOf(account_id).entries(contractDataPrefix(account_id))].map(
      ({ key, value }) => `${toHex(key)} ${toHex(value)}`,
    ),
  );
}
