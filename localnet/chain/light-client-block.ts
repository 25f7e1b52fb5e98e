// Owns which block a light client gets next, and its form; leaves verifying it to core/proofs.

import { equalBytes } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { encodeInnerLite } from '../../core/near/header.ts';
import { combine } from '../../core/near/merkle.ts';
import type { LightClientBlock } from '../../core/proofs/schema.ts';
import type { Block } from './block-header.ts';
import type { Chain } from './chain.ts';
import type { Epoch } from './epochs.ts';

/** What is kept of an ended epoch: the last block of it that a light client can verify, null where it had none. */
export interface EpochEnd {
  epoch_height: bigint;
  block: Omit<LightClientBlock, 'next_bps'> | null;
}

/** Of the epoch that ends with the head. */
export function epochEnd(chain: Chain): EpochEnd {
  const final = verifiableFinal(chain, chain.head);
  const { epoch_height } = (final ?? chain.head).epoch;
  if (final === null) return { epoch_height, block: null };
  const { next_bps: _, ...block } = lightClientBlock(chain, final);
  return { epoch_height, block };
}

/**
 * The furthest final block that a client who trusts `last` can verify: in its epoch or the next one the newest there
 * is, otherwise the last one of the next epoch. Null when there is none above `last`.
 */
export function nextLightClientBlock(
  chain: Chain,
  last: { height: bigint; epoch: Epoch },
): LightClientBlock | null {
  const { head } = chain;
  const { epoch_id, next_epoch_id } = last.epoch;
  const near = [epoch_id, next_epoch_id].some((id) => equalBytes(id, head.epoch.epoch_id));
  const next = near ? newest(chain) : lastOf(chain, next_epoch_id);
  return next === null || next.header.inner_lite.height <= last.height ? null : next;
}

function newest(chain: Chain): LightClientBlock | null {
  const final = verifiableFinal(chain, chain.head);
  return final === null ? null : lightClientBlock(chain, final);
}

function lastOf(chain: Chain, epoch_id: Uint8Array): LightClientBlock | null {
  const { block, epoch_height } = chain.getEnd(epoch_id);
  return block === null ? null : { ...block, next_bps: nextProducers(chain, epoch_height) };
}

function nextProducers(chain: Chain, epoch_height: bigint) {
  return chain.rules
    .producersOf(epoch_height + 1n)
    .map(({ account_id, public_key, stake }) => ({ account_id, public_key, stake }));
}

/** Both blocks that follow must be there, and in the block's own epoch, whose producers sign in the second. */
export function lightClientBlock(chain: Chain, block: Block): LightClientBlock {
  const next = chain.findFollower(block);
  const after_next = next === undefined ? undefined : chain.findFollower(next);
  if (next === undefined || after_next === undefined) {
    throw new Error(`block ${block.height} has no two blocks above it yet`);
  }
  const { inner_lite, inner_rest_hash } = next.header;
  return {
    header: {
      inner_lite: block.header.inner_lite,
      inner_rest_hash: block.header.inner_rest_hash,
      prev_block_hash: block.header.prev_hash,
    },
    next_block_inner_hash: combine(sha256(encodeInnerLite(inner_lite)), inner_rest_hash),
    next_bps: nextProducers(chain, block.epoch.epoch_height),
    approvals_after_next: after_next.header.inner_rest.approvals,
  };
}

/** The last final block that `from` knows, or near an epoch's end one before it. */
function verifiableFinal(chain: Chain, from: Block): Block | null {
  const final = finalSeenFrom(chain, from);
  if (final === null) return null;
  if (sameEpoch(final, chain.findBlockAt(final.height + 2n))) return final;
  const one_ahead = chain.findBlockAt(final.height + 1n);
  if (one_ahead === undefined || !sameEpoch(final, one_ahead)) return finalSeenFrom(chain, final);
  return finalSeenFrom(chain, one_ahead);
}

function finalSeenFrom(chain: Chain, block: Block): Block | null {
  return chain.findBlock(block.header.inner_rest.last_final_block) ?? null;
}

function sameEpoch(block: Block, other: Block | undefined): boolean {
  return other !== undefined && equalBytes(block.epoch.epoch_id, other.epoch.epoch_id);
}
