// Owns turning the file's texts into the bytes that are hashed, and back; leaves the file's form to bundle-schema.ts.
import { decodeHash, encodeBase58 } from '../near/base58.ts';
import { decodeBase64, encodeBase64 } from '../near/crypto.ts';
import type { HeaderLite } from '../near/header.ts';
import { formatCurveBytes, parsePublicKey, parseSignature } from '../near/keys.ts';
import { type PathItem, rootOfPath } from '../near/merkle.ts';
import { hashOutcome, type Outcome } from '../near/outcome.ts';
import type { ValidatorStake } from '../near/validators.ts';
import type { WireHeader, WireLightClient, WireOutcome } from './bundle-schema.ts';
import type { LightClientBlock, OutcomeProof } from './schema.ts';

type WirePath = WireOutcome['block_proof'];
type WireProducers = WireLightClient['start']['next_bps'];

/** Throws where a text is no hash, key or number that fits. */
export function readOutcome(entry: WireOutcome): { proof: OutcomeProof; shard_root: Uint8Array } {
  const { outcome_proof, outcome_root_proof, block_header_lite, block_proof } = entry;
  const { outcome } = outcome_proof;
  // Half a surrogate pair has no UTF-8: another text would hash alike.
  if (!outcome.logs.every((log) => log.isWellFormed())) throw new Error('a log is no well-formed text');
  return {
    shard_root: decodeHash(entry.shard_root),
    proof: {
      outcome_proof: {
        id: decodeHash(outcome_proof.id),
        block_hash: decodeHash(outcome_proof.block_hash),
        proof: readPath(outcome_proof.proof),
        outcome: {
          logs: outcome.logs,
          receipt_ids: outcome.receipt_ids.map(decodeHash),
          gas_burnt: BigInt(outcome.gas_burnt),
          tokens_burnt: BigInt(outcome.tokens_burnt),
          executor_id: outcome.executor_id,
          status: readStatus(outcome.status),
        },
      },
      outcome_root_proof: readPath(outcome_root_proof),
      block_header_lite: readHeader(block_header_lite),
      block_proof: readPath(block_proof),
    },
  };
}

function readStatus(status: WireOutcome['outcome_proof']['outcome']['status']): Outcome['status'] {
  if ('SuccessValue' in status) return { kind: 'value', value: decodeBase64(status.SuccessValue) };
  return { kind: 'receipt', receipt_id: decodeHash(status.SuccessReceiptId) };
}

function readPath(path: WirePath): PathItem[] {
  return path.map(({ hash, direction }) => ({ hash: decodeHash(hash), direction }));
}

export function readHeader({ inner_lite, inner_rest_hash, prev_block_hash }: WireHeader): HeaderLite {
  return {
    inner_lite: {
      height: BigInt(inner_lite.height),
      epoch_id: decodeHash(inner_lite.epoch_id),
      next_epoch_id: decodeHash(inner_lite.next_epoch_id),
      prev_state_root: decodeHash(inner_lite.prev_state_root),
      outcome_root: decodeHash(inner_lite.outcome_root),
      timestamp: BigInt(inner_lite.timestamp_nanosec),
      next_bp_hash: decodeHash(inner_lite.next_bp_hash),
      block_merkle_root: decodeHash(inner_lite.block_merkle_root),
    },
    inner_rest_hash: decodeHash(inner_rest_hash),
    prev_block_hash: decodeHash(prev_block_hash),
  };
}

/** The start as a block of which only header and producers count. */
export function readLightClient(path: WireLightClient): {
  start: LightClientBlock;
  blocks: LightClientBlock[];
} {
  const { start, blocks } = path;
  return {
    start: {
      header: readHeader(start.header),
      next_block_inner_hash: new Uint8Array(32),
      next_bps: readProducers(start.next_bps),
      approvals_after_next: [],
    },
    blocks: blocks.map((block) => ({
      header: readHeader(block.header),
      next_block_inner_hash: decodeHash(block.next_block_inner_hash),
      next_bps: block.next_bps === null ? null : readProducers(block.next_bps),
      approvals_after_next: block.approvals_after_next.map((text) =>
        text === null ? null : parseSignature(text),
      ),
    })),
  };
}

