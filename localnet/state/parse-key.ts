// Owns telling from a state key what it holds and for whom; leaves writing keys to keys.ts.
import type { CurveBytes } from '../../core/near/keys.ts';
import { readPublicKey } from '../../core/near/transaction-reader.ts';
import { COLUMN } from './keys.ts';
import { readWhole } from './records.ts';

export type ParsedKey =
  | { kind: 'account'; account_id: string }
  | { kind: 'contract_code'; account_id: string }
  | { kind: 'access_key'; account_id: string; public_key: CurveBytes }
  | { kind: 'contract_data'; account_id: string; key: Uint8Array }
  | { kind: 'received_data'; account_id: string; data_id: Uint8Array }
  | { kind: 'postponed_receipt_id'; account_id: string; data_id: Uint8Array }
  | { kind: 'pending_data_count'; account_id: string; receipt_id: Uint8Array }
  | { kind: 'postponed_receipt'; account_id: string; receipt_id: Uint8Array }
  | { kind: 'delayed_receipt_indices' }
  | { kind: 'delayed_receipt'; index: bigint };

const COMMA = 0x2c;

export function parseStateKey(key: Uint8Array): ParsedKey {
  const rest = key.subarray(1);
  switch (key[0]) {
    case COLUMN.account:
      return { kind: 'account', account_id: text(rest) };
    case COLUMN.contract_code:
      return { kind: 'contract_code', account_id: text(rest) };
    case COLUMN.access_key: {
      const { account_id, tail } = split(rest, COLUMN.access_key);
      return { kind: 'access_key', account_id, public_key: readWhole(tail, readPublicKey) };
    }
    case COLUMN.received_data: {
      const { account_id, tail } = split(rest, COMMA);
      return { kind: 'received_data', account_id, data_id: tail };
    }
    case COLUMN.postponed_receipt_id: {
      const { account_id, tail } = split(rest, COMMA);
      return { kind: 'postponed_receipt_id', account_id, data_id: tail };
    }
    case COLUMN.pending_data_count: {
      const { account_id, tail } = split(rest, COMMA);
      return { kind: 'pending_data_count', account_id, receipt_id: tail };
    }
    case COLUMN.postponed_receipt: {
      const { account_id, tail } = split(rest, COMMA);
      return { kind: 'postponed_receipt', account_id, receipt_id: tail };
    }
    case COLUMN.delayed_receipt:
      if (rest.length === 0) return { kind: 'delayed_receipt_indices' };
      return { kind: 'delayed_receipt', index: readWhole(rest, (reader) => reader.u64()) };
    case COLUMN.contract_data: {
      const { account_id, tail } = split(rest, COMMA);
      return { kind: 'contract_data', account_id, key: tail };
    }
    default:
      throw new Error(`state column ${key[0]} is none that this chain writes; see COLUMN in keys.ts`);
  }
}

function split(bytes: Uint8Array, separator: number): { account_id: string; tail: Uint8Array } {
  const at = bytes.indexOf(separator);
  if (at < 0)
    throw new Error(`a state key of ${bytes.length} bytes names no account; expected byte ${separator}`);
  return { account_id: text(bytes.subarray(0, at)), tail: bytes.subarray(at + 1) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
