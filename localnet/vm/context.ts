// Owns what a contract call is given and what it leaves behind; leaves making and applying both to the runtime.
import type { PlainAction } from '../../core/near/transaction.ts';
import type { CallFailure } from './failure.ts';
import type { GasProfile } from './gas-profile.ts';

export type PromiseResult = { kind: 'not_ready' } | { kind: 'value'; value: Uint8Array } | { kind: 'failed' };

export interface CallContext {
  current_account_id: string;
  signer_account_id: string;
  /** Borsh: the curve's tag and the key. */
  signer_account_pk: Uint8Array;
  predecessor_account_id: string;
  refund_to_account_id: string;
  chain_id: string;
  input: Uint8Array;
  promise_results: readonly PromiseResult[];
  block_height: bigint;
  block_timestamp: bigint;
  epoch_height: bigint;
  /** Without the attached deposit. */
  account_balance: bigint;
  account_locked_balance: bigint;
  storage_usage: bigint;
  attached_deposit: bigint;
  prepaid_gas: bigint;
  random_seed: Uint8Array;
  code_hash: Uint8Array;
  is_view: boolean;
  /** Accounts that wait for this call's value. */
  output_data_receivers: readonly string[];
}

/** A contract's keys and values, and how many trie nodes each access of the chunk's trie touched. */
export interface ExternalState {
  read(key: Uint8Array): Uint8Array | null;
  write(key: Uint8Array, value: Uint8Array): StorageAccess;
  remove(key: Uint8Array): StorageAccess;
  validatorStake(account_id: string): bigint;
  validatorTotalStake(): bigint;
}

export interface StorageAccess {
  /** What the key held before. */
  previous: Uint8Array | null;
  trie_nodes: bigint;
}

/** A receipt to be: its id and its data ids come from the runtime. */
export interface ReceiptDraft {
  receiver_id: string;
  /** Receipts of this call whose results it waits for, by index; an index may stand twice. */
  depends_on: number[];
  actions: PlainAction[];
  refund_to: string | null;
}

export type ReturnData =
  | { kind: 'none' }
  | { kind: 'value'; value: Uint8Array }
  | { kind: 'receipt'; receipt_index: number };

export interface CallOutcome {
  failure: CallFailure | null;
  burnt_gas: bigint;
  used_gas: bigint;
  /** What the burnt gas went to. */
  gas_profile: GasProfile;
  logs: string[];
  return_data: ReturnData;
  /** Balance left, attached deposit included; unchanged values on failure are the runtime's to keep. */
  balance: bigint;
  storage_usage: bigint;
  receipts: ReceiptDraft[];
  /** Yocto given to calls with one yocto attached from accounts that hold none. */
  subsidized: bigint;
}
