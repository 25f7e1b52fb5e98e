// Owns writing records past all rules at a chunk's start, as NEAR's sandbox does; leaves when to the node.
import { equalBytes } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { saveAccessKey, saveAccount } from '../runtime/accounts.ts';
import { accountKey, contractCodeKey, contractDataKey } from '../state/keys.ts';
import { type AccountRecord, decodeAccount } from '../state/records.ts';
import type { Trie } from '../state/trie.ts';
import type { ShardState } from '../state/types.ts';
import type { PatchRecord } from './types.ts';

export function patchState(state: ShardState, records: readonly PatchRecord[]): void {
  if (records.length === 0) return;
  state.setCause({ kind: 'migration' });
  for (const record of records) {
    const { account_id } = record;
    if (record.kind === 'account') saveAccount(state, account_id, record.record);
    else if (record.kind === 'access_key') saveAccessKey(state, record);
    else if (record.kind === 'contract') state.set(contractCodeKey(account_id), record.code);
    else state.set(contractDataKey(account_id, record.key), record.value);
  }
}

/** Code needs an account with its hash, in the state or among the records before it: NEAR's sandbox stops otherwise. */
export function refusePatch(
  records: readonly PatchRecord[],
  stateOf: (account_id: string) => Trie,
): string | null {
  const accounts = new Map<string, AccountRecord>();
  for (const record of records) {
    const { account_id } = record;
    if (record.kind === 'account') accounts.set(account_id, record.record);
    if (record.kind !== 'contract') continue;
    const account = accounts.get(account_id) ?? findAccount(stateOf(account_id), account_id);
    if (account === null) return `${account_id} does not exist; put its account record before its contract`;
    if (account.code_hash === null || !equalBytes(account.code_hash, sha256(record.code)))
      return `the contract of ${account_id} does not have the code hash that its account record names`;
  }
  return null;
}

function findAccount(trie: Trie, account_id: string): AccountRecord | null {
  const bytes = trie.get(accountKey(account_id));
  return bytes === null ? null : decodeAccount(bytes);
}
