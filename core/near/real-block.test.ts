// Owns recomputing every hash of a real mainnet block; leaves proofs across blocks to core/proofs.
import test from 'ava';
import { readNearFixture } from '../../sandbox-tests/support/near-fixtures.ts';
import { decodeHash, encodeBase58 } from './base58.ts';
import { chunkHeadersRoot, hashChunkHeader } from './chunk.ts';
import { decodeBase64, sha256, verifyEd25519 } from './crypto.ts';
import { hashHeaderLite, hashInnerRestV3 } from './header.ts';
import { parsePublicKey, parseSignature } from './keys.ts';
import { merklize, type PathItem, rootOfPath, rootOverChunks } from './merkle.ts';
import { hashOutcome, type Outcome, type OutcomeStatus } from './outcome.ts';
import { receiptIdOfReceipt, receiptIdOfTransaction } from './receipt-id.ts';

type Numeric = string | number;

interface LakeOutcome {
  blockHash: string;
  id: string;
  proof: { hash: string; direction: PathItem['direction'] }[];
  outcome: {
    executorId: string;
    gasBurnt: Numeric;
    logs: string[];
    receiptIds: string[];
    status: { SuccessValue?: string; SuccessReceiptId?: string; Failure?: unknown };
    tokensBurnt: string;
  };
}
interface LakeChunkHeader {
  balanceBurnt: string;
  chunkHash: string;
  encodedLength: Numeric;
  encodedMerkleRoot: string;
  gasLimit: Numeric;
  gasUsed: Numeric;
  heightCreated: Numeric;
  heightIncluded: Numeric;
  outcomeRoot: string;
  outgoingReceiptsRoot: string;
  prevBlockHash: string;
  prevStateRoot: string;
  shardId: Numeric;
  txRoot: string;
  validatorProposals: unknown[];
}
interface LakeTransaction {
  transaction: {
    hash: string;
    publicKey: string;
    signature: string;
  };
  outcome: { executionOutcome: LakeOutcome };
}
interface LakeBlock {
  block: {
    chunks: LakeChunkHeader[];
    header: Record<
      | 'blockMerkleRoot'
      | 'challengesRoot'
      | 'chunkHeadersRoot'
      | 'chunkReceiptsRoot'
      | 'chunkTxRoot'
      | 'epochId'
      | 'gasPrice'
      | 'hash'
      | 'lastDsFinalBlock'
      | 'lastFinalBlock'
      | 'nextBpHash'
      | 'nextEpochId'
      | 'outcomeRoot'
      | 'prevHash'
      | 'prevStateRoot'
      | 'randomValue'
      | 'timestampNanosec'
      | 'totalSupply',
      string
    > & {
      approvals: (string | null)[];
      blockOrdinal: Numeric;
      chunkMask: boolean[];
      height: Numeric;
      latestProtocolVersion: number;
      prevHeight: Numeric;
    };
  };
  shards: {
    shardId: number;
    chunk: { header: LakeChunkHeader; transactions: LakeTransaction[] };
    receiptExecutionOutcomes: { executionOutcome: LakeOutcome }[];
  }[];
}

const { block, shards } = readNearFixture<LakeBlock>('lake_61321189.json');
const { header } = block;

test('the header hash of the block follows from its fields', (t) => {
  const hash = decodeHash;
  const inner_rest_hash = hashInnerRestV3({
    chunk_receipts_root: hash(header.chunkReceiptsRoot),
    chunk_headers_root: hash(header.chunkHeadersRoot),
    chunk_tx_root: hash(header.chunkTxRoot),
    challenges_root: hash(header.challengesRoot),
    random_value: hash(header.randomValue),
    validator_proposals: [],
    chunk_mask: header.chunkMask,
    gas_price: BigInt(header.gasPrice),
    total_supply: BigInt(header.totalSupply),
    last_final_block: hash(header.lastFinalBlock),
    last_ds_final_block: hash(header.lastDsFinalBlock),
    block_ordinal: BigInt(header.blockOrdinal),
    prev_height: BigInt(header.prevHeight),
    epoch_sync_data_hash: null,
    approvals: header.approvals.map((approval) => (approval === null ? null : parseSignature(approval))),
    latest_protocol_version: header.latestProtocolVersion,
  });
  const inner_lite = {
    height: BigInt(header.height),
    epoch_id: hash(header.epochId),
    next_epoch_id: hash(header.nextEpochId),
    prev_state_root: hash(header.prevStateRoot),
    outcome_root: hash(header.outcomeRoot),
    timestamp: BigInt(header.timestampNanosec),
    next_bp_hash: hash(header.nextBpHash),
    block_merkle_root: hash(header.blockMerkleRoot),
  };
  const computed = hashHeaderLite({ inner_lite, inner_rest_hash, prev_block_hash: hash(header.prevHash) });
  t.is(encodeBase58(computed), header.hash);
});

