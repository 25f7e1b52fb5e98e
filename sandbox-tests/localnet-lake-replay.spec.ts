// Owns the rules of following Lake: nothing is lost on the way, over skipped heights, missing chunks and split shards; leaves the endpoint to localnet-lake.
import test from 'ava';
import { assertSameRecords, followFrom } from './support/lake-follower.ts';
import { get, LAYOUT, SPLIT, startLakeNode } from './support/lake-node.ts';
import { randomStream } from './support/lake-stream.ts';
import { chooseSeed, createRandom } from './support/random.ts';

const STREAM_BLOCKS = 60;
/** Hundreds of requests, on a machine that may be busy with other tests. */
const TIMEOUT_MS = 120_000;
const CHANGE_TYPES = [
  'account_update',
  'account_deletion',
  'access_key_update',
  'access_key_deletion',
  'contract_code_update',
  'contract_code_deletion',
  'data_update',
  'data_deletion',
];

test('replaying the objects gives every account, key, code and data record of the node', async (t) => {
  t.timeout(TIMEOUT_MS);
  const seed = chooseSeed();
  t.log(`seed ${seed}`);
  const random = createRandom(seed);
  const { node, s3 } = await startLakeNode(t, { node: { layout: LAYOUT, epoch_length: 10n } });
  const stream = randomStream(node, random);
  const follower = followFrom(node);
  const seen = new Map<string, number>();
  for (let block = 0; block < STREAM_BLOCKS; block++) {
    stream.send();
    const skipped = random.below(10) === 0 ? 1n : 0n;
    const missing_shards = random.below(8) === 0 ? [random.pick([6n, 11n, 2n])] : [];
    node.produceBlocks({ skipped, missing_shards });
    if (block % 7 === 0) await follower.follow(s3, seen);
  }
  node.produceBlocks({ count: 2 });
  await follower.follow(s3, seen);
  assertSameRecords(t, { node, records: follower.records, height: follower.height });
  // The stream is worth nothing if it leaves out a kind of record.
  for (const type of CHANGE_TYPES) t.true((seen.get(type) ?? 0) > 0, `${type} never happened`);
});

test('a follower crosses a split: new ids from an epoch’s first block, and no record lost', async (t) => {
  t.timeout(TIMEOUT_MS);
  const random = createRandom('split');
  const reshardings = [{ height: 12n, layout: SPLIT }];
  const { node, s3 } = await startLakeNode(t, { node: { layout: LAYOUT, epoch_length: 5n, reshardings } });
  const stream = randomStream(node, random);
  const follower = followFrom(node);
  for (let block = 0; block < 40; block++) {
    stream.send();
    node.produceBlocks();
  }
  await follower.follow(s3, new Map());
  assertSameRecords(t, { node, records: follower.records, height: follower.height });
  const at = follower.layouts.findIndex(({ shard_ids }) => shard_ids.length === 4);
  const before = follower.layouts[at - 1];
  const after = follower.layouts[at];
  t.deepEqual(before?.shard_ids, [6, 11, 2]);
  t.deepEqual(after?.shard_ids, [6, 20, 12, 2]);
  t.true(Number(after?.height) >= 12);
  t.not(after?.epoch_id, before?.epoch_id);
  t.true(follower.layouts.slice(at).every(({ shard_ids }) => shard_ids.length === 4));
  await t.throwsAsync(get(s3, `${`${after?.height}`.padStart(12, '0')}/shard_11.json`), {
    name: 'NoSuchKey',
  });
});
