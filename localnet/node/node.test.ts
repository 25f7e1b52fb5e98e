// Owns the rules of a running node: heights, repeatability, statuses, pools, pace; leaves disk, shards, time and money to their own tests.
import test from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import { type Action, hashTransaction } from '../../core/near/transaction.ts';
import {
  balanceOf,
  callOf,
  executedAt,
  HEAD,
  signFor,
  startTestNode,
} from '../../sandbox-tests/support/near-node.ts';
import type { LocalnetNode } from './types.ts';

const FINAL = { kind: 'finality', finality: 'final' } as const;
const give = (deposit: bigint): Action[] => [{ kind: 'transfer', deposit }];

function send(node: LocalnetNode, from: string, to: string, actions: Action[]): Uint8Array {
  const signed = signFor(node, { from, to, actions });
  const submitted = node.submit(signed);
  if (submitted.kind !== 'accepted') throw new Error(`${from} to ${to} was ${submitted.kind}`);
  return submitted.tx_hash;
}

test('a call runs a block after its transaction, a call of it one later, the callback one more', (t) => {
  const node = startTestNode(t);
  node.produceBlocks({ count: 3 });
  send(node, 'user.near', 'alice.near', [callOf('ask')]);
  const blocks = node.produceBlocks({ count: 6 });
  t.deepEqual(executedAt(blocks), [
    [4n, 'user.near'],
    [5n, 'alice.near'],
    [6n, 'carol.near'],
    [7n, 'alice.near'],
  ]);
});

test('a transaction to oneself runs in its own block', (t) => {
  const node = startTestNode(t);
  send(node, 'alice.near', 'alice.near', [callOf('store')]);
  t.deepEqual(executedAt(node.produceBlocks({ count: 3 })), [
    [1n, 'alice.near'],
    [1n, 'alice.near'],
  ]);
});

test('the same seed and calls give the same blocks, another seed gives others', (t) => {
  const run = (seed: string) => {
    const node = startTestNode(t, { seed });
    if (seed === 'test') send(node, 'user.near', 'alice.near', [callOf('ask')]);
    return node.produceBlocks({ count: 8 }).map(({ block }) => toHex(block.hash));
  };
  t.deepEqual(run('test'), run('test'));
  t.true(run('other').every((hash, index) => hash !== run('test')[index]));
});

test('a transaction passes each level in turn', (t) => {
  const node = startTestNode(t);
  const tx_hash = send(node, 'user.near', 'alice.near', [callOf('ask')]);
  const levels = [node.findTransaction(tx_hash)?.level];
  for (let block = 0; block < 8; block++) {
    node.produceBlocks();
    levels.push(node.findTransaction(tx_hash)?.level);
  }
  t.deepEqual(levels, [
    'NONE',
    'INCLUDED',
    'INCLUDED',
    'INCLUDED_FINAL',
    // The callback has run; its refund is under way.
    'EXECUTED',
    'EXECUTED',
    'EXECUTED',
    'FINAL',
    'FINAL',
  ]);
});

test('outcomes of a transaction come depth first, each found by its id', (t) => {
  const node = startTestNode(t);
  const tx_hash = send(node, 'user.near', 'alice.near', [callOf('ask')]);
  node.produceBlocks({ count: 8 });
  const status = node.findTransaction(tx_hash);
  const refund_or = (id: string, predecessor?: string) => (predecessor === 'system' ? 'refund' : id);
  t.deepEqual(
    status?.receipt_outcomes.map(({ outcome }) =>
      refund_or(outcome.executor_id, outcome.receipt?.predecessor_id),
    ),
    ['alice.near', 'carol.near', 'refund', 'alice.near', 'refund', 'refund'],
  );
  for (const { outcome } of status?.receipt_outcomes ?? []) {
    t.is(toHex(node.findOutcome(outcome.id)?.tx_hash ?? new Uint8Array()), toHex(tx_hash));
    t.deepEqual(node.findReceipt(outcome.id), outcome.receipt ?? undefined);
  }
});

test('data receipts name the transaction they follow from', (t) => {
  const node = startTestNode(t);
  const tx_hash = send(node, 'user.near', 'alice.near', [callOf('ask')]);
  const made = node
    .produceBlocks({ count: 8 })
    .flatMap(({ shards }) => shards.flatMap(({ chunk }) => chunk?.outgoing ?? []));
  t.true(made.some((receipt) => receipt.body.kind === 'data'));
  for (const { receipt_id } of made) t.deepEqual(node.findOrigin(receipt_id), tx_hash);
});

