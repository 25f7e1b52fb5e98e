// Owns one step of a chain that is killed and begun again: the same step gives the same block; leaves when to stop to its callers.
import type { FullBlock, LocalnetNode } from '../../localnet/node/types.ts';
import { callOf, signFor } from './near-node.ts';

const SKIPPED_EACH = 9;

export function growStep(node: LocalnetNode, step: number): FullBlock | undefined {
  node.submit(signFor(node, { from: 'user.near', to: 'alice.near', actions: [callOf('ask', 1n)] }));
  const [full] = node.produceBlocks({ skipped: step % SKIPPED_EACH === 0 ? 1n : 0n });
  return full;
}
