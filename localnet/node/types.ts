// Owns what a running localnet offers to those who serve it over JSON-RPC and Lake; leaves doing it to node.ts.
// Hashes are 32 bytes, heights and yocto bigints; byte arrays given out are shared: nobody may write into one.
import type { CurveBytes } from '../../core/near/keys.ts';
import type { PathItem } from '../../core/near/merkle.ts';
import type { ActionReceipt, Receipt } from '../../core/near/receipt.ts';
import type { SignedTransaction } from '../../core/near/transaction.ts';
import type { Block } from '../chain/block-header.ts';
import type { Chain } from '../chain/chain.ts';
import type { ChunkHeader, ShardLayout } from '../chain/chunk-header.ts';
import type { Validator } from '../chain/signer.ts';
import type { InvalidTxError } from '../runtime/errors.ts';
import type { ExecutionOutcome } from '../runtime/types.ts';
import type { AccessKeyRecord, AccountRecord } from '../state/records.ts';
import type { Trie } from '../state/trie.ts';
import type { StateChange } from '../state/types.ts';
import type { CallOutcome } from '../vm/context.ts';
import type { ProtocolParameters } from '../vm/params.ts';

/** A block with all that its chunks did. The block's own header, chunk headers, epoch and author stand in `block`. */
export interface FullBlock {
  block: Block;
  /** One for each shard of the layout, in its order, as in `block.chunks`. */
  shards: ShardPart[];
}

export interface ShardPart {
  shard_id: bigint;
  header: ChunkHeader;
  /** Null where the block brings no new chunk of the shard (the header then repeats an older one), and at genesis. */
  chunk: AppliedChunk | null;
}

export interface AppliedChunk {
  /** In the order in which they ran. */
  transactions: SignedTransaction[];
  /** The chunk's own body: what the shard's chunk before it sent out, to all shards. */
  receipts: Receipt[];
  /** What this chunk was handed to run: from the bodies of all shards' chunks, after those of its own queue. */
  incoming: Receipt[];
  /** Made by this chunk's transactions whose signer is the receiver, run here or delayed from here. */
  local_receipts: Receipt[];
  /** Made by receipts of this chunk and run in it. */
  instant_receipts: Receipt[];
  /** What this chunk sends out; the body of the shard's next chunk. */
  outgoing: Receipt[];
  /** Transactions first, then receipts as they ran. */
  outcomes: ProvenOutcome[];
  /** By key, with the causes of each change. */
  state_changes: StateChange[];
  /** Of the shard's state after the chunk. */
  state_root: Uint8Array;
  gas_used: bigint;
  balance_burnt: bigint;
  delayed_count: bigint;
}

export interface ProvenOutcome {
  outcome: ExecutionOutcome;
  /** To the chunk's outcome root. */
  path: PathItem[];
  /** The transaction from which it follows. */
  tx_hash: Uint8Array;
}

/** `optimistic` is the head, `near-final` the block that the head endorses, `final` the one below that. */
export type Finality = 'optimistic' | 'near-final' | 'final';

export type BlockReference =
  | { kind: 'hash'; hash: Uint8Array }
  | { kind: 'height'; height: bigint }
  | { kind: 'finality'; finality: Finality }
  /** `sync_checkpoint` of the RPC: genesis, or the oldest block that is still kept. */
  | { kind: 'checkpoint'; checkpoint: 'genesis' | 'earliest_available' };

/** `garbage_collected`: the block was there, but what was asked of it is not kept any longer. */
export type BlockRefusal = 'unknown_block' | 'garbage_collected';

export type Found<T, Refusal extends string = BlockRefusal> =
  | { ok: true; value: T }
  | { ok: false; refusal: Refusal; reason: string };

/** A shard's state after a block. */
export interface StateAt {
  block: Block;
  shard_id: bigint;
  trie: Trie;
  findAccount(account_id: string): AccountRecord | null;
  findAccessKey(account_id: string, public_key: CurveBytes): AccessKeyRecord | null;
  /** In the order of the keys' bytes. */
  listAccessKeys(account_id: string): { public_key: CurveBytes; record: AccessKeyRecord }[];
  findCode(account_id: string): Uint8Array | null;
  /** Keys as the contract knows them, in their order. */
  listContractState(account_id: string, prefix: Uint8Array): { key: Uint8Array; value: Uint8Array }[];
  /** Trie nodes that prove `listContractState` with the same prefix. */
  proveContractState(account_id: string, prefix: Uint8Array): Uint8Array[];
  /** Null where the account has no contract. Never throws for what the contract does: see the outcome's failure. */
  view(call: { account_id: string; method_name: string; args: Uint8Array }): CallOutcome | null;
}

/** Levels as `wait_until` names them, weakest first. */
export const WAIT_LEVELS = [
  'NONE',
  'INCLUDED',
  'EXECUTED_OPTIMISTIC',
  'INCLUDED_FINAL',
  'EXECUTED',
  'FINAL',
] as const;
export type WaitLevel = (typeof WAIT_LEVELS)[number];

/** Where an outcome was made. */
export interface LocatedOutcome extends ProvenOutcome {
  block: Block;
  shard_id: bigint;
}

export interface TransactionStatus {
  /** The strongest that holds; NONE while the transaction waits for a block. */
  level: WaitLevel;
  tx_hash: Uint8Array;
  signed: SignedTransaction;
  /** Null while it waits for a block. */
  transaction_outcome: LocatedOutcome | null;
  /** Depth first from the transaction's receipt, those executed so far. */
  receipt_outcomes: LocatedOutcome[];
  /** The receipts of this transaction, for EXPERIMENTAL_tx_status; local and refund receipts included. */
  receipts: Receipt<ActionReceipt>[];
}

