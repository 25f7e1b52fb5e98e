// Owns the rules of the Lake form of blocks: its shape beside a real one, its hashes, what stands where; leaves serving to the specs.
import test from 'ava';
import { encodeBase58 } from '../../core/near/base58.ts';
import { parseNearJson } from '../../core/near/json.ts';
import {
  findWrongHashes,
  outcomeRootOf,
  type ReadBlock,
  type ReadShard,
  readBlock,
  readShard,
} from '../../sandbox-tests/support/lake-replay.ts';
import { randomStream } from '../../sandbox-tests/support/lake-stream.ts';
import { readNearFixture } from '../../sandbox-tests/support/near-fixtures.ts';
import { signFor, startTestNode } from '../../sandbox-tests/support/near-node.ts';
import { createRandom } from '../../sandbox-tests/support/random.ts';
import type { FullBlock } from '../node/types.ts';
import { FinalBlocks } from './final-blocks.ts';
import { lakeKeys, lakeObjects, neardataPart } from './objects.ts';

const LAYOUT = { shard_ids: [6n, 11n, 2n], boundaries: ['bob.near', 'd'] };
const GENESIS = { kind: 'height', height: 0n } as const;

function read(full: FullBlock) {
  const objects = lakeObjects(full);
  const shards = objects.slice(0, -1).map(({ bytes }) => readShard(bytes));
  return { keys: objects.map(({ key }) => key), block: readBlock(objects.at(-1)?.bytes ?? ''), shards };
}

test('a block has one object for each shard, under its own number, and its own object last', (t) => {
  const node = startTestNode(t, { layout: LAYOUT, genesis_height: 98n });
  const [full] = node.produceBlocks();
  if (full === undefined) return t.fail();
  const { keys, shards } = read(full);
  const names = ['shard_6.json', 'shard_11.json', 'shard_2.json', 'block.json'];
  t.deepEqual(
    keys,
    names.map((name) => `000000000099/${name}`),
  );
  t.deepEqual(lakeKeys({ height: 99n, shard_ids: LAYOUT.shard_ids }), keys);
  t.deepEqual(
    shards.map(({ shard_id }) => shard_id),
    [6, 11, 2],
  );
});

test('every hash in the objects follows from the fields beside it', (t) => {
  const node = startTestNode(t, { layout: LAYOUT, epoch_length: 5n, history_blocks: 100 });
  const stream = randomStream(node, createRandom('hashes'));
  const before = new Map<string, ReadShard>();
  for (let round = 0; round < 30; round++) {
    stream.send();
    const [full] = node.produceBlocks({ missing_shards: round % 7 === 3 ? [11n] : [] });
    if (full === undefined) return t.fail();
    const { block, shards } = read(full);
    t.deepEqual(findWrongHashes(block, shards), [], `block ${block.header.height}`);
    for (const [index, shard] of shards.entries()) {
      const committed = before.get(`${shard.shard_id}`);
      if (shard.chunk === null) continue;
      // A new chunk commits to the outcomes of its shard's last one.
      if (committed !== undefined) {
        t.is(block.chunks[index]?.outcome_root, encodeBase58(outcomeRootOf(committed)));
      }
      before.set(`${shard.shard_id}`, shard);
    }
  }
  t.true(stream.sent > 20);
});

test('one changed field is noticed by the hash over it', (t) => {
  const node = startTestNode(t);
  node.submit(
    signFor(node, { from: 'user.near', to: 'bob.near', actions: [{ kind: 'transfer', deposit: 1n }] }),
  );
  const [full] = node.produceBlocks();
  if (full === undefined) return t.fail();
  const { block, shards } = read(full);
  const { header, chunks } = block;
  t.deepEqual(findWrongHashes({ ...block, header: { ...header, gas_price: '7' } }, shards), ['block hash']);
  const [chunk] = chunks;
  const changed = chunk === undefined ? [] : [{ ...chunk, gas_used: 7 }];
  t.deepEqual(findWrongHashes({ ...block, chunks: changed }, shards), ['chunk 0']);
  const outcome = shards[0]?.chunk?.transactions[0]?.outcome.execution_outcome;
  if (outcome === undefined) return t.fail();
  outcome.proof.push({ hash: header.hash, direction: 'Left' });
  t.deepEqual(findWrongHashes(block, shards), [`proof of ${outcome.id}`]);
});

