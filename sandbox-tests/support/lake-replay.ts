// Owns reading Lake objects back: state from changes, every hash from the fields beside it; leaves expectations to the specs.
import { decodeHash, encodeBase58 } from '../../core/near/base58.ts';
import { chunkHeadersRoot, hashChunkHeader } from '../../core/near/chunk.ts';
import { decodeBase64 } from '../../core/near/crypto.ts';
import { hashHeaderLite, hashInnerRestV3 } from '../../core/near/header.ts';
import { parseNearJson } from '../../core/near/json.ts';
import { parsePublicKey, parseSignature } from '../../core/near/keys.ts';
import { merklize, type PathItem, rootOfPath, rootOverChunks } from '../../core/near/merkle.ts';
import { hashOutcome, type OutcomeStatus } from '../../core/near/outcome.ts';
import type { AccessKeyPermission } from '../../core/near/transaction.ts';
import { keyText } from '../../localnet/state/key-text.ts';
import {
  accessKeyKey,
  accountKey,
  COLUMN,
  contractCodeKey,
  contractDataKey,
} from '../../localnet/state/keys.ts';
import { encodeAccessKey, encodeAccount } from '../../localnet/state/records.ts';
import type { Trie } from '../../localnet/state/trie.ts';

type Whole = number | string;

export interface ReadHeader {
  approvals: (string | null)[];
  block_merkle_root: string;
  block_ordinal: Whole;
  challenges_root: string;
  chunk_headers_root: string;
  chunk_mask: boolean[];
  chunk_receipts_root: string;
  chunk_tx_root: string;
  chunks_included: number;
  epoch_id: string;
  gas_price: string;
  hash: string;
  height: Whole;
  last_ds_final_block: string;
  last_final_block: string;
  latest_protocol_version: number;
  next_bp_hash: string;
  next_epoch_id: string;
  outcome_root: string;
  prev_hash: string;
  prev_height: Whole;
  prev_state_root: string;
  random_value: string;
  timestamp: Whole;
  timestamp_nanosec: string;
  total_supply: string;
}

export interface ReadChunkHeader {
  balance_burnt: string;
  chunk_hash: string;
  encoded_length: Whole;
  encoded_merkle_root: string;
  gas_limit: Whole;
  gas_used: Whole;
  height_created: Whole;
  height_included: Whole;
  outcome_root: string;
  outgoing_receipts_root: string;
  prev_block_hash: string;
  prev_state_root: string;
  shard_id: Whole;
  tx_root: string;
}

export interface ReadBlock {
  author: string;
  chunks: ReadChunkHeader[];
  header: ReadHeader;
}

export interface ReadOutcome {
  block_hash: string;
  id: string;
  proof: { hash: string; direction: PathItem['direction'] }[];
  outcome: {
    executor_id: string;
    gas_burnt: Whole;
    logs: string[];
    receipt_ids: string[];
    status: { SuccessValue?: string; SuccessReceiptId?: string; Failure?: unknown };
    tokens_burnt: string;
  };
}

export interface ReadReceipt {
  receipt_id: string;
  receiver_id: string;
  predecessor_id: string;
  receipt: object;
}

interface ReadChange {
  type: string;
  cause: { type: string };
  change: {
    account_id: string;
    amount?: string;
    locked?: string;
    code_hash?: string;
    storage_usage?: Whole;
    public_key?: string;
    access_key?: { nonce: Whole; permission: 'FullAccess' | { FunctionCall: ReadCallPermission } };
    code_base64?: string;
    key_base64?: string;
    value_base64?: string;
  };
}

interface ReadCallPermission {
  allowance: string | null;
  receiver_id: string;
  method_names: string[];
}

export interface ReadShard {
  shard_id: Whole;
  chunk: {
    author: string;
    header: ReadChunkHeader;
    transactions: {
      transaction: { hash: string; signer_id: string; receiver_id: string };
      outcome: { execution_outcome: ReadOutcome; receipt: null };
    }[];
    receipts: ReadReceipt[];
    local_receipts: ReadReceipt[];
    instant_receipts: ReadReceipt[];
  } | null;
  receipt_execution_outcomes: { execution_outcome: ReadOutcome; receipt: ReadReceipt; tx_hash?: string }[];
  state_changes: ReadChange[];
}

export function readBlock(text: string | Buffer): ReadBlock {
  return parseNearJson(text.toString()) as ReadBlock;
}