export type Submitted =
  | { kind: 'accepted'; tx_hash: Uint8Array }
  | { kind: 'refused'; tx_hash: Uint8Array; error: InvalidTxError }
  /** The pool is full: nothing was taken, try again later. */
  | { kind: 'busy'; tx_hash: Uint8Array };

/** Shards side by side along the alphabet of account ids. */
export interface KnownLayout {
  shard_ids: readonly bigint[];
  boundaries: readonly string[];
  /** For each shard that began with this layout the one whose part it is; null for the layout of genesis. */
  parents: ReadonlyMap<bigint, bigint> | null;
}

/** Records that sandbox_patch_state writes past all rules, as the sandbox of NEAR does. */
export type PatchRecord =
  | { kind: 'account'; account_id: string; record: AccountRecord }
  | { kind: 'access_key'; account_id: string; public_key: CurveBytes; record: AccessKeyRecord }
  /** The account must be there, or come before, with this code's hash. */
  | { kind: 'contract'; account_id: string; code: Uint8Array }
  | { kind: 'data'; account_id: string; key: Uint8Array; value: Uint8Array };

export interface GenesisAccount {
  account_id: string;
  amount: bigint;
  public_key: CurveBytes;
  /** As clients read it; null where only the public key was given. */
  secret_key: string | null;
}

/** What stays the same for the chain's life. */
export interface ChainFacts {
  chain_id: string;
  protocol_version: number;
  parameters: ProtocolParameters;
  genesis_height: bigint;
  /** Nanoseconds since 1970. */
  genesis_timestamp: bigint;
  total_supply: bigint;
  epoch_length: bigint;
  gas_limit: bigint;
  gas_price: { min: bigint; max: bigint };
  /** In blocks: how far back the block may lie that a transaction names. */
  transaction_validity_period: bigint;
  /** Those made at genesis, with the keys that can be shown. */
  accounts: readonly GenesisAccount[];
  /** All that may ever produce. */
  validators: readonly Validator[];
}

export interface ProduceOptions {
  /** 1 where it is missing. */
  count?: number;
  /** Heights left out before the first of them. */
  skipped?: bigint;
  /** Shards that get no new chunk in these blocks. */
  missing_shards?: readonly bigint[];
}

export interface LocalnetNode {
  readonly facts: ChainFacts;
  /** Headers, epochs, light-client blocks and execution proofs: see localnet/chain. */
  readonly chain: Chain;
  /** Of the head; layouts of older blocks follow from their chunks. */
  readonly layout: ShardLayout;

  /** What `submit` would refuse for, at the head. */
  checkTransaction(signed: SignedTransaction): InvalidTxError | null;
  /** Takes the transaction into the pool; the same one twice is accepted and runs once. */
  submit(signed: SignedTransaction): Submitted;
  /** Resolves when all that the mode does by itself is done: in instant mode after the wave of blocks. */
  settled(): Promise<void>;
  /** One or more blocks now, in any mode. */
  produceBlocks(options?: ProduceOptions): FullBlock[];
  /** Resolves after the block that wrote the records. */
  patchState(records: readonly PatchRecord[]): Promise<void>;
  /** At least that many heights further, the clock moved with them; epochs change on the way. */
  fastForward(delta_height: bigint): Promise<void>;

  /** With chunks, as long as they are kept. */
  findBlock(reference: BlockReference): Found<FullBlock>;
  /** Kept ones from a height on, oldest first, from disk where there is a data folder; up to the last final one. */
  finalBlocks(from?: bigint): Iterable<FullBlock>;
  /** Of the oldest block with chunks, on disk where there is a data folder. */
  readonly oldest_height: bigint;
  /** The chunk with that hash and the block that brought it. */
  findChunk(hash: Uint8Array): { full: FullBlock; shard: ShardPart } | undefined;
  /** After each block; answers a function that ends it. Listeners run in the order of blocks and must not throw. */
  onBlock(listener: (full: FullBlock) => void): () => void;
  /** After a block became final; each block once, in order, also those below a skipped height. */
  onFinalBlock(listener: (full: FullBlock) => void): () => void;

  /** Of the shard that holds the account after the block. */
  readState(account_id: string, reference: BlockReference): Found<StateAt>;
  /** Each shard's state before the first block. */
  readonly genesis_tries: ReadonlyMap<bigint, Trie>;
  /** The account's shard at a block, or at the head. */
  shardOf(account_id: string, block?: Block): bigint;
  layoutAt(block: { height: bigint }): KnownLayout;

  findTransaction(tx_hash: Uint8Array): TransactionStatus | undefined;
  /** Resolves when the level is reached, with null when the deadline came first or the transaction is not known. */
  waitFor(options: {
    tx_hash: Uint8Array;
    level: WaitLevel;
    timeout_ms: number;
  }): Promise<TransactionStatus | null>;
  /** Made and under way, or executed. */
  findReceipt(receipt_id: Uint8Array): Receipt | undefined;
  /** The transaction from which a receipt follows, data receipts included. */
  findOrigin(receipt_id: Uint8Array): Uint8Array | undefined;
  /** Of a transaction or a receipt. */
  findOutcome(id: Uint8Array): LocatedOutcome | undefined;

  /** Producers of a block's epoch, in the order in which they approve. */
  producersAt(block: Block): readonly Validator[];
  producersAfter(block: Block): readonly Validator[];

  /** Ends timers, rejects nothing that was accepted, closes the data folder. */
  stop(): Promise<void>;
}
