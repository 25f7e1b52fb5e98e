// Owns a block's header and what follows in it from the block before and the chunks; leaves time and chunks' content to its caller.
import { equalBytes } from '../../core/near/bytes.ts';
import { chunkHeadersRoot } from '../../core/near/chunk.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { hashHeaderLite, hashInnerRestV3, type InnerLite, type InnerRestV3 } from '../../core/near/header.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import { rootOverChunks } from '../../core/near/merkle.ts';
import { hashBlockProducers } from '../../core/near/validators.ts';
import type { ChunkHeader } from './chunk-header.ts';
import {
  approversAfter,
  type Epoch,
  type EpochBlock,
  type EpochRules,
  epochAfter,
  genesisEpoch,
} from './epochs.ts';
import { type GasPriceRules, nextGasPrice } from './gas-price.ts';
import { approvalMessage, type Validator } from './signer.ts';

export interface BlockHeader {
  hash: Uint8Array;
  prev_hash: Uint8Array;
  inner_lite: InnerLite;
  inner_rest: InnerRestV3;
  inner_rest_hash: Uint8Array;
  signature: CurveBytes;
}

export interface Block extends EpochBlock {
  header: BlockHeader;
  /** One for each shard of the layout, in its order. */
  chunks: ChunkHeader[];
  author: string;
  epoch: Epoch;
}

export interface BlockRules extends EpochRules {
  gas_price: GasPriceRules;
  protocol_version: number;
  /** Who is away and does not approve; nobody where this is missing. */
  isAbsent?(account_id: string, height: bigint): boolean;
}

const NO_HASH = new Uint8Array(32);
const EMPTY_CHALLENGES = NO_HASH;
const GENESIS_ORDINAL = 1n;

export function makeGenesis(options: {
  height: bigint;
  timestamp: bigint;
  total_supply: bigint;
  chunks: ChunkHeader[];
  rules: BlockRules;
}): Block {
  const { height, chunks, rules } = options;
  const epoch = genesisEpoch(height);
  const author = producerAt(rules, { epoch_height: 0n, height });
  const inner_lite: InnerLite = {
    height,
    epoch_id: epoch.epoch_id,
    next_epoch_id: epoch.next_epoch_id,
    ...rootsForLite(chunks),
    timestamp: options.timestamp,
    next_bp_hash: hashBlockProducers(rules.producersOf(0n)),
    block_merkle_root: NO_HASH,
  };
  const inner_rest: InnerRestV3 = {
    ...rootsForRest(chunks),
    random_value: NO_HASH,
    chunk_mask: chunks.map(() => true),
    gas_price: rules.gas_price.min,
    total_supply: options.total_supply,
    last_final_block: NO_HASH,
    last_ds_final_block: NO_HASH,
    block_ordinal: GENESIS_ORDINAL,
    prev_height: 0n,
    epoch_sync_data_hash: null,
    approvals: [],
    latest_protocol_version: rules.protocol_version,
  };
  const header = seal({ inner_lite, inner_rest, prev_hash: NO_HASH, author });
  const place = { height, epoch, last_final_height: null, is_genesis: true };
  return { ...place, header, hash: header.hash, chunks, author: author.account_id };
}

export function makeBlock(options: {
  prev: Block;
  /** Above the previous one; heights between are skipped. */
  height: bigint;
  /** Taken as it is where it is later than the previous block's, which it must be. */
  timestamp: bigint;
  /** Over all blocks up to the previous one. */
  block_merkle_root: Uint8Array;
  chunks: ChunkHeader[];
  /** Height of a block by its hash, for the last final one. */
  heightOf(hash: Uint8Array): bigint;
  rules: BlockRules;
}): Block {
  const { prev, height, chunks, rules } = options;
  if (height <= prev.height)
    throw new Error(`block ${height} does not stand above its parent at ${prev.height}`);
  const epoch = epochAfter(prev, { height, rules });
  const author = producerAt(rules, { epoch_height: epoch.epoch_height, height });
  const inner_lite: InnerLite = {
    height,
    epoch_id: epoch.epoch_id,
    next_epoch_id: epoch.next_epoch_id,
    ...rootsForLite(chunks),
    timestamp: laterThan(prev.header.inner_lite.timestamp, options.timestamp),
    next_bp_hash: hashBlockProducers(rules.producersOf(epoch.epoch_height + 1n)),
    block_merkle_root: options.block_merkle_root,
  };
  const finality = finalityAfter(prev, height);
  const inner_rest: InnerRestV3 = {
    ...rootsForRest(chunks),
    // Stands for NEAR's verifiable random function: as little to be foreseen, and the same for the same seed.
    random_value: sha256(author.signer.sign(prev.header.inner_rest.random_value).bytes),
    chunk_mask: chunks.map((chunk) => chunk.height_included === height),
    ...moneyAfter(prev, options),
    ...finality,
    block_ordinal: prev.header.inner_rest.block_ordinal + 1n,
    prev_height: prev.height,
    epoch_sync_data_hash: null,
    approvals: approvalsFor(prev, options),
    latest_protocol_version: rules.protocol_version,
  };
  const header = seal({ inner_lite, inner_rest, prev_hash: prev.hash, author });
  const { last_final_block } = finality;
  const last_final_height = equalBytes(last_final_block, NO_HASH) ? null : options.heightOf(last_final_block);
  const place = { height, epoch, last_final_height, is_genesis: false };
  return { ...place, header, hash: header.hash, chunks, author: author.account_id };
}

