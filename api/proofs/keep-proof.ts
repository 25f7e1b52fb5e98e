// Owns the file in which the proof of a retirement's burn is kept, and its place in the store; leaves proving to prove-burn.ts.

import { Readable } from 'node:stream';
import { type Files, keyOf, withStaged } from '../store/store.ts';
import type { Burn, ProvenBurn } from './prove-burn.ts';

/** One outcome and a head above it. What else a whole bundle holds is gathered around it. */
export const OUTCOME_PROOF_FORMAT = 'dmrv-outcome-proof/1';

export type KeptProof = { proof_sha256: string; proof_uri: string; head_hash: string; head_height: string };

export async function keepProof(
  files: Files,
  about: { tenant_id: string; network: string; burn: Burn; proven: ProvenBurn },
): Promise<KeptProof> {
  const { tenant_id, network, burn, proven } = about;
  const { contract_id, receipt_id } = burn;
  const words = { format: OUTCOME_PROOF_FORMAT, network, contract_id, receipt_id, ...proven };
  const bytes = Buffer.from(`${JSON.stringify(words, null, 2)}\n`);
  return await withStaged(files, Readable.from([bytes]), async (staged) => {
    const { uri } = await files.store.keep(keyOf({ tenant_id, sha256: staged.sha256 }), staged);
    const { head_hash, head_height } = proven;
    return { proof_sha256: staged.sha256, proof_uri: uri, head_hash, head_height };
  });
}
