// Owns the rules on blocks of serial numbers: what backs a credit, what is held in vain, what ended at the registry alone, and what
// two credits claim; leaves gathering to core/db/reconciliation/serial-groups.ts.

import {
  type EndedRow,
  gatherSerialGroups,
  listEndedRows,
  listTokensInRanges,
  type RangeAsked,
  type SerialGroup,
  type TokenInRange,
} from '../../../core/db/reconciliation/serial-groups.ts';
import {
  type Finding,
  type InTransit,
  type NotChecked,
  type Outcome,
  outcome,
  registryOf,
  unitsOf,
} from '../finding.ts';
import { graceEnd } from '../grace.ts';
import { countSerials, meet, type Range, readRanges, showRanges } from '../ranges.ts';
import { MAX_OF_A_KIND, type Rule, type Scene } from './rule.ts';

export type SerialBlocks = {
  groups: SerialGroup[];
  missing: TokenInRange[];
  surplus: TokenInRange[];
  ended: TokenInRange[];
  ended_rows: EndedRow[];
  overlapping: TokenInRange[];
};

const OUTSTANDING = ['active', 'impaired', 'retired'];
const LIVE = ['active', 'impaired'];
const GONE = ['retired', 'invalidated', 'redeemed', 'cancelled', 'expired'];

export const serialBlocks: Rule<SerialBlocks> = {
  codes: ['BACKING_MISSING', 'BACKING_SURPLUS', 'ENDED_AT_REGISTRY', 'SERIAL_OVERLAPS'],
  gather: async (trx, { contract_id }) => {
    const groups = await gatherSerialGroups(trx, contract_id);
    const list = (ranges: (group: SerialGroup) => string | null, statuses: readonly string[]) =>
      listTokensInRanges(trx, { contract_id, asked: askFor(groups, ranges), statuses, limit: MAX_OF_A_KIND });
    return {
      groups,
      missing: await list((group) => (group.covered_as_of === null ? null : group.missing), OUTSTANDING),
      surplus: await list((group) => (group.covered_as_of === null ? null : group.surplus), GONE),
      ended: await list((group) => group.ended_at_registry, LIVE),
      ended_rows: await listEndedRows(trx, {
        asked: askFor(groups, (one) => one.ended_at_registry),
        limit: MAX_OF_A_KIND,
      }),
      overlapping: await list((group) => group.overlapping, OUTSTANDING),
    };
  },
  compare: (gathered, scene) => {
    const parts = [
      compareMissing(gathered),
      compareUnnumbered(gathered.groups),
      compareSurplus(gathered),
      compareEnded(gathered, scene),
      compareOverlapping(gathered.overlapping),
      whatIsUncovered(gathered.groups),
    ];
    return {
      findings: parts.flatMap(({ findings }) => findings),
      in_transit: parts.flatMap(({ in_transit }) => in_transit),
      not_checked: parts.flatMap(({ not_checked }) => not_checked),
    };
  },
};

function askFor(groups: readonly SerialGroup[], ranges: (group: SerialGroup) => string | null): RangeAsked[] {
  return groups.flatMap((group) => {
    const asked = ranges(group);
    const { registry_type, registry_name, namespace } = group;
    return asked === null || namespace === null
      ? []
      : [{ registry_type, registry_name, namespace, ranges: asked }];
  });
}

function coverage(groups: readonly SerialGroup[]): (token: TokenInRange) => Date | undefined {
  const days = new Map(groups.map((group) => [keyOf(group), group.covered_as_of]));
  return (token) => {
    const day = days.get(keyOf(token));
    return day === undefined || day === null ? undefined : new Date(day);
  };
}

function keyOf(at: {
  tenant_id: string | null;
  registry_type: string;
  registry_name: string | null;
}): string {
  return `${at.tenant_id} ${registryOf(at)}`;
}

function tonnesOfPart(token: TokenInRange): bigint {
  return countSerials(readRanges(token.part)) * unitsOf(token.unit);
}

function placeOf({ tenant_id, registry_type, registry_name }: TokenInRange) {
  return { tenant_id, registry_type, registry_name };
}

