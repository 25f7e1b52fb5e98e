// Owns every hash of a block as its JSON shows it: header, chunks, roots, outcomes; leaves what must equal what to those who check.
import { decodeHash } from './base58.ts';
import { hashChunkHeader } from './chunk.ts';
import { decodeBase64 } from './crypto.ts';
import { hashHeaderLite, hashInnerRestV3 } from './header.ts';
import { parsePublicKey, parseSignature } from './keys.ts';
import { type PathItem, rootOfPath } from './merkle.ts';
import { hashOutcome, type OutcomeStatus } from './outcome.ts';
import type { ValidatorStake } from './validators.ts';

/** A number, or its digits where a number would lose some. */
export type Whole = number | string;

export interface ShownStake {
  account_id: string;
  public_key: string;
  stake: string;
}

export interface ShownHeader {
  approvals: (string | null)[];
  block_merkle_root: string;
  block_ordinal: Whole;
  challenges_root: string;
  chunk_headers_root: string;
  chunk_mask: boolean[];
  chunk_receipts_root: string;
  chunk_tx_root: string;
  epoch_id: string;
  epoch_sync_data_hash?: string | null | undefined;
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
  timestamp_nanosec: string;
  total_supply: string;
  validator_proposals?: ShownStake[] | undefined;
}

export interface ShownChunkHeader {
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
  validator_proposals?: ShownStake[] | undefined;
}

export interface ShownOutcome {
  block_hash: string;
  id: string;
  proof: { hash: string; direction: PathItem['direction'] }[];
  outcome: {
    executor_id: string;
    gas_burnt: Whole;
    logs: string[];
    receipt_ids: string[];
    status: { SuccessValue?: string; SuccessReceiptId?: string; Failure?: unknown } | string;
    tokens_burnt: string;
  };
}

/** In the third form of the inner rest; a header of another form gives another hash than its own. */
export function hashShownHeader(header: ShownHeader): Uint8Array {
  const inner_rest_hash = hashInnerRestV3({
    chunk_receipts_root: decodeHash(header.chunk_receipts_root),
    chunk_headers_root: decodeHash(header.chunk_headers_root),
    chunk_tx_root: decodeHash(header.chunk_tx_root),
    challenges_root: decodeHash(header.challenges_root),
    random_value: decodeHash(header.random_value),
    validator_proposals: (header.validator_proposals ?? []).map(stakeOf),
    chunk_mask: header.chunk_mask,
    gas_price: BigInt(header.gas_price),
    total_supply: BigInt(header.total_supply),
    last_final_block: decodeHash(header.last_final_block),
    last_ds_final_block: decodeHash(header.last_ds_final_block),
    block_ordinal: BigInt(header.block_ordinal),
    prev_height: BigInt(header.prev_height),
    epoch_sync_data_hash:
      typeof header.epoch_sync_data_hash === 'string' ? decodeHash(header.epoch_sync_data_hash) : null,
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

/** In the second form of the inner part. */
export function hashShownChunk(chunk: ShownChunkHeader): Uint8Array {
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
    validator_proposals: (chunk.validator_proposals ?? []).map(stakeOf),
  });
}

/** The leaf that an outcome is in its chunk's tree. */
export function hashShownOutcome({ id, outcome }: ShownOutcome): Uint8Array {
  return hashOutcome(decodeHash(id), {
    logs: outcome.logs,
    receipt_ids: outcome.receipt_ids.map(decodeHash),
    gas_burnt: BigInt(outcome.gas_burnt),
    tokens_burnt: BigInt(outcome.tokens_burnt),
    executor_id: outcome.executor_id,
    status: statusOf(outcome.status),
  });
}

/** Where the outcome's own path leads: the outcome root of its chunk, if nobody lies. */
export function rootOfShownOutcome(outcome: ShownOutcome): Uint8Array {
  const path = outcome.proof.map(({ hash, direction }) => ({ hash: decodeHash(hash), direction }));
  return rootOfPath(hashShownOutcome(outcome), path);
}

function statusOf(status: ShownOutcome['outcome']['status']): OutcomeStatus {
  if (typeof status === 'string') return { kind: 'unknown' };
  if (status.SuccessValue !== undefined) return { kind: 'value', value: decodeBase64(status.SuccessValue) };
  if (status.SuccessReceiptId === undefined) return { kind: 'failure' };
  return { kind: 'receipt', receipt_id: decodeHash(status.SuccessReceiptId) };
}

function stakeOf({ account_id, public_key, stake }: ShownStake): ValidatorStake {
  return { account_id, public_key: parsePublicKey(public_key), stake: BigInt(stake) };
}
