// Owns the JSON of state changes with their causes, as clients and indexers read it; leaves which changes are asked for to callers.
import { encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import { type ParsedKey, parseStateKey } from '../state/parse-key.ts';
import { type AccountRecord, decodeAccessKey, decodeAccount } from '../state/records.ts';
import type { StateChange, StateChangeCause } from '../state/types.ts';
import { accessKeyView } from './transaction-view.ts';

const NO_CODE = new Uint8Array(32);

/** In the order of keys. Waiting receipts and data are not shown, as on NEAR. */
export function stateChangeViews(changes: readonly StateChange[]) {
  return changes.flatMap(({ key, changes: steps }) => {
    const parsed = parseStateKey(key);
    return steps.flatMap(({ cause, value }) => {
      const change = changeView(parsed, value);
      return change === null ? [] : [{ cause: causeView(cause), ...change }];
    });
  });
}

export function causeView(cause: StateChangeCause) {
  if (cause.kind === 'transaction_processing') {
    return { type: cause.kind, tx_hash: encodeBase58(cause.tx_hash) };
  }
  if ('receipt_hash' in cause) return { type: cause.kind, receipt_hash: encodeBase58(cause.receipt_hash) };
  return { type: cause.kind };
}

function changeView(key: ParsedKey, value: Uint8Array | null) {
  switch (key.kind) {
    case 'account':
      return accountChange(key.account_id, value);
    case 'access_key':
      return accessKeyChange(key, value);
    case 'contract_code':
      return codeChange(key.account_id, value);
    case 'contract_data':
      return dataChange(key, value);
    default:
      return null;
  }
}

function accountChange(account_id: string, value: Uint8Array | null) {
  if (value === null) return { type: 'account_deletion', change: { account_id } };
  return { type: 'account_update', change: { account_id, ...accountView(decodeAccount(value)) } };
}

export function accountView(account: AccountRecord) {
  return {
    amount: account.amount.toString(),
    locked: account.locked.toString(),
    code_hash: encodeBase58(account.code_hash ?? NO_CODE),
    storage_usage: account.storage_usage,
    storage_paid_at: 0,
  };
}

function accessKeyChange(key: Extract<ParsedKey, { kind: 'access_key' }>, value: Uint8Array | null) {
  const named = { account_id: key.account_id, public_key: formatCurveBytes(key.public_key) };
  if (value === null) return { type: 'access_key_deletion', change: named };
  const access_key = accessKeyView(decodeAccessKey(value));
  return { type: 'access_key_update', change: { ...named, access_key } };
}

function codeChange(account_id: string, value: Uint8Array | null) {
  if (value === null) return { type: 'contract_code_deletion', change: { account_id } };
  return { type: 'contract_code_update', change: { account_id, code_base64: encodeBase64(value) } };
}

function dataChange(key: Extract<ParsedKey, { kind: 'contract_data' }>, value: Uint8Array | null) {
  const named = { account_id: key.account_id, key_base64: encodeBase64(key.key) };
  if (value === null) return { type: 'data_deletion', change: named };
  return { type: 'data_update', change: { ...named, value_base64: encodeBase64(value) } };
}
