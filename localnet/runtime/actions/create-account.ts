// Owns who may create which named account; leaves implicit accounts to transfers.
import type { ReceiptScope } from '../action-result.ts';
import type { ActionErrorKind } from '../errors.ts';
import { RUNTIME_LIMITS, SYSTEM_ID } from '../limits.ts';

export function createAccount(scope: ReceiptScope): ActionErrorKind | null {
  const { predecessor_id, receiver_id: account_id } = scope.receipt;
  const { min_top_level_length, registrar_id } = RUNTIME_LIMITS;
  if (!account_id.includes('.') && account_id !== SYSTEM_ID) {
    if (account_id.length < min_top_level_length && predecessor_id !== registrar_id) {
      const who = { account_id, registrar_account_id: registrar_id, predecessor_id };
      return { CreateAccountOnlyByRegistrar: who };
    }
  } else if (!isSubAccountOf(account_id, predecessor_id)) {
    return { CreateAccountNotAllowed: { account_id, predecessor_id } };
  }
  scope.actor_id = account_id;
  const storage_usage = scope.chunk.parameters.storage.bytes_per_account;
  scope.account = { amount: 0n, locked: 0n, code_hash: null, storage_usage };
  return null;
}

/** Direct ones alone: a.b.near is made by b.near and not by near. */
function isSubAccountOf(account_id: string, parent_id: string): boolean {
  const tail = `.${parent_id}`;
  return account_id.endsWith(tail) && !account_id.slice(0, -tail.length).includes('.');
}
