// Owns keeping a few whole blocks at hand, bounded by their bytes; leaves reading them to its caller.
import type { BlockFacts, ShardBytes } from '../types.ts';

export interface WholeBlock {
  facts: BlockFacts;
  shards: readonly ShardBytes[];
}

/** Several receipts of one block are traced through the same blocks before it. */
export class WholeBlocks {
  private readonly most_bytes: number;
  private readonly kept = new Map<bigint, Promise<WholeBlock | null>>();
  private readonly sizes = new Map<bigint, number>();
  private bytes = 0;

  constructor(most_bytes: number) {
    this.most_bytes = most_bytes;
  }

  get(height: bigint, read: () => Promise<WholeBlock | null>): Promise<WholeBlock | null> {
    const known = this.kept.get(height);
    if (known !== undefined) return known;
    const reading = read();
    this.kept.set(height, reading);
    reading.then(
      // A height that is empty now may be late, so that it is not remembered.
      (block) => (block === null ? this.kept.delete(height) : this.keep(height, block)),
      () => this.kept.delete(height),
    );
    return reading;
  }

  private keep(height: bigint, { shards }: WholeBlock): void {
    const size = shards.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.sizes.set(height, size);
    this.bytes += size;
    for (const [oldest, oldest_size] of this.sizes) {
      if (this.bytes <= this.most_bytes) return;
      this.sizes.delete(oldest);
      this.kept.delete(oldest);
      this.bytes -= oldest_size;
    }
  }
}
