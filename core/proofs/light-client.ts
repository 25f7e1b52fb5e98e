// Owns how a trusted head advances over light-client blocks by their producers' signatures; leaves outcomes to outcome-proof.ts.
import { encodeBase58 } from '../near/base58.ts';
import { BorshWriter } from '../near/borsh.ts';
import { equalBytes } from '../near/bytes.ts';
import { verifyEd25519 } from '../near/crypto.ts';
import { type HeaderLite, hashHeaderLite } from '../near/header.ts';
import { combine } from '../near/merkle.ts';
import { hashBlockProducers, type ValidatorStake } from '../near/validators.ts';
import type { LightClientBlock } from './schema.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

/** In the order in which they are checked. */
export type HeadStep = 'height' | 'epoch' | 'producers' | 'signature' | 'stake' | 'next_bp_hash';

export interface LightClientHead {
  hash: Uint8Array;
  header: HeaderLite;
  /** Producers of the head's own epoch; null when the head was pinned and they were never learnt. */
  producers: ValidatorStake[] | null;
  /** Producers of the following epoch, once a block carried them. */
  next_producers: ValidatorStake[] | null;
}

/** All zeros, at genesis for both of its epochs, and the first epoch's name for as long as it lasts. */
const GENESIS_EPOCH = new Uint8Array(32);
const ENDORSEMENT = 0;
/** Approvals of block h + 1 are carried by block h + 2: that height is what the producers signed. */
const APPROVAL_DISTANCE = 2n;

/**
 * Begins trust at a block whose hash the reader pinned; its producers count only if the block commits to them. Genesis
 * names its own epoch and the next one alike, so the producers that it carries are those of both.
 */
export function pinHead(options: {
  block: LightClientBlock;
  trusted_hash: Uint8Array;
}): Verdict<'head' | 'epoch' | 'next_bp_hash', LightClientHead> {
  const { block, trusted_hash } = options;
  const hash = hashHeaderLite(block.header);
  if (!equalBytes(hash, trusted_hash)) {
    return refuse(
      'head',
      `the block hashes to ${encodeBase58(hash)}, pinned is ${encodeBase58(trusted_hash)}`,
    );
  }
  if (!commitsToNextProducers(block)) return refuse('next_bp_hash', 'next_bps do not hash to next_bp_hash');
  const { epoch_id, next_epoch_id } = block.header.inner_lite;
  const one_name = equalBytes(epoch_id, next_epoch_id);
  if (one_name && !equalBytes(epoch_id, GENESIS_EPOCH)) {
    return refuse(
      'epoch',
      `epoch ${encodeBase58(epoch_id)} would follow itself, which only genesis says of its own; pin another block`,
    );
  }
  const producers = one_name ? block.next_bps : null;
  return accept({ hash, header: block.header, producers, next_producers: block.next_bps });
}

export function advanceHead(
  head: LightClientHead,
  block: LightClientBlock,
): Verdict<HeadStep, LightClientHead> {
  const { inner_lite } = block.header;
  const { inner_lite: trusted } = head.header;
  if (inner_lite.height <= trusted.height) {
    return refuse('height', `height ${inner_lite.height} is not above the head's ${trusted.height}`);
  }
  const sameEpoch = equalBytes(inner_lite.epoch_id, trusted.epoch_id);
  if (!sameEpoch && !equalBytes(inner_lite.epoch_id, trusted.next_epoch_id)) {
    return refuse(
      'epoch',
      `epoch ${encodeBase58(inner_lite.epoch_id)} is neither the head's nor the next one`,
    );
  }
  const producers = sameEpoch ? head.producers : head.next_producers;
  if (producers === null) {
    return refuse(
      'producers',
      `the producers of epoch ${encodeBase58(inner_lite.epoch_id)} are not known yet`,
    );
  }
  // Behind genesis a block stands in an epoch that was the head's and is the next one too.
  if (block.next_bps === null && equalBytes(inner_lite.epoch_id, trusted.next_epoch_id)) {
    return refuse('producers', 'the first block of an epoch must carry the producers of the epoch after it');
  }
  const hash = hashHeaderLite(block.header);
  const approved = countApprovals({ block, hash, producers });
  if (!approved.ok) return approved;
  if (!commitsToNextProducers(block)) return refuse('next_bp_hash', 'next_bps do not hash to next_bp_hash');
  const next_producers = block.next_bps ?? head.next_producers;
  return accept({ hash, header: block.header, producers, next_producers });
}

/** Every signature present must be right, and those present must hold more than two thirds of the stake. */
function countApprovals(options: {
  block: LightClientBlock;
  hash: Uint8Array;
  producers: ValidatorStake[];
}): Verdict<'signature' | 'stake', bigint> {
  const { block, hash, producers } = options;
  const message = approvalMessage(block, hash);
  let approved = 0n;
  for (const [index, producer] of producers.entries()) {
    // Near an epoch's end, approvals of the next epoch's producers follow; they have no voice here.
    const signature = block.approvals_after_next[index] ?? null;
    if (signature === null) continue;
    const { public_key } = producer;
    const right =
      public_key.curve === 'ed25519' &&
      signature.curve === 'ed25519' &&
      verifyEd25519({ publicKey: public_key.bytes, message, signature: signature.bytes });
    if (!right) return refuse('signature', `approval ${index} is not signed by ${producer.account_id}`);
    approved += producer.stake;
  }
  const total = producers.reduce((sum, producer) => sum + producer.stake, 0n);
  if (approved * 3n <= total * 2n) {
    return refuse('stake', `${approved} of ${total} stake approved; more than two thirds are needed`);
  }
  return accept(approved);
}

export function approvalMessage(block: LightClientBlock, hash: Uint8Array): Uint8Array {
  const next_hash = combine(block.next_block_inner_hash, hash);
  const height = block.header.inner_lite.height + APPROVAL_DISTANCE;
  return new BorshWriter().u8(ENDORSEMENT).fixed(next_hash).u64(height).finish();
}

function commitsToNextProducers(block: LightClientBlock): boolean {
  if (block.next_bps === null) return true;
  return equalBytes(hashBlockProducers(block.next_bps), block.header.inner_lite.next_bp_hash);
}
