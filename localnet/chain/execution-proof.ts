// Owns the proof that a transaction or receipt had its outcome, up to a light client's head; leaves verifying to core/proofs.
import { encodeBase58 } from '../../core/near/base58.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { merklize } from '../../core/near/merkle.ts';
import type { Outcome } from '../../core/near/outcome.ts';
import type { OutcomeProof } from '../../core/proofs/schema.ts';
import type { Block } from './block-header.ts';
import type { Chain } from './chain.ts';

/** The reasons for which there is no proof, as nodes tell them apart. */
export type ProofRefusal = 'unknown_outcome' | 'not_committed_yet' | 'beyond_head' | 'shard_is_gone';

export type ProofAnswer =
  | { ok: true; proof: OutcomeProof }
  | { ok: false; refusal: ProofRefusal; reason: string };

/** `head` is the block that the client trusts; `outcome` is what the id's execution gave. */
export function proveExecution(
  chain: Chain,
  options: { id: Uint8Array; outcome: Outcome; head: { hash: Uint8Array; height: bigint } },
): ProofAnswer {
  const { id, outcome, head } = options;
  const placed = chain.findOutcome(id);
  if (placed === undefined) return refuse('unknown_outcome', `no outcome ${encodeBase58(id)} on this chain`);
  const executed = chain.getBlock(placed.block_hash);
  const committed = findCommitment(chain, executed, placed.shard_id);
  if (committed === 'gone') {
    const { shard_id } = placed;
    return refuse(
      'shard_is_gone',
      `shard ${shard_id} ended at block ${executed.height} before it committed to the outcome`,
    );
  }
  if (committed === null) {
    return refuse(
      'not_committed_yet',
      `no block above ${executed.height} has a new chunk of shard ${placed.shard_id} yet`,
    );
  }
  const { block, index } = committed;
  if (block.height >= head.height) {
    return refuse(
      'beyond_head',
      `block ${block.height}, which commits to it, is not below the head at ${head.height}`,
    );
  }
  const roots = merklize(block.chunks.map((chunk) => sha256(chunk.inner.outcome_root)));
  const proof: OutcomeProof = {
    outcome_proof: { id, block_hash: block.hash, proof: placed.path, outcome },
    outcome_root_proof: roots.paths[index] ?? [],
    block_header_lite: {
      inner_lite: block.header.inner_lite,
      inner_rest_hash: block.header.inner_rest_hash,
      prev_block_hash: block.header.prev_hash,
    },
    block_proof: chain.blockPath(block, head),
  };
  return { ok: true, proof };
}

/** The next block with a new chunk of the shard, or of one in its place, states what the chunk before it did. */
function findCommitment(
  chain: Chain,
  executed: Block,
  shard_id: bigint,
): { block: Block; index: number } | 'gone' | null {
  let heirs: readonly bigint[] = [shard_id];
  for (let block = chain.findFollower(executed); block !== undefined; block = chain.findFollower(block)) {
    const present = new Set(block.chunks.map((chunk) => chunk.inner.shard_id));
    heirs = heirs.flatMap((heir) => (present.has(heir) ? [heir] : chain.childrenOf(heir)));
    if (heirs.length === 0) return 'gone';
    const { height } = block;
    const index = block.chunks.findIndex(
      (chunk) => chunk.height_included === height && heirs.includes(chunk.inner.shard_id),
    );
    if (index >= 0) return { block, index };
  }
  return null;
}

function refuse(refusal: ProofRefusal, reason: string): ProofAnswer {
  return { ok: false, refusal, reason };
}