function creditOf(token: TokenInRange) {
  return { origin: token.origin, tonnes: unitsOf(token.origin_co2e) };
}

/** A statement that is older than the mint says nothing of it yet. */
export function compareMissing({ groups, missing }: Pick<SerialBlocks, 'groups' | 'missing'>): Outcome {
  const covered = coverage(groups);
  const findings: Finding[] = [];
  const in_transit: InTransit[] = [];
  for (const token of missing) {
    if (token.status === 'retired' && token.registry_outcome === 'confirmed') continue;
    const as_of = covered(token);
    if (as_of === undefined) continue;
    const tonnes = tonnesOfPart(token);
    const since = new Date(token.minted_at);
    if (as_of < graceEnd({ code: 'BACKING_MISSING', registry_type: token.registry_type, since })) {
      in_transit.push({ ...placeOf(token), token_id: token.token_id, tonnes });
      continue;
    }
    findings.push({
      ...placeOf(token),
      code: 'BACKING_MISSING',
      subject: `token ${token.token_id}`,
      mrv_hash: token.token_id,
      tonnes,
      values: {
        chain: { status: token.status, serials: showRanges(readRanges(token.serial_range)) },
        registry: { not_held: showRanges(readRanges(token.part)), as_of: as_of.toISOString() },
        namespace: token.namespace,
        owner_account_id: token.owner_account_id,
      },
      credit: creditOf(token),
    });
  }
  return outcome({ findings, in_transit });
}

/** Without serial numbers only sums can be compared; what waits for its registry may be held or not. */
export function compareUnnumbered(groups: readonly SerialGroup[]): Outcome {
  const findings = groups.flatMap((group): Finding[] => {
    const { tenant_id, registry_type, registry_name } = group;
    if (group.namespace !== null || group.covered_as_of === null) return [];
    const live = unitsOf(group.active_co2e) + unitsOf(group.impaired_co2e);
    const held = unitsOf(group.held_co2e);
    if (held >= live) return [];
    return [
      {
        tenant_id,
        registry_type,
        registry_name,
        code: 'BACKING_MISSING',
        subject: `registry ${registryOf(group)}`,
        mrv_hash: null,
        tonnes: live - held,
        values: {
          chain: { active: group.active_co2e, impaired: group.impaired_co2e },
          registry: { held: group.held_co2e, as_of: group.covered_as_of },
        },
      },
    ];
  });
  return outcome({ findings });
}

export function compareSurplus({ groups, surplus }: Pick<SerialBlocks, 'groups' | 'surplus'>): Outcome {
  const covered = coverage(groups);
  const findings = surplus.flatMap((token): Finding[] => {
    if (token.status === 'retired' && token.registry_outcome !== 'confirmed') return [];
    const as_of = covered(token);
    const since = token.status === 'retired' ? token.confirmed_at : token.ended_at;
    if (as_of === undefined || since === null) return [];
    const due = graceEnd({
      code: 'BACKING_SURPLUS',
      registry_type: token.registry_type,
      since: new Date(since),
    });
    if (as_of < due) return [];
    return [
      {
        ...placeOf(token),
        code: 'BACKING_SURPLUS',
        subject: `token ${token.token_id}`,
        mrv_hash: token.token_id,
        tonnes: tonnesOfPart(token),
        values: {
          chain: { status: token.status, since },
          registry: { held: showRanges(readRanges(token.part)), as_of: as_of.toISOString() },
          namespace: token.namespace,
        },
        credit: creditOf(token),
      },
    ];
  });
  return outcome({ findings });
}

