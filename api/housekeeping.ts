// Owns removing what has expired and keeping the months ahead ready, while the API runs; leaves the rows to the database's
// own functions.

import type pg from 'pg';
import { ensurePartitions, forgetExpired } from '../core/db/housekeeping.ts';
import { type Repeated, timeAndAgain } from './time-and-again.ts';

const EVERY_MS = 10 * 60 * 1000;
/** Of each kind in one transaction: few enough that nobody waits for it. */
const AT_ONCE = 1_000;
/** What is left after so many is left to the next time. */
const MAX_ROUNDS = 50;

export function startHousekeeping(deps: {
  pool: pg.Pool;
  now: () => Date;
  log: (error: unknown) => void;
}): Repeated {
  return timeAndAgain({ every_ms: EVERY_MS, work: () => keepHouse(deps), onTrouble: deps.log });
}

export async function keepHouse({ pool, now }: { pool: pg.Pool; now: () => Date }): Promise<void> {
  await ensurePartitions(pool);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const forgotten = await forgetExpired(pool, { before: now(), most: AT_ONCE });
    if (forgotten < AT_ONCE) return;
  }
}
