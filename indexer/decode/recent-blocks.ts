// Owns keeping the whole blocks that were read last, within a number of bytes; leaves what is looked for in them to trace.ts.

import type { BlockFacts, BlockSource, ShardBytes } from '../types.ts';

export interface WholeBlock {
  facts: BlockFacts;
  shards: readonly ShardBytes[];
}

/** Receipts follow their cause within a few blocks: some heavy blocks of 2 MB will do. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
/** Small blocks cost more than their bytes. */
const BYTES_A_BLOCK = 4_096;

interface Kept {
  block: Promise<WholeBlock | null>;
  bytes: number;
}

export class RecentBlocks {
  private readonly source: Pick<BlockSource, 'readWhole'>;
  private readonly kept = new Map<bigint, Kept>();
  private bytes = 0;

  constructor(source: Pick<BlockSource, 'readWhole'>) {
    this.source = source;
  }

  /** Null where the height was skipped. Asked for twice at once, it is fetched once. */
  read(height: bigint, signal: AbortSignal): Promise<WholeBlock | null> {
    const known = this.kept.get(height);
    if (known !== undefined) {
      this.kept.delete(height);
      this.kept.set(height, known);
      return known.block;
    }
    const kept: Kept = { block: this.source.readWhole(height, signal), bytes: 0 };
    this.kept.set(height, kept);
    this.weigh(height, kept);
    return kept.block;
  }

  private weigh(height: bigint, kept: Kept): void {
    kept.block.then(
      (block) => {
        kept.bytes = (block?.shards ?? []).reduce((sum, { bytes }) => sum + bytes.length, BYTES_A_BLOCK);
        this.bytes += kept.bytes;
        this.forgetOldest();
      },
      // Whoever asked is told; the next one asks again.
      () => this.kept.delete(height),
    );
  }

  private forgetOldest(): void {
    for (const [height, { bytes }] of this.kept) {
      if (this.bytes <= MAX_KEPT_BYTES) return;
      // Those that are still on their way have no bytes yet.
      if (bytes === 0) continue;
      this.kept.delete(height);
      this.bytes -= bytes;
    }
  }
}
