// Owns what a rule is: which findings it can make, what it gathers in the run's snapshot, and the comparison that needs nothing but
// what was gathered; leaves the rules to the files beside it.

import type { Transaction } from 'kysely';
import type { Cursor } from '../../../core/db/reconciliation/indexing.ts';
import type { DB } from '../../../core/db/types.ts';
import type { FindingCode } from '../catalogue.ts';
import type { Outcome } from '../finding.ts';

export type Scene = {
  contract_id: string;
  cursor: Cursor;
  now: Date;
};

export type Rule<Gathered = never> = {
  codes: readonly FindingCode[];
  gather(trx: Transaction<DB>, scene: Scene): Promise<Gathered>;
  /** Pure. */
  compare(gathered: Gathered, scene: Scene): Outcome;
};

/** A rule whose halves fit each other, for the list of all. */
export type AnyRule = {
  codes: readonly FindingCode[];
  /** Gathers, and gives the comparison that is left to do. */
  look(trx: Transaction<DB>, scene: Scene): Promise<() => Outcome>;
};

export function asAnyRule<Gathered>(rule: Rule<Gathered>): AnyRule {
  return {
    codes: rule.codes,
    look: async (trx, scene) => {
      const gathered = await rule.gather(trx, scene);
      return () => rule.compare(gathered, scene);
    },
  };
}

/** Beyond so many of one kind nobody reads on; the run says that there are more. */
export const MAX_OF_A_KIND = 20_000;
