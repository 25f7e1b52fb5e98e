// Owns the words between the sources and those who put their blocks in order; leaves the ways of reading to each source.
import type { ShardBytes } from '../types.ts';
import type { BlockHead } from './block-head.ts';

/** Bytes held or on their way, of one stream. */
export interface Meter {
  bytes: number;
}

export type Shards = 'all' | readonly bigint[];

export interface ReadRequest {
  height: bigint;
  /** Fetched beside the block, before it can say which shards it has; empty where nothing is known. */
  guess: readonly bigint[];
  /** Which shards are wanted once the block has said what there is. */
  choose(head: BlockHead): Shards;
  /** With 'hits' only shards that name a contract are kept. */
  keep: 'hits' | 'all';
  signal: AbortSignal;
  meter: Meter;
}

export interface FoundBlock {
  kind: 'found';
  head: BlockHead;
  /** For an audit; null where no shard is kept either. */
  block_bytes: Buffer | null;
  /** By rising shard id. */
  shards: readonly ShardBytes[];
  /** Every shard of the block was fetched. */
  is_whole: boolean;
  /** Bytes that came over the wire. */
  size: number;
  /** Bytes that the meter still counts for it; `releaseBlock` takes them off. */
  held: number;
  requests: number;
}

/** Absent means that nothing stands at that height: skipped, or not there yet. */
export type Reading = FoundBlock | { kind: 'absent' };

/** One place that has blocks. It tries once and throws a SourceFault; others decide what to do then. */
export interface BlockReader {
  readonly name: string;
  read(request: ReadRequest): Promise<Reading>;
  /** The newest height it has, where it can tell without being asked for each. */
  findTip(signal: AbortSignal): Promise<bigint | null>;
  close(): Promise<void>;
}

export function releaseBlock(block: FoundBlock, meter: Meter): void {
  meter.bytes -= block.held;
  block.held = 0;
}
