// Owns what keeping proofs needs of the outside, and under which identity it works; leaves the work to keep-proofs.ts and
// make-bundle.ts.

import type { Transaction } from 'kysely';
import type pg from 'pg';
import { runAs } from '../../core/db/identity.ts';
import type { DB } from '../../core/db/types.ts';
import type { Services } from '../services.ts';

export type KeeperDeps = {
  /** Of the login `prover`. */
  pool: pg.Pool;
  chain: Services['chain'];
  now: () => Date;
  log: (line: string, facts: object) => void;
};

export function inOneGo<T>({ pool }: Pick<KeeperDeps, 'pool'>, work: (trx: Transaction<DB>) => Promise<T>) {
  return runAs(pool, { identity: { kind: 'platform', actor: 'prover' } }, work);
}
