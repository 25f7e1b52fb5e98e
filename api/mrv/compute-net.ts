// Owns the arithmetic of a computation: exact parts that add up to the net; leaves storing it to core/db.

import { formatTonnage, parseTonnage } from '../../core/credit/tonnage.ts';
import { invalid } from '../acting.ts';

export type Parts = {
  gross_removal: string;
  baseline_emissions: string;
  project_emissions: string;
  leakage_deduction: string;
  buffer_deduction: string;
  net_removal?: string | undefined;
  uncertainty_lower?: string | undefined;
  uncertainty_upper?: string | undefined;
};

const DEDUCTIONS = [
  'baseline_emissions',
  'project_emissions',
  'leakage_deduction',
  'buffer_deduction',
] as const;

/** In exact decimals; a net that was given must be this one, and none may lie below zero. */
export function computeNet(parts: Parts): string {
  const net = DEDUCTIONS.reduce((rest, name) => rest - read(parts[name]), read(parts.gross_removal));
  if (net < 0n) throw invalid('the deductions are not more than gross_removal', 'body.gross_removal');
  const written = formatTonnage(net);
  if (parts.net_removal !== undefined && parts.net_removal !== written) {
    throw invalid(`net_removal is gross less all deductions, which is ${written}`, 'body.net_removal');
  }
  const { uncertainty_lower: lower, uncertainty_upper: upper } = parts;
  if (lower !== undefined && upper !== undefined && read(lower) > read(upper)) {
    throw invalid('uncertainty_lower is not above uncertainty_upper', 'body.uncertainty_lower');
  }
  return written;
}

function read(text: string): bigint {
  const units = parseTonnage(text);
  if (units === undefined) throw invalid(`"${text}" is a tonnage`);
  return units;
}
