// Owns how transactions, their actions and access keys are shown in NEAR's JSON; leaves receipts to receipt.ts.
import { encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64, sha256 } from '../../core/near/crypto.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import {
  type AccessKeyPermission,
  type Action,
  type DelegateAction,
  hashTransaction,
  type PlainAction,
  type SignedTransaction,
} from '../../core/near/transaction.ts';

export function viewSignedTransaction({ transaction, signature }: SignedTransaction) {
  return {
    signer_id: transaction.signer_id,
    public_key: formatCurveBytes(transaction.public_key),
    nonce: transaction.nonce,
    receiver_id: transaction.receiver_id,
    actions: transaction.actions.map(viewAction),
    priority_fee: 0,
    signature: formatCurveBytes(signature),
    hash: encodeBase58(hashTransaction(transaction)),
  };
}

export function viewAction(action: Action) {
  switch (action.kind) {
    case 'create_account':
      return 'CreateAccount';
    case 'deploy_contract':
      // A view names the code by its hash: the code itself would fill every block's answer.
      return { DeployContract: { code: encodeBase64(sha256(action.code)) } };
    case 'delegate':
      return {
        Delegate: {
          delegate_action: viewDelegate(action.delegate),
          signature: formatCurveBytes(action.signature),
        },
      };
    default:
      return viewWhole(action);
  }
}

export function viewAccessKey(key: { nonce: bigint; permission: AccessKeyPermission }) {
  return { nonce: key.nonce, permission: viewPermission(key.permission) };
}

function viewDelegate(delegate: DelegateAction) {
  return {
    sender_id: delegate.sender_id,
    receiver_id: delegate.receiver_id,
    actions: delegate.actions.map(viewInner),
    nonce: delegate.nonce,
    max_block_height: delegate.max_block_height,
    public_key: formatCurveBytes(delegate.public_key),
  };
}

/** Inside a delegate action NEAR shows actions as they are and not as views: codes whole, every action an object. */
function viewInner(action: PlainAction) {
  if (action.kind === 'create_account') return { CreateAccount: {} };
  if (action.kind === 'deploy_contract') return { DeployContract: { code: encodeBase64(action.code) } };
  return viewWhole(action);
}

function viewWhole(action: Exclude<PlainAction, { kind: 'create_account' | 'deploy_contract' }>) {
  switch (action.kind) {
    case 'function_call':
      return {
        FunctionCall: {
          method_name: action.method_name,
          args: encodeBase64(action.args),
          gas: action.gas,
          deposit: action.deposit.toString(),
        },
      };
    case 'transfer':
      return { Transfer: { deposit: action.deposit.toString() } };
    case 'stake':
      return {
        Stake: { stake: action.stake.toString(), public_key: formatCurveBytes(action.public_key) },
      };
    case 'add_key':
      return {
        AddKey: { public_key: formatCurveBytes(action.public_key), access_key: viewAccessKey(action) },
      };
    case 'delete_key':
      return { DeleteKey: { public_key: formatCurveBytes(action.public_key) } };
    case 'delete_account':
      return { DeleteAccount: { beneficiary_id: action.beneficiary_id } };
  }
}

function viewPermission(permission: AccessKeyPermission) {
  if (permission.kind === 'full') return 'FullAccess';
  return {
    FunctionCall: {
      allowance: permission.allowance === null ? null : permission.allowance.toString(),
      receiver_id: permission.receiver_id,
      method_names: permission.method_names,
    },
  };
}