test('two blocks above one make it final, and readers of final state see it then', (t) => {
  const node = startTestNode(t);
  const before = balanceOf(node, 'bob.near') ?? 0n;
  send(node, 'user.near', 'bob.near', give(7n));
  const seen: (bigint | undefined)[] = [];
  for (let block = 0; block < 4; block++) {
    node.produceBlocks();
    const state = node.readState('bob.near', FINAL);
    seen.push(state.ok ? state.value.findAccount('bob.near')?.amount : undefined);
  }
  t.deepEqual(seen, [before, before, before, before + 7n]);
  t.is(node.chain.head.height, 4n);
  const near_final = node.findBlock({ kind: 'finality', finality: 'near-final' });
  t.is(near_final.ok ? near_final.value.block.height : null, 3n);
});

test('a transaction that is not valid is refused by name, and one sent twice runs once', (t) => {
  const node = startTestNode(t);
  const signed = signFor(node, { from: 'user.near', to: 'bob.near', actions: give(5n) });
  const before = balanceOf(node, 'bob.near') ?? 0n;
  t.is(node.submit(signed).kind, 'accepted');
  t.is(node.submit(signed).kind, 'accepted');
  node.produceBlocks({ count: 3 });
  t.is(node.submit(signed).kind, 'accepted');
  node.produceBlocks({ count: 3 });
  t.is(balanceOf(node, 'bob.near'), before + 5n);
  const stale = signFor(node, { from: 'user.near', to: 'bob.near', actions: give(6n), nonce: 1n });
  t.like(node.submit(stale), { kind: 'refused', error: { InvalidNonce: { tx_nonce: 1n, ak_nonce: 1n } } });
  const block_hash = new Uint8Array(32).fill(9);
  const lost = signFor(node, { from: 'user.near', to: 'bob.near', actions: give(6n), block_hash });
  t.like(node.submit(lost), { kind: 'refused', error: 'Expired' });
});

test('transactions of one key run by rising nonce, whatever their order of arrival', (t) => {
  const node = startTestNode(t);
  const from = 'user.near';
  const signed = [3n, 1n, 2n].map((nonce) =>
    signFor(node, { from, to: 'bob.near', actions: give(nonce), nonce }),
  );
  for (const item of signed) t.is(node.submit(item).kind, 'accepted');
  const [full] = node.produceBlocks();
  const taken = full?.shards.flatMap(({ chunk }) => chunk?.transactions ?? []) ?? [];
  t.deepEqual(
    taken.map(({ transaction }) => transaction.nonce),
    [1n, 2n, 3n],
  );
});

test('of two transactions with one nonce the second is dropped when a chunk is made', (t) => {
  const node = startTestNode(t);
  const [first, second] = [4n, 5n].map((deposit) =>
    signFor(node, { from: 'user.near', to: 'bob.near', actions: give(deposit) }),
  );
  if (first === undefined || second === undefined) return t.fail();
  node.submit(first);
  node.submit(second);
  node.produceBlocks();
  t.is(node.findTransaction(hashTransaction(first.transaction))?.level, 'INCLUDED');
  t.is(node.findTransaction(hashTransaction(second.transaction)), undefined);
  return t.like(node.checkTransaction(second), { InvalidNonce: { tx_nonce: 1n, ak_nonce: 1n } });
});

test('in instant mode a transaction brings blocks until it is final, and then none', async (t) => {
  const node = startTestNode(t, { mode: { kind: 'instant' } });
  await node.settled();
  t.is(node.chain.head.height, 0n);
  const tx_hash = send(node, 'user.near', 'alice.near', [callOf('ask')]);
  const waited = node.waitFor({ tx_hash, level: 'EXECUTED_OPTIMISTIC', timeout_ms: 60_000 });
  await node.settled();
  t.is(node.findTransaction(tx_hash)?.level, 'FINAL');
  t.true((await waited)?.level !== 'FINAL', 'who waits for less is told earlier');
  t.is(node.chain.last_final?.height, 5n);
  t.is(node.chain.head.height, 7n);
});

test('in interval mode blocks come without transactions', async (t) => {
  const node = startTestNode(t, { mode: { kind: 'interval', interval_ms: 10 } });
  await new Promise<void>((resolve) => {
    node.onBlock(({ block }) => {
      if (block.height === 3n) resolve();
    });
  });
  t.true(node.chain.head.height >= 3n);
});

