// Owns the rules on mints: approved, consented to, verified, issued by the registry alike, and minted at all once approved; leaves
// gathering to core/db/reconciliation/mints.ts.

import {
  type DoubtfulMint,
  gatherDoubtfulMints,
  gatherOverdrawnConsents,
  gatherUnequalComputations,
  gatherUnequalIssuances,
  gatherUnminted,
  type OverdrawnConsent,
  type UnequalComputation,
  type UnequalIssuance,
  type Unminted,
} from '../../../core/db/reconciliation/mints.ts';
import { issuancesHaveSerials } from '../../registries/layouts.ts';
import {
  distance,
  type Finding,
  type NotChecked,
  type Outcome,
  outcome,
  registryOf,
  showTonnes,
  unitsOf,
} from '../finding.ts';
import { graceEnd } from '../grace.ts';
import { countSerials, meet, type Range, readRanges, showRanges } from '../ranges.ts';
import type { Rule } from './rule.ts';

const NO_TONNES = 0n;
/** Above every serial number that a column takes. */
const LAST = 10n ** 78n;

export const mintRights: Rule<DoubtfulMint[]> = {
  codes: ['MINT_WITHOUT_APPROVAL', 'MINT_WITHOUT_CONSENT', 'MINT_ABOVE_VERIFIED'],
  gather: (trx, { contract_id }) => gatherDoubtfulMints(trx, contract_id),
  compare: (mints) => outcome({ findings: mints.flatMap(judgeMint) }),
};

export function judgeMint(mint: DoubtfulMint): Finding[] {
  const { token_id, tenant_id, registry_type, registry_name } = mint;
  const minted = unitsOf(mint.tonnage_co2e);
  const verified = mint.verified_co2e === null ? NO_TONNES : unitsOf(mint.verified_co2e);
  const about = {
    tenant_id,
    registry_type,
    registry_name,
    subject: `token ${token_id}`,
    mrv_hash: token_id,
    credit: { origin: token_id, tonnes: minted },
  };
  const chain = { minted: mint.tonnage_co2e, consent_ref: mint.consent_ref };
  const found: Finding[] = [];
  if (!mint.is_approved) {
    const values = { chain, platform: { approval: null } };
    found.push({ ...about, code: 'MINT_WITHOUT_APPROVAL', tonnes: minted, values });
  }
  const is_of_another = mint.consent_hash !== null && mint.consent_hash !== token_id;
  if (mint.consent_document === null || is_of_another) {
    const registry = { consent_document: mint.consent_document, consent_for: mint.consent_hash };
    found.push({ ...about, code: 'MINT_WITHOUT_CONSENT', tonnes: minted, values: { chain, registry } });
  }
  if (verified < minted) {
    const values = { chain, platform: { verified: mint.verified_co2e } };
    found.push({ ...about, code: 'MINT_ABOVE_VERIFIED', tonnes: minted - verified, values });
  }
  return found;
}

export const consentUse: Rule<OverdrawnConsent[]> = {
  codes: ['MINT_ABOVE_CONSENT'],
  gather: (trx, { contract_id }) => gatherOverdrawnConsents(trx, contract_id),
  compare: (consents) => outcome({ findings: consents.flatMap(judgeConsent) }),
};

/** That the chain's own count of a consent is wrong is a matter of the sums. */
export function judgeConsent(consent: OverdrawnConsent): Finding[] {
  const { tenant_id, registry_type, registry_name, consent_ref } = consent;
  const minted = unitsOf(consent.minted_co2e);
  const consented = unitsOf(consent.consented_co2e);
  if (minted <= consented) return [];
  return [
    {
      tenant_id,
      registry_type,
      registry_name,
      code: 'MINT_ABOVE_CONSENT',
      subject: `consent ${registryOf(consent)} ${consent_ref}`,
      mrv_hash: consent.last_token_id,
      tonnes: minted - consented,
      values: { chain: { minted: consent.minted_co2e }, registry: { consented: consent.consented_co2e } },
    },
  ];
}

export const unminted: Rule<Unminted[]> = {
  codes: ['APPROVED_NOT_MINTED'],
  gather: (trx) => gatherUnminted(trx),
  compare: (approvals, { now }) =>
    outcome({
      findings: approvals.flatMap((approval): Finding[] => {
        const { tenant_id, registry_type, registry_name, mrv_hash } = approval;
        const since = new Date(approval.approved_at);
        if (now < graceEnd({ code: 'APPROVED_NOT_MINTED', registry_type, since })) return [];
        const tonnes = unitsOf(approval.verified_co2e);
        return [
          {
            tenant_id,
            registry_type,
            registry_name,
            code: 'APPROVED_NOT_MINTED',
            subject: `submission ${approval.registry_submission_id}`,
            mrv_hash,
            tonnes,
            values: {
              chain: { minted: '0' },
              registry: { approved_at: approval.approved_at, verified: approval.verified_co2e },
            },
            credit: { origin: mrv_hash, tonnes },
          },
        ];
      }),
    }),
};

