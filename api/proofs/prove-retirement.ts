// Owns making a whole proof file from a node's answers alone; leaves the command's words to scripts/prove.ts and keeping files to
// keep-proofs.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import { encodeBase58 } from '../../core/near/base58.ts';
import { assembleBundle, type Proven } from '../../core/proofs/assemble-bundle.ts';
import type { RetirementProof, WireLightClient } from '../../core/proofs/bundle-schema.ts';
import { type RetirementVerdict, verifyRetirementProof } from '../../core/proofs/verify-retirement.ts';
import type { AskChain } from '../chain/json-rpc.ts';
import { findHead, findNamedHead, findPath, type Head } from './ask-head.ts';
import { askOutcome } from './ask-outcome.ts';
import { ForgottenError, findReceipts } from './find-receipts.ts';

/** What happened a moment ago is below a final head within seconds. */
const TRIES = 15;
const PAUSE_MS = 1_000;

export type ProveWish = {
  contract_id: string;
  token_id: string;
  /** A block that the reader trusts and that stands above all of it. */
  head?: string | undefined;
  /** A block that the reader trusts and from which signed blocks are to lead to the head. */
  from?: string | undefined;
  canonical_payload?: RetirementProof['canonical_payload'];
  on_progress?: (line: string) => void;
};

export async function proveRetirement(
  ask: AskChain,
  wish: ProveWish,
): Promise<{ bundle: RetirementProof; verdict: RetirementVerdict; head_hash: string }> {
  const { contract_id, token_id, canonical_payload = null } = wish;
  const receipts = await findReceipts(ask, wish);
  const { head, proven } = await proveAll(ask, { wish, receipts });
  const made = assembleBundle({ contract_id, token_id, proven, canonical_payload });
  if (!made.ok) throw new Error(`Nothing among the receipts that were found tells of ${made.missing}.`);
  const head_hash = encodeBase58(head.hash);
  const verdict = verifyRetirementProof(made.bundle, { trusted_head: head_hash });
  const { failed } = verdict;
  if (failed !== undefined)
    throw new Error(`What the node gave does not verify at ${failed.step}: ${failed.reason}`);
  return { bundle: made.bundle, verdict, head_hash };
}

async function chooseHead(
  ask: AskChain,
  { head, from }: ProveWish,
): Promise<{ head: Head; path?: WireLightClient } | undefined> {
  if (from !== undefined) return await findPath(ask, from);
  const found = head === undefined ? await findHead(ask) : await findNamedHead(ask, head);
  return found === undefined ? undefined : { head: found };
}

/** Under a newer head while the newest does not stand above all of it; a head that was named stays. */
async function proveAll(
  ask: AskChain,
  { wish, receipts }: { wish: ProveWish; receipts: readonly string[] },
): Promise<{ head: Head; proven: Proven[] }> {
  const tries = wish.head === undefined ? TRIES : 1;
  for (let attempt = 1; ; attempt++) {
    const chosen = await chooseHead(ask, wish);
    // In the first blocks of an epoch a node has no head for light clients.
    if (chosen === undefined) {
      if (attempt >= tries)
        throw new ForgottenError(`The node has no block ${wish.head ?? 'that is final'}.`);
      await sleep(PAUSE_MS);
      continue;
    }
    const { head, path: light_client } = chosen;
    const proven: Proven[] = [];
    let missing: string | undefined;
    for (const receipt_id of receipts) {
      const { contract_id } = wish;
      const one = await askOutcome(ask, {
        contract_id,
        receipt_id,
        head,
        ...(light_client && { light_client }),
      });
      if (one === undefined) {
        missing = receipt_id;
        break;
      }
      proven.push(one);
    }
    if (missing === undefined) return { head, proven };
    if (attempt >= tries) {
      const { height } = head.header.inner_lite;
      throw new ForgottenError(`The node cannot prove receipt ${missing} below block ${height}.`);
    }
    await sleep(PAUSE_MS);
  }
}
