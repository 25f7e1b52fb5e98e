// Owns the rules of a node with a data folder: it goes on after any end, kill -9 included; leaves the files themselves to state/disk.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import {
  callOf,
  GROWN_OPTIONS,
  signFor,
  startTestNode,
  statedSupply,
  sumMoney,
} from '../../sandbox-tests/support/near-node.ts';
import type { LocalnetNode } from './types.ts';

const KILLS = process.env.DMRV_TEST_LONG === undefined ? 3 : 40;

function newFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'localnet-node-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

function grow(node: LocalnetNode, blocks: number): void {
  for (let block = 0; block < blocks; block++) {
    node.submit(signFor(node, { from: 'user.near', to: 'alice.near', actions: [callOf('ask', 1n)] }));
    node.produceBlocks({ missing_shards: block % 5 === 4 ? [7n] : [] });
  }
}

/** All hashes and roots that anybody could ask for. */
function looksOf(node: LocalnetNode): unknown {
  const blocks = [...node.finalBlocks()].map(({ block, shards }) => [
    block.height,
    toHex(block.hash),
    shards.map(({ shard_id, chunk }) => [
      shard_id,
      chunk === null ? null : toHex(chunk.state_root),
      chunk?.outcomes.map(({ outcome, tx_hash }) => [toHex(outcome.id), toHex(tx_hash), outcome.status.kind]),
      chunk?.incoming.map(({ receipt_id }) => toHex(receipt_id)),
      chunk?.state_changes.map(({ key, changes }) => [toHex(key), changes.map(({ cause }) => cause.kind)]),
    ]),
  ]);
  const { head } = node.chain;
  const final = node.readState('user.near', { kind: 'finality', finality: 'final' });
  return {
    blocks,
    head: toHex(head.hash),
    final: final.ok ? toHex(final.value.trie.root) : final.refusal,
    layout: node.layout.shard_ids,
  };
}

test('a node on an old folder has the same blocks, states and outcomes, and goes on alike', async (t) => {
  const data_folder = newFolder(t);
  const whole = startTestNode(t, GROWN_OPTIONS);
  const first = startTestNode(t, { ...GROWN_OPTIONS, data_folder });
  grow(whole, 17);
  grow(first, 17);
  await first.stop();
  const second = startTestNode(t, { ...GROWN_OPTIONS, data_folder });
  t.deepEqual(looksOf(second), looksOf(whole));
  t.is(sumMoney(second), statedSupply(second));
  grow(whole, 12);
  grow(second, 12);
  t.deepEqual(looksOf(second), looksOf(whole));
  t.true(second.layout.shard_ids.includes(21n));
});

test('a folder is opened by the time of its own genesis, and fast-forwarded time stays', async (t) => {
  const data_folder = newFolder(t);
  let now = 1_000n;
  const clock = { now: () => now };
  const first = startTestNode(t, { data_folder, clock });
  await first.fastForward(1_000n);
  const before = first.chain.head;
  await first.stop();
  now = 5_000n;
  const second = startTestNode(t, { data_folder, clock });
  t.deepEqual(second.chain.head.hash, before.hash);
  const [next] = second.produceBlocks();
  t.is(next?.block.header.inner_lite.timestamp, 5_000n + 1_000n * 600_000_000n);
});

test('a folder of another chain is refused, and the difference named', async (t) => {
  const data_folder = newFolder(t);
  await startTestNode(t, { data_folder }).stop();
  t.throws(() => startTestNode(t, { data_folder, epoch_length: 33n, seed: 'other' }), {
    message: /seed is test there and other here; epoch_length is 60 there and 33 here/,
  });
  await startTestNode(t, { data_folder, history_blocks: 50 }).stop();
});

test('older blocks come from the folder when memory has let them go', async (t) => {
  const data_folder = newFolder(t);
  const node = startTestNode(t, { data_folder, history_blocks: 10 });
  node.produceBlocks({ count: 30 });
  const heights = (from?: bigint) => [...node.finalBlocks(from)].map(({ block }) => block.height);
  t.deepEqual(
    heights(),
    Array.from({ length: 29 }, (_, index) => BigInt(index)),
  );
  t.deepEqual(heights(27n), [27n, 28n]);
  t.deepEqual(heights(7n).slice(0, 2), [7n, 8n]);
});

test('in instant mode receipts that were under way at the end run after it', async (t) => {
  const data_folder = newFolder(t);
  const first = startTestNode(t, { data_folder });
  const sent = first.submit(
    signFor(first, { from: 'user.near', to: 'alice.near', actions: [callOf('ask')] }),
  );
  first.produceBlocks({ count: 2 });
  await first.stop();
  const second = startTestNode(t, { data_folder, mode: { kind: 'instant' } });
  await second.settled();
  t.is(second.findTransaction(sent.tx_hash)?.level, 'FINAL');
});

test('kill -9 at any moment loses no announced block, and the chain goes on from there', async (t) => {
  const data_folder = newFolder(t);
  let resumed = 0n;
  for (let round = 0; round < KILLS; round++) {
    const announced = await growUntilKilled(data_folder, resumed + BigInt(4 + 9 * round));
    const node = startTestNode(t, { ...GROWN_OPTIONS, data_folder });
    t.is(toHex(node.chain.findBlockAt(announced.height)?.hash ?? new Uint8Array()), announced.hash);
    t.is(sumMoney(node), statedSupply(node));
    resumed = node.chain.head.height;
    await node.stop();
  }
});

/** Kills the process as soon as it announces the height; answers the last block it announced. */
async function growUntilKilled(
  data_folder: string,
  height: bigint,
): Promise<{ height: bigint; hash: string }> {
  const program = join(import.meta.dirname, '../../sandbox-tests/support/grow-chain.ts');
  const child = spawn(process.execPath, [program, data_folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  let announced = { height: 0n, hash: '' };
  for await (const line of createInterface({ input: child.stdout })) {
    const [at = '', hash = ''] = line.split(' ');
    announced = { height: BigInt(at), hash };
    if (announced.height >= height) child.kill('SIGKILL');
  }
  const signal = await ended;
  if (signal !== 'SIGKILL') throw new Error(`the process ended by itself (${signal}) at ${announced.height}`);
  return announced;
}
