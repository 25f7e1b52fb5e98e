// Owns executing one action receipt that has all its data: actions, storage check, refunds, reward, outcome; leaves when to process-receipt.ts.
import { type ActionReceipt, isActionReceipt, type Receipt } from '../../core/near/receipt.ts';
import { receiptIdOfReceipt } from '../../core/near/receipt-id.ts';
import { receivedDataKey } from '../state/keys.ts';
import { decodeReceivedData } from '../state/records.ts';
import type { PromiseResult } from '../vm/context.ts';
import { findAccount, lackingForStorage, saveAccount } from './accounts.ts';
import {
  type ActionResult,
  addResult,
  type NewReceipt,
  type ReceiptScope,
  resultOf,
} from './action-result.ts';
import { applyAction } from './apply-action.ts';
import type { ActionError } from './errors.ts';
import { totalDeposit } from './fees.ts';
import { SYSTEM_ID } from './limits.ts';
import { refundsOf } from './refunds.ts';
import type { BurntBalance, ChunkContext, ExecutionOutcome, ExecutionStatus } from './types.ts';
import { validateNewReceipt } from './validate-actions.ts';

export interface AppliedReceipt {
  outcome: ExecutionOutcome;
  /** In the order of their ids. */
  receipts: Receipt[];
  burnt: BurntBalance;
}

/** The cause of what was written before, waiting data and the queue, is set by the caller. */
export function applyReceipt(chunk: ChunkContext, receipt: Receipt<ActionReceipt>): AppliedReceipt {
  const { state, parameters } = chunk;
  const scope: ReceiptScope = {
    chunk,
    receipt,
    promise_results: takeResults(chunk, receipt),
    account: findAccount(state, receipt.receiver_id),
    actor_id: receipt.predecessor_id,
  };
  const existed = scope.account !== null;
  state.setCause({ kind: 'receipt_processing', receipt_hash: receipt.receipt_id });
  state.checkpoint();
  const { result, failed_index } = runActions(scope);
  const succeeded = result.error === null;
  if (succeeded) state.commit();
  else state.revert();
  const is_refund = receipt.predecessor_id === SYSTEM_ID;
  const burn_price = least(receipt.body.gas_price, chunk.block.gas_price);
  const created_account = succeeded && !existed && scope.account !== null;
  const refunds = is_refund
    ? { receipts: [], creation_charge: 0n }
    : refundsOf({ parameters, receipt, result, burn_price, created_account });
  // A refund is free, though its outcome tells the gas it would have burnt.
  const tokens_burnt = (is_refund ? 0n : burn_price * result.gas_burnt) + refunds.creation_charge;
  const reward = rewardContract(chunk, { receipt, result, burn_price });
  const made = [...result.new_receipts, ...refunds.receipts];
  const receipts = withIds(chunk, receipt, [...made, ...answers(receipt, result, made)]);
  return {
    receipts,
    outcome: {
      id: receipt.receipt_id,
      receipt,
      logs: result.logs,
      receipt_ids: receipts.filter(isActionReceipt).map((item) => item.receipt_id),
      gas_burnt: result.gas_burnt,
      gas_profile: result.gas_profile,
      tokens_burnt,
      executor_id: receipt.receiver_id,
      status: statusOf(result, { receipts, failed_index }),
    },
    burnt: {
      fees: tokens_burnt - reward,
      lost_refunds: is_refund && !succeeded ? totalDeposit(receipt.body.actions) : 0n,
      subsidized: result.subsidized,
    },
  };
}

function takeResults({ state }: ChunkContext, receipt: Receipt<ActionReceipt>): PromiseResult[] {
  return receipt.body.input_data_ids.map((data_id) => {
    const key = receivedDataKey(receipt.receiver_id, data_id);
    const bytes = state.get(key);
    if (bytes === null) {
      throw new Error(`a receipt to ${receipt.receiver_id} runs without its data; the state is damaged`);
    }
    state.remove(key);
    const value = decodeReceivedData(bytes);
    return value === null ? { kind: 'failed' } : { kind: 'value', value };
  });
}

