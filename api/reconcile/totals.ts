// Owns the sums of a run: unreconciled tonnes and tonnes in transit, by tenant and registry and in all, and what backs each
// registry's credits; leaves storing them to core/db/reconciliation/runs.ts.

import type { Backing, RunTotal } from '../../core/db/reconciliation/runs.ts';
import type { SerialGroup } from '../../core/db/reconciliation/serial-groups.ts';
import { FINDINGS } from './catalogue.ts';
import {
  atMost,
  type Finding,
  type InTransit,
  type Place,
  registryOf,
  showTonnes,
  unitsOf,
} from './finding.ts';
import { countSerials, readRanges } from './ranges.ts';

export type Totals = { unreconciled: bigint; in_transit: bigint; by_place: RunTotal[] };

type Sum = Place & { unreconciled: bigint; in_transit: bigint; findings_open: number };

/**
 * Of one minted credit never more is unreconciled than it has: several findings that name its tonnes count once up to there. Findings
 * that name no credit count as they are, information not at all. The sum may say more than there is, never less.
 */
export function sumUp(findings: readonly Finding[], in_transit: readonly InTransit[]): Totals {
  const sums = new Map<string, Sum>();
  const sumAt = ({ tenant_id, registry_type, registry_name }: Place): Sum => {
    const key = `${tenant_id} ${registryOf({ registry_type, registry_name })}`;
    const known = sums.get(key);
    if (known !== undefined) return known;
    const sum = {
      tenant_id,
      registry_type,
      registry_name,
      unreconciled: 0n,
      in_transit: 0n,
      findings_open: 0,
    };
    sums.set(key, sum);
    return sum;
  };
  const counted = new Map<string, bigint>();
  for (const finding of findings) {
    const sum = sumAt(finding);
    if (FINDINGS[finding.code].severity === 'info') continue;
    sum.findings_open += 1;
    const { credit, tonnes } = finding;
    if (credit === undefined) {
      sum.unreconciled += tonnes;
      continue;
    }
    const before = counted.get(credit.origin) ?? 0n;
    const most = credit.tonnes > before ? credit.tonnes - before : 0n;
    const added = atMost(tonnes, most);
    counted.set(credit.origin, before + added);
    sum.unreconciled += added;
  }
  for (const one of largestOfEach(in_transit)) sumAt(one).in_transit += one.tonnes;
  const all = [...sums.values()];
  return {
    unreconciled: all.reduce((total, { unreconciled }) => total + unreconciled, 0n),
    in_transit: all.reduce((total, sum) => total + sum.in_transit, 0n),
    by_place: all.map(({ unreconciled, in_transit: moving, ...rest }) => ({
      ...rest,
      unreconciled_co2e: showTonnes(unreconciled),
      in_transit_co2e: showTonnes(moving),
    })),
  };
}

/** A token may be on its way for two reasons. */
function largestOfEach(in_transit: readonly InTransit[]): InTransit[] {
  const kept = new Map<string, InTransit>();
  for (const one of in_transit) {
    const other = kept.get(one.token_id);
    if (other === undefined || other.tonnes < one.tonnes) kept.set(one.token_id, one);
  }
  return [...kept.values()];
}

export type StatementsAt = {
  registry_type: string;
  registry_name: string | null;
  statements: number;
  oldest_as_of: string;
  newest_as_of: string;
};

type Behind = Record<
  'active' | 'impaired' | 'unconfirmed' | 'confirmed' | 'held' | 'missing' | 'uncovered' | 'surplus',
  bigint
>;

/** For everyone to read, and so without tenants. */
export function backingOf(groups: readonly SerialGroup[], statements: readonly StatementsAt[]): Backing[] {
  const registries = new Map<
    string,
    { at: Pick<SerialGroup, 'registry_type' | 'registry_name'>; sum: Behind }
  >();
  for (const group of groups) {
    const { registry_type, registry_name } = group;
    const key = registryOf(group);
    const known = registries.get(key) ?? { at: { registry_type, registry_name }, sum: nothing() };
    registries.set(key, known);
    add(known.sum, group);
  }
  return [...registries.entries()].map(([key, { at, sum }]) => {
    const stated = statements.find((one) => registryOf(one) === key);
    return {
      ...at,
      active_co2e: showTonnes(sum.active),
      impaired_co2e: showTonnes(sum.impaired),
      retired_unconfirmed_co2e: showTonnes(sum.unconfirmed),
      retired_confirmed_co2e: showTonnes(sum.confirmed),
      held_co2e: showTonnes(sum.held),
      missing_co2e: showTonnes(sum.missing),
      not_covered_co2e: showTonnes(sum.uncovered),
      surplus_co2e: showTonnes(sum.surplus),
      statements: stated?.statements ?? 0,
      oldest_as_of: stated?.oldest_as_of ?? null,
      newest_as_of: stated?.newest_as_of ?? null,
    };
  });
}

function nothing(): Behind {
  return {
    active: 0n,
    impaired: 0n,
    unconfirmed: 0n,
    confirmed: 0n,
    held: 0n,
    missing: 0n,
    uncovered: 0n,
    surplus: 0n,
  };
}

function add(sum: Behind, group: SerialGroup): void {
  const unit = unitsOf(group.unit);
  const active = unitsOf(group.active_co2e);
  const impaired = unitsOf(group.impaired_co2e);
  const unconfirmed = unitsOf(group.retired_unconfirmed_co2e);
  const outstanding = active + impaired + unconfirmed;
  sum.active += active;
  sum.impaired += impaired;
  sum.unconfirmed += unconfirmed;
  sum.confirmed += unitsOf(group.retired_confirmed_co2e);
  if (group.covered_as_of === null) {
    sum.uncovered += outstanding;
    return;
  }
  const held =
    group.namespace === null
      ? atMost(unitsOf(group.held_co2e), outstanding)
      : BigInt(group.held_units) * unit;
  sum.held += held;
  sum.missing += outstanding - held;
  sum.surplus += countSerials(readRanges(group.surplus)) * unit;
}
