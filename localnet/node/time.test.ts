// Owns the rules of time and of the sandbox's own calls: skipped heights, clocks, fast-forward, patched records; leaves pace to node.test.ts.
import test from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import {
  balanceOf,
  callOf,
  HEAD,
  signFor,
  startTestNode,
  TEST_CONTRACT,
} from '../../sandbox-tests/support/near-node.ts';

import { MAX_HEIGHT } from './heights.ts';
import { LocalnetRefusal } from './refusal.ts';
import type { PatchRecord } from './types.ts';

const INTERVAL = 600_000_000n;

test('a skipped height has no block, and receipts arrive in the next one', (t) => {
  const node = startTestNode(t);
  node.submit(signFor(node, { from: 'user.near', to: 'alice.near', actions: [callOf('store')] }));
  const [sent] = node.produceBlocks();
  const [called] = node.produceBlocks({ skipped: 2n });
  t.is(called?.block.height, 4n);
  t.is(called?.block.header.inner_rest.prev_height, 1n);
  t.deepEqual(called?.block.header.prev_hash, sent?.block.hash);
  t.is(called?.shards[0]?.chunk?.outcomes.length, 1);
  t.is(node.chain.findBlockAt(2n), undefined);
});

test('without a clock each height is one interval later', (t) => {
  const node = startTestNode(t);
  const { genesis_timestamp } = node.facts;
  const times = node
    .produceBlocks({ count: 3, skipped: 5n })
    .map(({ block }) => block.header.inner_lite.timestamp - genesis_timestamp);
  t.deepEqual(times, [6n * INTERVAL, 7n * INTERVAL, 8n * INTERVAL]);
});

test('with a clock blocks have its time, and time never stands still', (t) => {
  let now = 1_000n;
  const node = startTestNode(t, { clock: { now: () => now } });
  t.is(node.facts.genesis_timestamp, 1_000n);
  const timeOf = () => node.produceBlocks()[0]?.block.header.inner_lite.timestamp;
  now = 5_000n;
  t.is(timeOf(), 5_000n);
  t.is(timeOf(), 5_001n);
  now = 9_000n;
  t.is(timeOf(), 9_000n);
});

test('fast-forward moves height and clock, ends final, and leaves out no epoch', async (t) => {
  for (const clock of [null, { now: () => 7n }]) {
    const node = startTestNode(t, { clock, epoch_length: 20n });
    node.produceBlocks({ count: 5 });
    const before = node.chain.head;
    let blocks = 0;
    node.onBlock(() => blocks++);
    await node.fastForward(1_000n);
    const { head } = node.chain;
    t.is(head.height, 1_005n);
    t.is(node.chain.last_final?.height, 1_003n);
    const passed = head.header.inner_lite.timestamp - before.header.inner_lite.timestamp;
    t.true(passed >= 1_000n * INTERVAL - 10n && passed <= 1_000n * INTERVAL + 1_000n, `${passed}`);
    t.true(head.epoch.epoch_height > 40n, `epoch ${head.epoch.epoch_height}`);
    t.true(blocks > 100 && blocks < 400, `${blocks} blocks`);
  }
});

test('fast-forward by little makes every block, by nothing none, and never goes back', async (t) => {
  const node = startTestNode(t);
  await node.fastForward(2n);
  t.is(node.chain.head.height, 2n);
  t.is(node.chain.head.header.inner_rest.prev_height, 1n);
  await node.fastForward(0n);
  t.is(node.chain.head.height, 2n);
  await t.throwsAsync(node.fastForward(-1n), { instanceOf: LocalnetRefusal, message: /give 0 or more/ });
});

test('patched records are there after the next block, with a cause of their own', async (t) => {
  const node = startTestNode(t);
  const account_id = 'user.near';
  const code_hash = sha256(TEST_CONTRACT);
  const key = new TextEncoder().encode('key');
  const value = Uint8Array.of(1, 2, 3);
  const record = { amount: 77n * 10n ** 24n, locked: 0n, code_hash, storage_usage: 900n };
  const patched = node.patchState([
    { kind: 'account', account_id, record },
    { kind: 'contract', account_id, code: TEST_CONTRACT },
    { kind: 'data', account_id, key, value },
  ]);
  t.not(balanceOf(node, account_id), record.amount);
  const [full] = node.produceBlocks();
  await patched;
  t.is(balanceOf(node, account_id), record.amount);
  const state = node.readState(account_id, HEAD);
  if (!state.ok) return t.fail(state.reason);
  const view = state.value.view({ account_id, method_name: 'read', args: new Uint8Array(0) });
  t.deepEqual(view?.return_data, { kind: 'value', value });
  const changes = full?.shards[0]?.chunk?.state_changes ?? [];
  t.is(changes.length, 3);
  t.true(changes.every((change) => change.changes.every(({ cause }) => cause.kind === 'migration')));
  return t.deepEqual(toHex(full?.shards[0]?.chunk?.state_root ?? key), toHex(state.value.trie.root));
});

