// Owns the JSON of block and chunk headers as clients and indexers read it; leaves what chunks hold to its neighbours.
import { encodeBase58 } from '../../core/near/base58.ts';
import { type CurveBytes, formatCurveBytes } from '../../core/near/keys.ts';
import type { ValidatorStake } from '../../core/near/validators.ts';
import type { Block } from '../chain/block-header.ts';
import type { ChunkHeader } from '../chain/chunk-header.ts';

/** Rent and rewards in headers ended before mainnet began; their fields stayed. */
const NOTHING = '0';

export function blockView(block: Block) {
  return {
    author: block.author,
    header: blockHeaderView(block),
    chunks: block.chunks.map(chunkHeaderView),
  };
}

/** Of the third form of header: fields that came with later forms are null, as nodes show them for such a header. */
export function blockHeaderView({ header, chunks, height }: Block) {
  const { inner_lite, inner_rest } = header;
  return {
    height,
    prev_height: inner_rest.prev_height,
    epoch_id: encodeBase58(inner_lite.epoch_id),
    next_epoch_id: encodeBase58(inner_lite.next_epoch_id),
    hash: encodeBase58(header.hash),
    prev_hash: encodeBase58(header.prev_hash),
    prev_state_root: encodeBase58(inner_lite.prev_state_root),
    block_body_hash: null,
    chunk_receipts_root: encodeBase58(inner_rest.chunk_receipts_root),
    chunk_headers_root: encodeBase58(inner_rest.chunk_headers_root),
    chunk_tx_root: encodeBase58(inner_rest.chunk_tx_root),
    outcome_root: encodeBase58(inner_lite.outcome_root),
    chunks_included: chunks.filter((chunk) => chunk.height_included === height).length,
    challenges_root: encodeBase58(inner_rest.challenges_root),
    timestamp: inner_lite.timestamp,
    timestamp_nanosec: inner_lite.timestamp.toString(),
    random_value: encodeBase58(inner_rest.random_value),
    validator_proposals: inner_rest.validator_proposals.map(validatorStakeView),
    chunk_mask: inner_rest.chunk_mask,
    gas_price: inner_rest.gas_price.toString(),
    block_ordinal: inner_rest.block_ordinal,
    rent_paid: NOTHING,
    validator_reward: NOTHING,
    total_supply: inner_rest.total_supply.toString(),
    challenges_result: [],
    last_final_block: encodeBase58(inner_rest.last_final_block),
    last_ds_final_block: encodeBase58(inner_rest.last_ds_final_block),
    next_bp_hash: encodeBase58(inner_lite.next_bp_hash),
    block_merkle_root: encodeBase58(inner_lite.block_merkle_root),
    epoch_sync_data_hash:
      inner_rest.epoch_sync_data_hash === null ? null : encodeBase58(inner_rest.epoch_sync_data_hash),
    approvals: inner_rest.approvals.map(signatureView),
    signature: formatCurveBytes(header.signature),
    latest_protocol_version: inner_rest.latest_protocol_version,
    chunk_endorsements: null,
  };
}

/** Of the second form of chunk header, which says nothing of congestion and bandwidth. */
export function chunkHeaderView({ inner, hash, height_included, signature }: ChunkHeader) {
  return {
    chunk_hash: encodeBase58(hash),
    prev_block_hash: encodeBase58(inner.prev_block_hash),
    outcome_root: encodeBase58(inner.outcome_root),
    prev_state_root: encodeBase58(inner.prev_state_root),
    encoded_merkle_root: encodeBase58(inner.encoded_merkle_root),
    encoded_length: inner.encoded_length,
    height_created: inner.height_created,
    height_included,
    shard_id: inner.shard_id,
    gas_used: inner.gas_used,
    gas_limit: inner.gas_limit,
    rent_paid: NOTHING,
    validator_reward: NOTHING,
    balance_burnt: inner.balance_burnt.toString(),
    outgoing_receipts_root: encodeBase58(inner.outgoing_receipts_root),
    tx_root: encodeBase58(inner.tx_root),
    validator_proposals: inner.validator_proposals.map(validatorStakeView),
    congestion_info: null,
    bandwidth_requests: null,
    signature: formatCurveBytes(signature),
  };
}

export function validatorStakeView({ account_id, public_key, stake }: ValidatorStake) {
  return {
    account_id,
    public_key: formatCurveBytes(public_key),
    stake: stake.toString(),
    validator_stake_struct_version: 'V1',
  };
}

function signatureView(signature: CurveBytes | null): string | null {
  return signature === null ? null : formatCurveBytes(signature);
}