/** Who makes the block or a chunk at a height. NEAR draws by stake; here they take turns. */
export function producerAt(rules: EpochRules, at: { epoch_height: bigint; height: bigint }): Validator {
  const producers = rules.producersOf(at.epoch_height);
  const producer = producers[Number(at.height % BigInt(producers.length))];
  if (producer === undefined)
    throw new Error(`epoch ${at.epoch_height} has no producers; give the chain validators`);
  return producer;
}

function rootsForLite(chunks: ChunkHeader[]) {
  return {
    prev_state_root: rootOverChunks(chunks.map((chunk) => chunk.inner.prev_state_root)),
    outcome_root: rootOverChunks(chunks.map((chunk) => chunk.inner.outcome_root)),
  };
}

function rootsForRest(chunks: ChunkHeader[]) {
  return {
    chunk_receipts_root: rootOverChunks(chunks.map((chunk) => chunk.inner.outgoing_receipts_root)),
    chunk_headers_root: chunkHeadersRoot(chunks),
    chunk_tx_root: rootOverChunks(chunks.map((chunk) => chunk.inner.tx_root)),
    challenges_root: EMPTY_CHALLENGES,
    validator_proposals: [],
  };
}

/** Only chunks that are new in this block count. No tokens are made at the end of an epoch. */
function moneyAfter(prev: Block, options: { chunks: ChunkHeader[]; height: bigint; rules: BlockRules }) {
  let gas_used = 0n;
  let gas_limit = 0n;
  let burnt = 0n;
  for (const { inner, height_included } of options.chunks) {
    if (height_included !== options.height) continue;
    gas_used += inner.gas_used;
    gas_limit += inner.gas_limit;
    burnt += inner.balance_burnt;
  }
  const { gas_price: price, total_supply } = prev.header.inner_rest;
  const gas_price = nextGasPrice({ price, gas_used, gas_limit, rules: options.rules.gas_price });
  return { gas_price, total_supply: total_supply - burnt };
}

/** One block right above another endorses it; two in a row make the one below them final. */
function finalityAfter(prev: Block, height: bigint) {
  const { last_final_block, last_ds_final_block } = prev.header.inner_rest;
  if (height !== prev.height + 1n) return { last_final_block, last_ds_final_block };
  const final = equalBytes(last_ds_final_block, prev.header.prev_hash);
  return {
    last_final_block: final ? prev.header.prev_hash : last_final_block,
    last_ds_final_block: prev.hash,
  };
}

function approvalsFor(prev: Block, options: { height: bigint; rules: BlockRules }): (CurveBytes | null)[] {
  const { height, rules } = options;
  const message = approvalMessage({ prev_hash: prev.hash, prev_height: prev.height, height });
  return approversAfter(prev, options).map((validator) =>
    rules.isAbsent?.(validator.account_id, height) === true ? null : validator.signer.sign(message),
  );
}

function seal(options: {
  inner_lite: InnerLite;
  inner_rest: InnerRestV3;
  prev_hash: Uint8Array;
  author: Validator;
}): BlockHeader {
  const { inner_lite, inner_rest, prev_hash, author } = options;
  const inner_rest_hash = hashInnerRestV3(inner_rest);
  const hash = hashHeaderLite({ inner_lite, inner_rest_hash, prev_block_hash: prev_hash });
  return { hash, prev_hash, inner_lite, inner_rest, inner_rest_hash, signature: author.signer.sign(hash) };
}

function laterThan(before: bigint, wanted: bigint): bigint {
  return wanted > before ? wanted : before + 1n;
}
