// Owns the bytes of the state's keys, as NEAR spells each column; leaves what stands under them to records.ts.
import { BorshWriter } from '../../core/near/borsh.ts';
import { type CurveBytes, writeCurveBytes } from '../../core/near/keys.ts';

export const COLUMN = {
  account: 0,
  contract_code: 1,
  access_key: 2,
  received_data: 3,
  postponed_receipt_id: 4,
  pending_data_count: 5,
  postponed_receipt: 6,
  /** The queue's indices alone, and each receipt in it with its index behind. */
  delayed_receipt: 7,
  contract_data: 9,
};

const COMMA = 0x2c;
/** Between account and key of an access key NEAR puts the column's number once more. */
const ACCESS_KEY_SEPARATOR = COLUMN.access_key;

export function accountKey(account_id: string): Uint8Array {
  return new BorshWriter().u8(COLUMN.account).fixed(ascii(account_id)).finish();
}

export function contractCodeKey(account_id: string): Uint8Array {
  return new BorshWriter().u8(COLUMN.contract_code).fixed(ascii(account_id)).finish();
}

export function accessKeyKey(account_id: string, public_key: CurveBytes): Uint8Array {
  const writer = new BorshWriter().fixed(accessKeyPrefix(account_id));
  writeCurveBytes(writer, public_key);
  return writer.finish();
}

export function accessKeyPrefix(account_id: string): Uint8Array {
  const writer = new BorshWriter().u8(COLUMN.access_key).fixed(ascii(account_id));
  return writer.u8(ACCESS_KEY_SEPARATOR).finish();
}

export function contractDataKey(account_id: string, key: Uint8Array): Uint8Array {
  return new BorshWriter().fixed(contractDataPrefix(account_id)).fixed(key).finish();
}

export function contractDataPrefix(account_id: string): Uint8Array {
  return ofAccount(COLUMN.contract_data, account_id, new Uint8Array(0));
}

export function receivedDataKey(receiver_id: string, data_id: Uint8Array): Uint8Array {
  return ofAccount(COLUMN.received_data, receiver_id, data_id);
}

/** Under it stands the id of the receipt that waits for the data. */
export function postponedReceiptIdKey(receiver_id: string, data_id: Uint8Array): Uint8Array {
  return ofAccount(COLUMN.postponed_receipt_id, receiver_id, data_id);
}

export function pendingDataCountKey(receiver_id: string, receipt_id: Uint8Array): Uint8Array {
  return ofAccount(COLUMN.pending_data_count, receiver_id, receipt_id);
}

export function postponedReceiptKey(receiver_id: string, receipt_id: Uint8Array): Uint8Array {
  return ofAccount(COLUMN.postponed_receipt, receiver_id, receipt_id);
}

export function delayedReceiptIndicesKey(): Uint8Array {
  return Uint8Array.of(COLUMN.delayed_receipt);
}

/** Little-endian, so the queue's order is not the order of its keys. */
export function delayedReceiptKey(index: bigint): Uint8Array {
  return new BorshWriter().u8(COLUMN.delayed_receipt).u64(index).finish();
}

function ofAccount(column: number, account_id: string, rest: Uint8Array): Uint8Array {
  return new BorshWriter().u8(column).fixed(ascii(account_id)).u8(COMMA).fixed(rest).finish();
}

/** Account ids hold nothing else (see account-id.ts). */
function ascii(account_id: string): Uint8Array {
  return new Uint8Array(Buffer.from(account_id, 'latin1'));
}
