// Owns what a shard's state offers to whoever executes a chunk; leaves how keys and records are spelt to its codecs.

/** Why a record changed, as receipts and changes by block name it; hashes are 32 bytes. */
export type StateChangeCause =
  | { kind: 'initial_state' }
  | { kind: 'transaction_processing'; tx_hash: Uint8Array }
  | { kind: 'action_receipt_processing_started'; receipt_hash: Uint8Array }
  | { kind: 'action_receipt_gas_reward'; receipt_hash: Uint8Array }
  | { kind: 'receipt_processing'; receipt_hash: Uint8Array }
  | { kind: 'postponed_receipt'; receipt_hash: Uint8Array }
  | { kind: 'updated_delayed_receipts' }
  | { kind: 'validator_accounts_update' }
  | { kind: 'migration' };

/** One key's changes in a chunk, oldest first; within one cause only the last value counts. */
export interface StateChange {
  key: Uint8Array;
  changes: { cause: StateChangeCause; value: Uint8Array | null }[];
}

export interface FinishedChunk {
  root: Uint8Array;
  /** Ordered by key bytes, as NEAR walks them. */
  changes: StateChange[];
}

export interface StateEntry {
  key: Uint8Array;
  value: Uint8Array;
}

/**
 * The records of one shard while chunks are applied to it. Keys are full trie keys (see keys.ts). Byte arrays given
 * and returned are shared, never copied: nobody may write into one after handing it over.
 */
export interface ShardState {
  /** The root that the chunk at hand started from. */
  readonly root: Uint8Array;

  /** The value as the writes so far have left it. */
  get(key: Uint8Array): Uint8Array | null;
  has(key: Uint8Array): boolean;
  valueLength(key: Uint8Array): number | null;
  /** A cause must have been set. */
  set(key: Uint8Array, value: Uint8Array): void;
  /** Removing what is not there is a change too, as in NEAR; it shows in the list but moves no root. */
  remove(key: Uint8Array): void;

  /** In the order of key bytes, over the state with the writes so far; a write during the walk may not show in it. */
  entries(prefix: Uint8Array): Iterable<StateEntry>;

  /**
   * Trie nodes that a write to this key, or its removal, touches at the chunk's starting root; 0 when the key was
   * already written or removed in this chunk (and that write was not reverted). Ask before the write.
   */
  countPathNodes(key: Uint8Array): bigint;

  /** Tags the changes that follow. It is not undone by `revert`: set it anew for the next thing that is executed. */
  setCause(cause: StateChangeCause): void;

  /** Checkpoints nest; each ends with exactly one `commit` (its writes join the level below) or `revert` (they vanish). */
  checkpoint(): void;
  commit(): void;
  revert(): void;

  /**
   * Ends the chunk: no checkpoint may be open. The next chunk starts from the returned root. A chunk that is dropped
   * instead calls `abandonChunk`.
   */
  finishChunk(): FinishedChunk;
  abandonChunk(): void;
}