export const computed: Rule<UnequalComputation[]> = {
  codes: ['COMPUTED_DIFFERS'],
  gather: (trx) => gatherUnequalComputations(trx),
  compare: (computations) =>
    outcome({
      findings: computations.map((one) => ({
        tenant_id: one.tenant_id,
        registry_type: null,
        registry_name: null,
        code: 'COMPUTED_DIFFERS',
        subject: `submission ${one.mrv_submission_id}`,
        mrv_hash: one.mrv_hash,
        tonnes: distance(unitsOf(one.computed_co2e), unitsOf(one.verified_co2e)),
        values: { platform: { computed: one.computed_co2e, verified: one.verified_co2e } },
      })),
    }),
};

export const issuances: Rule<UnequalIssuance[]> = {
  codes: ['REGISTRY_ISSUED_DIFFERS'],
  gather: (trx, { contract_id }) => gatherUnequalIssuances(trx, contract_id),
  compare: (candidates) => compareIssuances(candidates),
};

/** Where a registry's file of issuances has no serial numbers, it says nothing of one credit. */
export function compareIssuances(candidates: readonly UnequalIssuance[]): Outcome {
  const is_silent = ({ registry_type, rows }: UnequalIssuance): boolean =>
    rows.length === 0 && !issuancesHaveSerials(registry_type);
  const silent = new Map<string, NotChecked>();
  for (const { tenant_id, registry_type, registry_name } of candidates.filter(is_silent)) {
    const reason = `issuances of ${registryOf({ registry_type, registry_name })} name no serial numbers`;
    const place = { tenant_id, registry_type, registry_name };
    silent.set(`${tenant_id} ${registry_type}`, { ...place, code: 'REGISTRY_ISSUED_DIFFERS', reason });
  }
  return outcome({
    findings: candidates.filter((one) => !is_silent(one)).flatMap(judgeIssuance),
    not_checked: [...silent.values()],
  });
}

function issuedTonnes(
  { rows }: Pick<UnequalIssuance, 'rows'>,
  { own, unit }: { own: readonly Range[]; unit: bigint },
): bigint {
  let issued = NO_TONNES;
  let end = 0n;
  for (const row of rows) {
    const block = readRanges(row.serial_range);
    // What a row before it has counts once.
    const fresh = meet(meet(block, own), [{ start: end, end: LAST }]);
    const shared = countSerials(fresh);
    if (shared === 0n) continue;
    issued += shared === countSerials(block) ? unitsOf(row.tonnage_co2e) : shared * unit;
    end = fresh.at(-1)?.end ?? end;
  }
  return issued;
}

/** Blocks are cut as registries like: what counts is how much was issued under the credit's own numbers. */
export function judgeIssuance(candidate: UnequalIssuance): Finding[] {
  const { token_id, tenant_id, registry_type, registry_name } = candidate;
  const unit = unitsOf(candidate.unit);
  const own = readRanges(candidate.serial_range);
  const verified = candidate.verified_co2e === null ? NO_TONNES : unitsOf(candidate.verified_co2e);
  const expected = (verified / unit) * unit;
  const issued = issuedTonnes(candidate, { own, unit });
  if (issued === expected) return [];
  if (candidate.rows.length === 0) {
    const since = new Date(candidate.minted_at);
    const due = graceEnd({ code: 'REGISTRY_ISSUED_DIFFERS', registry_type, since });
    if (candidate.covered_as_of === null || new Date(candidate.covered_as_of) < due) return [];
  }
  return [
    {
      tenant_id,
      registry_type,
      registry_name,
      code: 'REGISTRY_ISSUED_DIFFERS',
      subject: `token ${token_id}`,
      mrv_hash: token_id,
      tonnes: distance(issued, expected),
      values: {
        registry: { issued: showTonnes(issued), entries: candidate.rows },
        platform: { verified: candidate.verified_co2e, in_whole_units: showTonnes(expected) },
        chain: { serials: showRanges(own), namespace: candidate.namespace },
      },
      credit: { origin: token_id, tonnes: unitsOf(candidate.tonnage_co2e) },
    },
  ];
}
