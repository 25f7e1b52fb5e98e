// Owns asking a node for the proof of one receipt's outcome, in the form of the proof file, and leading it to a newer head; leaves
// which receipts matter to whoever asks.

import { decodeHash, encodeBase58 } from '../../core/near/base58.ts';
import { equalBytes } from '../../core/near/bytes.ts';
import { rootOfPath } from '../../core/near/merkle.ts';
import type { Proven } from '../../core/proofs/assemble-bundle.ts';
import type { WireLightClient } from '../../core/proofs/bundle-schema.ts';
import { writeOutcome, writePath } from '../../core/proofs/bundle-wire.ts';
import { verifyOutcomeProof } from '../../core/proofs/outcome-proof.ts';
import { outcomeProofSchema } from '../../core/proofs/schema.ts';
import type { AskChain } from '../chain/json-rpc.ts';
import { askBlockPath, askUnlessUnknown, type Head, wireHead } from './ask-head.ts';

export type Wanted = { contract_id: string; receipt_id: string; head: Head; light_client?: WireLightClient };

/** Undefined while the node cannot prove it, or any more. Checked before anybody keeps it. */
export async function askOutcome(ask: AskChain, wanted: Wanted): Promise<Proven | undefined> {
  const { contract_id, receipt_id, head, light_client } = wanted;
  const given = await askUnlessUnknown(ask, 'EXPERIMENTAL_light_client_proof', {
    type: 'receipt',
    receipt_id,
    receiver_id: contract_id,
    light_client_head: encodeBase58(head.hash),
  });
  if (given === undefined) return undefined;
  const proof = outcomeProofSchema.parse(given);
  const verdict = verifyOutcomeProof({
    proof,
    receipt_id: decodeHash(receipt_id),
    head: head.header,
    trusted_hash: head.hash,
  });
  if (!verdict.ok) throw new Error(`The node's proof fails at ${verdict.step}: ${verdict.reason}`);
  const outcome = writeOutcome(proof, 0);
  if (outcome === undefined || verdict.value.executor_id !== contract_id) {
    throw new Error(`The node proved an outcome of ${verdict.value.executor_id} that is none of a success.`);
  }
  return { outcome, head: wireHead(head, light_client) };
}

/**
 * The same outcome under another head: the path from its block is asked for, or the whole proof. Where the node knows
 * neither any more the outcome keeps the head that it has.
 */
export async function leadTo(
  ask: AskChain,
  about: { contract_id: string; proven: Proven; head: Head; light_client?: WireLightClient | undefined },
): Promise<Proven> {
  const { contract_id, proven, head, light_client } = about;
  const { block_hash, id: receipt_id } = proven.outcome.outcome_proof;
  const path = await askBlockPath(ask, { block_hash, head_hash: encodeBase58(head.hash) });
  if (path !== undefined) {
    const root = rootOfPath(decodeHash(block_hash), path.block_proof);
    if (!equalBytes(root, head.header.inner_lite.block_merkle_root)) {
      throw new Error(`The node's path from block ${block_hash} does not lead to its head.`);
    }
    const block_proof = writePath(path.block_proof);
    return { outcome: { ...proven.outcome, block_proof }, head: wireHead(head, light_client) };
  }
  const wanted = { contract_id, receipt_id, head, ...(light_client && { light_client }) };
  return (await askOutcome(ask, wanted)) ?? proven;
}
