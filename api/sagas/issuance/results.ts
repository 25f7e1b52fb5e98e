// Owns what later steps of an issuance read of earlier ones, and the facts of the credit to be minted; leaves writing them to the
// steps.

import type { Transaction } from 'kysely';
import { z } from 'zod';
import { findOwnHash } from '../../../core/db/mrv-hashes.ts';
import type { DB } from '../../../core/db/types.ts';
import type { StepContext } from '../define.ts';

export function mrvHashOf({ results }: Pick<StepContext, 'results'>): string {
  return z.string().parse(results.hash?.mrv_hash);
}

const payloadSchema = z.object({
  registry_id: z.string(),
  methodology_code: z.string(),
  vintage_year: z.int(),
  computed_tonnage: z.string(),
  unit: z.string(),
  buffer_deduction: z.string(),
});

export type Facts = z.infer<typeof payloadSchema> & {
  mrv_hash: string;
  registry_type: string;
  registry_name: string | null;
};

/** Of the canonical payload, which no longer changes. */
export async function readFacts(trx: Transaction<DB>, context: Pick<StepContext, 'results'>): Promise<Facts> {
  const mrv_hash = mrvHashOf(context);
  const hash = await findOwnHash(trx, mrv_hash);
  const facts = payloadSchema.parse(hash?.canonical_payload);
  const [registry_type = '', registry_name = null] = facts.registry_id.split(':', 2);
  return { ...facts, mrv_hash, registry_type, registry_name };
}
