// Owns tonnes inside a fold, exact, in units of 1e-8 t; leaves their spelling to core/credit/tonnage.ts.

import { parseAmount } from '../../core/credit/tonnage.ts';

/** Of a text that was checked when it came in, or that the database gave. */
export function unitsOf(text: string): bigint {
  const units = parseAmount(text);
  if (units === undefined) throw new TypeError(`${text} is no tonnage, and should have been refused before`);
  return units;
}