function readProducers(producers: WireProducers): ValidatorStake[] {
  return producers.map(({ account_id, public_key, stake }) => ({
    account_id,
    public_key: parsePublicKey(public_key),
    stake: BigInt(stake),
  }));
}

/** Undefined for an outcome that failed: there is nothing in it to show. */
export function writeOutcome(proof: OutcomeProof, head: number): WireOutcome | undefined {
  const { id, block_hash, outcome, proof: path } = proof.outcome_proof;
  const status = writeStatus(outcome.status);
  if (status === undefined) return undefined;
  return {
    outcome_proof: {
      id: encodeBase58(id),
      block_hash: encodeBase58(block_hash),
      proof: writePath(path),
      outcome: {
        logs: [...outcome.logs],
        receipt_ids: outcome.receipt_ids.map(encodeBase58),
        gas_burnt: `${outcome.gas_burnt}`,
        tokens_burnt: `${outcome.tokens_burnt}`,
        executor_id: outcome.executor_id,
        status,
      },
    },
    shard_root: encodeBase58(rootOfPath(hashOutcome(id, outcome), path)),
    outcome_root_proof: writePath(proof.outcome_root_proof),
    block_header_lite: writeHeader(proof.block_header_lite),
    block_proof: writePath(proof.block_proof),
    head,
  };
}

function writeStatus(status: Outcome['status']) {
  if (status.kind === 'value') return { SuccessValue: encodeBase64(status.value) };
  if (status.kind === 'receipt') return { SuccessReceiptId: encodeBase58(status.receipt_id) };
  return undefined;
}

export function writePath(path: readonly PathItem[]): WirePath {
  return path.map(({ hash, direction }) => ({ hash: encodeBase58(hash), direction }));
}

export function writeHeader({ inner_lite, inner_rest_hash, prev_block_hash }: HeaderLite): WireHeader {
  return {
    inner_lite: {
      height: `${inner_lite.height}`,
      epoch_id: encodeBase58(inner_lite.epoch_id),
      next_epoch_id: encodeBase58(inner_lite.next_epoch_id),
      prev_state_root: encodeBase58(inner_lite.prev_state_root),
      outcome_root: encodeBase58(inner_lite.outcome_root),
      timestamp_nanosec: `${inner_lite.timestamp}`,
      next_bp_hash: encodeBase58(inner_lite.next_bp_hash),
      block_merkle_root: encodeBase58(inner_lite.block_merkle_root),
    },
    inner_rest_hash: encodeBase58(inner_rest_hash),
    prev_block_hash: encodeBase58(prev_block_hash),
  };
}

/**
 * Of each block the approvals of its own epoch's producers: those of the next epoch's, which nodes send behind them, have
 * no voice.
 */
export function writeLightClient(path: {
  start: LightClientBlock;
  blocks: readonly (LightClientBlock & { voices: number })[];
}): WireLightClient {
  const { start, blocks } = path;
  if (start.next_bps === null)
    throw new Error('The first block of a path must carry the producers after it.');
  return {
    start: { header: writeHeader(start.header), next_bps: writeProducers(start.next_bps) },
    blocks: blocks.map((block) => ({
      header: writeHeader(block.header),
      next_block_inner_hash: encodeBase58(block.next_block_inner_hash),
      next_bps: block.next_bps === null ? null : writeProducers(block.next_bps),
      approvals_after_next: block.approvals_after_next
        .slice(0, block.voices)
        .map((signature) => (signature === null ? null : formatCurveBytes(signature))),
    })),
  };
}

function writeProducers(producers: readonly ValidatorStake[]): WireProducers {
  return producers.map(({ account_id, public_key, stake }) => ({
    account_id,
    public_key: formatCurveBytes(public_key),
    stake: `${stake}`,
  }));
}
