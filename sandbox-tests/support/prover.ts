// Owns keeping proofs for a spec as the product does; leaves what they prove to the specs.

import type { ExecutionContext } from 'ava';
import type { KeeperDeps } from '../../api/proofs/keeper-deps.ts';
import { proveAlways } from '../../api/proofs/prove-always.ts';
import { createPool } from '../../core/db/pool.ts';
import type { TestDatabase } from './database.ts';

const EVERY_MS = 100;

export function startProver(
  t: Pick<ExecutionContext, 'teardown'>,
  about: { database: TestDatabase; chain: KeeperDeps['chain']; onTrouble: (error: unknown) => void },
): void {
  const { database, chain, onTrouble } = about;
  const pool = createPool({ url: database.urlFor('prover'), max: 2, on_idle_error: onTrouble });
  t.teardown(() => pool.end());
  const proving = proveAlways({
    pool,
    chain,
    now: () => new Date(),
    log: () => undefined,
    onTrouble,
    every_ms: EVERY_MS,
  });
  t.teardown(() => proving.stop());
}
