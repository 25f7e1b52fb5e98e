// Owns the rules of several shards: which one an account is on, receipts between them, missing chunks, splitting; leaves one shard to node.test.ts.
import test from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import {
  balanceOf,
  burntMoreThanOnce,
  callOf,
  executedAt,
  signFor,
  startTestNode,
  statedSupply,
  sumMoney,
  TEST_ACCOUNTS,
} from '../../sandbox-tests/support/near-node.ts';
import { isLastOfEpoch } from '../chain/epochs.ts';
import { parentsOf } from './reshard.ts';
import type { FullBlock } from './types.ts';

/** alice is on 7, bob on 1, carol and user on 12. */
const layout = { shard_ids: [7n, 1n, 12n], boundaries: ['bob.near', 'carol.near'] };
const SPLIT = { shard_ids: [7n, 1n, 20n, 21n], boundaries: ['bob.near', 'carol.near', 'user.near'] };

test('an account is on the shard behind the last boundary that is not above it', (t) => {
  const node = startTestNode(t, { layout });
  t.deepEqual(
    TEST_ACCOUNTS.map((account_id) => node.shardOf(account_id)),
    [7n, 1n, 12n, 12n],
  );
  const [full] = node.produceBlocks();
  t.deepEqual(
    full?.shards.map(({ shard_id }) => shard_id),
    [7n, 1n, 12n],
  );
});

test('a call over shards keeps the heights that it has on one', (t) => {
  const node = startTestNode(t, { layout });
  node.submit(signFor(node, { from: 'user.near', to: 'alice.near', actions: [callOf('ask')] }));
  t.deepEqual(executedAt(node.produceBlocks({ count: 6 })), [
    [1n, 'user.near'],
    [2n, 'alice.near'],
    [3n, 'carol.near'],
    [4n, 'alice.near'],
  ]);
});

test('a transfer leaves one shard and arrives on the other', (t) => {
  const node = startTestNode(t, { layout });
  const before = balanceOf(node, 'bob.near') ?? 0n;
  node.submit(
    signFor(node, { from: 'alice.near', to: 'bob.near', actions: [{ kind: 'transfer', deposit: 9n }] }),
  );
  const [sent, arrived] = node.produceBlocks({ count: 2 });
  t.is(sent?.shards[0]?.chunk?.outgoing.length, 1);
  t.deepEqual(
    arrived?.shards[0]?.chunk?.receipts,
    sent?.shards[0]?.chunk?.outgoing,
    'the body of the next chunk',
  );
  t.deepEqual(arrived?.shards[1]?.chunk?.incoming, sent?.shards[0]?.chunk?.outgoing);
  t.is(balanceOf(node, 'bob.near'), before + 9n);
});

test('receipts wait for the next chunk of their sender and of their receiver', (t) => {
  const node = startTestNode(t, { layout });
  const actions = [{ kind: 'transfer' as const, deposit: 9n }];
  node.submit(signFor(node, { from: 'alice.near', to: 'bob.near', actions }));
  node.produceBlocks();
  const blocks = [
    ...node.produceBlocks({ missing_shards: [7n] }),
    ...node.produceBlocks({ missing_shards: [1n] }),
    ...node.produceBlocks(),
  ];
  t.deepEqual(executedAt(blocks), [[4n, 'bob.near']]);
  const [without] = blocks;
  t.is(without?.shards[0]?.chunk, null);
  t.is(without?.shards[0]?.header.height_included, 1n);
  t.deepEqual(without?.block.header.inner_rest.chunk_mask, [false, true, true]);
});

test('a shard splits with the first epoch at its height, and its accounts live on', (t) => {
  const reshardings = [{ height: 6n, layout: SPLIT }];
  const node = startTestNode(t, { layout, reshardings, epoch_length: 5n });
  const layouts: string[] = [];
  node.onBlock(({ shards }) => layouts.push(shards.map(({ shard_id }) => shard_id).join()));
  for (let block = 0; block < 14; block++) {
    node.submit(signFor(node, { from: 'user.near', to: 'alice.near', actions: [callOf('ask', 1n)] }));
    const [full] = node.produceBlocks();
    t.is(sumMoney(node), statedSupply(node), `block ${full?.block.height}`);
  }
  const first = layouts.indexOf('7,1,20,21');
  t.true(first > 0);
  t.deepEqual(layouts, [
    ...new Array<string>(first).fill('7,1,12'),
    ...new Array<string>(layouts.length - first).fill('7,1,20,21'),
  ]);
  const { chain } = node;
  const [before, after] = [first, first + 1].map((height) => chain.findBlockAt(BigInt(height)));
  t.not(toHex(before?.epoch.epoch_id ?? new Uint8Array()), toHex(after?.epoch.epoch_id ?? new Uint8Array()));
  t.is(node.shardOf('user.near'), 21n);
  t.is(node.shardOf('user.near', before), 12n);
  const old = node.readState('user.near', { kind: 'height', height: BigInt(first) });
  t.is(old.ok ? old.value.shard_id : null, 12n);
  node.produceBlocks({ count: 8 });
  const more = burntMoreThanOnce(node);
  t.true(more > 0n, 'the last chunk before the split burnt something');
  t.is(sumMoney(node), chain.head.header.inner_rest.total_supply + more);
});

