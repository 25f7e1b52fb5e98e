// Owns giving the one spelling of tonnes to the platform, and reading what the database made of it; leaves the spelling itself to the contract.

import { parseTonnage } from '../../contracts/credit/tonnage.ts';

export * from '../../contracts/credit/tonnage.ts';

/** Of a numeric column's text, whose fraction has trailing zeros: in units of 1e-8 t. */
export function parseAmount(text: string): bigint | undefined {
  return parseTonnage(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
}
