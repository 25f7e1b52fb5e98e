// Owns asking a node for the proof that a receipt succeeded, and checking it before anybody keeps it; leaves the six steps to
// core/proofs and keeping the file to keep-proof.ts.

import { decodeHash, encodeBase58 } from '../../core/near/base58.ts';
import { verifyOutcomeProof } from '../../core/proofs/outcome-proof.ts';
import { outcomeProofSchema } from '../../core/proofs/schema.ts';
import type { AskChain } from '../chain/json-rpc.ts';
import { askUnlessUnknown, findHead } from './ask-head.ts';

export type Burn = { contract_id: string; receipt_id: string };

export type ProvenBurn = {
  /** Both as the node gave them, so that a reader checks the very words. */
  outcome_proof: unknown;
  head: unknown;
  head_hash: string;
  head_height: string;
};

/** Undefined while the node cannot prove it yet: its outcome is committed a block later, and a head stands above that. */
export async function proveBurn(ask: AskChain, burn: Burn): Promise<ProvenBurn | undefined> {
  const head = await findHead(ask);
  if (head === undefined) return undefined;
  const outcome_proof = await askUnlessUnknown(ask, 'EXPERIMENTAL_light_client_proof', {
    type: 'receipt',
    receipt_id: burn.receipt_id,
    receiver_id: burn.contract_id,
    light_client_head: encodeBase58(head.hash),
  });
  if (outcome_proof === undefined) return undefined;
  const verdict = verifyOutcomeProof({
    proof: outcomeProofSchema.parse(outcome_proof),
    receipt_id: decodeHash(burn.receipt_id),
    head: head.header,
    trusted_hash: head.hash,
  });
  if (!verdict.ok) throw new Error(`The node's proof fails at ${verdict.step}: ${verdict.reason}`);
  const { succeeded, executor_id } = verdict.value;
  if (!succeeded || executor_id !== burn.contract_id) {
    throw new Error(`The node proved an outcome of ${executor_id}, succeeded: ${succeeded}.`);
  }
  const { height } = head.header.inner_lite;
  return { outcome_proof, head: head.shown, head_hash: encodeBase58(head.hash), head_height: `${height}` };
}
