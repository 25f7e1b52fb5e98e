// Owns the whole list of cases written by hand; leaves them to one file for each part of the data model.

import type { Case } from './case.ts';
import { bufferCases } from './cases-buffers.ts';
import { callerCases } from './cases-callers.ts';
import { chainCases } from './cases-chain.ts';
import { creditCases } from './cases-credits.ts';
import { evidenceCases } from './cases-evidence.ts';
import { peopleCases } from './cases-people.ts';
import { processCases } from './cases-processes.ts';
import { reconciliationCases } from './cases-reconciliation.ts';
import { registryCases } from './cases-registry.ts';

export const CASES: readonly Case[] = [
  ...peopleCases,
  ...callerCases,
  ...evidenceCases,
  ...registryCases,
  ...creditCases,
  ...bufferCases,
  ...processCases,
  ...reconciliationCases,
  ...chainCases,
];