test('every chunk hash of the block follows from the chunk header', (t) => {
  t.is(block.chunks.length, 4);
  for (const chunk of block.chunks) {
    t.is(chunk.validatorProposals.length, 0);
    const computed = hashChunkHeader({
      prev_block_hash: decodeHash(chunk.prevBlockHash),
      prev_state_root: decodeHash(chunk.prevStateRoot),
      outcome_root: decodeHash(chunk.outcomeRoot),
      encoded_merkle_root: decodeHash(chunk.encodedMerkleRoot),
      encoded_length: BigInt(chunk.encodedLength),
      height_created: BigInt(chunk.heightCreated),
      shard_id: BigInt(chunk.shardId),
      gas_used: BigInt(chunk.gasUsed),
      gas_limit: BigInt(chunk.gasLimit),
      balance_burnt: BigInt(chunk.balanceBurnt),
      outgoing_receipts_root: decodeHash(chunk.outgoingReceiptsRoot),
      tx_root: decodeHash(chunk.txRoot),
      validator_proposals: [],
    });
    t.is(encodeBase58(computed), chunk.chunkHash, `shard ${chunk.shardId}`);
  }
});

test('every block root follows from the chunk headers', (t) => {
  const over = (pick: (chunk: LakeChunkHeader) => string) =>
    encodeBase58(rootOverChunks(block.chunks.map((chunk) => decodeHash(pick(chunk)))));
  t.is(
    over((chunk) => chunk.outcomeRoot),
    header.outcomeRoot,
  );
  t.is(
    over((chunk) => chunk.txRoot),
    header.chunkTxRoot,
  );
  t.is(
    over((chunk) => chunk.outgoingReceiptsRoot),
    header.chunkReceiptsRoot,
  );
  t.is(
    over((chunk) => chunk.prevStateRoot),
    header.prevStateRoot,
  );
  const headers = block.chunks.map((chunk) => ({
    hash: decodeHash(chunk.chunkHash),
    height_included: BigInt(chunk.heightIncluded),
  }));
  t.is(encodeBase58(chunkHeadersRoot(headers)), header.chunkHeadersRoot);
});

// The view of a transaction leaves out the block hash it was signed over, so neither its hash nor the chunk's tx_root
// can be recomputed from a Lake object. That its signature signs its hash can.
test('every transaction hash of the block is signed by the key beside it', (t) => {
  let seen = 0;
  for (const { chunk } of shards) {
    for (const { transaction } of chunk.transactions) {
      const publicKey = parsePublicKey(transaction.publicKey).bytes;
      const signature = parseSignature(transaction.signature).bytes;
      t.true(
        verifyEd25519({ publicKey, message: decodeHash(transaction.hash), signature }),
        transaction.hash,
      );
      t.false(verifyEd25519({ publicKey, message: decodeHash(header.hash), signature }));
      seen += 1;
    }
  }
  t.is(seen, 10);
});

// At protocol version 51 the block's hash stood where its height stands today.
test('every receipt id in the outcomes follows from its transaction or receipt and its place', (t) => {
  const at = decodeHash(header.hash);
  let seen = 0;
  for (const shard of shards) {
    for (const { outcome } of shard.chunk.transactions) {
      const { id, outcome: done } = outcome.executionOutcome;
      t.deepEqual(done.receiptIds, [encodeBase58(receiptIdOfTransaction(decodeHash(id), at))]);
      seen += 1;
    }
    for (const { executionOutcome } of shard.receiptExecutionOutcomes) {
      for (const [index, id] of executionOutcome.outcome.receiptIds.entries()) {
        const parent_id = decodeHash(executionOutcome.id);
        t.is(id, encodeBase58(receiptIdOfReceipt({ parent_id, block: at, index: BigInt(index) })));
        seen += 1;
      }
    }
  }
  t.is(seen, 22);
});

test('every outcome of a shard leads over its path to the same outcome root', (t) => {
  let seen = 0;
  for (const shard of shards) {
    const outcomes = [
      ...shard.chunk.transactions.map((item) => item.outcome.executionOutcome),
      ...shard.receiptExecutionOutcomes.map((item) => item.executionOutcome),
    ];
    const leaves = outcomes.map((item) => hashOutcome(decodeHash(item.id), outcomeOf(item)));
    const { root, paths } = merklize(leaves);
    for (const [index, item] of outcomes.entries()) {
      const given = item.proof.map(({ hash, direction }) => ({ hash: decodeHash(hash), direction }));
      t.deepEqual(given, paths[index], `${item.id} in shard ${shard.shardId}`);
      t.deepEqual(rootOfPath(leaves[index] ?? sha256(), given), root);
      seen += 1;
    }
  }
  t.is(seen, 28);
});

function outcomeOf(item: LakeOutcome): Outcome {
  const { outcome } = item;
  return {
    logs: outcome.logs,
    receipt_ids: outcome.receiptIds.map(decodeHash),
    gas_burnt: BigInt(outcome.gasBurnt),
    tokens_burnt: BigInt(outcome.tokensBurnt),
    executor_id: outcome.executorId,
    status: statusOf(outcome.status),
  };
}

function statusOf(status: LakeOutcome['outcome']['status']): OutcomeStatus {
  if (status.SuccessValue !== undefined) return { kind: 'value', value: decodeBase64(status.SuccessValue) };
  if (status.SuccessReceiptId === undefined) return { kind: 'failure' };
  return { kind: 'receipt', receipt_id: decodeHash(status.SuccessReceiptId) };
}
