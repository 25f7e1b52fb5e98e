// Owns the hash of a chunk header and the block roots over chunk headers; leaves what is inside a chunk to transactions and outcomes.
import { BorshWriter } from './borsh.ts';
import { sha256 } from './crypto.ts';
import { combine, merklize } from './merkle.ts';
import { type ValidatorStake, writeValidatorStake } from './validators.ts';

/** The second form of a chunk header's inner part, the newest one for which a real block is at hand to check against. */
export interface ChunkInnerV2 {
  prev_block_hash: Uint8Array;
  prev_state_root: Uint8Array;
  outcome_root: Uint8Array;
  encoded_merkle_root: Uint8Array;
  encoded_length: bigint;
  height_created: bigint;
  shard_id: bigint;
  gas_used: bigint;
  gas_limit: bigint;
  balance_burnt: bigint;
  outgoing_receipts_root: Uint8Array;
  tx_root: Uint8Array;
  validator_proposals: ValidatorStake[];
}

const INNER_V2 = 1;

export function hashChunkHeader(inner: ChunkInnerV2): Uint8Array {
  const writer = new BorshWriter();
  writer
    .u8(INNER_V2)
    .fixed(inner.prev_block_hash)
    .fixed(inner.prev_state_root)
    .fixed(inner.outcome_root)
    .fixed(inner.encoded_merkle_root)
    .u64(inner.encoded_length)
    .u64(inner.height_created)
    .u64(inner.shard_id)
    .u64(inner.gas_used)
    .u64(inner.gas_limit)
    .u128(inner.balance_burnt)
    .fixed(inner.outgoing_receipts_root)
    .fixed(inner.tx_root)
    .list(inner.validator_proposals, (stake) => writeValidatorStake(writer, stake));
  return combine(sha256(writer.finish()), inner.encoded_merkle_root);
}

/** Leaves carry the height at which a chunk was included, so that an old chunk is told from a new one. */
export function chunkHeadersRoot(
  chunks: readonly { hash: Uint8Array; height_included: bigint }[],
): Uint8Array {
  const leaves = chunks.map((chunk) =>
    sha256(chunk.hash, new BorshWriter().u64(chunk.height_included).finish()),
  );
  return merklize(leaves).root;
}
