// Owns the schemas of what ends a credit: retirement, cancellation, redemption, what a registry says, the certificate; leaves reading
// credits to credits.ts.

import { z } from 'zod';
import { creditSchema, retirementSchema } from './credits.ts';
import { accountId, day, id, positiveTonnes, sha256, text } from './shared.ts';

/** The contract's bounds, in bytes; its characters are those that an event can hold without quoting. */
const word = (max: number) =>
  text(max).refine((value) => Buffer.byteLength(value) <= max && !/[\p{Cc}"\\]/u.test(value), {
    error: `at most ${max} bytes without quotes, backslashes and control characters`,
  });

export const retireBody = z
  .strictObject({
    tonnage: positiveTonnes
      .optional()
      .meta({ description: 'A part of the credit; all of it where it is absent' }),
    beneficiary_kind: z.enum(['organisation', 'individual']).default('organisation'),
    beneficiary: word(256).optional(),
    beneficiary_commitment: sha256.optional(),
    beneficiary_id: word(64).optional(),
    reason: word(256).optional(),
    purpose: word(64).optional(),
    jurisdiction: word(64).optional(),
    consumption_period: word(64).optional(),
  })
  .refine(
    ({ beneficiary, beneficiary_commitment }) =>
      (beneficiary === undefined) !== (beneficiary_commitment === undefined),
    'either beneficiary or beneficiary_commitment',
  )
  .refine(
    ({ beneficiary_kind, beneficiary, beneficiary_id }) =>
      beneficiary_kind === 'organisation' || (beneficiary ?? beneficiary_id) === undefined,
    'an individual is named by beneficiary_commitment alone: what is on chain is never forgotten',
  )
  .meta({ examples: [{ beneficiary: 'Example Ltd', reason: 'Emissions of 2025' }] });

export const cancelBody = z.strictObject({ reason: word(256) });
export const redeemBody = z.strictObject({ registry_account: word(64) });

export const startedSchema = z
  .object({ process_id: id })
  .meta({ id: 'StartedProcess', description: 'Carried out here; GET /processes/{process_id} tells how far' });

export const unsignedSchema = z
  .object({
    network: z.string(),
    signer_id: z.string(),
    receiver_id: z.string(),
    method_name: z.string(),
    args: z.record(z.string(), z.unknown()),
    args_base64: z.string(),
    gas: z.string(),
    deposit: z.string(),
  })
  .meta({ id: 'UnsignedTransaction', description: 'For the wallet that holds the credit to sign and send' });

export const confirmBody = z.strictObject({
  registry_retirement_id: word(64),
  registry_retired_on: day,
  evidence_sha256: sha256,
});
export const refuseBody = z.strictObject({ reason: word(256) });

/** The registry's own account; the chain knows whether it has the role. */
export const confirmTransactionBody = confirmBody.extend({ signer_id: accountId });
export const refuseTransactionBody = refuseBody.extend({ signer_id: accountId });

export const attestedSchema = z
  .object({ transaction_hash: z.string(), block_height: z.string() })
  .meta({ id: 'Attested', description: 'On chain; the retirement shows it once the block is indexed' });

export const attestingSchema = z.object({ status: z.literal('pending') }).meta({ id: 'Attesting' });

export const certificateSchema = z
  .object({
    state: z.enum(['burnt_registry_pending', 'confirmed', 'refused']),
    retirement: retirementSchema,
    credit: creditSchema,
    near_contract_id: z.string(),
    network: z.string(),
  })
  .meta({ id: 'Certificate' });
