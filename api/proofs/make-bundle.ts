// Owns making one retirement's file of what was proven while nodes knew it, under one head where they still know the way; leaves
// when it is made to keep-proofs.ts.

import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical/canonical-json.ts';
import { findPayload, keepBundle, listNeededReceipts, type NeededReceipt } from '../../core/db/proofs.ts';
import { RetryableError } from '../../core/errors/index.ts';
import { encodeBase58 } from '../../core/near/base58.ts';
import { hashHeaderLite } from '../../core/near/header.ts';
import { assembleBundle, type Proven } from '../../core/proofs/assemble-bundle.ts';
import type { RetirementProof } from '../../core/proofs/bundle-schema.ts';
import { readHeader } from '../../core/proofs/bundle-wire.ts';
import { verifyRetirementProof } from '../../core/proofs/verify-retirement.ts';
import type { Head } from './ask-head.ts';
import { leadTo } from './ask-outcome.ts';
import { inOneGo, type KeeperDeps } from './keeper-deps.ts';

export type MadeBundle =
  | { kind: 'made'; revision: number; bytes: number }
  /** For a receipt that is proven later. */
  | { kind: 'waits'; note: string }
  /** Something that it needs was forgotten. */
  | { kind: 'impossible'; note: string }
  | { kind: 'failed'; note: string };

export async function makeBundle(
  deps: KeeperDeps,
  about: { token_id: string; asked: number; attempts: number; head: Head | undefined },
): Promise<MadeBundle> {
  const { token_id, asked, attempts, head } = about;
  const contract_id = deps.chain.contract_account_id;
  const of_token = { near_contract_id: contract_id, token_id };
  const { needed, canonical_payload } = await inOneGo(deps, async (trx) => ({
    needed: await listNeededReceipts(trx, of_token),
    canonical_payload: await findPayload(trx, of_token),
  }));
  const kept = readKept(needed);
  if ('kind' in kept) return kept;
  if (head === undefined && attempts < TRIES_FOR_ONE_HEAD && countHeads(kept.proven) > 1) {
    return { kind: 'waits', note: 'the node has no head at this moment under which all of it stands' };
  }
  try {
    const proven: Proven[] = [];
    for (const one of kept.proven) {
      proven.push(
        head === undefined ? one : await leadTo(deps.chain.ask, { contract_id, proven: one, head }),
      );
    }
    const made = assembleBundle({ contract_id, token_id, proven, canonical_payload });
    if (!made.ok) return { kind: 'waits', note: `nothing that is proven tells of ${made.missing} yet` };
    const { heads } = made.bundle;
    const hashes = heads.map((one) => encodeBase58(hashHeaderLite(readHeader(one.header))));
    const { failed } = verifyRetirementProof(made.bundle, { trusted_head: hashes });
    if (failed !== undefined) return { kind: 'failed', note: `it fails at ${failed.step}: ${failed.reason}` };
    const bundle = writeBundle(made.bundle);
    const highest = highestOf(made.bundle, hashes);
    const row = { ...of_token, asked, bundle: bundle.text, bundle_sha256: bundle.sha256, head: highest };
    const { revision } = await inOneGo(deps, (trx) => keepBundle(trx, row));
    return { kind: 'made', revision, bytes: bundle.text.length };
  } catch (error) {
    if (error instanceof RetryableError) throw error;
    return { kind: 'failed', note: error instanceof Error ? error.message : String(error) };
  }
}

/** A reader trusts each head of a file. In the first blocks of an epoch nodes have none to give, and a moment later they have. */
const TRIES_FOR_ONE_HEAD = 10;

function countHeads(proven: readonly Proven[]): number {
  return new Set(proven.map(({ head }) => head.header.inner_lite.height)).size;
}

function readKept(needed: readonly NeededReceipt[]): MadeBundle | { proven: Proven[] } {
  const lost = needed.find(({ status }) => status === 'forgotten');
  if (lost !== undefined) {
    const note = `receipt ${lost.receipt_id} was forgotten before it was proven; a node that keeps everything is needed`;
    return { kind: 'impossible', note };
  }
  const open = needed.find(({ status }) => status === 'pending');
  if (open !== undefined) return { kind: 'waits', note: `receipt ${open.receipt_id} is not proven yet` };
  const proven = needed.flatMap(({ outcome, head }) =>
    outcome === null || head === null ? [] : [{ outcome, head }],
  );
  return { proven };
}

/** The bytes that are served: of one file there is one text, and so one hash. */
export function writeBundle(bundle: RetirementProof): { text: string; sha256: string } {
  const text = canonicalJson(bundle as never);
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
}

function highestOf({ heads }: RetirementProof, hashes: readonly string[]): { hash: string; height: string } {
  const all = heads.map(({ header }, index) => ({
    hash: hashes[index] ?? '',
    height: header.inner_lite.height,
  }));
  const [highest] = all.sort((left, right) => (BigInt(left.height) < BigInt(right.height) ? 1 : -1));
  if (highest === undefined) throw new Error('A proof has a head.');
  return highest;
}