/** One row is enough: what a registry shows is there. A day is left for the chain to follow. */
export function compareEnded(
  { ended, ended_rows }: Pick<SerialBlocks, 'ended' | 'ended_rows'>,
  { now }: Pick<Scene, 'now'>,
): Outcome {
  const findings: Finding[] = [];
  const in_transit: InTransit[] = [];
  for (const token of ended) {
    const part = readRanges(token.part);
    const rows = ended_rows.filter(
      (row) =>
        registryOf(row) === registryOf(token) &&
        row.namespace === token.namespace &&
        meet(readRanges(row.serial_range), part).length > 0,
    );
    const tonnes = tonnesOfPart(token);
    const since = rows.map((row) => row.happened_on).sort()[0];
    const { registry_type } = token;
    if (
      since !== undefined &&
      now < graceEnd({ code: 'ENDED_AT_REGISTRY', registry_type, since: new Date(since) })
    ) {
      in_transit.push({ ...placeOf(token), token_id: token.token_id, tonnes });
      continue;
    }
    findings.push({
      ...placeOf(token),
      code: 'ENDED_AT_REGISTRY',
      subject: `token ${token.token_id}`,
      mrv_hash: token.token_id,
      tonnes,
      values: {
        chain: { status: token.status, serials: showRanges(readRanges(token.serial_range)) },
        registry: { ended: showRanges(part), entries: rows.slice(0, MAX_ENTRIES).map(showEntry) },
        namespace: token.namespace,
        owner_account_id: token.owner_account_id,
      },
      credit: creditOf(token),
    });
  }
  return outcome({ findings, in_transit });
}

const MAX_ENTRIES = 10;

function showEntry({
  kind,
  serial_range,
  registry_retirement_id,
  happened_on,
  file_name,
  line_number,
}: EndedRow) {
  const serials = showRanges(readRanges(serial_range));
  return { kind, serials, registry_retirement_id, happened_on, file: `${file_name}:${line_number}` };
}

/** Operators alone see both holders: a finding of two tenants is nobody's. */
export function compareOverlapping(tokens: readonly TokenInRange[]): Outcome {
  const findings: Finding[] = [];
  let [widest, ...rest] = tokens;
  for (const token of rest) {
    if (widest === undefined) break;
    const is_same_block = registryOf(token) === registryOf(widest) && token.namespace === widest.namespace;
    const shared = is_same_block ? meet(readRanges(widest.serial_range), readRanges(token.serial_range)) : [];
    if (shared.length > 0) findings.push(overlapOf(widest, token, shared));
    const is_wider = endOf(token) > endOf(widest);
    if (!is_same_block || is_wider) widest = token;
  }
  return outcome({ findings });
}

function endOf(token: TokenInRange): bigint {
  return readRanges(token.serial_range)[0]?.end ?? 0n;
}

function overlapOf(one: TokenInRange, other: TokenInRange, shared: readonly Range[]): Finding {
  const [first = '', second = ''] = [one.token_id, other.token_id].sort();
  const { registry_type, registry_name } = one;
  return {
    tenant_id: one.tenant_id === other.tenant_id ? one.tenant_id : null,
    registry_type,
    registry_name,
    code: 'SERIAL_OVERLAPS',
    subject: `tokens ${first} ${second}`,
    mrv_hash: null,
    tonnes: countSerials(shared) * unitsOf(one.unit),
    values: {
      namespace: one.namespace,
      shared: showRanges(shared),
      holders: [one, other].map(({ token_id, tenant_id, owner_account_id, status, serial_range }) => ({
        token_id,
        tenant_id,
        owner_account_id,
        status,
        serials: showRanges(readRanges(serial_range)),
      })),
    },
    credit: creditOf(other),
  };
}

/** A registry whose holdings nobody stated proves neither. */
function whatIsUncovered(groups: readonly SerialGroup[]): Outcome {
  const places = new Map<string, SerialGroup>();
  for (const group of groups) {
    const has_tonnes = outstandingOf(group) > 0n;
    if (group.tenant_id !== null && group.covered_as_of === null && has_tonnes)
      places.set(keyOf(group), group);
  }
  const not_checked = [...places.values()].flatMap(
    ({ tenant_id, registry_type, registry_name }): NotChecked[] =>
      (['BACKING_MISSING', 'BACKING_SURPLUS'] as const).map((code) => ({
        code,
        tenant_id,
        registry_type,
        registry_name,
        reason: `no whole statement of holdings at ${registryOf({ registry_type, registry_name })}`,
      })),
  );
  return outcome({ not_checked });
}

export function outstandingOf(group: SerialGroup): bigint {
  return unitsOf(group.active_co2e) + unitsOf(group.impaired_co2e) + unitsOf(group.retired_unconfirmed_co2e);
}
