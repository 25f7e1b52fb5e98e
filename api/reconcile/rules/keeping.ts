// Owns the rules on custody, buffers, proofs and processes; leaves gathering to core/db/reconciliation/keeping.ts.

import {
  gatherMissingContributions,
  gatherNegativePools,
  gatherStuckSagas,
  gatherUnappliedReversals,
  gatherUnequalCustody,
  gatherUnequalPools,
  gatherUnproven,
  type MissingContribution,
  type NegativePool,
  type StuckSaga,
  type UnappliedReversal,
  type UnequalCustody,
  type UnequalPool,
  type UnprovenRetirement,
} from '../../../core/db/reconciliation/keeping.ts';
import { distance, type Finding, type Outcome, outcome, unitsOf } from '../finding.ts';
import { graceEnd } from '../grace.ts';
import type { Rule } from './rule.ts';

export const custody: Rule<UnequalCustody[]> = {
  codes: ['CUSTODY_DIFFERS'],
  gather: (trx, { contract_id }) => gatherUnequalCustody(trx, contract_id),
  compare: (positions) =>
    outcome({
      findings: positions.map(({ tenant_id, custodian_account_id, owed_co2e, held_co2e }) => ({
        tenant_id,
        registry_type: null,
        registry_name: null,
        code: 'CUSTODY_DIFFERS',
        subject: `custodian ${custodian_account_id}`,
        mrv_hash: null,
        tonnes: distance(unitsOf(owed_co2e), unitsOf(held_co2e)),
        values: { chain: { held: held_co2e, custodian_account_id }, platform: { owed: owed_co2e } },
      })),
    }),
};

export const contributions: Rule<MissingContribution[]> = {
  codes: ['BUFFER_CONTRIBUTION_MISSING'],
  gather: (trx, { contract_id }) => gatherMissingContributions(trx, contract_id),
  compare: (missing, { now }) =>
    outcome({
      findings: missing.flatMap((one): Finding[] => {
        const { tenant_id, registry_type, registry_name, token_id } = one;
        const since = new Date(one.minted_at);
        if (now < graceEnd({ code: 'BUFFER_CONTRIBUTION_MISSING', registry_type, since })) return [];
        return [
          {
            tenant_id,
            registry_type,
            registry_name,
            code: 'BUFFER_CONTRIBUTION_MISSING',
            subject: `token ${token_id}`,
            mrv_hash: token_id,
            tonnes: unitsOf(one.due_co2e) - unitsOf(one.contributed_co2e),
            values: { chain: { due: one.due_co2e }, buffer: { contributed: one.contributed_co2e } },
          },
        ];
      }),
    }),
};

export const pools: Rule<UnequalPool[]> = {
  codes: ['BUFFER_BALANCE_WRONG'],
  gather: (trx) => gatherUnequalPools(trx),
  compare: (unequal) =>
    outcome({
      findings: unequal.map((one) => ({
        tenant_id: one.tenant_id,
        registry_type: one.registry_type,
        registry_name: one.registry_name,
        code: 'BUFFER_BALANCE_WRONG',
        subject: `pool ${one.buffer_pool_id}`,
        mrv_hash: null,
        tonnes: unitsOf(one.difference_co2e),
        values: { pool: one.pool, ledger: one.ledger },
      })),
    }),
};

type Losses = { reversals: UnappliedReversal[]; negative: NegativePool[] };

export const losses: Rule<Losses> = {
  codes: ['REVERSAL_NOT_APPLIED', 'POOL_UNDER_WATER'],
  gather: async (trx) => ({
    reversals: await gatherUnappliedReversals(trx),
    negative: await gatherNegativePools(trx),
  }),
  compare: (gathered, { now }) => compareLosses(gathered, now),
};

/** Of a loss what the pools can bear is not applied yet; what they cannot is under water, at once. */
export function compareLosses({ reversals, negative }: Losses, now: Date): Outcome {
  const findings: Finding[] = negative.map((pool) => ({
    tenant_id: pool.tenant_id,
    registry_type: pool.registry_type,
    registry_name: pool.registry_name,
    code: 'POOL_UNDER_WATER',
    subject: `pool ${pool.buffer_pool_id}`,
    mrv_hash: null,
    tonnes: -unitsOf(pool.available_co2e),
    values: { pool: { available: pool.available_co2e } },
  }));
  for (const one of reversals) {
    const { tenant_id, registry_type, registry_name, reversal_event_id } = one;
    const open = unitsOf(one.lost_co2e) - unitsOf(one.applied_co2e);
    const available = unitsOf(one.available_co2e);
    const bearable = available < 0n ? 0n : available < open ? available : open;
    const about = {
      tenant_id,
      registry_type,
      registry_name,
      subject: `reversal ${reversal_event_id}`,
      mrv_hash: null,
    };
    const values = {
      reversal: { verified_loss: one.lost_co2e, status: one.status },
      buffer: { applied: one.applied_co2e, available: one.available_co2e },
    };
    const due = graceEnd({ code: 'REVERSAL_NOT_APPLIED', registry_type, since: new Date(one.updated_at) });
    const is_due = one.status !== 'verified' || now >= due;
    if (bearable > 0n && is_due) {
      findings.push({ ...about, code: 'REVERSAL_NOT_APPLIED', tonnes: bearable, values });
    }
    if (open > bearable)
      findings.push({ ...about, code: 'POOL_UNDER_WATER', tonnes: open - bearable, values });
  }
  return outcome({ findings });
}

const PROVABLE_AFTER_MS = 60 * 60 * 1000;

export const proofs: Rule<UnprovenRetirement[]> = {
  codes: ['PROOF_MISSING'],
  gather: (trx, { contract_id, now }) =>
    gatherUnproven(trx, { contract_id, before: new Date(now.getTime() - PROVABLE_AFTER_MS) }),
  compare: (retirements) =>
    outcome({
      findings: retirements.map((one) => ({
        tenant_id: one.tenant_id,
        registry_type: one.registry_type,
        registry_name: one.registry_name,
        code: 'PROOF_MISSING',
        subject: `token ${one.token_id}`,
        mrv_hash: one.token_id,
        tonnes: unitsOf(one.tonnage_co2e),
        values: {
          chain: { retired_at: one.retired_at, block_height: one.block_height },
          platform: { proof: null },
        },
        credit: { origin: one.origin, tonnes: unitsOf(one.tonnage_co2e) },
      })),
    }),
};

/** A worker looks twice a second. */
const UNMOVED_MS = 60 * 60 * 1000;

export const sagas: Rule<StuckSaga[]> = {
  codes: ['SAGA_STUCK'],
  gather: (trx, { now }) =>
    gatherStuckSagas(trx, { now, unmoved_since: new Date(now.getTime() - UNMOVED_MS) }),
  compare: (stuck) =>
    outcome({
      findings: stuck.map(({ tenant_id, saga_id, ...values }) => ({
        tenant_id,
        registry_type: null,
        registry_name: null,
        code: 'SAGA_STUCK',
        subject: `saga ${saga_id}`,
        mrv_hash: null,
        tonnes: 0n,
        values: { platform: values },
      })),
    }),
};
