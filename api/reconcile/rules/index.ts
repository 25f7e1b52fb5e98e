// Owns the list of the rules that need the database alone and nothing of each other; leaves each to its file, serial-blocks.ts
// to gather.ts and the contract's own word to ../chain-views.ts.

import { creditRows, expiry, serialNumbers, sums, unknownTokens } from './books.ts';
import { samePlaces, sharedEvidence } from './evidence.ts';
import { history } from './indexing.ts';
import { contributions, custody, losses, pools, proofs, sagas } from './keeping.ts';
import { computed, consentUse, issuances, mintRights, unminted } from './mints.ts';
import { excess, unanswered } from './retirements.ts';
import { type AnyRule, asAnyRule } from './rule.ts';

export const RULES: readonly AnyRule[] = [
  asAnyRule(unanswered),
  asAnyRule(excess),
  asAnyRule(mintRights),
  asAnyRule(consentUse),
  asAnyRule(issuances),
  asAnyRule(unminted),
  asAnyRule(computed),
  asAnyRule(serialNumbers),
  asAnyRule(creditRows),
  asAnyRule(sums),
  asAnyRule(expiry),
  asAnyRule(unknownTokens),
  asAnyRule(sharedEvidence),
  asAnyRule(samePlaces),
  asAnyRule(custody),
  asAnyRule(contributions),
  asAnyRule(pools),
  asAnyRule(losses),
  asAnyRule(proofs),
  asAnyRule(sagas),
  asAnyRule(history),
];
