// Owns the bytes of accounts, access keys and waiting data in the state; leaves receipts and their order to the runtime.

import { BorshWriter } from '../../core/near/borsh.ts';
import { BorshReader } from '../../core/near/borsh-reader.ts';
import { equalBytes } from '../../core/near/bytes.ts';
import type { AccessKeyPermission } from '../../core/near/transaction.ts';
import { readPermission } from '../../core/near/transaction-reader.ts';

export interface AccountRecord {
  amount: bigint;
  locked: bigint;
  /** Null without a contract; NEAR writes 32 zero bytes then. */
  code_hash: Uint8Array | null;
  storage_usage: bigint;
}

/** A call key's allowance is what is left of it. */
export interface AccessKeyRecord {
  nonce: bigint;
  permission: AccessKeyPermission;
}

export interface DelayedReceiptIndices {
  first_index: bigint;
  next_available_index: bigint;
}

const HASH_BYTES = 32;
const NO_CODE = new Uint8Array(HASH_BYTES);
/** No balance is that large: behind it stands the number of a newer account version. */
const VERSION_SENTINEL = 2n ** 128n - 1n;
const PERMISSION = { call: 0, full: 1 };

/** The first version, which mainnet still writes for every account without a global contract. */
export function encodeAccount(account: AccountRecord): Uint8Array {
  if (account.amount === VERSION_SENTINEL) throw new Error('a balance of 2^128 - 1 has no encoding');
  return new BorshWriter()
    .u128(account.amount)
    .u128(account.locked)
    .fixed(account.code_hash ?? NO_CODE)
    .u64(account.storage_usage)
    .finish();
}

export function decodeAccount(bytes: Uint8Array): AccountRecord {
  return readWhole(bytes, (reader) => {
    const amount = reader.u128();
    if (amount === VERSION_SENTINEL) {
      throw new Error('an account with a global contract or of a newer version; not supported here');
    }
    const locked = reader.u128();
    const code_hash = reader.fixed(HASH_BYTES);
    const storage_usage = reader.u64();
    return { amount, locked, code_hash: equalBytes(code_hash, NO_CODE) ? null : code_hash, storage_usage };
  });
}

export function encodeAccessKey(key: AccessKeyRecord): Uint8Array {
  const writer = new BorshWriter().u64(key.nonce);
  const { permission } = key;
  if (permission.kind === 'full') return writer.u8(PERMISSION.full).finish();
  writer.u8(PERMISSION.call).option(permission.allowance, (allowance) => writer.u128(allowance));
  writer.string(permission.receiver_id).list(permission.method_names, (name) => writer.string(name));
  return writer.finish();
}

export function decodeAccessKey(bytes: Uint8Array): AccessKeyRecord {
  return readWhole(bytes, (reader) => ({
    nonce: reader.u64(),
    permission: readPermission(reader),
  }));
}

/** Null data says that the promise failed. */
export function encodeReceivedData(data: Uint8Array | null): Uint8Array {
  const writer = new BorshWriter();
  return writer.option(data, (bytes) => writer.vec(bytes)).finish();
}

export function decodeReceivedData(bytes: Uint8Array): Uint8Array | null {
  return readWhole(bytes, (reader) => reader.option(() => reader.vec()));
}

export function encodePendingDataCount(count: number): Uint8Array {
  return new BorshWriter().u32(count).finish();
}

export function decodePendingDataCount(bytes: Uint8Array): number {
  return readWhole(bytes, (reader) => reader.u32());
}

export function encodeDelayedReceiptIndices(indices: DelayedReceiptIndices): Uint8Array {
  return new BorshWriter().u64(indices.first_index).u64(indices.next_available_index).finish();
}

export function decodeDelayedReceiptIndices(bytes: Uint8Array): DelayedReceiptIndices {
  return readWhole(bytes, (reader) => ({
    first_index: reader.u64(),
    next_available_index: reader.u64(),
  }));
}

/** Reads one value and refuses bytes behind it. */
export function readWhole<T>(bytes: Uint8Array, read: (reader: BorshReader) => T): T {
  const reader = new BorshReader(bytes);
  const value = read(reader);
  reader.end();
  return value;
}
