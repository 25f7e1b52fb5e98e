// Owns how long chain and registries may differ before it is a finding: business days for each rule and registry; leaves the
// comparison to rules/.

import type { FindingCode } from './catalogue.ts';

type Graced = Extract<
  FindingCode,
  | 'BACKING_MISSING'
  | 'BACKING_SURPLUS'
  | 'REGISTRY_ISSUED_DIFFERS'
  | 'APPROVED_NOT_MINTED'
  | 'RETIRED_NOT_AT_REGISTRY'
  | 'ENDED_AT_REGISTRY'
  | 'BUFFER_CONTRIBUTION_MISSING'
  | 'REVERSAL_NOT_APPLIED'
>;

/** Isometric and Puro answer to an interface, the others to a person with a form. */
const QUICK = ['isometric', 'puro'];
const DAYS: Readonly<Record<Graced, { usual: number; quick: number }>> = {
  // Units are immobilised before the mint.
  BACKING_MISSING: { usual: 0, quick: 0 },
  BACKING_SURPLUS: { usual: 10, quick: 3 },
  REGISTRY_ISSUED_DIFFERS: { usual: 5, quick: 2 },
  APPROVED_NOT_MINTED: { usual: 10, quick: 10 },
  RETIRED_NOT_AT_REGISTRY: { usual: 10, quick: 3 },
  ENDED_AT_REGISTRY: { usual: 1, quick: 1 },
  BUFFER_CONTRIBUTION_MISSING: { usual: 5, quick: 5 },
  REVERSAL_NOT_APPLIED: { usual: 5, quick: 5 },
};

export const GRACED_CODES = Object.keys(DAYS) as readonly Graced[];

export function graceDays(code: Graced, registry_type: string | null): number {
  const { usual, quick } = DAYS[code];
  return registry_type !== null && QUICK.includes(registry_type) ? quick : usual;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const SATURDAY = 6;
const SUNDAY = 0;

/** The moment from which it counts: so many days of Monday to Friday later, in UTC. */
export function graceEnd(about: { code: Graced; registry_type: string | null; since: Date }): Date {
  const { code, registry_type, since } = about;
  let left = graceDays(code, registry_type);
  let at = since.getTime();
  while (left > 0) {
    at += DAY_MS;
    const day = new Date(at).getUTCDay();
    if (day !== SATURDAY && day !== SUNDAY) left -= 1;
  }
  return new Date(at);
}
