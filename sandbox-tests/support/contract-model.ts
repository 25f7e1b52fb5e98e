// Owns a plain picture of what the contract must hold: credits, owners, approvals, consents, totals; leaves when it changes to contract-rules.ts.
import { createHash } from 'node:crypto';
import type { Feature } from '../../contracts/credit/event-types.ts';

export type ModelStatus =
  | 'live'
  | 'retired'
  | 'invalidated'
  | 'divided'
  | 'merged'
  | 'redeemed'
  | 'cancelled'
  | 'expired';

export interface ModelCredit {
  status: ModelStatus;
  /** The last one, once it is gone. */
  owner_id: string;
  units: bigint;
  unit: bigint;
  registry: string;
  project_id: string;
  vintage_year: number;
  origin: string;
  /** By its own flag. */
  is_impaired: boolean;
  serial_start: bigint;
  expires_on: string;
  approvals: Map<string, number>;
  next_approval_id: number;
  retirement: ModelRetirement | null;
}

export interface ModelRetirement {
  retirer_id: string;
  hidden: { beneficiary: string; salt: string } | null;
  is_revealed: boolean;
  confirmations: string[];
  is_refused: boolean;
}

export interface ModelConsent {
  registry: string;
  remaining: bigint;
  is_withdrawn: boolean;
}

export const BUCKETS = ['minted', 'active', 'impaired', 'retired', 'invalidated', 'void', 'expired'] as const;
export type Totals = Record<(typeof BUCKETS)[number], { count: number; units: bigint }>;

export class ContractModel {
  /** By hash, every one ever used. */
  readonly credits = new Map<string, ModelCredit>();
  readonly impaired_origins = new Set<string>();
  readonly consents = new Map<string, ModelConsent>();
  readonly paused = new Set<Feature>();
  /** In the order in which they came. */
  readonly retired: string[] = [];

  live(): [hash: string, credit: ModelCredit][] {
    return [...this.credits].filter(([, { status }]) => status === 'live');
  }

  isImpaired({ is_impaired, origin }: ModelCredit): boolean {
    return is_impaired || this.impaired_origins.has(origin);
  }

  /** Counted afresh from the credits themselves: nothing is carried on from step to step. */
  totals(counts: (credit: ModelCredit) => boolean = () => true): Totals {
    const totals = Object.fromEntries(BUCKETS.map((name) => [name, { count: 0, units: 0n }])) as Totals;
    const add = (name: keyof Totals, units: bigint) => {
      totals[name].count += 1;
      totals[name].units += units;
    };
    for (const [hash, credit] of this.credits) {
      if (!counts(credit)) continue;
      if (credit.origin === hash) add('minted', credit.units);
      const bucket = this.bucketOf(credit);
      if (bucket !== null) add(bucket, credit.units);
    }
    return totals;
  }

  private bucketOf(credit: ModelCredit): keyof Totals | null {
    const { status } = credit;
    if (status === 'live') return this.isImpaired(credit) ? 'impaired' : 'active';
    if (status === 'divided' || status === 'merged') return null;
    return status === 'redeemed' || status === 'cancelled' ? 'void' : status;
  }
}

// Written out here a second time, from the documented rule, and not shared with the contract.

export function childHash({
  parent,
  index,
  units,
}: {
  parent: string;
  index: number;
  units: bigint;
}): string {
  return sha256(`dmrv:split:1\n${parent}\n${index}\n${units}`);
}

export function mergedHash({ origin, parents }: { origin: string; parents: readonly string[] }): string {
  return sha256(`dmrv:merge:1\n${origin}\n${parents.join(',')}`);
}

export function commitmentOf({ beneficiary, salt }: { beneficiary: string; salt: string }): string {
  return sha256(
    Buffer.concat([Buffer.from('dmrv:beneficiary:1\n'), Buffer.from(salt, 'hex'), Buffer.from(beneficiary)]),
  );
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
