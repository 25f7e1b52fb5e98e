// Owns how many bytes of storage a record counts for, by NEAR's rules; leaves what a byte costs to the runtime.
import { BorshWriter } from '../../core/near/borsh.ts';
import { type CurveBytes, writeCurveBytes } from '../../core/near/keys.ts';
import { type AccessKeyRecord, encodeAccessKey } from './records.ts';

export interface StorageRules {
  bytes_per_account: bigint;
  bytes_per_record: bigint;
}

/** The key with its curve tag, the record as it stands in the state, and the flat part. */
export function accessKeyStorage(
  key: { public_key: CurveBytes; record: AccessKeyRecord },
  rules: StorageRules,
): bigint {
  const writer = new BorshWriter();
  writeCurveBytes(writer, key.public_key);
  return BigInt(writer.finish().length + encodeAccessKey(key.record).length) + rules.bytes_per_record;
}

/** Counted with the contract's own key: column and account before it are free. */
export function contractDataStorage(
  entry: { key: Uint8Array; value: Uint8Array },
  rules: StorageRules,
): bigint {
  return BigInt(entry.key.length + entry.value.length) + rules.bytes_per_record;
}

/** Code counts by its bytes alone. */
export function contractCodeStorage(code: Uint8Array): bigint {
  return BigInt(code.length);
}