export function readShard(text: string | Buffer): ReadShard {
  return parseNearJson(text.toString()) as ReadShard;
}

/** Records by their state key as text; only those that Lake tells of. */
export type Records = Map<string, Uint8Array>;

const SHOWN_COLUMNS = [COLUMN.account, COLUMN.contract_code, COLUMN.access_key, COLUMN.contract_data];

export function recordsOf(tries: Iterable<Trie>): Records {
  const records: Records = new Map();
  for (const trie of tries) {
    for (const column of SHOWN_COLUMNS) {
      for (const { key, value } of trie.entries(Uint8Array.of(column))) records.set(keyText(key), value);
    }
  }
  return records;
}

export function replay(records: Records, shard: ReadShard): void {
  for (const { type, change } of shard.state_changes) {
    const key = keyText(stateKeyOf(type, change));
    if (type.endsWith('_deletion')) records.delete(key);
    else records.set(key, recordBytes(type, change));
  }
}

function stateKeyOf(type: string, change: ReadChange['change']): Uint8Array {
  const { account_id, public_key = '', key_base64 = '' } = change;
  if (type.startsWith('account_')) return accountKey(account_id);
  if (type.startsWith('access_key_')) return accessKeyKey(account_id, parsePublicKey(public_key));
  if (type.startsWith('contract_code_')) return contractCodeKey(account_id);
  if (type.startsWith('data_')) return contractDataKey(account_id, decodeBase64(key_base64));
  throw new Error(`a change of type ${type} for ${account_id} is not known`);
}

function recordBytes(type: string, change: ReadChange['change']): Uint8Array {
  if (type === 'contract_code_update') return decodeBase64(change.code_base64 ?? 'missing');
  if (type === 'data_update') return decodeBase64(change.value_base64 ?? 'missing');
  const { access_key } = change;
  if (access_key !== undefined) {
    const permission = permissionOf(access_key.permission);
    return encodeAccessKey({ nonce: BigInt(access_key.nonce), permission });
  }
  const code_hash = decodeHash(change.code_hash ?? '');
  return encodeAccount({
    amount: BigInt(change.amount ?? 'missing'),
    locked: BigInt(change.locked ?? 'missing'),
    code_hash: code_hash.every((byte) => byte === 0) ? null : code_hash,
    storage_usage: BigInt(change.storage_usage ?? 'missing'),
  });
}

function permissionOf(permission: 'FullAccess' | { FunctionCall: ReadCallPermission }): AccessKeyPermission {
  if (permission === 'FullAccess') return { kind: 'full' };
  const { allowance, receiver_id, method_names } = permission.FunctionCall;
  return {
    kind: 'call',
    allowance: allowance === null ? null : BigInt(allowance),
    receiver_id,
    method_names,
  };
}

/** Names of hashes in a block's objects that do not follow from the rest; none in an honest one. */
export function findWrongHashes(block: ReadBlock, shards: readonly ReadShard[]): string[] {
  const wrong: string[] = [];
  const compare = (what: string, found: string, computed: Uint8Array) => {
    if (found !== encodeBase58(computed)) wrong.push(what);
  };
  const { header, chunks } = block;
  compare('block hash', header.hash, blockHash(header));
  for (const chunk of chunks) compare(`chunk ${chunk.shard_id}`, chunk.chunk_hash, chunkHash(chunk));
  const over = (pick: (chunk: ReadChunkHeader) => string) =>
    rootOverChunks(chunks.map((chunk) => decodeHash(pick(chunk))));
  compare(
    'outcome_root',
    header.outcome_root,
    over((chunk) => chunk.outcome_root),
  );
  compare(
    'chunk_tx_root',
    header.chunk_tx_root,
    over((chunk) => chunk.tx_root),
  );
  compare(
    'chunk_receipts_root',
    header.chunk_receipts_root,
    over((chunk) => chunk.outgoing_receipts_root),
  );
  compare(
    'prev_state_root',
    header.prev_state_root,
    over((chunk) => chunk.prev_state_root),
  );
  const headers = chunks.map((chunk) => ({
    hash: decodeHash(chunk.chunk_hash),
    height_included: BigInt(chunk.height_included),
  }));
  compare('chunk_headers_root', header.chunk_headers_root, chunkHeadersRoot(headers));
  for (const shard of shards) wrong.push(...findWrongProofs(shard));
  return wrong;
}

