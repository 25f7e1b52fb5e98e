// Owns the rules of a node with a data folder: it goes on after any end, kill -9 included; leaves the files themselves to state/disk.
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
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
import { HEADER_RECORD_BYTES } from '../chain/header-index.ts';
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
function looksOf(node: LocalnetNode, from = 0n): unknown {
  const blocks = [...node.finalBlocks(from)].map(({ block, shards }) => [
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

/** Small, so that there are many snapshots; the history is shorter than the chain. */
const SHORT = { ...GROWN_OPTIONS, segment_bytes: 60_000, history_blocks: 12 };

test('a long chain resumes from a snapshot, and goes on as one that never ended', async (t) => {
  const data_folder = newFolder(t);
  const whole = startTestNode(t, SHORT);
  grow(whole, 20);
  let node = startTestNode(t, { ...SHORT, data_folder });
  grow(node, 20);
  for (let round = 0; round < 3; round++) {
    await node.stop();
    node = startTestNode(t, { ...SHORT, data_folder });
    t.deepEqual(looksOf(node, 45n), looksOf(whole, 45n));
    grow(whole, 15);
    grow(node, 15);
    t.is(toHex(node.chain.head.hash), toHex(whole.chain.head.hash));
  }
  const snapshots = readdirSync(data_folder).filter((name) => name.endsWith('.checkpoint'));
  t.true(snapshots.length > 0 && snapshots.length < 8, `${snapshots}`);
  const heights = [...node.finalBlocks()].map(({ block }) => block.height);
  t.deepEqual(heights[0], 0n);
  t.is(BigInt(heights.length), (heights.at(-1) ?? 0n) + 1n, 'no block is lost between memory and disk');
  node.produceBlocks({ count: 2 });
  t.is(sumMoney(node), statedSupply(node));
});

test('resuming from a snapshot reads few blocks', async (t) => {
  const data_folder = newFolder(t);
  const first = startTestNode(t, { ...SHORT, data_folder });
  grow(first, 60);
  await first.stop();
  const [, ...later] = readdirSync(data_folder).filter((name) => name.endsWith('.log'));
  t.true(later.length > 3, `${later.length} files`);
  // The blocks of the second file are not needed: a node that read them would refuse the folder.
  flipByte(join(data_folder, later[0] ?? ''), 40);
  const second = startTestNode(t, { ...SHORT, data_folder });
  t.deepEqual(second.chain.head.hash, first.chain.head.hash);
  await second.stop();
});

const SPOILT: [string, (folder: string) => void][] = [
  ['headers are lost', (folder) => rmSync(join(folder, 'headers.bin'))],
  ['a header is damaged', (folder) => flipByte(join(folder, 'headers.bin'), 7 * HEADER_RECORD_BYTES + 100)],
  [
    'the hash beside a header is damaged',
    (folder) => flipByte(join(folder, 'headers.bin'), 7 * HEADER_RECORD_BYTES + 280),
  ],
  [
    'the epoch beside a header is damaged',
    (folder) => flipByte(join(folder, 'headers.bin'), 7 * HEADER_RECORD_BYTES + 305),
  ],
  ['headers are cut off', (folder) => truncateSync(join(folder, 'headers.bin'), 10_000)],
  [
    'checkpoints are lost',
    (folder) => {
      for (const name of readdirSync(folder)) if (name.endsWith('.checkpoint')) rmSync(join(folder, name));
    },
  ],
  [
    'checkpoints are cut off',
    (folder) => {
      for (const name of readdirSync(folder))
        if (name.endsWith('.checkpoint')) truncateSync(join(folder, name), 500);
    },
  ],
];
/** Of one chain of forty blocks: to grow it anew for each way to spoil it would say no more. */
let grown: Promise<Grown> | undefined;

interface Grown {
  folder: string;
  head: Uint8Array;
  headers: number;
  header: unknown;
}

/** Its node ends with the test that comes first, its folder with the last. */
async function growOnce(t: ExecutionContext): Promise<Grown> {
  const folder = mkdtempSync(join(tmpdir(), 'localnet-grown-'));
  const node = startTestNode(t, { ...SHORT, data_folder: folder });
  grow(node, 40);
  await node.stop();
  const { head, headers } = node.chain;
  return { folder, head: head.hash, headers: headers.size, header: headers.at(7) };
}

test.after.always(async () => {
  if (grown !== undefined) rmSync((await grown).folder, { recursive: true });
});

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

for (const [what, spoil] of SPOILT) {
  test(`where ${what}, the chain resumes from its blocks alone`, async (t) => {
    const data_folder = newFolder(t);
    grown ??= growOnce(t);
    const first = await grown;
    cpSync(first.folder, data_folder, { recursive: true });
    spoil(data_folder);
    const second = startTestNode(t, { ...SHORT, data_folder });
    t.deepEqual(second.chain.head.hash, first.head);
    t.is(second.chain.headers.size, first.headers);
    t.deepEqual(second.chain.headers.at(7), first.header);
    await second.stop();
    const size = statSync(join(data_folder, 'headers.bin')).size;
    t.is(size, HEADER_RECORD_BYTES * second.chain.headers.size, 'the file is made again');
  });
}

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

// Alone, so that the process is heard as soon as it speaks.
test.serial('kill -9 at any moment loses no announced block, and the chain goes on from there', async (t) => {
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
