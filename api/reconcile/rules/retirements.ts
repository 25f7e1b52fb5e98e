// Owns the rules on retirements that chain and registry do not both show; leaves gathering to
// core/db/reconciliation/retirements.ts.

import {
  type Candidate,
  type ExcessRetirement,
  gatherExcessRetirements,
  gatherUnansweredRetirements,
  listCandidates,
  type UnansweredRetirement,
} from '../../../core/db/reconciliation/retirements.ts';
import {
  atMost,
  type Finding,
  type InTransit,
  type NotChecked,
  type Outcome,
  outcome,
  registryOf,
  unitsOf,
} from '../finding.ts';
import { graceEnd } from '../grace.ts';
import { countSerials, readRanges, showRanges } from '../ranges.ts';
import type { Rule } from './rule.ts';

type Unanswered = UnansweredRetirement & { candidates?: Candidate[] };

/** Rows that may be the ones are looked for of so many. */
const MAX_WITH_CANDIDATES = 100;

export const unanswered: Rule<Unanswered[]> = {
  codes: ['RETIRED_NOT_AT_REGISTRY'],
  gather: async (trx, { contract_id, now }) => {
    const found: Unanswered[] = await gatherUnansweredRetirements(trx, contract_id);
    const overdue = found.filter((one) => judge(one, now) === 'missing');
    for (const one of overdue.slice(0, MAX_WITH_CANDIDATES)) one.candidates = await listCandidates(trx, one);
    return found;
  },
  compare: (retirements, { now }) => compareUnanswered(retirements, now),
};

type Verdict = 'missing' | 'in_transit' | 'not_covered';

function judge(one: UnansweredRetirement, now: Date): Verdict {
  // The registry's own no.
  if (one.registry_outcome === 'refused') return 'missing';
  if (one.covered_as_of === null) return 'not_covered';
  const since = new Date(one.retired_at);
  const due = graceEnd({ code: 'RETIRED_NOT_AT_REGISTRY', registry_type: one.registry_type, since });
  return new Date(one.covered_as_of) >= due && now >= due ? 'missing' : 'in_transit';
}

export function compareUnanswered(retirements: readonly Unanswered[], now: Date): Outcome {
  const findings: Finding[] = [];
  const in_transit: InTransit[] = [];
  const not_checked = new Map<string, NotChecked>();
  const lacking: Lacking = new Map();
  for (const one of retirements) {
    const { tenant_id, registry_type, registry_name, token_id } = one;
    const place = { tenant_id, registry_type, registry_name };
    const tonnes = missingTonnes(one, lacking);
    if (tonnes <= 0n) continue;
    const verdict = judge(one, now);
    if (verdict === 'missing') {
      findings.push(findingOf(one, tonnes));
      continue;
    }
    in_transit.push({ ...place, token_id, tonnes });
    if (verdict === 'not_covered') {
      const reason = `no whole statement of retirements at ${registryOf(one)} reaches to what was retired`;
      not_checked.set(`${tenant_id} ${registryOf(one)}`, {
        ...place,
        code: 'RETIRED_NOT_AT_REGISTRY',
        reason,
      });
    }
  }
  return { findings, in_transit, not_checked: [...not_checked.values()] };
}

/** By registry and id, what its retirements have that the registry's rows have not, and no finding named yet. */
type Lacking = Map<string, bigint>;

/** Under one id no more than what lacks of its sum; under a range what no row has of it. */
function missingTonnes(one: UnansweredRetirement, lacking: Lacking): bigint {
  const whole = unitsOf(one.tonnage_co2e);
  if (one.registry_outcome === 'refused') return whole;
  const by_range =
    one.unanswered === null ? whole : countSerials(readRanges(one.unanswered)) * unitsOf(one.unit);
  if (one.id_chain_co2e === null || one.id_registry_co2e === null) return by_range;
  const key = `${registryOf(one)} ${one.registry_retirement_id}`;
  const left = lacking.get(key) ?? unitsOf(one.id_chain_co2e) - unitsOf(one.id_registry_co2e);
  const tonnes = atMost(by_range, left < 0n ? 0n : left);
  lacking.set(key, left - tonnes);
  return tonnes;
}

function findingOf(one: Unanswered, tonnes: bigint): Finding {
  const { tenant_id, registry_type, registry_name, token_id } = one;
  return {
    tenant_id,
    registry_type,
    registry_name,
    code: 'RETIRED_NOT_AT_REGISTRY',
    subject: `token ${token_id}`,
    mrv_hash: token_id,
    tonnes,
    values: {
      chain: {
        retired: one.tonnage_co2e,
        retired_at: one.retired_at,
        account_id: one.account_id,
        outcome: one.registry_outcome,
        registry_retirement_id: one.registry_retirement_id,
        serials: showRanges(readRanges(one.serial_range)),
      },
      registry: {
        retired: one.id_registry_co2e ?? '0',
        not_retired: showRanges(readRanges(one.unanswered)),
        as_of: one.covered_as_of,
      },
      ...(one.candidates === undefined || one.candidates.length === 0 ? {} : { candidates: one.candidates }),
    },
    credit: { origin: one.origin, tonnes: unitsOf(one.origin_co2e) },
  };
}

export const excess: Rule<ExcessRetirement[]> = {
  codes: ['ENDED_AT_REGISTRY'],
  gather: (trx, { contract_id }) => gatherExcessRetirements(trx, contract_id),
  compare: (rows) =>
    outcome({
      findings: rows.map((row) => ({
        tenant_id: row.tenant_id,
        registry_type: row.registry_type,
        registry_name: row.registry_name,
        code: 'ENDED_AT_REGISTRY',
        subject: `retirement ${registryOf(row)} ${row.registry_retirement_id}`,
        mrv_hash: row.token_id,
        tonnes: unitsOf(row.registry_co2e) - unitsOf(row.chain_co2e),
        values: {
          chain: { retired: row.chain_co2e },
          registry: { retired: row.registry_co2e, registry_retirement_id: row.registry_retirement_id },
        },
      })),
    }),
};
