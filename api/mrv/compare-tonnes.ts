// Owns comparing tonnes exactly; leaves their one spelling to the contract's tonnage.

import { parseAmount } from '../../core/credit/tonnage.ts';

export function isAtMost(tonnes: string, most: string): boolean {
  return unitsOf(tonnes) <= unitsOf(most);
}

export function isMultiple(tonnes: string, unit: string): boolean {
  return unitsOf(tonnes) % unitsOf(unit) === 0n;
}

/** In units of 1e-8 t. */
export function unitsOf(tonnes: string): bigint {
  const units = parseAmount(tonnes);
  if (units === undefined) throw new RangeError(`"${tonnes}" is no tonnage.`);
  return units;
}