test('who waits is answered at the deadline with nothing, and when the node stops', async (t) => {
  const node = startTestNode(t);
  const tx_hash = send(node, 'user.near', 'bob.near', give(1n));
  t.is(await node.waitFor({ tx_hash, level: 'FINAL', timeout_ms: 1 }), null);
  t.like(await node.waitFor({ tx_hash, level: 'NONE', timeout_ms: 1 }), { level: 'NONE' });
  const waited = node.waitFor({ tx_hash, level: 'FINAL', timeout_ms: 600_000 });
  await node.stop();
  t.is(await waited, null);
  t.throws(() => node.produceBlocks(), { message: /has stopped; start another one/ });
});

test('subscribers hear of each block once, and of each final one in order', (t) => {
  const node = startTestNode(t);
  const made: bigint[] = [];
  const final: bigint[] = [];
  const end = node.onBlock(({ block }) => made.push(block.height));
  node.onFinalBlock(({ block }) => final.push(block.height));
  node.produceBlocks({ count: 4 });
  node.produceBlocks({ count: 3, skipped: 2n });
  end();
  node.produceBlocks();
  t.deepEqual(made, [1n, 2n, 3n, 4n, 7n, 8n, 9n]);
  t.deepEqual(final, [1n, 2n, 3n, 4n, 7n, 8n]);
  t.deepEqual(
    [...node.finalBlocks(3n)].map(({ block }) => block.height),
    [3n, 4n, 7n, 8n],
  );
});

test('blocks beyond the history are told from blocks that never were', (t) => {
  const node = startTestNode(t, { history_blocks: 10 });
  const tx_hash = send(node, 'user.near', 'bob.near', give(1n));
  node.produceBlocks({ count: 20, skipped: 1n });
  const at = (height: bigint) => node.findBlock({ kind: 'height', height });
  t.like(at(2n), { ok: false, refusal: 'garbage_collected' });
  t.like(node.readState('bob.near', { kind: 'height', height: 2n }), { refusal: 'garbage_collected' });
  t.like(at(1n), { ok: false, refusal: 'unknown_block' });
  t.like(at(22n), { ok: false, refusal: 'unknown_block' });
  t.true(at(21n).ok);
  t.true(at(12n).ok);
  t.is(node.findTransaction(tx_hash), undefined);
  const earliest = node.findBlock({ kind: 'checkpoint', checkpoint: 'earliest_available' });
  t.is(earliest.ok ? earliest.value.block.height : null, 12n);
});

test('a block that is not final yet is kept however long the history is', (t) => {
  const node = startTestNode(t, { history_blocks: 10 });
  const final: bigint[] = [];
  node.onFinalBlock(({ block }) => final.push(block.height));
  for (let block = 0; block < 25; block++) node.produceBlocks({ skipped: 1n });
  t.deepEqual(final, []);
  node.produceBlocks({ count: 2 });
  t.is(final.length, 25);
  t.is(final.at(-1), 50n);
});

test('a view reads the state after the block that it names and changes nothing', (t) => {
  const node = startTestNode(t);
  send(node, 'user.near', 'alice.near', [callOf('store')]);
  node.produceBlocks({ count: 5 });
  const read = (height: bigint) => {
    const state = node.readState('alice.near', { kind: 'height', height });
    const outcome = state.ok
      ? state.value.view({ account_id: 'alice.near', method_name: 'read', args: new Uint8Array(0) })
      : null;
    return outcome?.return_data;
  };
  t.deepEqual(read(1n), { kind: 'none' });
  t.like(read(2n), { kind: 'value' });
  const state = node.readState('alice.near', HEAD);
  if (!state.ok) return t.fail(state.reason);
  const key = new TextEncoder().encode('key');
  const value = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0);
  t.deepEqual(state.value.listContractState('alice.near', new Uint8Array(0)), [{ key, value }]);
  t.true(state.value.proveContractState('alice.near', key).length > 0);
  const write = state.value.view({ account_id: 'alice.near', method_name: 'store', args: new Uint8Array(0) });
  t.like(write?.failure, { kind: 'host', reason: 'ProhibitedInView' });
  return t.is(
    state.value.view({ account_id: 'user.near', method_name: 'read', args: new Uint8Array(0) }),
    null,
  );
});
