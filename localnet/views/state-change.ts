// Owns how accounts and changes of state are shown in NEAR's JSON, causes included; leaves choosing among them to callers.
import { encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import { type ParsedKey, parseStateKey } from '../state/parse-key.ts';
import { type AccountRecord, decodeAccessKey, decodeAccount } from '../state/records.ts';
import type { StateChange, StateChangeCause } from '../state/types.ts';
import { viewAccessKey } from './action.ts';

/** A change that NEAR shows, with what callers choose it by. */
export interface ShownChange {
  kind: 'account' | 'access_key' | 'contract_code' | 'contract_data';
  account_id: string;
  /** Of an access key, as clients write it. */
  public_key: string | null;
  /** Of contract data, as the contract knows it. */
  data_key: Uint8Array | null;
  view: { cause: unknown; type: string; change: unknown };
}

type ShownKey = Extract<ParsedKey, { kind: ShownChange['kind'] }>;

const NO_CODE = new Uint8Array(32);

/** Receipts that wait and their data are state too, but NEAR shows them nowhere. */
export function showStateChanges(changes: readonly StateChange[]): ShownChange[] {
  return changes.flatMap(({ key, changes: written }) => {
    const parsed = parseStateKey(key);
    if (!isShown(parsed)) return [];
    return written.map(({ cause, value }): ShownChange => {
      const { type, change } = viewChange(parsed, value);
      return {
        kind: parsed.kind,
        account_id: parsed.account_id,
        public_key: parsed.kind === 'access_key' ? formatCurveBytes(parsed.public_key) : null,
        data_key: parsed.kind === 'contract_data' ? parsed.key : null,
        view: { cause: viewCause(cause), type, change },
      };
    });
  });
}

export function viewAccount(account: AccountRecord) {
  return {
    amount: account.amount.toString(),
    locked: account.locked.toString(),
    code_hash: encodeBase58(account.code_hash ?? NO_CODE),
    storage_usage: account.storage_usage,
    storage_paid_at: 0,
  };
}

function isShown(parsed: ParsedKey): parsed is ShownKey {
  const { kind } = parsed;
  return kind === 'account' || kind === 'access_key' || kind === 'contract_code' || kind === 'contract_data';
}

function viewChange(parsed: ShownKey, value: Uint8Array | null): { type: string; change: object } {
  const { account_id } = parsed;
  switch (parsed.kind) {
    case 'account':
      if (value === null) return { type: 'account_deletion', change: { account_id } };
      return { type: 'account_update', change: { account_id, ...viewAccount(decodeAccount(value)) } };
    case 'access_key': {
      const named = { account_id, public_key: formatCurveBytes(parsed.public_key) };
      if (value === null) return { type: 'access_key_deletion', change: named };
      const access_key = viewAccessKey(decodeAccessKey(value));
      return { type: 'access_key_update', change: { ...named, access_key } };
    }
    case 'contract_code':
      if (value === null) return { type: 'contract_code_deletion', change: { account_id } };
      return { type: 'contract_code_update', change: { account_id, code_base64: encodeBase64(value) } };
    case 'contract_data': {
      const named = { account_id, key_base64: encodeBase64(parsed.key) };
      if (value === null) return { type: 'data_deletion', change: named };
      return { type: 'data_update', change: { ...named, value_base64: encodeBase64(value) } };
    }
  }
}

function viewCause(cause: StateChangeCause) {
  switch (cause.kind) {
    case 'transaction_processing':
      return { type: cause.kind, tx_hash: encodeBase58(cause.tx_hash) };
    case 'action_receipt_processing_started':
    case 'action_receipt_gas_reward':
    case 'receipt_processing':
    case 'postponed_receipt':
      return { type: cause.kind, receipt_hash: encodeBase58(cause.receipt_hash) };
    default:
      return { type: cause.kind };
  }
}