test('a shard without a new chunk has none in its object, and the header repeats the old one', (t) => {
  const node = startTestNode(t, { layout: LAYOUT });
  node.produceBlocks({ count: 2 });
  const [full] = node.produceBlocks({ missing_shards: [11n] });
  if (full === undefined) return t.fail();
  const { block, shards } = read(full);
  const [, missing] = shards;
  t.deepEqual(missing, { shard_id: 11, chunk: null, receipt_execution_outcomes: [], state_changes: [] });
  t.deepEqual(block.header.chunk_mask, [true, false, true]);
  t.is(block.header.chunks_included, 2);
  t.is(block.chunks[1]?.height_included, 2);
});

test('genesis has a chunk in each shard, in which nothing ran', (t) => {
  const node = startTestNode(t, { layout: LAYOUT });
  const found = node.findBlock(GENESIS);
  if (!found.ok) return t.fail(found.reason);
  const { shards, block } = read(found.value);
  for (const { chunk } of shards) t.deepEqual(chunk?.transactions, []);
  t.deepEqual(findWrongHashes(block, shards), []);
});

test('receipts of the body, local receipts and executed ones each stand in their own list', (t) => {
  const node = startTestNode(t);
  const ids = (receipts: { receipt_id: string }[] = []) => receipts.map(({ receipt_id }) => receipt_id);
  const give = { kind: 'transfer' as const, deposit: 1n };
  node.submit(signFor(node, { from: 'user.near', to: 'bob.near', actions: [give] }));
  node.submit(signFor(node, { from: 'alice.near', to: 'alice.near', actions: [give] }));
  const [first, second] = node.produceBlocks({ count: 2 }).map((full) => read(full).shards[0]);
  const made = new Map(
    first?.chunk?.transactions.map(({ transaction, outcome }) => [
      transaction.signer_id,
      outcome.execution_outcome.outcome.receipt_ids[0] ?? '',
    ]),
  );
  const to_bob = made.get('user.near') ?? 'none';
  const to_alice = made.get('alice.near') ?? 'none';
  t.deepEqual(ids(first?.chunk?.local_receipts), [to_alice]);
  t.deepEqual(ids(first?.receipt_execution_outcomes.map(({ receipt }) => receipt)), [to_alice]);
  t.deepEqual(ids(first?.chunk?.receipts), []);
  // The body of the next chunk has what the first one sent out: bob's transfer, and the refund to alice.
  const body = ids(second?.chunk?.receipts);
  t.true(body.includes(to_bob));
  t.false(body.includes(to_alice));
  t.deepEqual(ids(second?.chunk?.local_receipts), []);
  t.true(ids(second?.receipt_execution_outcomes.map(({ receipt }) => receipt)).includes(to_bob));
});

test('neardata has the same block in one object, with the transaction of each executed receipt', (t) => {
  const node = startTestNode(t, { layout: LAYOUT });
  const stream = randomStream(node, createRandom('neardata'));
  let seen = 0;
  for (let round = 0; round < 8; round++) {
    stream.send();
    const [full] = node.produceBlocks();
    if (full === undefined) return t.fail();
    const { block, shards } = read(full);
    const whole = parseNearJson(neardataPart(full).toString()) as { block: ReadBlock; shards: ReadShard[] };
    t.deepEqual(whole.block, block);
    t.deepEqual(readBlock(neardataPart(full, 'headers')), block);
    t.is(whole.shards.length, shards.length);
    for (const [index, shard] of whole.shards.entries()) {
      for (const { execution_outcome, tx_hash } of shard.receipt_execution_outcomes) {
        t.regex(tx_hash ?? '', /^[1-9A-HJ-NP-Za-km-z]{43,44}$/, execution_outcome.id);
        seen += 1;
      }
      const { length } = shards[index]?.receipt_execution_outcomes ?? [];
      t.is(shard.receipt_execution_outcomes.length, length);
    }
    t.is(neardataPart(full, 'shard/5').toString(), 'null');
    t.is(readShard(neardataPart(full, 'shard/11')).shard_id, 11);
  }
  t.true(seen > 0);
});

test('a transaction that stands twice in a chunk is shown once, as it ran once', (t) => {
  const node = startTestNode(t);
  const give = { kind: 'transfer' as const, deposit: 1n };
  node.submit(signFor(node, { from: 'user.near', to: 'bob.near', actions: [give] }));
  const [full] = node.produceBlocks();
  const chunk = full?.shards[0]?.chunk;
  if (full === undefined || chunk == null) return t.fail();
  const twice = { ...chunk, transactions: [...chunk.transactions, ...chunk.transactions] };
  const { shards } = read({ ...full, shards: full.shards.map((shard) => ({ ...shard, chunk: twice })) });
  t.is(shards[0]?.chunk?.transactions.length, 1);
});

