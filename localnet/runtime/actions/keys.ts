// Owns adding and removing access keys and the storage they count for; leaves who may do so to apply-action.ts.
import { formatCurveBytes } from '../../../core/near/keys.ts';
import type { PlainAction } from '../../../core/near/transaction.ts';
import { accessKeyKey } from '../../state/keys.ts';
import type { AccountRecord } from '../../state/records.ts';
import { accessKeyStorage } from '../../state/storage-usage.ts';
import { findAccessKey, saveAccessKey } from '../accounts.ts';
import type { ReceiptScope } from '../action-result.ts';
import type { ActionErrorKind } from '../errors.ts';
import { RUNTIME_LIMITS } from '../limits.ts';

/** Whatever nonce was asked for: a key that comes back must not accept old transactions again. */
export function firstNonce(height: bigint): bigint {
  return (height - 1n) * RUNTIME_LIMITS.nonce_range;
}

export function addKey(
  scope: ReceiptScope,
  account: AccountRecord,
  action: Extract<PlainAction, { kind: 'add_key' }>,
): ActionErrorKind | null {
  const { state, parameters, block } = scope.chunk;
  const account_id = scope.receipt.receiver_id;
  const { public_key, permission } = action;
  if (findAccessKey(state, account_id, public_key) !== null) {
    return { AddKeyAlreadyExists: { account_id, public_key: formatCurveBytes(public_key) } };
  }
  const record = { nonce: firstNonce(block.height), permission };
  saveAccessKey(state, { account_id, public_key, record });
  const storage = accessKeyStorage({ public_key, record }, parameters.storage);
  scope.account = { ...account, storage_usage: account.storage_usage + storage };
  return null;
}

export function deleteKey(
  scope: ReceiptScope,
  account: AccountRecord,
  action: Extract<PlainAction, { kind: 'delete_key' }>,
): ActionErrorKind | null {
  const { state, parameters } = scope.chunk;
  const account_id = scope.receipt.receiver_id;
  const { public_key } = action;
  const record = findAccessKey(state, account_id, public_key);
  if (record === null) {
    return { DeleteKeyDoesNotExist: { account_id, public_key: formatCurveBytes(public_key) } };
  }
  state.remove(accessKeyKey(account_id, public_key));
  const rest = account.storage_usage - accessKeyStorage({ public_key, record }, parameters.storage);
  scope.account = { ...account, storage_usage: rest > 0n ? rest : 0n };
  return null;
}
