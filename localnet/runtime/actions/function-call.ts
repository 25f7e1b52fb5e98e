// Owns calling a contract for a receipt and turning what it promised into receipts; leaves running code to the VM.
import { BorshWriter } from '../../../core/near/borsh.ts';
import { sha256 } from '../../../core/near/crypto.ts';
import { writeCurveBytes } from '../../../core/near/keys.ts';
import type { ActionReceipt, DataReceiver } from '../../../core/near/receipt.ts';
import { actionHash, dataId } from '../../../core/near/receipt-id.ts';
import type { PlainAction } from '../../../core/near/transaction.ts';
import { contractCodeKey } from '../../state/keys.ts';
import type { AccountRecord } from '../../state/records.ts';
import type { CallContext, ReceiptDraft } from '../../vm/context.ts';
import type { CallFailure } from '../../vm/failure.ts';
import { runContract } from '../../vm/run.ts';
import type { ActionResult, NewReceipt, ReceiptScope } from '../action-result.ts';
import { ContractStorage } from '../contract-storage.ts';
import type { FunctionCallError } from '../errors.ts';

type FunctionCall = Extract<PlainAction, { kind: 'function_call' }>;

interface Call {
  action: FunctionCall;
  /** Of the action in its receipt. */
  index: number;
  account: AccountRecord;
  /** With the action's own fee. */
  result: ActionResult;
}

export function callFunction(scope: ReceiptScope, call: Call): ActionResult {
  const { action, index, account, result } = call;
  const { contracts, parameters, state, stakes, block } = scope.chunk;
  const account_id = scope.receipt.receiver_id;
  const code = account.code_hash === null ? null : state.get(contractCodeKey(account_id));
  if (account.code_hash === null || code === null) {
    const missing = { CompilationError: { CodeDoesNotExist: { account_id } } };
    return { ...result, error: { FunctionCallError: missing } };
  }
  const receipt_id = scope.receipt.receipt_id;
  const hash = actionHash({ receipt_id, block: block.height, action_index: BigInt(index) });
  const outcome = runContract({
    contract: contracts.get(code, account.code_hash),
    method: action.method_name,
    context: callContext(scope, { ...call, hash, code_hash: account.code_hash }),
    external: new ContractStorage({ state, account_id, stakes }),
    parameters,
  });
  const burnt = {
    ...result,
    gas_burnt: result.gas_burnt + outcome.burnt_gas,
    gas_burnt_by_calls: outcome.burnt_gas,
    gas_used: result.gas_used + outcome.used_gas,
    gas_profile: outcome.gas_profile,
    logs: outcome.logs,
  };
  if (outcome.failure !== null) {
    return { ...burnt, error: { FunctionCallError: callError(outcome.failure) } };
  }
  scope.account = { ...account, amount: outcome.balance, storage_usage: outcome.storage_usage };
  return {
    ...burnt,
    return_data: outcome.return_data,
    subsidized: outcome.subsidized,
    new_receipts: promisedReceipts(scope, outcome.receipts, hash),
  };
}

function callContext(
  scope: ReceiptScope,
  call: Call & { hash: Uint8Array; code_hash: Uint8Array },
): CallContext {
  const { block } = scope.chunk;
  const { body, predecessor_id, receiver_id } = scope.receipt;
  const { account, action, index } = call;
  const key = new BorshWriter();
  writeCurveBytes(key, body.signer_public_key);
  const last = index + 1 === body.actions.length;
  return {
    current_account_id: receiver_id,
    signer_account_id: body.signer_id,
    signer_account_pk: key.finish(),
    predecessor_account_id: predecessor_id,
    refund_to_account_id: body.refund_to ?? predecessor_id,
    chain_id: block.chain_id,
    input: action.args,
    promise_results: scope.promise_results,
    block_height: block.height,
    block_timestamp: block.timestamp,
    epoch_height: block.epoch_height,
    account_balance: account.amount,
    account_locked_balance: account.locked,
    storage_usage: account.storage_usage,
    attached_deposit: action.deposit,
    prepaid_gas: action.gas,
    random_seed: sha256(call.hash, block.random_value),
    code_hash: call.code_hash,
    is_view: false,
    // Only the last action's value goes to those who wait.
    output_data_receivers: last ? body.output_data_receivers.map((item) => item.receiver_id) : [],
  };
}

/** Each wait of one receipt for another is a data id: an output of the earlier and an input of the later. */
function promisedReceipts(
  scope: ReceiptScope,
  drafts: readonly ReceiptDraft[],
  hash: Uint8Array,
): NewReceipt[] {
  const { body, receiver_id: predecessor_id } = scope.receipt;
  const block = scope.chunk.block.height;
  const outputs: DataReceiver[][] = drafts.map(() => []);
  let next_data = 0n;
  const inputs = drafts.map(({ depends_on, receiver_id }) =>
    depends_on.map((earlier) => {
      const data_id = dataId({ action_hash: hash, block, index: next_data++ });
      outputs[earlier]?.push({ data_id, receiver_id });
      return data_id;
    }),
  );
  return drafts.map((draft, index) => {
    const made: ActionReceipt = {
      kind: 'action',
      version: 2,
      signer_id: body.signer_id,
      signer_public_key: body.signer_public_key,
      refund_to: draft.refund_to,
      gas_price: body.gas_price,
      output_data_receivers: outputs[index] ?? [],
      input_data_ids: inputs[index] ?? [],
      actions: draft.actions,
    };
    return { predecessor_id, receiver_id: draft.receiver_id, body: made };
  });
}

/** NEAR folds all that goes wrong inside a contract into one text. */
export function callError(failure: CallFailure): FunctionCallError {
  if (failure.kind === 'prepare') return { CompilationError: { PrepareError: failure.reason } };
  if (failure.kind === 'method') return { MethodResolveError: failure.reason };
  return { ExecutionError: failure.message };
}
