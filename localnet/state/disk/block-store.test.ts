// Owns the rules of blocks on disk, among them a real kill -9; leaves what a block says to the chain.
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { toHex } from '../../../core/near/bytes.ts';
import { blockAt, payloadAt, SPLIT_HEIGHT, triesAt } from '../../../sandbox-tests/support/stored-blocks.ts';
import { Trie } from '../trie.ts';
import { type BlockStoreOptions, finalValues, openBlockStore } from './block-store.ts';

const SMALL_SEGMENT = 20_000;
const KILLS = 6;

test('a folder opened again holds every block and the state after the last one', (t) => {
  const folder = newFolder(t);
  writeTo({ folder }, 12n);
  const store = openBlockStore({ folder });
  assertHolds(t, store, 12n);
  t.is(store.dropped_bytes, 0);
  store.close();
});

test('snapshots and log files take turns, and a resumed chain goes on over them', (t) => {
  const options = { folder: newFolder(t), segment_bytes: SMALL_SEGMENT };
  for (const height of [7n, 25n, SPLIT_HEIGHT + 10n]) {
    writeTo(options, height);
    const store = openBlockStore(options);
    assertHolds(t, store, height);
    store.close();
  }
  const names = readdirSync(options.folder);
  t.is(names.filter((name) => name.endsWith('.snapshot')).length, 1);
  t.true(names.filter((name) => name.endsWith('.log')).length > 2);
});

test('a shard that a block no longer names is gone after resuming', (t) => {
  const folder = newFolder(t);
  writeTo({ folder }, SPLIT_HEIGHT);
  const store = openBlockStore({ folder });
  t.deepEqual([...store.tries.keys()], [0n, 9n]);
  store.close();
});

test('a block that was cut off anywhere is dropped, and the chain goes on from the one before', (t) => {
  const folder = newFolder(t);
  writeTo({ folder }, 3n);
  const [log = ''] = readdirSync(folder);
  const path = join(folder, log);
  const before = readFileSync(path);
  writeTo({ folder }, 4n);
  const whole = readFileSync(path);
  for (const length of [before.length + 1, before.length + 11, before.length + 13, whole.length - 1]) {
    writeFileSync(path, whole);
    truncateSync(path, length);
    const store = openBlockStore({ folder });
    assertHolds(t, store, 3n);
    t.is(store.dropped_bytes, length - before.length);
    store.append(blockAt(4n, store.tries));
    store.close();
    t.deepEqual(readFileSync(path), whole);
  }
});

test('zeros behind the last block, as a loss of power leaves them, are dropped', (t) => {
  const folder = newFolder(t);
  writeTo({ folder }, 3n);
  const [log = ''] = readdirSync(folder);
  appendFileSync(join(folder, log), new Uint8Array(5_000));
  const store = openBlockStore({ folder });
  assertHolds(t, store, 3n);
  t.is(store.dropped_bytes, 5_000);
  store.close();
});

test('damage before the last block is refused and drops nothing', (t) => {
  const folder = newFolder(t);
  writeTo({ folder }, 5n);
  const [log = ''] = readdirSync(folder);
  const path = join(folder, log);
  const whole = readFileSync(path);
  // A length, its checksum, and a content.
  for (const at of [0, 5, 40]) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    writeFileSync(path, damaged);
    t.throws(() => openBlockStore({ folder }), { message: /is damaged at byte 0 of/ }, `byte ${at}`);
    t.deepEqual(readFileSync(path), damaged);
  }
});

test('a snapshot that is not whole is passed over for the log', (t) => {
  const options = { folder: newFolder(t), segment_bytes: SMALL_SEGMENT };
  writeTo(options, 30n);
  const [name = ''] = readdirSync(options.folder).filter((file) => file.endsWith('.snapshot'));
  truncateSync(join(options.folder, name), 100);
  const store = openBlockStore(options);
  assertHolds(t, store, 30n);
  store.close();
});

test('a block that is not above the last one, and a second writer, are refused', (t) => {
  const folder = newFolder(t);
  writeTo({ folder }, 2n);
  const store = openBlockStore({ folder });
  t.throws(() => store.append(blockAt(2n, store.tries)), { message: /block 2 is not above 2/ });
  writeTo({ folder }, 3n);
  t.throws(() => store.append(blockAt(3n, store.tries)), { message: /stop the other process/ });
  store.close();
});

test('a block whose root does not follow from its changes is noticed when resuming', (t) => {
  const folder = newFolder(t);
  const store = openBlockStore({ folder });
  store.append({
    height: 1n,
    shards: [{ shard_id: 0n, trie: triesAt(3n).get(0n) ?? new Trie(), changes: [] }],
    payload: payloadAt(1n),
  });
  store.close();
  t.throws(() => openBlockStore({ folder }), { message: /block 1 leaves shard 0 at root/ });
});

test('of a chunk the last value of each key is kept', (t) => {
  const key = Uint8Array.of(1);
  const cause = { kind: 'initial_state' as const };
  const value = Uint8Array.of(2);
  t.deepEqual(
    finalValues([
      {
        key,
        changes: [
          { cause, value: null },
          { cause, value },
        ],
      },
    ]),
    [{ key, value }],
  );
});

test('kill -9 at any moment loses no block that was announced', async (t) => {
  const options = { folder: newFolder(t), segment_bytes: SMALL_SEGMENT };
  let resumed = 0n;
  for (let round = 0; round < KILLS; round++) {
    const announced = await writeUntilKilled(options, resumed + BigInt(3 + 17 * round));
    const store = openBlockStore(options);
    t.true((store.height ?? 0n) >= announced, `${announced} was announced, ${store.height} came back`);
    assertHolds(t, store, store.height ?? 0n);
    resumed = store.height ?? 0n;
    store.close();
  }
});

function newFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'localnet-blocks-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

function writeTo(options: BlockStoreOptions, height: bigint): void {
  const store = openBlockStore(options);
  for (let at = (store.height ?? 0n) + 1n; at <= height; at++) store.append(blockAt(at, store.tries));
  store.close();
}

function assertHolds(t: ExecutionContext, store: ReturnType<typeof openBlockStore>, height: bigint): void {
  t.is(store.height, height);
  const roots = (tries: ReadonlyMap<bigint, Trie>) => [...tries].map(([id, trie]) => [id, toHex(trie.root)]);
  t.deepEqual(roots(store.tries), roots(triesAt(height)));
  const found = [...store.blocks()];
  t.deepEqual(
    found.map((block) => block.height),
    Array.from({ length: Number(height) }, (_, index) => BigInt(index + 1)),
  );
  t.true(found.every((block) => toHex(block.payload) === toHex(payloadAt(block.height))));
  t.deepEqual(
    [...store.blocks(height)].map((block) => block.height),
    [height],
  );
}

/** Kills the writer as soon as it announces the height; answers the last height it announced. */
async function writeUntilKilled(
  options: Required<Pick<BlockStoreOptions, 'folder' | 'segment_bytes'>>,
  height: bigint,
): Promise<bigint> {
  const program = join(import.meta.dirname, '../../../sandbox-tests/support/write-blocks.ts');
  const child = spawn(process.execPath, [program, options.folder, `${options.segment_bytes}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  let announced = 0n;
  for await (const line of createInterface({ input: child.stdout })) {
    announced = BigInt(line);
    if (announced >= height) child.kill('SIGKILL');
  }
  const signal = await ended;
  if (signal !== 'SIGKILL')
    throw new Error(`the writer ended by itself (${signal}) after block ${announced}`);
  return announced;
}
