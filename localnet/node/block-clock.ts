// Owns the time of each block; leaves the clock itself to whoever starts the node.
import type { Clock } from './options.ts';

/** By the clock where there is one, otherwise one interval for each height. Fast-forwarding moves both. */
export class BlockClock {
  /** In nanoseconds; kept with each block. */
  offset = 0n;
  private readonly clock: Clock | null;
  private readonly genesis: { height: bigint; timestamp: bigint };
  private readonly interval: bigint;

  constructor(options: {
    clock: Clock | null;
    genesis: { height: bigint; timestamp: bigint };
    interval_nanoseconds: bigint;
  }) {
    this.clock = options.clock;
    this.genesis = options.genesis;
    this.interval = options.interval_nanoseconds;
  }

  timeAt(height: bigint): bigint {
    if (this.clock !== null) return this.clock.now() + this.offset;
    return this.genesis.timestamp + (height - this.genesis.height) * this.interval;
  }

  skip(heights: bigint): void {
    if (this.clock !== null) this.offset += heights * this.interval;
  }
}