test('what a shard sent before it split stands in the first body of its lowest child', (t) => {
  // Ids are not in the order of accounts: the lowest child is the one behind the boundary.
  const split = { shard_ids: [7n, 1n, 21n, 20n], boundaries: ['bob.near', 'carol.near', 'user.near'] };
  const node = startTestNode(t, { layout, reshardings: [{ height: 6n, layout: split }], epoch_length: 5n });
  let sent: FullBlock['shards'][number] | undefined;
  let first: FullBlock | undefined;
  node.onBlock((full) => {
    if (first !== undefined) return;
    if (full.shards.length === 3) sent = full.shards[2];
    else first = full;
  });
  for (let block = 0; block < 20 && first === undefined; block++) {
    const actions = [{ kind: 'transfer' as const, deposit: 1n }];
    for (const from of ['carol.near', 'user.near'])
      node.submit(signFor(node, { from, to: 'alice.near', actions }));
    node.produceBlocks();
  }
  const bodies = first?.shards.slice(2).map(({ chunk }) => chunk?.receipts ?? []);
  t.deepEqual(bodies, [[], sent?.chunk?.outgoing ?? []]);
  t.true(new Set(bodies?.[1]?.map(({ predecessor_id }) => predecessor_id)).size > 1);
  const results = first?.shards.slice(2).map(({ header: { inner } }) => {
    const { gas_used, balance_burnt, outcome_root } = inner;
    return { gas_used, balance_burnt, outcome_root: toHex(outcome_root) };
  });
  t.deepEqual(results?.[0], results?.[1], 'both children repeat what the last chunk of their parent did');
  t.is(results?.[0]?.gas_used, sent?.chunk?.gas_used);
});

test('a chunk cannot be missing of a shard that begins, nor of one that is not there', (t) => {
  const reshardings = [{ height: 6n, layout: SPLIT }];
  const node = startTestNode(t, { layout, reshardings, epoch_length: 5n });
  t.throws(() => node.produceBlocks({ missing_shards: [4n] }), { message: /block 1 has no shard 4/ });
  t.throws(() => node.produceBlocks({ skipped: -1n }), { message: /would not stand above the head at 0/ });
  const { chain } = node;
  for (let block = 0; block < 20; block++) {
    if (isLastOfEpoch(chain.head, chain.rules) && chain.head.height >= 5n) break;
    node.produceBlocks();
  }
  t.throws(() => node.produceBlocks({ missing_shards: [20n] }), { message: /shard 20 begins with block/ });
  t.throws(() => node.produceBlocks({ missing_shards: [12n] }), { message: /has no shard 12/ });
  t.is(node.layout.shard_ids.length, 3, 'a refusal changes nothing');
  node.produceBlocks({ missing_shards: [1n] });
  t.deepEqual(node.layout.shard_ids, SPLIT.shard_ids);
});

test('receipts that are delayed at a split run once, on the shard of their receiver', (t) => {
  const reshardings = [{ height: 6n, layout: SPLIT }];
  const node = startTestNode(t, { layout, reshardings, epoch_length: 5n, gas_limit: 10n ** 12n });
  const before = balanceOf(node, 'user.near') ?? 0n;
  const delayed: bigint[][] = [];
  const ran: string[] = [];
  node.onBlock(({ shards }) => {
    delayed.push(shards.slice(2).map(({ chunk }) => chunk?.delayed_count ?? 0n));
    for (const { shard_id, chunk } of shards) {
      for (const { outcome } of chunk?.outcomes ?? []) {
        const sender = outcome.receipt?.predecessor_id ?? '';
        if (['alice.near', 'bob.near'].includes(sender)) ran.push(`${shard_id} ${outcome.executor_id}`);
      }
    }
  });
  // Two shards send what one shard runs, and calls cost more to run than to send.
  for (let nonce = 1n; nonce <= 30n; nonce++) {
    const transfer = { kind: 'transfer' as const, deposit: 1n };
    const call = callOf('store', 1n);
    node.submit(signFor(node, { from: 'alice.near', to: 'carol.near', actions: [call], nonce }));
    node.submit(signFor(node, { from: 'bob.near', to: 'user.near', actions: [transfer], nonce }));
  }
  let split_at = -1;
  for (let height = 1; height <= 90; height++) {
    node.produceBlocks();
    t.is(sumMoney(node), statedSupply(node), `block ${height}`);
    if (split_at < 0 && node.layout.shard_ids.length === 4) split_at = height - 1;
  }
  t.true((delayed[split_at - 1]?.[0] ?? 0n) > 0n, `nothing was delayed when the shard split: ${delayed}`);
  t.is(delayed[split_at]?.length, 2);
  t.true(
    delayed[split_at]?.every((count) => count > 0n),
    'each child begins with the whole queue',
  );
  t.is(ran.length, 60);
  t.deepEqual(
    [...new Set(ran)].sort(),
    ['12 carol.near', '12 user.near', '20 carol.near', '21 user.near'],
    'both before and after the split',
  );
  t.deepEqual(delayed.at(-1), [0n, 0n]);
  t.is(balanceOf(node, 'user.near'), before + 30n);
});

test('a layout that joins shards, or gives a kept one other accounts, is refused', (t) => {
  t.throws(() => parentsOf({ from: layout, to: { shard_ids: [7n, 1n], boundaries: ['bob.near'] } }), {
    message: /joins shards at "carol.near"/,
  });
  t.throws(() => parentsOf({ from: layout, to: { ...SPLIT, shard_ids: [7n, 1n, 12n, 21n] } }), {
    message: /shard 12 would stand for other accounts/,
  });
  t.throws(() => parentsOf({ from: layout, to: { ...layout, shard_ids: [1n, 7n, 12n] } }), {
    message: /shard 1 would stand for other accounts/,
  });
  t.deepEqual(
    parentsOf({ from: layout, to: SPLIT }),
    new Map([
      [20n, 12n],
      [21n, 12n],
    ]),
  );
});
