// Owns the bytes of a block and of what its chunks left behind, for resuming; leaves files to localnet/state/disk.
import { BorshWriter } from '../../core/near/borsh.ts';
import type { BorshReader } from '../../core/near/borsh-reader.ts';
import type { ChunkInnerV2 } from '../../core/near/chunk.ts';
import {
  encodeInnerLite,
  hashHeaderLite,
  hashInnerRestV3,
  type InnerLite,
  type InnerRestV3,
} from '../../core/near/header.ts';
import { writeCurveBytes } from '../../core/near/keys.ts';
import type { PathItem } from '../../core/near/merkle.ts';
import { readReceipt, writeReceipt } from '../../core/near/receipt.ts';
import { readSignature } from '../../core/near/transaction-reader.ts';
import { readWhole } from '../state/records.ts';
import type { Block } from './block-header.ts';
import type { ChunkHeader, ChunkResult } from './chunk-header.ts';

export interface BlockRecord {
  block: Block;
  /** By shard, for the shards with a new chunk. */
  results: ReadonlyMap<bigint, ChunkResult>;
}

const HASH = 32;

export function encodeBlockRecord({ block, results }: BlockRecord): Uint8Array {
  const writer = new BorshWriter().fixed(encodeInnerLite(block.header.inner_lite));
  writeInnerRest(writer, block.header.inner_rest);
  writer.fixed(block.header.prev_hash);
  writeCurveBytes(writer, block.header.signature);
  writer.list(block.chunks, (chunk) => writeChunk(writer, chunk));
  writer.string(block.author).u64(block.epoch.epoch_height).u64(block.epoch.start_height);
  writer.option(block.last_final_height, (height) => writer.u64(height)).bool(block.is_genesis);
  writer.list([...results], ([shard_id, result]) => writeResult(writer.u64(shard_id), result));
  return writer.finish();
}

/** Hashes are computed from the fields again, so a record cannot claim another one. */
export function decodeBlockRecord(bytes: Uint8Array): BlockRecord {
  return readWhole(bytes, (reader) => {
    const inner_lite = readInnerLite(reader);
    const inner_rest = readInnerRest(reader);
    const prev_hash = reader.fixed(HASH);
    const inner_rest_hash = hashInnerRestV3(inner_rest);
    const hash = hashHeaderLite({ inner_lite, inner_rest_hash, prev_block_hash: prev_hash });
    const signature = readSignature(reader);
    const header = { hash, prev_hash, inner_lite, inner_rest, inner_rest_hash, signature };
    const chunks = reader.list(() => readChunk(reader));
    const author = reader.string();
    const { epoch_id, next_epoch_id, height } = inner_lite;
    const epoch = { epoch_id, next_epoch_id, epoch_height: reader.u64(), start_height: reader.u64() };
    const last_final_height = reader.option(() => reader.u64());
    const is_genesis = reader.u8() === 1;
    const block = { hash, height, header, chunks, author, epoch, last_final_height, is_genesis };
    const results = reader.list((): [bigint, ChunkResult] => [reader.u64(), readResult(reader)]);
    return { block, results: new Map(results) };
  });
}

export function readInnerLite(reader: BorshReader): InnerLite {
  return {
    height: reader.u64(),
    epoch_id: reader.fixed(HASH),
    next_epoch_id: reader.fixed(HASH),
    prev_state_root: reader.fixed(HASH),
    outcome_root: reader.fixed(HASH),
    timestamp: reader.u64(),
    next_bp_hash: reader.fixed(HASH),
    block_merkle_root: reader.fixed(HASH),
  };
}

/** Without validator proposals and without the hash of epoch data, which blocks of this chain never hold. */
function writeInnerRest(writer: BorshWriter, rest: InnerRestV3): void {
  if (rest.validator_proposals.length > 0 || rest.epoch_sync_data_hash !== null) {
    throw new Error('a block with validator proposals or epoch data is not of this chain and has no record');
  }
  writer.fixed(rest.chunk_receipts_root).fixed(rest.chunk_headers_root).fixed(rest.chunk_tx_root);
  writer.fixed(rest.challenges_root).fixed(rest.random_value);
  writer.list(rest.chunk_mask, (included) => writer.bool(included));
  writer.u128(rest.gas_price).u128(rest.total_supply);
  writer.fixed(rest.last_final_block).fixed(rest.last_ds_final_block);
  writer.u64(rest.block_ordinal).u64(rest.prev_height);
  writer.list(rest.approvals, (approval) => {
    writer.option(approval, (signature) => writeCurveBytes(writer, signature));
  });
  writer.u32(rest.latest_protocol_version);
}

