// Owns a chunk's header: what it says of its transactions and of what the chunk before it left; leaves executing to the runtime.
import { BorshWriter } from '../../core/near/borsh.ts';
import { type ChunkInnerV2, hashChunkHeader } from '../../core/near/chunk.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import { merklize, type PathItem, rootOverChunks } from '../../core/near/merkle.ts';
import { hashOutcome, type Outcome } from '../../core/near/outcome.ts';
import { type Receipt, writeReceipt } from '../../core/near/receipt.ts';
import {
  encodeSignedTransaction,
  hashSignedTransaction,
  type SignedTransaction,
} from '../../core/near/transaction.ts';
import type { Validator } from './signer.ts';

export interface ChunkHeader {
  inner: ChunkInnerV2;
  hash: Uint8Array;
  /** The block that brought it first; later blocks repeat it where a shard has no new chunk. */
  height_included: bigint;
  author: string;
  signature: CurveBytes;
}

/** What executing a chunk left behind; the next chunk of its shard commits to it. */
export interface ChunkResult {
  state_root: Uint8Array;
  outcome_root: Uint8Array;
  outgoing_receipts_root: Uint8Array;
  outgoing: readonly Receipt[];
  gas_used: bigint;
  balance_burnt: bigint;
  /** For each outcome, in order, its path to the outcome root. */
  outcome_paths: { id: Uint8Array; path: PathItem[] }[];
}

export interface ShardLayout {
  /** In the layout's order, which need not be the order of numbers. */
  shard_ids: readonly bigint[];
  shardOf(account_id: string): bigint;
}

export function summarizeChunk(options: {
  state_root: Uint8Array;
  /** Transactions first, then receipts as they ran. */
  outcomes: readonly (Outcome & { id: Uint8Array })[];
  outgoing: readonly Receipt[];
  gas_used: bigint;
  balance_burnt: bigint;
  layout: ShardLayout;
}): ChunkResult {
  const { outcomes, outgoing, layout } = options;
  const { root, paths } = merklize(outcomes.map((outcome) => hashOutcome(outcome.id, outcome)));
  return {
    state_root: options.state_root,
    outcome_root: root,
    outgoing_receipts_root: outgoingReceiptsRoot(outgoing, layout),
    outgoing,
    gas_used: options.gas_used,
    balance_burnt: options.balance_burnt,
    outcome_paths: outcomes.map(({ id }, index) => ({ id, path: paths[index] ?? [] })),
  };
}

export function makeChunkHeader(options: {
  shard_id: bigint;
  height: bigint;
  prev_block_hash: Uint8Array;
  /** Of the shard's chunk before this one. */
  before: ChunkResult;
  transactions: readonly SignedTransaction[];
  gas_limit: bigint;
  author: Validator;
  /** How many producers a chunk's parts are meant for. */
  parts: number;
}): ChunkHeader {
  const { before, transactions, author } = options;
  const body = encodeChunkBody(transactions, before.outgoing);
  const inner: ChunkInnerV2 = {
    prev_block_hash: options.prev_block_hash,
    prev_state_root: before.state_root,
    outcome_root: before.outcome_root,
    encoded_merkle_root: encodedMerkleRoot(body, options.parts),
    encoded_length: BigInt(body.length),
    height_created: options.height,
    shard_id: options.shard_id,
    gas_used: before.gas_used,
    gas_limit: options.gas_limit,
    balance_burnt: before.balance_burnt,
    outgoing_receipts_root: before.outgoing_receipts_root,
    tx_root: merklize(transactions.map(hashSignedTransaction)).root,
    validator_proposals: [],
  };
  const hash = hashChunkHeader(inner);
  const signature = author.signer.sign(hash);
  return { inner, hash, height_included: options.height, author: author.account_id, signature };
}

/** One list for each shard of the layout, empty ones too. */
export function outgoingReceiptsRoot(outgoing: readonly Receipt[], layout: ShardLayout): Uint8Array {
  const lists = layout.shard_ids.map((shard_id) => {
    const writer = new BorshWriter().u64(shard_id);
    const receipts = outgoing.filter((receipt) => layout.shardOf(receipt.receiver_id) === shard_id);
    writer.list(receipts, (receipt) => writeReceipt(writer, receipt));
    return sha256(writer.finish());
  });
  return rootOverChunks(lists);
}

function encodeChunkBody(
  transactions: readonly SignedTransaction[],
  receipts: readonly Receipt[],
): Uint8Array {
  const writer = new BorshWriter();
  writer.list(transactions, (signed) => writer.fixed(encodeSignedTransaction(signed)));
  writer.list(receipts, (receipt) => writeReceipt(writer, receipt));
  return writer.finish();
}

/** NEAR spreads a chunk over at least two parts. */
const MIN_PARTS = 2;

/**
 * Up to six producers each part is the whole body, since one data part is all there is. For more, NEAR's parts are
 * erasure-coded; here they are the whole body still, and no reader of the chain can tell: parts travel between
 * producers only.
 */
function encodedMerkleRoot(body: Uint8Array, parts: number): Uint8Array {
  const leaf = sha256(new BorshWriter().vec(body).finish());
  return merklize(new Array<Uint8Array>(Math.max(parts, MIN_PARTS)).fill(leaf)).root;
}
