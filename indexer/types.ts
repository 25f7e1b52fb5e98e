// Owns the words that the indexer's rooms share: blocks, decoded events, rows; leaves making them to source/, decode/, projectors/ and write/.

/** What a block says of itself and of its place in the chain. Every number is exact. */
export interface BlockFacts {
  height: bigint;
  hash: string;
  prev_hash: string;
  /** Null where the header does not tell it (old blocks). */
  prev_height: bigint | null;
  timestamp_ns: bigint;
}

/** One shard's bytes as the source gave them: `{shard_id, chunk, receipt_execution_outcomes, state_changes}`. */
export interface ShardBytes {
  shard_id: bigint;
  bytes: Buffer;
}

/** One final block in its place: its `prev_hash` is the hash of the block before it. */
export interface SourceBlock {
  facts: BlockFacts;
  /** Only shards whose bytes name a followed contract, by rising shard id; most blocks have none. */
  found: readonly ShardBytes[];
  /** No later block was known when this one was handed on: it should be visible at once. */
  is_tip: boolean;
}

/** Where to begin: at a height, behind a block that was written already, or at the newest final block. */
export type StartPoint =
  | { kind: 'height'; height: bigint }
  | { kind: 'after'; height: bigint; hash: string }
  | { kind: 'latest' };

export interface StreamOptions {
  start: StartPoint;
  /** The last height wanted; left out, it follows the chain without end. */
  to?: bigint;
  signal: AbortSignal;
}

/** Ordered, hash-linked blocks, whatever they come from. */
export interface BlockSource {
  stream(options: StreamOptions): AsyncIterable<SourceBlock>;
  /** Every shard of one block, as bytes; null where the height was skipped. For tracing what led to a receipt. */
  readWhole(
    height: bigint,
    signal: AbortSignal,
  ): Promise<{ facts: BlockFacts; shards: readonly ShardBytes[] } | null>;
  /** The newest final height that is known, for lag and estimates; null before any is. */
  readonly tip_height: bigint | null;
  close(): Promise<void>;
}

/** One item of one NEP-297 log of a followed contract, out of a successful outcome. */
export interface ChainEvent {
  /** `receipt_id:log_index:item_index`. */
  identity: string;
  /** Sorts as text: height, shard, outcome, log, item (app.event_position). */
  position: string;
  contract_id: string;
  block: BlockFacts;
  /** Null only where the chain's past does not reach back to the transaction. */
  transaction_hash: string | null;
  receipt_id: string;
  log_index: number;
  item_index: number;
  /** Of the receipt's one function call; null where it has several or none. Tells a revert from a transfer. */
  method_name: string | null;
  standard: 'nep171' | 'dmrv';
  version: string;
  event: string;
  /** Every token that the item names as its subject, in its order. */
  token_ids: readonly string[];
  data: Readonly<Record<string, unknown>>;
}

/** A log of a followed contract that cannot be read, kept whole. */
export interface DeadLetter {
  contract_id: string;
  block: BlockFacts;
  receipt_id: string;
  /** Of the outcome in its shard: what a redrive needs to give the event its place. */
  shard_id: bigint;
  outcome_index: number;
  log_index: number;
  transaction_hash: string | null;
  method_name: string | null;
  log: string;
  error_code: string;
  error_message: string;
}

export interface DecodedBlock {
  facts: BlockFacts;
  is_tip: boolean;
  /** In the order of their positions. */
  events: readonly ChainEvent[];
  dead_letters: readonly DeadLetter[];
}

/** What happens inside, for metrics and progress. Every method is optional to call, none may throw. */
export interface Observer {
  fetched(what: { ms: number; bytes: number }): void;
  retried(what: { source: string; reason: string }): void;
  /** Bytes that are held or on their way. */
  window(bytes: number): void;
  decoded(what: { ms: number; events: number }): void;
  traced(what: { ms: number; found: boolean }): void;
  committed(what: {
    ms: number;
    blocks: number;
    events: number;
    dead_letters: number;
    last: BlockFacts;
  }): void;
}
