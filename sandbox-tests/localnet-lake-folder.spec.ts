// Owns the rules of Lake objects in a folder and over a node's restart; leaves the endpoint to localnet-lake.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { lakeObjects } from '../localnet/lake/objects.ts';
import { startLake } from '../localnet/lake/server.ts';
import { get, LAYOUT, newFolder, startLakeNode } from './support/lake-node.ts';
import { randomStream } from './support/lake-stream.ts';
import { startTestNode } from './support/near-node.ts';
import { createRandom } from './support/random.ts';

test('the folder holds exactly what is served, and a restart completes it', async (t) => {
  const folder = newFolder(t);
  const { node, s3, lake } = await startLakeNode(t, { node: { layout: LAYOUT }, lake: { folder } });
  const stream = randomStream(node, createRandom('folder'));
  for (let round = 0; round < 10; round++) {
    stream.send();
    node.produceBlocks({ skipped: round === 5 ? 1n : 0n });
  }
  const written = listFiles(folder);
  t.is(written.length, 4 * [...lake.blocks.from()].length);
  for (const key of written) t.is(readFileSync(join(folder, key), 'utf8'), await get(s3, key), key);
  // As if the process had ended in the middle of a block.
  const height = `${lake.blocks.last.height}`.padStart(12, '0');
  const block = readFileSync(join(folder, height, 'block.json'));
  rmSync(join(folder, height, 'block.json'));
  writeFileSync(join(folder, height, 'shard_6.json'), '{');
  await lake.stop();
  const again = await startLake({ node, folder });
  t.deepEqual(listFiles(folder), written);
  t.deepEqual(readFileSync(join(folder, height, 'block.json')), block);
  t.not(readFileSync(join(folder, height, 'shard_6.json'), 'utf8'), '{');
  await again.stop();
});

test('shards are in the folder before their block', (t) => {
  const node = startTestNode(t, { layout: LAYOUT });
  const [full] = node.produceBlocks();
  const keys = full === undefined ? [] : lakeObjects(full).map(({ key }) => key.split('/')[1]);
  t.deepEqual(keys, ['shard_6.json', 'shard_11.json', 'shard_2.json', 'block.json']);
});

test('the folder of another chain, and one that would get a gap, are refused', async (t) => {
  const folder = newFolder(t);
  const { node, lake } = await startLakeNode(t, { lake: { folder } });
  node.produceBlocks({ count: 5 });
  await lake.stop();
  const other = startTestNode(t, { seed: 'other' });
  other.produceBlocks({ count: 5 });
  await t.throwsAsync(startLake({ node: other, folder }), { message: /of another chain/ });
  const short = startTestNode(t, { history_blocks: 10, epoch_length: 4n });
  short.produceBlocks({ count: 40 });
  await t.throwsAsync(startLake({ node: short, folder }), {
    message: /has no block \d+, and it is not kept/,
  });
});

test('a folder that cannot be written to any more is told once, and serving goes on', async (t) => {
  const folder = newFolder(t);
  const failures: Error[] = [];
  const onFolderFailure = (error: Error) => failures.push(error);
  const { node, s3 } = await startLakeNode(t, { lake: { folder, onFolderFailure } });
  // A file stands where the next block's folder must be.
  writeFileSync(join(folder, '000000000001'), '');
  node.produceBlocks({ count: 6 });
  t.is(failures.length, 1);
  t.regex(failures[0]?.message ?? '', /block 1 was not written to .*mend it and start again/);
  t.truthy(await get(s3, '000000000004/block.json'));
});

function listFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .flatMap((height) => readdirSync(join(folder, height)).map((name) => `${height}/${name}`));
}
