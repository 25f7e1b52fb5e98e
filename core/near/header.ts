// Owns the hashes of a block header, lite and full; leaves trust in a header to core/proofs.
import { BorshWriter } from './borsh.ts';
import { sha256 } from './crypto.ts';
import { type CurveBytes, writeCurveBytes } from './keys.ts';
import { combine } from './merkle.ts';
import { type ValidatorStake, writeValidatorStake } from './validators.ts';

export interface InnerLite {
  height: bigint;
  epoch_id: Uint8Array;
  next_epoch_id: Uint8Array;
  prev_state_root: Uint8Array;
  outcome_root: Uint8Array;
  timestamp: bigint;
  next_bp_hash: Uint8Array;
  block_merkle_root: Uint8Array;
}

export interface HeaderLite {
  inner_lite: InnerLite;
  inner_rest_hash: Uint8Array;
  prev_block_hash: Uint8Array;
}

export function hashHeaderLite(header: HeaderLite): Uint8Array {
  const inner = combine(sha256(encodeInnerLite(header.inner_lite)), header.inner_rest_hash);
  return combine(inner, header.prev_block_hash);
}

/** Always 208 bytes. */
export function encodeInnerLite(inner: InnerLite): Uint8Array {
  return new BorshWriter()
    .u64(inner.height)
    .fixed(inner.epoch_id)
    .fixed(inner.next_epoch_id)
    .fixed(inner.prev_state_root)
    .fixed(inner.outcome_root)
    .u64(inner.timestamp)
    .fixed(inner.next_bp_hash)
    .fixed(inner.block_merkle_root)
    .finish();
}

/** The rest of a header in its third form, the newest one for which a real block is at hand to check against. */
export interface InnerRestV3 {
  chunk_receipts_root: Uint8Array;
  chunk_headers_root: Uint8Array;
  chunk_tx_root: Uint8Array;
  challenges_root: Uint8Array;
  random_value: Uint8Array;
  validator_proposals: ValidatorStake[];
  chunk_mask: boolean[];
  gas_price: bigint;
  total_supply: bigint;
  last_final_block: Uint8Array;
  last_ds_final_block: Uint8Array;
  block_ordinal: bigint;
  prev_height: bigint;
  epoch_sync_data_hash: Uint8Array | null;
  approvals: (CurveBytes | null)[];
  latest_protocol_version: number;
}

export function hashInnerRestV3(rest: InnerRestV3): Uint8Array {
  const writer = new BorshWriter();
  writer
    .fixed(rest.chunk_receipts_root)
    .fixed(rest.chunk_headers_root)
    .fixed(rest.chunk_tx_root)
    .fixed(rest.challenges_root)
    .fixed(rest.random_value)
    .list(rest.validator_proposals, (stake) => writeValidatorStake(writer, stake))
    .list(rest.chunk_mask, (included) => writer.bool(included))
    .u128(rest.gas_price)
    .u128(rest.total_supply)
    // Challenge results: the list has been empty since genesis and is written as such.
    .u32(0)
    .fixed(rest.last_final_block)
    .fixed(rest.last_ds_final_block)
    .u64(rest.block_ordinal)
    .u64(rest.prev_height)
    .option(rest.epoch_sync_data_hash, (hash) => writer.fixed(hash))
    .list(rest.approvals, (approval) => {
      writer.option(approval, (signature) => writeCurveBytes(writer, signature));
    })
    .u32(rest.latest_protocol_version);
  return sha256(writer.finish());
}