function readInnerRest(reader: BorshReader): InnerRestV3 {
  return {
    chunk_receipts_root: reader.fixed(HASH),
    chunk_headers_root: reader.fixed(HASH),
    chunk_tx_root: reader.fixed(HASH),
    challenges_root: reader.fixed(HASH),
    random_value: reader.fixed(HASH),
    validator_proposals: [],
    chunk_mask: reader.list(() => reader.u8() === 1),
    gas_price: reader.u128(),
    total_supply: reader.u128(),
    last_final_block: reader.fixed(HASH),
    last_ds_final_block: reader.fixed(HASH),
    block_ordinal: reader.u64(),
    prev_height: reader.u64(),
    epoch_sync_data_hash: null,
    approvals: reader.list(() => reader.option(() => readSignature(reader))),
    latest_protocol_version: reader.u32(),
  };
}

function writeChunk(writer: BorshWriter, chunk: ChunkHeader): void {
  const { inner } = chunk;
  writer.fixed(inner.prev_block_hash).fixed(inner.prev_state_root).fixed(inner.outcome_root);
  writer
    .fixed(inner.encoded_merkle_root)
    .u64(inner.encoded_length)
    .u64(inner.height_created)
    .u64(inner.shard_id);
  writer.u64(inner.gas_used).u64(inner.gas_limit).u128(inner.balance_burnt);
  writer.fixed(inner.outgoing_receipts_root).fixed(inner.tx_root);
  writer.fixed(chunk.hash).u64(chunk.height_included).string(chunk.author);
  writeCurveBytes(writer, chunk.signature);
}

function readChunk(reader: BorshReader): ChunkHeader {
  const inner: ChunkInnerV2 = {
    prev_block_hash: reader.fixed(HASH),
    prev_state_root: reader.fixed(HASH),
    outcome_root: reader.fixed(HASH),
    encoded_merkle_root: reader.fixed(HASH),
    encoded_length: reader.u64(),
    height_created: reader.u64(),
    shard_id: reader.u64(),
    gas_used: reader.u64(),
    gas_limit: reader.u64(),
    balance_burnt: reader.u128(),
    outgoing_receipts_root: reader.fixed(HASH),
    tx_root: reader.fixed(HASH),
    validator_proposals: [],
  };
  const hash = reader.fixed(HASH);
  return {
    inner,
    hash,
    height_included: reader.u64(),
    author: reader.string(),
    signature: readSignature(reader),
  };
}

function writeResult(writer: BorshWriter, result: ChunkResult): void {
  writer.fixed(result.state_root).fixed(result.outcome_root).fixed(result.outgoing_receipts_root);
  writer.list(result.outgoing, (receipt) => writeReceipt(writer, receipt));
  writer.u64(result.gas_used).u128(result.balance_burnt);
  writer.list(result.outcome_paths, ({ id, path }) => {
    writer.fixed(id).list(path, (item) => writer.bool(item.direction === 'Left').fixed(item.hash));
  });
}

function readResult(reader: BorshReader): ChunkResult {
  return {
    state_root: reader.fixed(HASH),
    outcome_root: reader.fixed(HASH),
    outgoing_receipts_root: reader.fixed(HASH),
    outgoing: reader.list(() => readReceipt(reader)),
    gas_used: reader.u64(),
    balance_burnt: reader.u128(),
    outcome_paths: reader.list(() => ({
      id: reader.fixed(HASH),
      path: reader.list(() => readPathItem(reader)),
    })),
  };
}

function readPathItem(reader: BorshReader): PathItem {
  const direction = reader.u8() === 1 ? 'Left' : 'Right';
  return { direction, hash: reader.fixed(HASH) };
}
