// Owns removing an account with all that stands under it; leaves paying the beneficiary to a refund receipt.
import { accessKeyPrefix, accountKey, contractCodeKey, contractDataPrefix } from '../../state/keys.ts';
import type { AccountRecord } from '../../state/records.ts';
import type { ShardState } from '../../state/types.ts';
import type { ActionResult, ReceiptScope } from '../action-result.ts';
import { RUNTIME_LIMITS } from '../limits.ts';
import { depositRefund } from '../refunds.ts';
import { storageWithoutCode } from './deploy-contract.ts';

export function deleteAccount(
  scope: ReceiptScope,
  account: AccountRecord,
  options: { beneficiary_id: string; result: ActionResult },
): ActionResult {
  const { state } = scope.chunk;
  const { predecessor_id, receiver_id: account_id } = scope.receipt;
  const { beneficiary_id, result } = options;
  if (storageWithoutCode(state, account_id, account) > RUNTIME_LIMITS.max_deletion_storage) {
    return { ...result, error: { DeleteAccountWithLargeState: { account_id } } };
  }
  removeRecords(state, account_id);
  scope.account = null;
  scope.actor_id = predecessor_id;
  if (account.amount === 0n) return result;
  return { ...result, new_receipts: [depositRefund(beneficiary_id, account.amount)] };
}

function removeRecords(state: ShardState, account_id: string): void {
  state.remove(accountKey(account_id));
  state.remove(contractCodeKey(account_id));
  for (const prefix of [accessKeyPrefix(account_id), contractDataPrefix(account_id)]) {
    const keys = Array.from(state.entries(prefix), (entry) => entry.key);
    for (const key of keys) state.remove(key);
  }
}
