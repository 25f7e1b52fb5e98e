// Owns who leads: one indexer for each contract, by locks of its connection; leaves what the leader writes to writer.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from './session.ts';

/** Standing by asks again so often. Waiting inside the server would hold back its vacuum for as long. */
const STANDBY_POLL_MS = 250;
/** First half of the locks' two numbers; the second follows from the contract. */
const LOCK_CLASS = 1_684_106_615;

/**
 * Takes the lock of every contract or waits. The locks belong to the connection that writes: whoever cannot write
 * any more leads no more, and there is no moment between the two.
 */
export async function takeLead(
  session: Session,
  options: { contracts: readonly string[]; signal: AbortSignal; on_standby: () => void },
): Promise<void> {
  // In one order everywhere, so that two that share some contracts do not each hold one.
  const contracts = [...options.contracts].sort();
  let is_told = false;
  for (;;) {
    options.signal.throwIfAborted();
    if (await tryLead(session, contracts)) return;
    if (!is_told) options.on_standby();
    is_told = true;
    await sleep(STANDBY_POLL_MS, undefined, { signal: options.signal });
  }
}

async function tryLead(session: Session, contracts: readonly string[]): Promise<boolean> {
  const taken: string[] = [];
  for (const contract of contracts) {
    const { rows } = await session.query<{ is_taken: boolean }>(
      'select pg_try_advisory_lock($1, hashtext($2)) as is_taken',
      [LOCK_CLASS, contract],
    );
    if (rows[0]?.is_taken === true) taken.push(contract);
    else {
      for (const held of taken) {
        await session.query('select pg_advisory_unlock($1, hashtext($2))', [LOCK_CLASS, held]);
      }
      return false;
    }
  }
  return true;
}
