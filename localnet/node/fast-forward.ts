// Owns how heights are skipped without skipping an epoch; leaves making blocks to the node.
import type { Block } from '../chain/block-header.ts';
import { MAX_HEIGHT } from './heights.ts';

/** The last heights of an epoch and of the whole way get blocks, so that what lies behind them becomes final. */
const FINALISING = 3n;
/** More epochs in one request are a mistake. */
const MAX_EPOCHS = 10_000n;
/** A longer jump would keep the node from answering for minutes. */
export const MAX_JUMP = 1_000_000n;

/** Why the node does not go there; null where it does. */
export function refuseJump(from: Block, jump: { delta_height: bigint; epoch_length: bigint }): string | null {
  const { delta_height, epoch_length } = jump;
  const target = from.height + delta_height;
  if (delta_height < 0n)
    return `fast-forwarding by ${delta_height} would go below the head at ${from.height}; give 0 or more`;
  if (delta_height > MAX_JUMP)
    return `${delta_height} heights are more than ${MAX_JUMP} at once; go in several steps`;
  const epochs = delta_height / epoch_length;
  if (epochs > MAX_EPOCHS)
    return `${epochs} epochs lie on the way to height ${target}; ask for at most ${MAX_EPOCHS}, in several steps`;
  if (target > MAX_HEIGHT)
    return `height ${target} is above ${MAX_HEIGHT}, the highest there can be; begin a new chain at a lower height`;
  return null;
}

/** The heights that get a block, one after the other; `epochOf` tells of the head each time. */
export function* heightsAhead(options: {
  target: bigint;
  epoch_length: bigint;
  head(): Block;
}): Generator<bigint> {
  const { target, epoch_length, head } = options;
  for (let at = head(); at.height < target; at = head()) {
    const epoch_end = at.epoch.start_height + epoch_length;
    const stop = epoch_end < target ? epoch_end : target;
    const jump = stop - FINALISING;
    yield jump > at.height ? jump : at.height + 1n;
  }
}