test('a patched contract whose account does not name its hash is refused and changes nothing', async (t) => {
  const node = startTestNode(t);
  await t.throwsAsync(node.patchState([{ kind: 'contract', account_id: 'user.near', code: TEST_CONTRACT }]), {
    message: /does not have the code hash/,
  });
  await t.throwsAsync(
    node.patchState([{ kind: 'contract', account_id: 'nobody.near', code: TEST_CONTRACT }]),
    { message: /nobody.near does not exist/ },
  );
  const [full] = node.produceBlocks();
  t.deepEqual(full?.shards[0]?.chunk?.state_changes, []);
});

test('in instant mode a patch brings its own block', async (t) => {
  const node = startTestNode(t, { mode: { kind: 'instant' } });
  const record = { amount: 1n, locked: 0n, code_hash: null, storage_usage: 182n };
  await node.patchState([{ kind: 'account', account_id: 'user.near', record }]);
  t.is(balanceOf(node, 'user.near'), 1n);
  await node.settled();
  t.is(node.chain.last_final?.height, 1n);
});

const JUMPS: [string, bigint, RegExp][] = [
  ['more heights than one request may', 1_000_001n, /go in several steps/],
  ['more epochs than one request may', 50_000n, /12500 epochs lie on the way/],
  ['all heights there are', 2n ** 64n, /go in several steps/],
];
for (const [what, delta_height, message] of JUMPS) {
  test(`a jump over ${what} is refused by name, and the chain goes on`, async (t) => {
    const node = startTestNode(t, { epoch_length: 4n });
    await t.throwsAsync(node.fastForward(delta_height), { instanceOf: LocalnetRefusal, message });
    t.is(node.produceBlocks()[0]?.block.height, 1n);
  });
}

test('no block stands above the highest height that has a name', async (t) => {
  const node = startTestNode(t, { genesis_height: MAX_HEIGHT - 2n });
  await t.throwsAsync(node.fastForward(3n), { instanceOf: LocalnetRefusal, message: /begin a new chain/ });
  node.produceBlocks({ count: 2 });
  t.throws(() => node.produceBlocks(), { instanceOf: LocalnetRefusal, message: /begin a new chain/ });
  t.throws(() => startTestNode(t, { genesis_height: MAX_HEIGHT + 1n }), { message: /choose 0 to/ });
});

const account = { amount: 1n, locked: 0n, code_hash: null, storage_usage: 182n };
const public_key = { curve: 'ed25519' as const, bytes: new Uint8Array(32) };
const full = { kind: 'full' as const };
const limited = (allowance: bigint) => ({
  kind: 'call' as const,
  allowance,
  receiver_id: 'a',
  method_names: [],
});
const account_id = 'user.near';
const PATCHES: [string, PatchRecord, RegExp][] = [
  [
    'the largest u128 as balance',
    { kind: 'account', account_id, record: { ...account, amount: 2n ** 128n - 1n } },
    /would have amount 340282366920938463463374607431768211455; give 0 to/,
  ],
  [
    'a negative balance',
    { kind: 'account', account_id, record: { ...account, amount: -1n } },
    /would have amount -1; give 0 to/,
  ],
  [
    'more locked than there is',
    { kind: 'account', account_id, record: { ...account, locked: 2n ** 127n } },
    /would have locked/,
  ],
  [
    'a storage usage beyond 64 bits',
    { kind: 'account', account_id, record: { ...account, storage_usage: 2n ** 64n } },
    /give a u64/,
  ],
  [
    'half a code hash',
    { kind: 'account', account_id, record: { ...account, code_hash: new Uint8Array(16) } },
    /has 16 bytes/,
  ],
  [
    'a nonce beyond 64 bits',
    { kind: 'access_key', account_id, public_key, record: { nonce: 2n ** 64n, permission: full } },
    /would have nonce/,
  ],
  [
    'an allowance beyond 128 bits',
    { kind: 'access_key', account_id, public_key, record: { nonce: 0n, permission: limited(2n ** 128n) } },
    /would have allowance/,
  ],
  [
    'an id that no account can have',
    { kind: 'data', account_id: 'User', key: new Uint8Array(1), value: new Uint8Array(1) },
    /"User" is no account id/,
  ],
];
for (const [what, record, message] of PATCHES) {
  test(`a patch with ${what} is refused by name, and the chain goes on`, async (t) => {
    const node = startTestNode(t);
    await t.throwsAsync(node.patchState([record]), { instanceOf: LocalnetRefusal, message });
    t.deepEqual(node.produceBlocks()[0]?.shards[0]?.chunk?.state_changes, []);
  });
}
