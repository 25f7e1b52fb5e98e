// Owns the six steps for every outcome of a proof file, and what each head rests on; leaves what the logs say to its neighbours.
import { encodeBase58 } from '../near/base58.ts';
import { equalBytes } from '../near/bytes.ts';
import { hashHeaderLite } from '../near/header.ts';
import type { RetirementProof, WireHead, WireOutcome } from './bundle-schema.ts';
import { readHeader, readLightClient, readOutcome } from './bundle-wire.ts';
import { advanceHead, pinHead } from './light-client.ts';
import { type ProofStep as OutcomeStep, type ProvenOutcome, verifyInclusion } from './outcome-proof.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

/** `pinned` by the reader; reached from a pinned block by `light_client` blocks; named by the `bundle` alone. */
export type HeadSource = 'pinned' | 'light_client' | 'bundle';

export type ReadHead = {
  hash: string;
  bytes: Uint8Array;
  height: bigint;
  timestamp: bigint;
  block_merkle_root: Uint8Array;
};

export type CheckedHead = Pick<ReadHead, 'hash' | 'height' | 'timestamp'> & {
  source: HeadSource;
  /** Of the block from which light-client blocks lead here. */
  from?: { hash: string; height: bigint };
};

export type CheckedOutcome = ProvenOutcome & { receipt_id: string };

export function readHead(head: WireHead): ReadHead {
  const header = readHeader(head.header);
  const bytes = hashHeaderLite(header);
  const { height, timestamp, block_merkle_root } = header.inner_lite;
  return { hash: encodeBase58(bytes), bytes, height, timestamp, block_merkle_root };
}

/** The first five steps against the head that the entry names; the sixth is trustHead's. */
export function checkOutcome(
  entry: WireOutcome,
  heads: readonly ReadHead[],
): Verdict<OutcomeStep, CheckedOutcome> {
  const head = heads[entry.head];
  const receipt_id = entry.outcome_proof.id;
  if (head === undefined)
    return refuse('block_merkle_root', `${receipt_id} leads to a head that is not there`);
  const { proof, shard_root } = readOutcome(entry);
  const verdict = verifyInclusion({
    proof,
    receipt_id: proof.outcome_proof.id,
    block_merkle_root: head.block_merkle_root,
    shard_root,
  });
  if (!verdict.ok) return refuse(verdict.step, `receipt ${receipt_id}: ${verdict.reason}`);
  return accept({ ...verdict.value, receipt_id });
}

/** Each outcome once, and each asked for by an act: a file holds nothing that nobody looked at. */
export function checkReceipts({ acts, outcomes }: RetirementProof): Verdict<'receipt', number> {
  const proven = new Set(outcomes.map(({ outcome_proof }) => outcome_proof.id));
  if (proven.size < outcomes.length) return refuse('receipt', 'two outcomes are of one receipt');
  const asked = new Set(acts.map(({ receipt_id }) => receipt_id));
  const missing = [...asked].find((id) => !proven.has(id));
  if (missing !== undefined) return refuse('receipt', `there is no outcome of receipt ${missing}`);
  const idle = [...proven].find((id) => !asked.has(id));
  if (idle !== undefined) return refuse('receipt', `nothing asks for the outcome of receipt ${idle}`);
  return accept(proven.size);
}

/** Every head must be the reader's own, or reached from one of the reader's; without any, it stands by itself. */
export function trustHead(
  head: WireHead,
  { read, trusted }: { read: ReadHead; trusted: ReadonlySet<string> },
): Verdict<'head' | 'light_client', CheckedHead> {
  const { hash, height, timestamp } = read;
  const checked = { hash, height, timestamp };
  let from: CheckedHead['from'];
  if (head.light_client !== undefined) {
    const path = followPath(head.light_client, read.bytes);
    if (!path.ok) return path;
    from = path.value;
  }
  if (trusted.size === 0) return accept({ ...checked, source: 'bundle', ...(from && { from }) });
  if (trusted.has(hash)) return accept({ ...checked, source: 'pinned' });
  if (from !== undefined && trusted.has(from.hash))
    return accept({ ...checked, source: 'light_client', from });
  const pinned = [...trusted].join(' and ');
  return refuse('head', `the head of height ${height} hashes to ${hash}, but ${pinned} is trusted`);
}

function followPath(
  light_client: NonNullable<WireHead['light_client']>,
  head: Uint8Array,
): Verdict<'light_client', { hash: string; height: bigint }> {
  const { start, blocks } = readLightClient(light_client);
  const hash = hashHeaderLite(start.header);
  const pinned = pinHead({ block: start, trusted_hash: hash });
  if (!pinned.ok) return refuse('light_client', `${pinned.step}: ${pinned.reason}`);
  let reached = pinned.value;
  for (const block of blocks) {
    const next = advanceHead(reached, block);
    if (!next.ok) return refuse('light_client', `${next.step}: ${next.reason}`);
    // Approvals behind those of the producers are nobody's, and so nothing that could be checked.
    if (block.approvals_after_next.length > (next.value.producers?.length ?? 0)) {
      return refuse('light_client', 'stake: a block has more approvals than producers');
    }
    reached = next.value;
  }
  if (!equalBytes(reached.hash, head)) {
    return refuse('light_client', `the last block is ${encodeBase58(reached.hash)} and not the head`);
  }
  return accept({ hash: encodeBase58(hash), height: start.header.inner_lite.height });
}