test('keys are given from any name on, within a height too', (t) => {
  const node = startTestNode(t, { layout: LAYOUT });
  node.produceBlocks({ count: 4 });
  const blocks = new FinalBlocks(node);
  const keys = [...blocks.keysFrom('')];
  t.is(keys.length, 3 * 4);
  t.deepEqual([...keys].sort(), keys);
  for (const from of [
    ...keys,
    '0',
    '000000000001',
    '000000000001/c',
    '1',
    '/',
    ':',
    'x',
    '000000000002/shard_9',
  ]) {
    t.deepEqual(
      [...blocks.keysFrom(from)],
      keys.filter((key) => key >= from),
      from,
    );
  }
  blocks.stop();
});

/** What has come to NEAR's blocks since the fixture's day; everything else must be in both. */
const NEW_MEMBERS = [
  'block.header.block_body_hash',
  'block.header.chunk_endorsements',
  '.congestion_info',
  '.bandwidth_requests',
  '.chunk.local_receipts',
  '.chunk.instant_receipts',
  '.priority',
  '.priority_fee',
  '.is_promise_yield',
  '.is_promise_resume',
];

test('objects have the members of a real block, of the same types, and those that came since', (t) => {
  const node = startTestNode(t, { layout: LAYOUT });
  const stream = randomStream(node, createRandom('shape'));
  const own: Shape = new Map();
  for (let round = 0; round < 60; round++) {
    stream.send();
    for (const full of node.produceBlocks()) {
      const [block, ...shards] = lakeObjects(full).reverse();
      collectShape(own, 'block', parseNearJson(block?.bytes.toString() ?? ''));
      for (const { bytes } of shards) collectShape(own, 'shard', parseNearJson(bytes.toString()));
    }
  }
  const real: Shape = new Map();
  const fixture = readNearFixture<{ block: unknown; shards: unknown[] }>('lake_61321189.json');
  collectShape(real, 'block', inSnakeCase(fixture.block));
  for (const shard of fixture.shards) collectShape(real, 'shard', inSnakeCase(shard));
  let compared = 0;
  for (const [path, members] of real) {
    const found = own.get(path);
    t.truthy(found, `${path} is in a real block and never in ours`);
    if (found === undefined) continue;
    for (const [name, types] of members) {
      t.true(found.has(name), `${path}.${name} is missing`);
      const own_types = [...(found.get(name) ?? [])];
      // Of a member that is a word here and an object there, a block may show either.
      const agrees = own_types.some((type) => types.has(type));
      t.true(agrees || types.has('null') || own_types.includes('null'), `${path}.${name} is ${own_types}`);
      compared += 1;
    }
    // Kinds of actions, statuses and receipts differ from block to block.
    const added = [...found.keys()].filter((name) => !members.has(name) && !/^[A-Z]/.test(name));
    for (const name of added) {
      t.true(
        NEW_MEMBERS.some((known) => `${path}.${name}`.endsWith(known)),
        `${path}.${name} is in no real block`,
      );
    }
  }
  t.true(compared > 120, `${compared} members compared`);
});

test('keys of every object are in the order of the alphabet, and whole numbers keep all digits', (t) => {
  const node = startTestNode(t);
  const [full] = node.produceBlocks();
  if (full === undefined) return t.fail();
  const text = lakeObjects(full).at(-1)?.bytes.toString() ?? '';
  t.deepEqual(Object.keys(JSON.parse(text)), ['author', 'chunks', 'header']);
  t.true(text.includes(`"timestamp":${full.block.header.inner_lite.timestamp},`));
  t.true(text.indexOf('"height":') < text.indexOf('"last_final_block":'));
});

/** For each place of an object, its members and their types. */
type Shape = Map<string, Map<string, Set<string>>>;

function collectShape(shape: Shape, path: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) collectShape(shape, path, item);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  // A state change of each type has members of its own.
  const place = 'type' in value && 'change' in value ? `${path}/${String(value.type)}` : path;
  const members = shape.get(place) ?? new Map<string, Set<string>>();
  shape.set(place, members);
  for (const [name, member] of Object.entries(value)) {
    const types = members.get(name) ?? new Set();
    members.set(name, types.add(typeOf(member)));
    collectShape(shape, `${place}.${name}`, member);
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

/** Names of members alone: those that begin with a capital are kinds of things and stay. */
function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  const spell = (name: string) =>
    /^[A-Z]/.test(name) ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [spell(name), inSnakeCase(member)]),
  );
}
