// Owns what actions are executed with and how their results add up to a receipt's; leaves each action to its file.
import type { ActionReceipt, DataReceipt, Receipt } from '../../core/near/receipt.ts';
import type { AccountRecord } from '../state/records.ts';
import type { PromiseResult, ReturnData } from '../vm/context.ts';
import { addProfiles, emptyProfile, type GasProfile } from '../vm/gas-profile.ts';
import type { ActionErrorKind } from './errors.ts';
import type { ChunkContext } from './types.ts';

/** Its id follows once all of its parent's receipts are counted. */
export type NewReceipt<Body extends ActionReceipt | DataReceipt = ActionReceipt | DataReceipt> = Omit<
  Receipt<Body>,
  'receipt_id'
>;

/** What the actions of one receipt share; they hand the account and the actor on to one another. */
export interface ReceiptScope {
  chunk: ChunkContext;
  receipt: Receipt<ActionReceipt>;
  promise_results: readonly PromiseResult[];
  account: AccountRecord | null;
  /** Becomes the receiver once it is created, so that the actions behind may set it up. */
  actor_id: string;
}

export interface ActionResult {
  gas_burnt: bigint;
  /** Part of it, burnt by contracts. */
  gas_burnt_by_calls: bigint;
  /** With the gas that goes on to new receipts. */
  gas_used: bigint;
  /** Of what contracts burnt. */
  gas_profile: GasProfile;
  logs: string[];
  return_data: ReturnData;
  new_receipts: NewReceipt[];
  subsidized: bigint;
  error: ActionErrorKind | null;
}

export function resultOf(gas: bigint, change: Partial<ActionResult> = {}): ActionResult {
  return {
    gas_burnt: gas,
    gas_burnt_by_calls: 0n,
    gas_used: gas,
    gas_profile: emptyProfile(),
    logs: [],
    return_data: { kind: 'none' },
    new_receipts: [],
    subsidized: 0n,
    error: null,
    ...change,
  };
}

/** Gas and logs count whatever happens; a failure takes back everything else. */
export function addResult(total: ActionResult, next: ActionResult): ActionResult {
  const burnt = {
    gas_burnt: total.gas_burnt + next.gas_burnt,
    gas_burnt_by_calls: total.gas_burnt_by_calls + next.gas_burnt_by_calls,
    gas_used: total.gas_used + next.gas_used,
    gas_profile: addProfiles(total.gas_profile, next.gas_profile),
    logs: [...total.logs, ...next.logs],
  };
  if (next.error !== null) return { ...resultOf(0n), ...burnt, error: next.error };
  return {
    ...burnt,
    return_data: shifted(next.return_data, total.new_receipts.length),
    new_receipts: [...total.new_receipts, ...next.new_receipts],
    subsidized: total.subsidized + next.subsidized,
    error: null,
  };
}

/** A call counts its own receipts from 0; those of the actions before it stand in front. */
function shifted(data: ReturnData, by: number): ReturnData {
  return data.kind === 'receipt' ? { kind: 'receipt', receipt_index: data.receipt_index + by } : data;
}
