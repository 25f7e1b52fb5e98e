// Owns the process that the test of kill -9 kills: it finishes blocks and announces each; leaves killing and checking to the test.
import { writeSync } from 'node:fs';
import { openBlockStore } from '../../localnet/state/disk/block-store.ts';
import { blockAt } from './stored-blocks.ts';

const [folder, segment_bytes] = process.argv.slice(2);
if (folder === undefined || segment_bytes === undefined) {
  throw new Error('usage: write-blocks.ts <folder> <segment bytes>');
}
/** An end for the case that nobody kills it. */
const MOST_BLOCKS = 1_000_000n;

const store = openBlockStore({ folder, segment_bytes: Number(segment_bytes) });
for (let height = (store.height ?? 0n) + 1n; height <= MOST_BLOCKS; height++) {
  store.append(blockAt(height, store.tries));
  writeSync(process.stdout.fd, `${height}\n`);
}
