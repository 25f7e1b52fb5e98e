// Owns reading and writing accounts and access keys of a shard, and what their storage demands; leaves bytes to the state's codecs.
import type { CurveBytes } from '../../core/near/keys.ts';
import { accessKeyKey, accountKey } from '../state/keys.ts';
import {
  type AccessKeyRecord,
  type AccountRecord,
  decodeAccessKey,
  decodeAccount,
  encodeAccessKey,
  encodeAccount,
} from '../state/records.ts';
import type { ShardState } from '../state/types.ts';
import type { ProtocolParameters } from '../vm/params.ts';
import { RUNTIME_LIMITS } from './limits.ts';

const MAX_U128 = 2n ** 128n - 1n;

export function findAccount(state: ShardState, account_id: string): AccountRecord | null {
  const bytes = state.get(accountKey(account_id));
  return bytes === null ? null : decodeAccount(bytes);
}

export function saveAccount(state: ShardState, account_id: string, account: AccountRecord): void {
  if (account.amount < 0n || account.amount + account.locked > MAX_U128) {
    throw new Error(
      `the balance of ${account_id} would become ${account.amount}; the runtime has a fault, or genesis a balance too large`,
    );
  }
  state.set(accountKey(account_id), encodeAccount(account));
}

export function findAccessKey(
  state: ShardState,
  account_id: string,
  public_key: CurveBytes,
): AccessKeyRecord | null {
  const bytes = state.get(accessKeyKey(account_id, public_key));
  return bytes === null ? null : decodeAccessKey(bytes);
}

export function saveAccessKey(
  state: ShardState,
  key: { account_id: string; public_key: CurveBytes; record: AccessKeyRecord },
): void {
  state.set(accessKeyKey(key.account_id, key.public_key), encodeAccessKey(key.record));
}

/** What the balance lacks for the account's storage; 0 where it suffices or the account is small enough to need none. */
export function lackingForStorage(
  account: AccountRecord,
  amount: bigint,
  parameters: ProtocolParameters,
): bigint {
  if (account.storage_usage <= RUNTIME_LIMITS.zero_balance_storage) return 0n;
  const lacking = account.storage_usage * parameters.storage.yocto_per_byte - amount - account.locked;
  return lacking > 0n ? lacking : 0n;
}
