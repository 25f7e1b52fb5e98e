// Owns putting code on an account; leaves whether the code is valid to its first call, as NEAR does.
import { sha256 } from '../../../core/near/crypto.ts';
import { contractCodeKey } from '../../state/keys.ts';
import type { AccountRecord } from '../../state/records.ts';
import type { ShardState } from '../../state/types.ts';
import type { ReceiptScope } from '../action-result.ts';

export function deployContract(scope: ReceiptScope, account: AccountRecord, code: Uint8Array): void {
  const account_id = scope.receipt.receiver_id;
  const { state } = scope.chunk;
  scope.account = {
    ...account,
    code_hash: sha256(code),
    storage_usage: storageWithoutCode(state, account_id, account) + BigInt(code.length),
  };
  state.set(contractCodeKey(account_id), code);
}

export function storageWithoutCode(state: ShardState, account_id: string, account: AccountRecord): bigint {
  if (account.code_hash === null) return account.storage_usage;
  const rest = account.storage_usage - BigInt(state.valueLength(contractCodeKey(account_id)) ?? 0);
  return rest > 0n ? rest : 0n;
}
