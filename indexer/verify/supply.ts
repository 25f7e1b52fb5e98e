// Owns counting tokens as the contract's `supply` counts them; leaves summing them in the database to whoever asks it.

import { formatTonnage } from '../../core/credit/tonnage.ts';
import type { TokenRow } from '../projectors/rows.ts';
import { unitsOf } from '../projectors/units.ts';
import { type Difference, findDifferences, textOf } from './compare.ts';

export const BUCKETS = ['minted', 'active', 'impaired', 'retired', 'invalidated', 'void', 'expired'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Tonnages in units of 1e-8 t. */
export type Supply = Record<Bucket, { count: number; units: bigint }>;

/** What one group of tokens with the same status and birth adds. */
export interface SupplyPart {
  status: TokenRow['status'];
  birth: TokenRow['birth'];
  count: number;
  tonnage_co2e: string;
}

/** Each minted tonne is in exactly one bucket beside `minted`: what was divided or merged lives on in its parts. */
export function sumSupply(parts: Iterable<SupplyPart>): Supply {
  const supply = Object.fromEntries(BUCKETS.map((name) => [name, { count: 0, units: 0n }])) as Supply;
  for (const { status, birth, count, tonnage_co2e } of parts) {
    const units = unitsOf(tonnage_co2e);
    for (const bucket of [birth === 'issue' ? ('minted' as const) : null, bucketOf(status)]) {
      if (bucket === null) continue;
      supply[bucket].count += count;
      supply[bucket].units += units;
    }
  }
  return supply;
}

export function compareSupply(supply: Supply, said: unknown): Difference[] {
  const told = (said ?? {}) as Partial<Record<Bucket, { count?: unknown; tonnage?: unknown }>>;
  const table = BUCKETS.flatMap((name) => [
    [`${name}.count`, `${supply[name].count}`],
    [`${name}.tonnage`, formatTonnage(supply[name].units)],
  ]);
  const contract = BUCKETS.flatMap((name) => [
    [`${name}.count`, textOf(told[name]?.count)],
    [`${name}.tonnage`, textOf(told[name]?.tonnage)],
  ]);
  return findDifferences('supply', Object.fromEntries(table), Object.fromEntries(contract));
}

function bucketOf(status: TokenRow['status']): Bucket | null {
  if (status === 'divided' || status === 'merged') return null;
  return status === 'redeemed' || status === 'cancelled' ? 'void' : status;
}
