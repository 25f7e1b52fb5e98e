// Owns the process that the node's test of kill -9 kills: it sends transactions, makes blocks and announces each; leaves killing and checking to the test.
import { writeSync } from 'node:fs';
import { toHex } from '../../core/near/bytes.ts';
import { startNode } from '../../localnet/node/node.ts';
import { callOf, GROWN_OPTIONS, signFor } from './near-node.ts';

const [data_folder] = process.argv.slice(2);
if (data_folder === undefined) throw new Error('usage: grow-chain.ts <data folder>');
/** An end for the case that nobody kills it. */
const MOST_BLOCKS = 100_000;

const node = startNode({ ...GROWN_OPTIONS, data_folder });
for (let block = 0; block < MOST_BLOCKS; block++) {
  node.submit(signFor(node, { from: 'user.near', to: 'alice.near', actions: [callOf('ask', 1n)] }));
  const [full] = node.produceBlocks({ skipped: block % 9 === 0 ? 1n : 0n });
  if (full !== undefined) writeSync(process.stdout.fd, `${full.block.height} ${toHex(full.block.hash)}\n`);
}
