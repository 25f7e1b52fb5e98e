// Owns meta-transactions (NEP-366): checking what an account signed for a relayer to send; leaves its actions to the receipt it becomes.
import { formatCurveBytes } from '../../../core/near/keys.ts';
import { type Action, type DelegateAction, hashDelegateAction } from '../../../core/near/transaction.ts';
import { findAccessKey, saveAccessKey } from '../accounts.ts';
import type { ActionResult, NewReceipt, ReceiptScope } from '../action-result.ts';
import { refuseByPermission } from '../call-permission.ts';
import type { ActionErrorKind } from '../errors.ts';
import { totalExecFees, totalPrepaidGas, totalPrepaidSendFees } from '../fees.ts';
import { RUNTIME_LIMITS } from '../limits.ts';
import { isSignedBy } from '../signature.ts';

export function applyDelegate(
  scope: ReceiptScope,
  action: Extract<Action, { kind: 'delegate' }>,
  result: ActionResult,
): ActionResult {
  const { delegate } = action;
  const error = refuseUnsigned(scope, action) ?? useKey(scope, delegate);
  if (error !== null) return { ...result, error };
  const { parameters } = scope.chunk;
  // The relayer bought this gas; sending is burnt here and the rest goes on with the receipt.
  const sending = totalPrepaidSendFees(parameters, scope.receipt.body.actions);
  const passed_on =
    totalPrepaidGas(delegate.actions) +
    totalExecFees(parameters, delegate) +
    parameters.actions.new_action_receipt.execution;
  return {
    ...result,
    gas_burnt: result.gas_burnt + sending,
    gas_used: result.gas_used + sending + passed_on,
    new_receipts: [delegatedReceipt(scope, delegate)],
  };
}

function refuseUnsigned(
  scope: ReceiptScope,
  { delegate, signature }: Extract<Action, { kind: 'delegate' }>,
): ActionErrorKind | null {
  const hash = hashDelegateAction(delegate);
  if (!isSignedBy({ public_key: delegate.public_key, hash, signature })) {
    return 'DelegateActionInvalidSignature';
  }
  if (scope.chunk.block.height > delegate.max_block_height) return 'DelegateActionExpired';
  const { sender_id } = delegate;
  const { receiver_id } = scope.receipt;
  if (sender_id === receiver_id) return null;
  return { DelegateActionSenderDoesNotMatchTxReceiver: { sender_id, receiver_id } };
}

/** Checks the sender's key and moves its nonce on. */
function useKey(scope: ReceiptScope, delegate: DelegateAction): ActionErrorKind | null {
  const { state, block } = scope.chunk;
  const { sender_id: account_id, public_key, nonce: delegate_nonce } = delegate;
  const key = findAccessKey(state, account_id, public_key);
  if (key === null) {
    const missing = { account_id, public_key: formatCurveBytes(public_key) };
    return { DelegateActionAccessKeyError: { AccessKeyNotFound: missing } };
  }
  if (delegate_nonce <= key.nonce) {
    return { DelegateActionInvalidNonce: { delegate_nonce, ak_nonce: key.nonce } };
  }
  const upper_bound = block.height * RUNTIME_LIMITS.nonce_range;
  if (delegate_nonce >= upper_bound) return { DelegateActionNonceTooLarge: { delegate_nonce, upper_bound } };
  const forbidden = refuseByPermission(key.permission, delegate);
  if (forbidden !== null) return { DelegateActionAccessKeyError: forbidden };
  saveAccessKey(state, { account_id, public_key, record: { ...key, nonce: delegate_nonce } });
  return null;
}

function delegatedReceipt(scope: ReceiptScope, delegate: DelegateAction): NewReceipt {
  const { signer_id, signer_public_key, gas_price } = scope.receipt.body;
  return {
    predecessor_id: delegate.sender_id,
    receiver_id: delegate.receiver_id,
    body: {
      kind: 'action',
      version: 1,
      signer_id,
      signer_public_key,
      refund_to: null,
      gas_price,
      output_data_receivers: [],
      input_data_ids: [],
      actions: delegate.actions,
    },
  };
}
