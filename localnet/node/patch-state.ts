// Owns writing records past all rules at a chunk's start, as NEAR's sandbox does; leaves when to the node.
import { isAccountId } from '../../core/near/account-id.ts';
import { equalBytes } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { saveAccessKey, saveAccount } from '../runtime/accounts.ts';
import { accountKey, contractCodeKey, contractDataKey } from '../state/keys.ts';
import { type AccountRecord, decodeAccount } from '../state/records.ts';
import type { Trie } from '../state/trie.ts';
import type { ShardState } from '../state/types.ts';
import { MAX_AMOUNT } from './options.ts';
import type { PatchRecord } from './types.ts';

const HASH_BYTES = 32;

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

/** Why the records cannot stand in the state; null where they can. Code needs an account with its hash, in the state or among the records before it: NEAR's sandbox stops otherwise. */
export function refusePatch(
  records: readonly PatchRecord[],
  stateOf: (account_id: string) => Trie,
): string | null {
  const accounts = new Map<string, AccountRecord>();
  for (const record of records) {
    const { account_id } = record;
    const misshapen = refuseRecord(record);
    if (misshapen !== null) return misshapen;
    if (record.kind === 'account') accounts.set(account_id, record.record);
    if (record.kind !== 'contract') continue;
    const account = accounts.get(account_id) ?? findAccount(stateOf(account_id), account_id);
    if (account === null) return `${account_id} does not exist; put its account record before its contract`;
    if (account.code_hash === null || !equalBytes(account.code_hash, sha256(record.code)))
      return `the contract of ${account_id} does not have the code hash that its account record names`;
  }
  return null;
}

/** What would not fit into the state, and what the runtime could not add to without leaving its integers. */
function refuseRecord(record: PatchRecord): string | null {
  const { account_id } = record;
  if (!isAccountId(account_id)) return `"${account_id}" is no account id; give an id of NEAR's form`;
  if (record.kind === 'account') {
    const { amount, locked, storage_usage, code_hash } = record.record;
    for (const [name, value] of Object.entries({ amount, locked })) {
      if (value < 0n || value >= MAX_AMOUNT)
        return `${account_id} would have ${name} ${value}; give 0 to ${MAX_AMOUNT - 1n}`;
    }
    if (!isU64(storage_usage)) return `${account_id} would use ${storage_usage} bytes; give a u64`;
    if (code_hash !== null && code_hash.length !== HASH_BYTES)
      return `the code hash of ${account_id} has ${code_hash.length} bytes; give ${HASH_BYTES}, or null`;
  }
  if (record.kind === 'access_key') {
    const { nonce, permission } = record.record;
    if (!isU64(nonce)) return `a key of ${account_id} would have nonce ${nonce}; give a u64`;
    const allowance = permission.kind === 'call' ? (permission.allowance ?? 0n) : 0n;
    if (allowance < 0n || allowance >= MAX_AMOUNT)
      return `a key of ${account_id} would have allowance ${allowance}; give 0 to ${MAX_AMOUNT - 1n}, or none`;
  }
  return null;
}

function isU64(value: bigint): boolean {
  return value >= 0n && value >> 64n === 0n;
}

function findAccount(trie: Trie, account_id: string): AccountRecord | null {
  const bytes = trie.get(accountKey(account_id));
  return bytes === null ? null : decodeAccount(bytes);
}
