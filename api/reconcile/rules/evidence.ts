// Owns the rules on claims made twice: the same primary file, or the same place and time; leaves gathering to
// core/db/reconciliation/evidence.ts.

import {
  type ClaimedTwice,
  gatherSamePlaces,
  gatherSharedEvidence,
  type PlacedClaim,
  type SamePlace,
} from '../../../core/db/reconciliation/evidence.ts';
import { atMost, type Finding, outcome, unitsOf } from '../finding.ts';
import type { Rule } from './rule.ts';

export const sharedEvidence: Rule<ClaimedTwice[]> = {
  codes: ['EVIDENCE_CLAIMED_TWICE'],
  gather: (trx) => gatherSharedEvidence(trx),
  compare: (shared) => outcome({ findings: shared.map(findingOfFile) }),
};

/** Which of them is right nobody knows: all but the largest may be wrong. */
export function findingOfFile({ sha256_hash, claims }: ClaimedTwice): Finding {
  const distinct = [...new Map(claims.map((claim) => [claim.mrv_submission_id, claim])).values()];
  const tonnes = distinct.map((claim) => unitsOf(claim.tonnage_co2e));
  const largest = tonnes.reduce((most, one) => (one > most ? one : most), 0n);
  const [first, ...others] = distinct;
  const is_of_one = first !== undefined && others.every((claim) => claim.tenant_id === first.tenant_id);
  return {
    tenant_id: is_of_one ? first.tenant_id : null,
    registry_type: null,
    registry_name: null,
    code: 'EVIDENCE_CLAIMED_TWICE',
    subject: `file ${sha256_hash}`,
    mrv_hash: null,
    tonnes: tonnes.reduce((sum, one) => sum + one, 0n) - largest,
    values: { sha256_hash, claims },
  };
}

export const samePlaces: Rule<SamePlace[]> = {
  codes: ['SITE_PERIOD_CLAIMED_TWICE'],
  gather: (trx) => gatherSamePlaces(trx),
  compare: (places) => outcome({ findings: places.map(findingOfPlace) }),
};

function findingOfPlace({ place, first, second }: SamePlace): Finding {
  const [one = '', other = ''] = [first.mrv_submission_id, second.mrv_submission_id].sort();
  const less = atMost(unitsOf(first.tonnage_co2e), unitsOf(second.tonnage_co2e));
  const claimOf = ({
    mrv_hash,
    tenant_id,
    project_id,
    tonnage_co2e,
    period_start_on,
    period_end_on,
  }: PlacedClaim) => ({
    mrv_hash,
    tenant_id,
    project_id,
    tonnage_co2e,
    period_start_on,
    period_end_on,
  });
  return {
    tenant_id: first.tenant_id === second.tenant_id ? first.tenant_id : null,
    registry_type: null,
    registry_name: null,
    code: 'SITE_PERIOD_CLAIMED_TWICE',
    subject: `submissions ${one} ${other}`,
    mrv_hash: null,
    tonnes: less,
    values: { place, claims: [claimOf(first), claimOf(second)] },
    credit: { origin: second.mrv_hash, tonnes: unitsOf(second.tonnage_co2e) },
  };
}
