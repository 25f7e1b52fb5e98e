// Owns how blocks, headers, chunk headers and validators are shown in NEAR's JSON; leaves what is in a chunk to its own views.
import { encodeBase58 } from '../../core/near/base58.ts';
import type { HeaderLite, InnerLite } from '../../core/near/header.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import type { ValidatorStake } from '../../core/near/validators.ts';
import type { Block } from '../chain/block-header.ts';
import type { ChunkHeader } from '../chain/chunk-header.ts';

export function viewBlock(block: Block) {
  return { author: block.author, header: viewBlockHeader(block), chunks: block.chunks.map(viewChunkHeader) };
}

export function viewBlockHeader({ header }: Block) {
  const { inner_lite, inner_rest } = header;
  return {
    ...viewInnerLite(inner_lite),
    prev_height: inner_rest.prev_height,
    hash: encodeBase58(header.hash),
    prev_hash: encodeBase58(header.prev_hash),
    chunk_receipts_root: encodeBase58(inner_rest.chunk_receipts_root),
    chunk_headers_root: encodeBase58(inner_rest.chunk_headers_root),
    chunk_tx_root: encodeBase58(inner_rest.chunk_tx_root),
    chunks_included: inner_rest.chunk_mask.filter(Boolean).length,
    challenges_root: encodeBase58(inner_rest.challenges_root),
    random_value: encodeBase58(inner_rest.random_value),
    validator_proposals: inner_rest.validator_proposals.map(viewValidatorStake),
    chunk_mask: inner_rest.chunk_mask,
    gas_price: inner_rest.gas_price.toString(),
    block_ordinal: inner_rest.block_ordinal,
    // NEAR still shows three fields that have been empty since genesis.
    rent_paid: '0',
    validator_reward: '0',
    challenges_result: [],
    total_supply: inner_rest.total_supply.toString(),
    last_final_block: encodeBase58(inner_rest.last_final_block),
    last_ds_final_block: encodeBase58(inner_rest.last_ds_final_block),
    epoch_sync_data_hash:
      inner_rest.epoch_sync_data_hash === null ? null : encodeBase58(inner_rest.epoch_sync_data_hash),
    approvals: inner_rest.approvals.map((approval) =>
      approval === null ? null : formatCurveBytes(approval),
    ),
    signature: formatCurveBytes(header.signature),
    latest_protocol_version: inner_rest.latest_protocol_version,
    // Parts of later header forms than the one that is hashed here.
    block_body_hash: null,
    chunk_endorsements: null,
  };
}

export function viewHeaderLite(header: HeaderLite) {
  return {
    prev_block_hash: encodeBase58(header.prev_block_hash),
    inner_rest_hash: encodeBase58(header.inner_rest_hash),
    inner_lite: viewInnerLite(header.inner_lite),
  };
}

export function viewInnerLite(inner: InnerLite) {
  return {
    height: inner.height,
    epoch_id: encodeBase58(inner.epoch_id),
    next_epoch_id: encodeBase58(inner.next_epoch_id),
    prev_state_root: encodeBase58(inner.prev_state_root),
    outcome_root: encodeBase58(inner.outcome_root),
    timestamp: inner.timestamp,
    timestamp_nanosec: inner.timestamp.toString(),
    next_bp_hash: encodeBase58(inner.next_bp_hash),
    block_merkle_root: encodeBase58(inner.block_merkle_root),
  };
}

export function viewChunkHeader({ inner, hash, height_included, signature }: ChunkHeader) {
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
    rent_paid: '0',
    validator_reward: '0',
    balance_burnt: inner.balance_burnt.toString(),
    outgoing_receipts_root: encodeBase58(inner.outgoing_receipts_root),
    tx_root: encodeBase58(inner.tx_root),
    validator_proposals: inner.validator_proposals.map(viewValidatorStake),
    // Parts of later chunk forms than the one that is hashed here.
    congestion_info: null,
    bandwidth_requests: null,
    signature: formatCurveBytes(signature),
  };
}

export function viewValidatorStake({ account_id, public_key, stake }: ValidatorStake) {
  return {
    account_id,
    public_key: formatCurveBytes(public_key),
    stake: stake.toString(),
    validator_stake_struct_version: 'V1',
  };
}
