// Owns moving balance into an account, and the accounts and allowances that come of it; leaves the sender's side to who sent it.
import { accountKind } from '../../../core/near/account-id.ts';
import { accessKeyStorage } from '../../state/storage-usage.ts';
import { findAccessKey, saveAccessKey } from '../accounts.ts';
import type { ReceiptScope } from '../action-result.ts';
import type { ActionErrorKind } from '../errors.ts';
import { SYSTEM_ID } from '../limits.ts';
import { firstNonce } from './keys.ts';

const MAX_U128 = 2n ** 128n - 1n;

export function transfer(scope: ReceiptScope, deposit: bigint): ActionErrorKind | null {
  const { account } = scope;
  if (account === null) {
    createImplicitAccount(scope, deposit);
    return null;
  }
  scope.account = { ...account, amount: account.amount + deposit };
  restoreAllowance(scope, deposit);
  return null;
}

/** What unused gas returns to the signer, it also returns to the allowance of the key that paid for it. */
function restoreAllowance(scope: ReceiptScope, deposit: bigint): void {
  const { predecessor_id, receiver_id: account_id, body } = scope.receipt;
  if (predecessor_id !== SYSTEM_ID || body.signer_id !== account_id) return;
  const { state } = scope.chunk;
  const public_key = body.signer_public_key;
  const key = findAccessKey(state, account_id, public_key);
  if (key === null || key.permission.kind !== 'call' || key.permission.allowance === null) return;
  const sum = key.permission.allowance + deposit;
  const allowance = sum > MAX_U128 ? MAX_U128 : sum;
  if (allowance === key.permission.allowance) return;
  const record = { ...key, permission: { ...key.permission, allowance } };
  saveAccessKey(state, { account_id, public_key, record });
}

/** The name of a NEAR-implicit account is its key, which becomes its full-access key. */
function createImplicitAccount(scope: ReceiptScope, deposit: bigint): void {
  const account_id = scope.receipt.receiver_id;
  const { parameters, state, block } = scope.chunk;
  let storage_usage = parameters.storage.bytes_per_account;
  if (accountKind(account_id) === 'near_implicit') {
    const public_key = {
      curve: 'ed25519' as const,
      bytes: Uint8Array.from(Buffer.from(account_id, 'hex')),
    };
    const record = { nonce: firstNonce(block.height), permission: { kind: 'full' as const } };
    saveAccessKey(state, { account_id, public_key, record });
    storage_usage += accessKeyStorage({ public_key, record }, parameters.storage);
  }
  scope.actor_id = account_id;
  scope.account = { amount: deposit, locked: 0n, code_hash: null, storage_usage };
}
