// Owns the six steps from a receipt's outcome to a trusted head; leaves how a head becomes trusted to light-client.ts.
import { encodeBase58 } from '../near/base58.ts';
import { equalBytes } from '../near/bytes.ts';
import { sha256 } from '../near/crypto.ts';
import { type HeaderLite, hashHeaderLite } from '../near/header.ts';
import { rootOfPath } from '../near/merkle.ts';
import { hashOutcome } from '../near/outcome.ts';
import type { OutcomeProof } from './schema.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

/** In the order in which they are checked. */
export type ProofStep =
  | 'receipt'
  | 'shard_root'
  | 'outcome_root'
  | 'block_hash'
  | 'block_merkle_root'
  | 'head';

export interface ProvenOutcome {
  id: Uint8Array;
  block_hash: Uint8Array;
  height: bigint;
  timestamp: bigint;
  executor_id: string;
  succeeded: boolean;
  logs: string[];
}

/**
 * Shows that the outcome is in the chain that ends in `head`. The head's own hash must be `trusted_hash`: a block
 * hash the reader pinned, or one reached over verified light-client blocks.
 */
export function verifyOutcomeProof(options: {
  proof: OutcomeProof;
  receipt_id: Uint8Array;
  head: HeaderLite;
  trusted_hash: Uint8Array;
  shard_root?: Uint8Array;
}): Verdict<ProofStep, ProvenOutcome> {
  const { head, trusted_hash, ...rest } = options;
  const inner = verifyInclusion({ ...rest, block_merkle_root: head.inner_lite.block_merkle_root });
  if (!inner.ok) return inner;
  const head_hash = hashHeaderLite(head);
  if (!equalBytes(head_hash, trusted_hash)) {
    return refuse(
      'head',
      `the head hashes to ${encodeBase58(head_hash)}, but ${encodeBase58(trusted_hash)} is trusted`,
    );
  }
  return inner;
}

/**
 * The first five steps, against a block merkle root that the caller answers for. A proof as nodes give it does not
 * state the shard's outcome root, so the second step compares only where the caller knows that root; without it a
 * wrong outcome or path shows at the third step.
 */
export function verifyInclusion(options: {
  proof: OutcomeProof;
  receipt_id: Uint8Array;
  block_merkle_root: Uint8Array;
  shard_root?: Uint8Array;
}): Verdict<Exclude<ProofStep, 'head'>, ProvenOutcome> {
  const { proof, receipt_id, block_merkle_root } = options;
  const { id, outcome, block_hash } = proof.outcome_proof;
  const { inner_lite } = proof.block_header_lite;
  if (!equalBytes(id, receipt_id)) {
    return refuse('receipt', `the proof is of ${encodeBase58(id)}, asked was ${encodeBase58(receipt_id)}`);
  }
  const shard_root = rootOfPath(hashOutcome(id, outcome), proof.outcome_proof.proof);
  if (options.shard_root !== undefined && !equalBytes(shard_root, options.shard_root)) {
    return refuse('shard_root', mismatch({ leads: shard_root, says: options.shard_root }));
  }
  const outcome_root = rootOfPath(sha256(shard_root), proof.outcome_root_proof);
  if (!equalBytes(outcome_root, inner_lite.outcome_root)) {
    return refuse('outcome_root', mismatch({ leads: outcome_root, says: inner_lite.outcome_root }));
  }
  const header_hash = hashHeaderLite(proof.block_header_lite);
  if (!equalBytes(header_hash, block_hash)) {
    return refuse('block_hash', mismatch({ leads: header_hash, says: block_hash }));
  }
  const root = rootOfPath(block_hash, proof.block_proof);
  if (!equalBytes(root, block_merkle_root)) {
    return refuse('block_merkle_root', mismatch({ leads: root, says: block_merkle_root }));
  }
  return accept({
    id,
    block_hash,
    height: inner_lite.height,
    timestamp: inner_lite.timestamp,
    executor_id: outcome.executor_id,
    succeeded: outcome.status.kind === 'value' || outcome.status.kind === 'receipt',
    logs: outcome.logs,
  });
}

function mismatch(hashes: { leads: Uint8Array; says: Uint8Array }): string {
  return `the path leads to ${encodeBase58(hashes.leads)} where ${encodeBase58(hashes.says)} is committed`;
}
