// Owns the routes by which a registry's word on a retirement comes on chain, and the certificate; leaves the rows of the chain to the
// indexer.

import { createHash } from 'node:crypto';
import {
  findCredit,
  findRetirement,
  findTenantOfRetirement,
  type Retirement,
} from '../../core/db/credits.ts';
import { findBundle } from '../../core/db/proofs.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { actInTenantOf, conflict, present } from '../acting.ts';
import { type ContractAct, confirmAct, contractRegistry, refuseAct } from '../credits/contract-acts.ts';
import { PROOF_TYPE, proofFile } from '../proofs/proof-file.ts';
import { type AnswerWith, answerWith, type Context, defineRoute } from '../route.ts';
import { refusedByChain } from '../sagas/settled-call.ts';
import {
  attestedSchema,
  attestingSchema,
  certificateSchema,
  confirmBody,
  confirmTransactionBody,
  refuseBody,
  refuseTransactionBody,
  unsignedSchema,
} from '../schemas/credit-acts.ts';
import { retirementParams } from '../schemas/credits.ts';
import type { Services } from '../services.ts';
import type { ContractCall } from '../signing/types.ts';
import { unsignedCall } from '../signing/unsigned.ts';

const TAG = 'credits';
const WHAT = 'retirement';
/** The agent's word stands for the registry's, so that no tenant has it say something of its own retirements. */
const ATTESTERS = { operator: 'retirements:write' } as const;
const SHARED = {
  method: 'POST',
  tag: TAG,
  callers: ATTESTERS,
  params: retirementParams,
  answer: attestedSchema,
  also: { 202: attestingSchema },
  errors: ['CONFLICT', 'CHAIN_REFUSED', 'SIGNING_KEY_MISSING'],
} as const;

const BY_REGISTRY = {
  method: 'POST',
  tag: TAG,
  callers: { registry: 'retirements:read' },
  params: retirementParams,
  answer: unsignedSchema,
  errors: ['CONFLICT'],
} as const;

export const retirementActRoutes = {
  confirmRetirement: defineRoute({
    ...SHARED,
    path: '/api/v1/retirements/{retirement_id}/confirmation',
    summary: 'Tell on chain that the registry retired the same tonnes, by the key of its agent',
    description:
      'The agent acts on the registry’s document, whose hash goes with it. Answered 202 while the chain has not told of it: the same request then tells its end.',
    body: confirmBody,
    handle: async (context) => {
      const { body, services } = context;
      const call = await prepare(context, (token_id) => confirmAct(token_id, body));
      return await attest(services, call);
    },
  }),
  refuseRetirement: defineRoute({
    ...SHARED,
    path: '/api/v1/retirements/{retirement_id}/refusal',
    summary: 'Tell on chain that the registry refused a retirement, by the key of its agent',
    description:
      'What is burnt stays burnt. The process of the retirement ends as failed, and the tonnes are owed.',
    body: refuseBody,
    handle: async (context) => {
      const { body, services } = context;
      const call = await prepare(context, (token_id) => refuseAct(token_id, body));
      return await attest(services, call);
    },
  }),
  confirmationTransaction: defineRoute({
    ...BY_REGISTRY,
    path: '/api/v1/retirements/{retirement_id}/confirmation-transaction',
    summary: 'The transaction by which a registry confirms a retirement from its own account',
    description: 'Nothing is sent: `signer_id`, which has the role on chain, signs and sends it.',
    body: confirmTransactionBody,
    handle: async (context) => {
      const { signer_id, ...said } = context.body;
      return await unsignedFor(context, { signer_id, actFor: (token_id) => confirmAct(token_id, said) });
    },
  }),
  refusalTransaction: defineRoute({
    ...BY_REGISTRY,
    path: '/api/v1/retirements/{retirement_id}/refusal-transaction',
    summary: 'The transaction by which a registry refuses a retirement from its own account',
    description: 'Nothing is sent: `signer_id`, which has the role on chain, signs and sends it.',
    body: refuseTransactionBody,
    handle: async (context) => {
      const { signer_id, ...said } = context.body;
      return await unsignedFor(context, { signer_id, actFor: (token_id) => refuseAct(token_id, said) });
    },
  }),
  getRetirementProof: defineRoute({
    method: 'GET',
    path: '/api/v1/retirements/{retirement_id}/proof',
    tag: TAG,
    summary: 'The file that proves a retirement, of the form dmrv-retirement-proof/1',
    callers: { tenant: 'proofs:read', operator: 'proofs:read', registry: 'proofs:read', holder: 'own' },
    params: retirementParams,
    content: PROOF_TYPE,
    errors: ['CONFLICT'],
    handle: async ({ params: { retirement_id }, transact, services }) => {
      const near_contract_id = services.chain.contract_account_id;
      const found = await transact(async (trx) => {
        const about = { what: WHAT, id: retirement_id };
        const { token_id } = present(await findRetirement(trx, retirement_id), about);
        return findBundle(trx, { near_contract_id, token_id });
      });
      if (found === undefined) throw conflict('the proof is made, soon after the retirement');
      return proofFile(found);
    },
  }),
  getCertificate: defineRoute({
    method: 'GET',
    path: '/api/v1/retirements/{retirement_id}/certificate',
    tag: TAG,
    summary:
      'The facts of a retirement in one of three states: burnt and pending at the registry, confirmed, refused',
    callers: {
      tenant: 'retirements:read',
      operator: 'retirements:read',
      registry: 'retirements:read',
      holder: 'own',
    },
    params: retirementParams,
    answer: certificateSchema,
    handle: ({ params: { retirement_id }, transact, services }) =>
      transact(async (trx) => {
        const about = { what: WHAT, id: retirement_id };
        const retirement = present(await findRetirement(trx, retirement_id), about);
        // The facts that everybody who sees the retirement may see.
        const found = await findCredit(trx, { credit_id: retirement.credit_id, eyes: 'narrow' });
        const { network, contract_account_id } = services.chain;
        return {
          state: stateOf(retirement),
          retirement,
          credit: present(found, about),
          near_contract_id: contract_account_id,
          network,
        };
      }),
  }),
};