/** Of all outcomes in a shard's object, as the shard's next chunk commits to it. */
export function outcomeRootOf(shard: ReadShard): Uint8Array {
  return merklize(outcomesOf(shard).map(leafOf)).root;
}

function findWrongProofs(shard: ReadShard): string[] {
  const root = encodeBase58(outcomeRootOf(shard));
  return outcomesOf(shard).flatMap((outcome) => {
    const path = outcome.proof.map(({ hash, direction }) => ({ hash: decodeHash(hash), direction }));
    return encodeBase58(rootOfPath(leafOf(outcome), path)) === root ? [] : [`proof of ${outcome.id}`];
  });
}

export function outcomesOf(shard: ReadShard): ReadOutcome[] {
  return [
    ...(shard.chunk?.transactions ?? []).map(({ outcome }) => outcome.execution_outcome),
    ...shard.receipt_execution_outcomes.map(({ execution_outcome }) => execution_outcome),
  ];
}

function leafOf({ id, outcome }: ReadOutcome): Uint8Array {
  return hashOutcome(decodeHash(id), {
    logs: outcome.logs,
    receipt_ids: outcome.receipt_ids.map(decodeHash),
    gas_burnt: BigInt(outcome.gas_burnt),
    tokens_burnt: BigInt(outcome.tokens_burnt),
    executor_id: outcome.executor_id,
    status: statusOf(outcome.status),
  });
}

function statusOf(status: ReadOutcome['outcome']['status']): OutcomeStatus {
  if (status.SuccessValue !== undefined) return { kind: 'value', value: decodeBase64(status.SuccessValue) };
  if (status.SuccessReceiptId === undefined) return { kind: 'failure' };
  return { kind: 'receipt', receipt_id: decodeHash(status.SuccessReceiptId) };
}

function blockHash(header: ReadHeader): Uint8Array {
  const inner_rest_hash = hashInnerRestV3({
    chunk_receipts_root: decodeHash(header.chunk_receipts_root),
    chunk_headers_root: decodeHash(header.chunk_headers_root),
    chunk_tx_root: decodeHash(header.chunk_tx_root),
    challenges_root: decodeHash(header.challenges_root),
    random_value: decodeHash(header.random_value),
    validator_proposals: [],
    chunk_mask: header.chunk_mask,
    gas_price: BigInt(header.gas_price),
    total_supply: BigInt(header.total_supply),
    last_final_block: decodeHash(header.last_final_block),
    last_ds_final_block: decodeHash(header.last_ds_final_block),
    block_ordinal: BigInt(header.block_ordinal),
    prev_height: BigInt(header.prev_height),
    epoch_sync_data_hash: null,
    approvals: header.approvals.map((approval) => (approval === null ? null : parseSignature(approval))),
    latest_protocol_version: header.latest_protocol_version,
  });
  const inner_lite = {
    height: BigInt(header.height),
    epoch_id: decodeHash(header.epoch_id),
    next_epoch_id: decodeHash(header.next_epoch_id),
    prev_state_root: decodeHash(header.prev_state_root),
    outcome_root: decodeHash(header.outcome_root),
    timestamp: BigInt(header.timestamp_nanosec),
    next_bp_hash: decodeHash(header.next_bp_hash),
    block_merkle_root: decodeHash(header.block_merkle_root),
  };
  return hashHeaderLite({ inner_lite, inner_rest_hash, prev_block_hash: decodeHash(header.prev_hash) });
}

function chunkHash(chunk: ReadChunkHeader): Uint8Array {
  return hashChunkHeader({
    prev_block_hash: decodeHash(chunk.prev_block_hash),
    prev_state_root: decodeHash(chunk.prev_state_root),
    outcome_root: decodeHash(chunk.outcome_root),
    encoded_merkle_root: decodeHash(chunk.encoded_merkle_root),
    encoded_length: BigInt(chunk.encoded_length),
    height_created: BigInt(chunk.height_created),
    shard_id: BigInt(chunk.shard_id),
    gas_used: BigInt(chunk.gas_used),
    gas_limit: BigInt(chunk.gas_limit),
    balance_burnt: BigInt(chunk.balance_burnt),
    outgoing_receipts_root: decodeHash(chunk.outgoing_receipts_root),
    tx_root: decodeHash(chunk.tx_root),
    validator_proposals: [],
  });
}
