// Owns the step of an issuance in which the registry's consent is found and brought on chain; leaves noting consents to
// api/routes/consents.ts.

import { z } from 'zod';
import { type Consent, findUsableConsent } from '../../../core/db/consents.ts';
import { viewContract } from '../../chain/view-contract.ts';
import type { ContractCall } from '../../signing/types.ts';
import { defineStep, done, wait } from '../define.ts';
import { type SettledCall, settledCall } from '../settled-call.ts';
import { TOPICS } from '../topics.ts';
import { readFacts } from './results.ts';

const TIMEOUT = 2 * 365 * 24 * 60 * 60;
const METHOD = 'record_consent';
/** Far above the price of the longest record; what is above it comes back. */
const DEPOSIT = 10n ** 23n;
const GAS = 60n * 10n ** 12n;

type Question = {
  consent_id: string;
  consent_ref: string;
  key: { registry: string; consent_ref: string };
  /** The indexer has told us that the chain has it. */
  is_known: boolean;
  /** Undefined where no account of ours may speak for the registry. */
  call: ContractCall | undefined;
};

type Answer = Pick<Question, 'consent_id' | 'consent_ref'> &
  ({ state: 'there'; settled: SettledCall | undefined } | { state: 'pending' } | { state: 'no_signer' });

const consentAnswer = z.object({ consent_ref: z.string() }).nullable();

export const recordConsent = defineStep<Question, Answer>({
  name: 'consent',
  timeout: TIMEOUT,
  ask: async (trx, context) => {
    const { tenant_id, now, services } = context;
    const facts = await readFacts(trx, context);
    const { registry_type, registry_name, mrv_hash, computed_tonnage: tonnage_co2e, unit } = facts;
    const on = now.toISOString().slice(0, 10);
    const about = { registry_type, registry_name, mrv_hash, tonnage_co2e, unit, on };
    const consent = await findUsableConsent(trx, about);
    if (consent === undefined) return undefined;
    const { consent_id, consent_ref } = consent;
    const registry = facts.registry_id;
    const account_id = services.signing.accountFor({ kind: 'registry_agent', registry });
    const key = { registry, consent_ref };
    const call =
      account_id === undefined
        ? undefined
        : callFor({ tenant_id, account_id, args: argsOf(consent, registry), key });
    return { consent_id, consent_ref, key, is_known: consent.recorded_at !== null, call };
  },
  call: async ({ consent_id, consent_ref, key, is_known, call }, { services }) => {
    const named = { consent_id, consent_ref };
    if (is_known) return { ...named, state: 'there', settled: undefined };
    // The registry itself, or somebody else for it, may have brought it there before the indexer told us.
    const seen = consentAnswer.parse(await viewContract(services.chain, { method: 'consent', args: key }));
    if (seen !== null) return { ...named, state: 'there', settled: undefined };
    if (call === undefined) return { ...named, state: 'no_signer' };
    const settled = settledCall(await services.signing.call(call), {
      method: METHOD,
      is_there: ['ALREADY_EXISTS'],
    });
    return settled === undefined ? { ...named, state: 'pending' } : { ...named, state: 'there', settled };
  },
  run: async (_trx, _context, answer) => {
    if (answer === undefined) return wait('a consent of the registry that covers it', TOPICS.consents());
    const { consent_id, consent_ref, state } = answer;
    if (state === 'pending') return wait('the consent to arrive on chain');
    if (state === 'no_signer') return wait('the registry, or a key of its agent here, to record its consent');
    return done({ consent_id, consent_ref, ...answer.settled });
  },
});

function callFor(about: {
  tenant_id: string;
  account_id: string;
  args: ContractCall['args'];
  key: Question['key'];
}): ContractCall {
  const { tenant_id, account_id, args, key } = about;
  return {
    tenant_id,
    purpose: `consent:${key.registry}:${key.consent_ref}`,
    account_id,
    method: METHOD,
    args,
    deposit: DEPOSIT,
    gas: GAS,
  };
}

function argsOf(consent: Consent, registry: string): ContractCall['args'] {
  const { consent_ref, mrv_hash, tonnage_co2e, unit, document_sha256, immobilised_on, valid_to } = consent;
  const { serial_namespace, serial_start } = consent;
  return {
    consent_ref,
    registry,
    tonnage: tonnage_co2e,
    unit,
    document_sha256,
    immobilised_on,
    ...(mrv_hash === null ? {} : { mrv_hash }),
    ...(valid_to === null ? {} : { valid_to }),
    ...(serial_namespace === null || serial_start === null
      ? {}
      : { serial: { namespace: serial_namespace, start: serial_start } }),
  };
}
