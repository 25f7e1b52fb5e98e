// Owns reading Lake objects back: state from changes, every hash from the fields beside it; leaves expectations to the specs.
import { decodeHash, encodeBase58 } from '../../core/near/base58.ts';
import { chunkHeadersRoot } from '../../core/near/chunk.ts';
import { decodeBase64 } from '../../core/near/crypto.ts';
import { parseNearJson } from '../../core/near/json.ts';
import { parsePublicKey } from '../../core/near/keys.ts';
import { merklize, rootOverChunks } from '../../core/near/merkle.ts';
import {
  hashShownChunk,
  hashShownHeader,
  hashShownOutcome,
  rootOfShownOutcome,
  type ShownChunkHeader,
  type ShownHeader,
  type ShownOutcome,
  type Whole,
} from '../../core/near/shown-block.ts';
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

export type ReadHeader = ShownHeader & { chunks_included: number; timestamp: Whole };
export type ReadChunkHeader = ShownChunkHeader;

export interface ReadBlock {
  author: string;
  chunks: ReadChunkHeader[];
  header: ReadHeader;
}

export type ReadOutcome = ShownOutcome;

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
  compare('block hash', header.hash, hashShownHeader(header));
  for (const chunk of chunks) compare(`chunk ${chunk.shard_id}`, chunk.chunk_hash, hashShownChunk(chunk));
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
  return merklize(outcomesOf(shard).map(hashShownOutcome)).root;
}

function findWrongProofs(shard: ReadShard): string[] {
  const root = encodeBase58(outcomeRootOf(shard));
  return outcomesOf(shard).flatMap((outcome) =>
    encodeBase58(rootOfShownOutcome(outcome)) === root ? [] : [`proof of ${outcome.id}`],
  );
}

export function outcomesOf(shard: ReadShard): ReadOutcome[] {
  return [
    ...(shard.chunk?.transactions ?? []).map(({ outcome }) => outcome.execution_outcome),
    ...shard.receipt_execution_outcomes.map(({ execution_outcome }) => execution_outcome),
  ];
}
