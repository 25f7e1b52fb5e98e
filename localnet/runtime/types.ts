// Owns what a chunk is executed with and what comes of it; leaves how to apply-chunk.ts.
import type { ActionReceipt, Receipt } from '../../core/near/receipt.ts';
import type { ShardState } from '../state/types.ts';
import type { GasProfile } from '../vm/gas-profile.ts';
import type { ProtocolParameters } from '../vm/params.ts';
import type { ContractCache } from '../vm/prepare.ts';
import type { TxExecutionError } from './errors.ts';

export interface BlockContext {
  height: bigint;
  /** Nanoseconds since 1970. */
  timestamp: bigint;
  epoch_height: bigint;
  /** Yocto for one unit of gas. */
  gas_price: bigint;
  /** The block's random value, 32 bytes. */
  random_value: Uint8Array;
  chain_id: string;
}

export interface Stakes {
  of(account_id: string): bigint;
  total(): bigint;
}

/** What all receipts of one chunk share. */
export interface ChunkContext {
  block: BlockContext;
  parameters: ProtocolParameters;
  contracts: ContractCache;
  stakes: Stakes;
  /** Whether the account is on this chunk's shard. */
  belongs(account_id: string): boolean;
  state: ShardState;
}

export type ExecutionStatus =
  | { kind: 'value'; value: Uint8Array }
  | { kind: 'receipt'; receipt_id: Uint8Array }
  | { kind: 'failure'; error: TxExecutionError };

/** In the shape that core/near/outcome.ts hashes. */
export interface ExecutionOutcome {
  /** Of the transaction or the receipt. */
  id: Uint8Array;
  /** Null for a transaction. */
  receipt: Receipt<ActionReceipt> | null;
  logs: string[];
  receipt_ids: Uint8Array[];
  gas_burnt: bigint;
  /** What contract calls burnt it for; null for a transaction. */
  gas_profile: GasProfile | null;
  tokens_burnt: bigint;
  executor_id: string;
  status: ExecutionStatus;
}

/** Where balance went that no account and no receipt holds any longer. */
export interface BurntBalance {
  /** Fees, less what contracts were rewarded. */
  fees: bigint;
  /** Refunds that found no account. */
  lost_refunds: bigint;
  /** Yocto given out of nothing, see CallOutcome.subsidized. */
  subsidized: bigint;
}