function stateOf({ registry_confirmed, registry_refused_at }: Retirement) {
  if (registry_confirmed) return 'confirmed' as const;
  return registry_refused_at === null ? ('burnt_registry_pending' as const) : ('refused' as const);
}

/** What the registry has said already it does not say again by another word. */
async function unsignedFor(
  context: Pick<
    Context<typeof BY_REGISTRY.callers, typeof retirementParams, undefined, undefined>,
    'transact' | 'params' | 'services'
  >,
  about: { signer_id: string; actFor: (token_id: string) => ContractAct },
) {
  const { transact, params, services } = context;
  const { retirement_id } = params;
  const retirement = await transact(async (trx) =>
    present(await findRetirement(trx, retirement_id), { what: WHAT, id: retirement_id }),
  );
  if (stateOf(retirement) !== 'burnt_registry_pending') throw conflict('the registry has not answered it');
  const { network, contract_account_id: contract_id } = services.chain;
  const { signer_id, actFor } = about;
  return unsignedCall({ network, contract_id, signer_id, call: actFor(retirement.token_id) });
}

/** Read inside the tenant; the chain is asked when that transaction has ended. */
async function prepare(
  context: Parameters<typeof actInTenantOf>[0] & {
    params: { retirement_id: string };
    services: Services;
  },
  actFor: (token_id: string) => ContractAct,
): Promise<ContractCall> {
  const { params, services } = context;
  const { retirement_id } = params;
  const about = {
    what: WHAT,
    id: retirement_id,
    find: (trx: Parameters<typeof findTenantOfRetirement>[0]) => findTenantOfRetirement(trx, retirement_id),
  };
  return await actInTenantOf(context, about, async (trx) => {
    const retirement = present(await findRetirement(trx, retirement_id), about);
    const owner = present(await findTenantOfRetirement(trx, retirement_id), about);
    const credit = present(await findCredit(trx, { credit_id: retirement.credit_id, eyes: 'full' }), about);
    if (retirement.registry_refused_at !== null) throw conflict('the registry has not refused it');
    const act = actFor(retirement.token_id);
    const registry = contractRegistry(credit);
    const account_id = services.signing.accountFor({ kind: 'registry_agent', registry });
    if (account_id === undefined) {
      throw new DmrvError('SIGNING_KEY_MISSING', { facts: { account_id: `the agent of ${registry}` } });
    }
    // The same words are the same effect; other words amend.
    const words = createHash('sha256').update(JSON.stringify(act.args)).digest('hex');
    return { tenant_id: owner.tenant_id, purpose: `${act.method}:${words}`, account_id, ...act };
  });
}

async function attest(
  { signing }: Services,
  call: ContractCall,
): Promise<{ transaction_hash: string; block_height: string } | AnswerWith<202, { status: 'pending' }>> {
  const outcome = await signing.call(call);
  if (outcome.status === 'pending') return answerWith(202, { status: 'pending' });
  if (outcome.status === 'failed') throw refusedByChain(call.method, outcome);
  const { transaction_hash, block_height } = outcome;
  return { transaction_hash, block_height };
}
