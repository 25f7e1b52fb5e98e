// Owns how heights are skipped without skipping an epoch; leaves making blocks to the node.
import type { Block } from '../chain/block-header.ts';

/** The last heights of an epoch and of the whole way get blocks, so that what lies behind them becomes final. */
const FINALISING = 3n;
/** More epochs than that in one request are a mistake. */
const MAX_EPOCHS = 10_000n;

/** The heights that get a block, one after the other; `epochOf` tells of the head each time. */
export function* heightsAhead(options: {
  target: bigint;
  epoch_length: bigint;
  head(): Block;
}): Generator<bigint> {
  const { target, epoch_length, head } = options;
  const epochs = (target - head().height) / epoch_length;
  if (epochs > MAX_EPOCHS) {
    throw new Error(`${epochs} epochs lie on the way to height ${target}; ask for at most ${MAX_EPOCHS}`);
  }
  for (let at = head(); at.height < target; at = head()) {
    const epoch_end = at.epoch.start_height + epoch_length;
    const stop = epoch_end < target ? epoch_end : target;
    const jump = stop - FINALISING;
    yield jump > at.height ? jump : at.height + 1n;
  }
}
