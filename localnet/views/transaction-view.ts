// Owns the JSON of transactions and actions as clients and indexers read it; leaves their bytes to core/near.
import { encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import {
  type AccessKeyPermission,
  type Action,
  type DelegateAction,
  hashTransaction,
  type PlainAction,
  type SignedTransaction,
} from '../../core/near/transaction.ts';

/** The block hash that was signed is not in it, so the hash beside it cannot be computed from it. */
export function transactionView({ transaction, signature }: SignedTransaction) {
  return {
    signer_id: transaction.signer_id,
    public_key: formatCurveBytes(transaction.public_key),
    nonce: transaction.nonce,
    receiver_id: transaction.receiver_id,
    actions: transaction.actions.map(actionView),
    priority_fee: 0,
    signature: formatCurveBytes(signature),
    hash: encodeBase58(hashTransaction(transaction)),
  };
}

export function actionView(action: Action) {
  if (action.kind === 'create_account') return 'CreateAccount';
  if (action.kind !== 'delegate') return plainActionView(action);
  const { delegate, signature } = action;
  return {
    Delegate: { delegate_action: delegateView(delegate), signature: formatCurveBytes(signature) },
  };
}

/** Inside a delegate action creating an account is an empty object where elsewhere it is a word. */
function delegateView(delegate: DelegateAction) {
  return {
    sender_id: delegate.sender_id,
    receiver_id: delegate.receiver_id,
    actions: delegate.actions.map((action) =>
      action.kind === 'create_account' ? { CreateAccount: {} } : plainActionView(action),
    ),
    nonce: delegate.nonce,
    max_block_height: delegate.max_block_height,
    public_key: formatCurveBytes(delegate.public_key),
  };
}

function plainActionView(action: Exclude<PlainAction, { kind: 'create_account' }>) {
  switch (action.kind) {
    case 'deploy_contract':
      return { DeployContract: { code: encodeBase64(action.code) } };
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
    case 'stake': {
      const public_key = formatCurveBytes(action.public_key);
      return { Stake: { stake: action.stake.toString(), public_key } };
    }
    case 'add_key':
      return {
        AddKey: { public_key: formatCurveBytes(action.public_key), access_key: accessKeyView(action) },
      };
    case 'delete_key':
      return { DeleteKey: { public_key: formatCurveBytes(action.public_key) } };
    case 'delete_account':
      return { DeleteAccount: { beneficiary_id: action.beneficiary_id } };
  }
}

export function accessKeyView(key: { nonce: bigint; permission: AccessKeyPermission }) {
  const { nonce, permission } = key;
  if (permission.kind === 'full') return { nonce, permission: 'FullAccess' };
  const { allowance, receiver_id, method_names } = permission;
  const call = { allowance: allowance?.toString() ?? null, receiver_id, method_names };
  return { nonce, permission: { FunctionCall: call } };
}
