// Owns the trie keys of each kind of record; leaves what the records hold to the runtime.
import { BorshWriter } from '../../core/near/borsh.ts';
import { type CurveBytes, writeCurveBytes } from '../../core/near/keys.ts';

const COLUMN = { account: 0, code: 1, access_key: 2, contract_data: 9 } as const;
const SEPARATOR = ','.charCodeAt(0);

export function accountKey(account_id: string): Uint8Array {
  return start(COLUMN.account, account_id).finish();
}

export function codeKey(account_id: string): Uint8Array {
  return start(COLUMN.code, account_id).finish();
}

export function accessKeyKey(account_id: string, public_key: CurveBytes): Uint8Array {
  const writer = start(COLUMN.access_key, account_id).u8(COLUMN.access_key);
  writeCurveBytes(writer, public_key);
  return writer.finish();
}

/** Begins every access key of an account. */
export function accessKeyPrefix(account_id: string): Uint8Array {
  return start(COLUMN.access_key, account_id).u8(COLUMN.access_key).finish();
}

export function contractDataKey(account_id: string, key: Uint8Array): Uint8Array {
  return start(COLUMN.contract_data, account_id).u8(SEPARATOR).fixed(key).finish();
}

function start(column: number, account_id: string): BorshWriter {
  return new BorshWriter().u8(column).fixed(new TextEncoder().encode(account_id));
}
