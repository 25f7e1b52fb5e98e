// Owns the step of an issuance in which the credit is minted, once for its hash; leaves signing to api/signing.

import type { Transaction } from 'kysely';
import { z } from 'zod';
import { findSubmission } from '../../../core/db/mrv-submissions.ts';
import { findRegistrySubmission, findSerialBlock } from '../../../core/db/registry-submissions.ts';
import type { DB, JsonObject } from '../../../core/db/types.ts';
import { viewContract } from '../../chain/view-contract.ts';
import { defineStep, done, type StepContext, wait } from '../define.ts';
import { type SettledCall, settledCall } from '../settled-call.ts';
import { readFacts } from './results.ts';
import { issuanceInput } from './saga-input.ts';

const TIMEOUT = 7 * 24 * 60 * 60;
const METHOD = 'nft_mint';
const GAS = 100n * 10n ** 12n;

type Question = { account_id: string | undefined; purpose: string; args: JsonObject };
type Answer = { state: 'minted'; settled: SettledCall } | { state: 'pending' } | { state: 'no_signer' };

const price = z
  .string()
  .regex(/^\d{1,39}$/)
  .transform(BigInt);

export const mintCredit = defineStep<Question, Answer>({
  name: 'mint',
  timeout: TIMEOUT,
  is_irreversible: true,
  ask: async (trx, context) => {
    const args = await readMint(trx, context);
    const { registry } = args.credit;
    const account_id = context.services.signing.accountFor({ kind: 'minter', registry });
    return { account_id, purpose: `mint:${args.mrv_hash}`, args };
  },
  call: async ({ account_id, purpose, args }, { services, tenant_id }) => {
    if (account_id === undefined) return { state: 'no_signer' };
    const cost = await viewContract(services.chain, {
      method: 'storage_cost',
      args: { ...args, minter_id: account_id },
    });
    const deposit = price.parse(cost);
    const call = { tenant_id, purpose, account_id, method: METHOD, args, deposit, gas: GAS };
    // The hash is held by this tenant alone: where it was used already, it was for this credit.
    const is_there = ['HASH_USED'];
    const settled = settledCall(await services.signing.call(call), { method: METHOD, is_there });
    return settled === undefined ? { state: 'pending' } : { state: 'minted', settled };
  },
  run: async (_trx, _context, answer) => {
    if (answer === undefined || answer.state === 'pending') return wait('the mint to arrive on chain');
    if (answer.state === 'no_signer') return wait('a key of a minter of this registry here');
    return done(answer.settled);
  },
});

type Mint = { receiver_id: string; mrv_hash: string; credit: JsonObject & { registry: string } };

/** Made of what does not change any more, so that it is the same whenever it is asked. */
async function readMint(trx: Transaction<DB>, context: StepContext): Promise<Mint> {
  const { input, results } = context;
  const { mrv_submission_id, receiver_id, expires_on } = issuanceInput.parse(input);
  const facts = await readFacts(trx, context);
  const { mrv_hash, registry_id: registry, methodology_code: methodology, vintage_year, unit } = facts;
  const id = z.string().parse(results.registry_submission?.registry_submission_id);
  const approved = await findRegistrySubmission(trx, { id, eyes: 'full' });
  const submission = await findSubmission(trx, { mrv_submission_id, eyes: 'tenant' });
  const block = await findSerialBlock(trx, mrv_hash);
  const project_id = approved?.registry_project_id ?? submission?.project_id;
  const issued_on = approved?.approved_at?.slice(0, 10);
  if (project_id === undefined || issued_on === undefined) {
    throw new Error(`The registry submission ${id} of ${mrv_hash} is not approved any more.`);
  }
  return {
    receiver_id,
    mrv_hash,
    credit: {
      registry,
      project_id,
      methodology,
      tonnage: facts.computed_tonnage,
      unit,
      vintage_year,
      issued_on,
      consent_ref: z.string().parse(results.consent?.consent_ref),
      ...(block === undefined ? {} : { serial: { namespace: block.namespace, start: block.serial_start } }),
      ...(facts.buffer_deduction === '0' ? {} : { buffer_tonnage: facts.buffer_deduction }),
      ...(expires_on === undefined ? {} : { expires_on }),
    },
  };
}
