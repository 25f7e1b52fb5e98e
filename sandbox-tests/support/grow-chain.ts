// Owns the process that the node's test of kill -9 kills: it sends transactions, makes blocks and announces each; leaves killing and checking to the test.
import { writeSync } from 'node:fs';
import { toHex } from '../../core/near/bytes.ts';
import { startNode } from '../../localnet/node/node.ts';
import { growStep } from './grow-step.ts';
import { GROWN_OPTIONS } from './near-node.ts';

const [data_folder] = process.argv.slice(2);
if (data_folder === undefined) throw new Error('usage: grow-chain.ts <data folder>');
/** An end for the case that nobody kills it. */
const MOST_BLOCKS = 100_000;

const node = startNode({ ...GROWN_OPTIONS, data_folder });
for (let block = 0; block < MOST_BLOCKS; block++) {
  const full = growStep(node, block);
  if (full !== undefined) writeSync(process.stdout.fd, `${full.block.height} ${toHex(full.block.hash)}\n`);
}
