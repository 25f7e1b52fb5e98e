// Owns every bound of reading blocks (times, tries, sizes), each with its reason; leaves what happens at a bound to its neighbours.

const MIB = 1024 * 1024;

export const LIMITS = {
  /** Bytes held or on their way: what the indexer may use of memory beside Node itself. */
  window_bytes: 64 * MIB,
  /** Blocks read ahead of the consumer. Without bytes that name a contract, a block is a few hundred bytes. */
  window_blocks: 2048,
  /** Heights asked for at the same time; 5,000 a second at 30 ms each need 150. */
  max_heights: 256,
  /** One object; the largest blocks seen are a few MiB. */
  max_object_bytes: 256 * MIB,
  connect_ms: 5_000,
  headers_ms: 10_000,
  /** A body that gives no byte for so long is given up. */
  stall_ms: 5_000,
  /** Of one request in all: a body that drips is given up too. */
  request_ms: 30_000,
  /** Of one source before the next is asked; with the backoff below about 6 s. */
  attempts: 8,
  backoff_ms: 50,
  max_backoff_ms: 2_000,
  /** How often all sources are asked for a block that does not follow the one before, or that another names and none has. */
  link_attempts: 6,
  /** Blocks that may lie between the last one handed on and one that does not follow it. */
  link_blocks: 64,
  /** After so long the first source is tried again. */
  rejoin_ms: 30_000,
  /** A source that has not the block that is known to be final is taken to lag after that long. */
  lag_ms: 5_000,
  /** At an idle tip; also the longest that a block can lie there unseen. */
  idle_poll_ms: 250,
  /** While nothing comes, the known tip is asked for again. */
  tip_age_ms: 2_000,
  /** Behind the tip by more than that, heights are read side by side. */
  near_tip_blocks: 4,
  /** At the tip, heights behind a missing one that are looked at by turns. */
  look_ahead: 4,
  /** From the newest final height downward, to find a first block. */
  latest_depth: 64,
  /** Each such height is fetched whole and every hash in it recomputed. */
  audit_every: 1024,
  /** Of blocks that were read whole, for tracing. */
  whole_bytes: 16 * MIB,
  /** Between two questions for a layout of shards that is not known. */
  layout_pause_ms: 1_000,
  rpc_ms: 5_000,
} as const satisfies Record<string, number>;

export type Limits = { readonly [Name in keyof typeof LIMITS]: number };