/** Stops at the first failure; where all succeed, the account must be able to pay for its storage. */
function runActions(scope: ReceiptScope): { result: ActionResult; failed_index: bigint | null } {
  const { state, parameters } = scope.chunk;
  const { receiver_id: account_id, body } = scope.receipt;
  let result = resultOf(parameters.actions.new_action_receipt.execution);
  for (const [index, action] of body.actions.entries()) {
    const next = applyAction(scope, action, index);
    result = addResult(result, next.error === null ? refuseInvalidReceipts(scope, next) : next);
    if (result.error !== null) return { result, failed_index: BigInt(index) };
  }
  if (scope.account === null) return { result, failed_index: null };
  const lacking = lackingForStorage(scope.account, scope.account.amount, parameters);
  if (lacking > 0n) {
    const error = { LackBalanceForState: { account_id, amount: String(lacking) } };
    return { result: addResult(result, resultOf(0n, { error })), failed_index: null };
  }
  saveAccount(state, account_id, scope.account);
  return { result, failed_index: null };
}

function refuseInvalidReceipts(scope: ReceiptScope, result: ActionResult): ActionResult {
  for (const made of result.new_receipts) {
    const receipt = { ...made, receipt_id: scope.receipt.receipt_id };
    const error = validateNewReceipt(receipt, scope.chunk.parameters);
    if (error !== null) return { ...result, error: { NewReceiptValidationError: error } };
  }
  return result;
}

/** A share of what calls burnt, where the account is still there; answers what was paid. */
function rewardContract(
  { state, parameters }: ChunkContext,
  options: { receipt: Receipt<ActionReceipt>; result: ActionResult; burn_price: bigint },
): bigint {
  const { receipt, result, burn_price } = options;
  const gas = (result.gas_burnt_by_calls * parameters.contract_reward_percent) / 100n;
  const reward = burn_price * gas;
  if (reward === 0n) return 0n;
  const account = findAccount(state, receipt.receiver_id);
  if (account === null) return 0n;
  state.setCause({ kind: 'action_receipt_gas_reward', receipt_hash: receipt.receipt_id });
  saveAccount(state, receipt.receiver_id, { ...account, amount: account.amount + reward });
  return reward;
}

/**
 * What those who wait are told: the value, nothing for none, or the failure. Where the call returned a promise,
 * that one's receipt answers in its place, and no data is sent from here.
 */
function answers(receipt: Receipt<ActionReceipt>, result: ActionResult, made: NewReceipt[]): NewReceipt[] {
  const waiting = receipt.body.output_data_receivers;
  if (waiting.length === 0) return [];
  const { return_data } = result;
  if (result.error === null && return_data.kind === 'receipt') {
    const promised = made[return_data.receipt_index];
    if (promised?.body.kind !== 'action') {
      throw new Error(
        `a call to ${receipt.receiver_id} returned promise ${return_data.receipt_index}, which it did not make`,
      );
    }
    promised.body.output_data_receivers.push(...waiting);
    return [];
  }
  const value = return_data.kind === 'value' ? return_data.value : new Uint8Array(0);
  const data = result.error === null ? value : null;
  return waiting.map(({ data_id, receiver_id }) => ({
    predecessor_id: receipt.receiver_id,
    receiver_id,
    body: { kind: 'data', data_id, data },
  }));
}

function withIds(chunk: ChunkContext, parent: Receipt, made: readonly NewReceipt[]): Receipt[] {
  const block = chunk.block.height;
  return made.map((receipt, index) => ({
    ...receipt,
    receipt_id: receiptIdOfReceipt({ parent_id: parent.receipt_id, block, index: BigInt(index) }),
  }));
}

function statusOf(
  result: ActionResult,
  made: { receipts: readonly Receipt[]; failed_index: bigint | null },
): ExecutionStatus {
  const { error: kind, return_data } = result;
  if (kind !== null) {
    const error: ActionError = { index: made.failed_index, kind };
    return { kind: 'failure', error: { ActionError: error } };
  }
  if (return_data.kind === 'value') return return_data;
  if (return_data.kind === 'none') return { kind: 'value', value: new Uint8Array(0) };
  const receipt_id = made.receipts[return_data.receipt_index]?.receipt_id;
  if (receipt_id === undefined) throw new Error(`promise ${return_data.receipt_index} has no receipt`);
  return { kind: 'receipt', receipt_id };
}

function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
