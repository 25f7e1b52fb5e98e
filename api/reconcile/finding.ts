// Owns what a rule gives back: findings, tonnes in transit, and what it could not check; leaves their words to catalogue.ts.

import { formatTonnage, parseAmount } from '../../core/credit/tonnage.ts';
import type { FindingCode } from './catalogue.ts';

/** Whose, and at which registry. Nobody's is the platform's own. */
export type Place = {
  tenant_id: string | null;
  registry_type: string | null;
  registry_name: string | null;
};

/** Tonnes in units of 1e-8 t. */
export type Finding = Place & {
  code: FindingCode;
  /** Says with the code and the tenant which difference it is: the same one keeps its words from run to run. */
  subject: string;
  mrv_hash: string | null;
  tonnes: bigint;
  /** Both sides as they are. */
  values: Readonly<Record<string, unknown>>;
  /** A minted credit whose tonnes are at stake, and how many it has: of one credit no more can be unreconciled. */
  credit?: { origin: string; tonnes: bigint } | undefined;
};

/** Not yet wrong: chain and registry may still come to say the same. */
export type InTransit = Place & { token_id: string; tonnes: bigint };

/** Where a rule could not look. Findings in that place stay as they are. */
export type NotChecked = Partial<Place> & { code: FindingCode; subject?: string; reason: string };

export type Outcome = {
  findings: Finding[];
  in_transit: InTransit[];
  not_checked: NotChecked[];
};

export function outcome(given: Partial<Outcome>): Outcome {
  return { findings: [], in_transit: [], not_checked: [], ...given };
}

/** What the database wrote: numbers of a numeric column. */
export function unitsOf(text: string): bigint {
  const is_negative = text.startsWith('-');
  const units = parseAmount(is_negative ? text.slice(1) : text);
  if (units === undefined) throw new RangeError(`The database gave "${text}" where tonnes were expected.`);
  return is_negative ? -units : units;
}

export function showTonnes(units: bigint): string {
  return units < 0n ? `-${formatTonnage(-units)}` : formatTonnage(units);
}

/** As registries are named everywhere: "verra", "other:name". */
export function registryOf({
  registry_type,
  registry_name,
}: Pick<Place, 'registry_type' | 'registry_name'>): string {
  return registry_type === null
    ? 'none'
    : registry_name === null
      ? registry_type
      : `${registry_type}:${registry_name}`;
}

export function atMost(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function distance(a: bigint, b: bigint): bigint {
  return a < b ? b - a : a - b;
}
