// Owns the steps of a retirement, from the burn to what the registry says of it; leaves the burn's bytes to signing and the rows of
// the chain to the indexer.

import {
  findRetirement,
  findRetirementByBurn,
  followCustody,
  setCertificate,
} from '../../core/db/credits.ts';
import { tellEvent } from '../../core/db/domain-events.ts';
import { findBundle } from '../../core/db/proofs.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { present } from '../acting.ts';
import { type RetirementWish, retireAct } from '../credits/contract-acts.ts';
import { chainStep } from './chain-step.ts';
import { A_DAY_S, callBy, creditOf, moveWhole } from './credit-end.ts';
import { defineSaga, done, type StepContext, wait } from './define.ts';

/** Registries answer by hand. */
const REGISTRY_TIMEOUT_S = 180 * A_DAY_S;

export const RETIREMENT = defineSaga({
  type: 'credit_retirement',
  process_type: 'credit_retirement',
  timeout: 200 * A_DAY_S,
  steps: [
    chainStep({
      name: 'burnt',
      timeout: 3 * A_DAY_S,
      callFor: async (trx, context) => {
        const { token_id } = await creditOf(trx, context);
        const act = retireAct(token_id, context.input as unknown as RetirementWish);
        return callBy(context, { act, role: { kind: 'custody' }, verb: 'retire' });
      },
    }),
    {
      name: 'indexed',
      timeout: A_DAY_S,
      run: async (trx, context) => {
        const { transaction_hash } = context.results.burnt ?? {};
        const about = { credit_id: context.subject, transaction_hash: String(transaction_hash) };
        const retirement = await findRetirementByBurn(trx, about);
        if (retirement === undefined) return wait('the indexer');
        const { retirement_id, token_id, tonnage_co2e, blockchain_receipt_id: receipt_id } = retirement;
        await followCustody(trx, context.subject);
        return done({ retirement_id, token_id, tonnage_co2e, receipt_id });
      },
    },
    // Before the registry is asked, which may take months: ordinary nodes forget after about 36 hours. The prover keeps it.
    {
      name: 'proof',
      timeout: A_DAY_S,
      run: async (trx, context) => {
        const { contract_account_id: near_contract_id } = context.services.chain;
        const { token_id } = indexedOf(context);
        const kept = await findBundle(trx, { near_contract_id, token_id });
        if (kept === undefined) return wait('the proof');
        const { bundle_sha256, revision, head_block_hash, head_block_height } = kept;
        return done({ bundle_sha256, revision, head_block_hash, head_block_height });
      },
    },
    {
      name: 'certificate',
      timeout: A_DAY_S,
      run: async (trx, context) => {
        const { retirement_id } = indexedOf(context);
        const certificate_uri = `/api/v1/retirements/${retirement_id}/certificate`;
        await setCertificate(trx, { retirement_id, certificate_uri });
        return done({ certificate_uri });
      },
    },
    {
      name: 'retirement_requested',
      timeout: A_DAY_S,
      run: async (trx, context) => {
        const { retirement_id, token_id, tonnage_co2e } = indexedOf(context);
        const credit = await creditOf(trx, context);
        const submission = await moveWhole(trx, { credit, move: 'request_retirement', now: context.now });
        await tellEvent(trx, {
          event_type: 'retirement.registry_asked.v1',
          aggregate_id: retirement_id,
          payload: { retirement_id, token_id, tonnage_co2e },
        });
        const { registry_submission_id = null } = submission ?? {};
        return done({ registry_submission_id });
      },
    },
    {
      name: 'registry',
      timeout: REGISTRY_TIMEOUT_S,
      run: async (trx, context) => {
        const { retirement_id, token_id, tonnage_co2e } = indexedOf(context);
        const found = await findRetirement(trx, retirement_id);
        const retirement = present(found, { what: 'retirement', id: retirement_id });
        const { registry_confirmed, registry_refused_at, attested_by } = retirement;
        if (!registry_confirmed && registry_refused_at === null) return wait('the registry');
        const credit = await creditOf(trx, context);
        const move = registry_confirmed ? 'confirm_retirement' : 'refuse_retirement';
        await moveWhole(trx, { credit, move, now: context.now });
        if (registry_confirmed) return done({ outcome: 'confirmed', attested_by });
        // What is burnt is never minted again: the operator owes as many tonnes.
        const owed_tonnes = tonnage_co2e;
        const reason = retirement.registry_refusal_reason;
        await tellEvent(trx, {
          event_type: 'retirement.replacement_owed.v1',
          aggregate_id: retirement_id,
          payload: { retirement_id, token_id, owed_tonnes, reason },
        });
        return done({ outcome: 'refused', owed_tonnes, reason });
      },
    },
    {
      name: 'settled',
      timeout: A_DAY_S,
      run: async (_trx, { results }) => {
        const { outcome, owed_tonnes } = results.registry ?? {};
        if (outcome !== 'refused') return done();
        throw new DmrvError('RETIREMENT_REFUSED', { facts: { owed_tonnes: String(owed_tonnes) } });
      },
    },
  ],
});

function indexedOf({ results }: StepContext) {
  const { retirement_id, token_id, tonnage_co2e } = results.indexed ?? {};
  return {
    retirement_id: String(retirement_id),
    token_id: String(token_id),
    tonnage_co2e: String(tonnage_co2e),
  };
}
