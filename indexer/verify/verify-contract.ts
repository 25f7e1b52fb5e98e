// Owns comparing rows with the contract's views at their height; leaves reading the rows to write/ and the views to contract-views.ts.

import { registryId } from '../projectors/registry-id.ts';
import type { ConsentRow, RetirementRow, TokenRow } from '../projectors/rows.ts';
import type { Difference } from './compare.ts';
import { compareConsent, compareRetirement, compareToken } from './compare-rows.ts';
import { type ContractViews, HeightUnavailable } from './contract-views.ts';
import { compareSupply, type Supply } from './supply.ts';

/** Rows of one contract as they stood behind the height at which the views are asked: all of them, or a sample. */
export interface VerifiedRows {
  tokens: readonly TokenRow[];
  retirements: readonly RetirementRow[];
  consents: readonly ConsentRow[];
  /** Over all tokens, whatever the sample; null where it was compared before. */
  supply: Supply | null;
}

export type Verification =
  | {
      kind: 'checked';
      tokens: number;
      retirements: number;
      consents: number;
      /** At most MAX_DIFFERENCES; `is_cut` where there may be more. */
      differences: Difference[];
      is_cut: boolean;
    }
  /** The node does not answer for that height. */
  | { kind: 'not_checked'; reason: string };

/** Behind so many nobody reads on, and something is wrong as a whole. */
export const MAX_DIFFERENCES = 1_000;
/** Public nodes bound requests a second. */
const VIEWS_AT_ONCE = 8;

type Check = () => Promise<Difference[]>;

export async function verifyAgainstContract(views: ContractViews, rows: VerifiedRows): Promise<Verification> {
  const { tokens, retirements, consents, supply } = rows;
  const checks: Check[] = [
    ...(supply === null ? [] : [async () => compareSupply(supply, await views.view('supply', {}))]),
    ...tokens.map(
      (row): Check =>
        async () =>
          compareToken(row, await views.view('credit', { mrv_hash: row.token_id })),
    ),
    ...retirements.map(
      (row): Check =>
        async () =>
          compareRetirement(row, await views.view('retirement', { token_id: row.token_id })),
    ),
    ...consents.map(
      (row): Check =>
        async () => {
          const { consent_ref } = row;
          return compareConsent(row, await views.view('consent', { registry: registryId(row), consent_ref }));
        },
    ),
  ];
  try {
    const differences = await runAll(checks);
    return {
      kind: 'checked',
      tokens: tokens.length,
      retirements: retirements.length,
      consents: consents.length,
      differences: differences.slice(0, MAX_DIFFERENCES),
      is_cut: differences.length >= MAX_DIFFERENCES,
    };
  } catch (error) {
    if (error instanceof HeightUnavailable) return { kind: 'not_checked', reason: error.message };
    throw error;
  }
}

/** In their order whatever comes first; stops at enough differences. */
async function runAll(checks: readonly Check[]): Promise<Difference[]> {
  const found: Difference[] = [];
  for (let from = 0; from < checks.length && found.length < MAX_DIFFERENCES; from += VIEWS_AT_ONCE) {
    const answers = await Promise.all(checks.slice(from, from + VIEWS_AT_ONCE).map((check) => check()));
    found.push(...answers.flat());
  }
  return found;
}
