// Owns ending credits whose last day has passed, as anyone may; leaves what passed to the books and the act to the contract.

import type pg from 'pg';
import { runAs } from '../../core/db/identity.ts';
import { gatherExpired } from '../../core/db/reconciliation/books.ts';
import { type Repeated, timeAndAgain } from '../time-and-again.ts';
import type { Signing } from './types.ts';

const EVERY_MS = 10 * 60 * 1000;
const METHOD = 'expire';
/** By somebody else, which the index has not seen yet. */
const ENDED_ALREADY = 'NOT_LIVE';
const GAS = 30n * 10n ** 12n;
/** The others are still there at the next look. */
const MOST_AT_ONCE = 50;

export type ExpiringDeps = {
  /** Of the login `reconciler`, who sees whose credit it is. */
  pool: pg.Pool;
  contract_id: string;
  signing: Signing;
  now: () => Date;
  /** A call that the contract refused, or a look that failed; it is tried again. */
  onTrouble: (error: unknown) => void;
};

/** At once, and then time and again. */
export function keepExpiring(deps: ExpiringDeps): Repeated {
  const work = (stopped: AbortSignal) => expireDue(deps, stopped);
  return timeAndAgain({ every_ms: EVERY_MS, is_due_now: true, work, onTrouble: deps.onTrouble });
}

/** How many ended. A credit that no tenant here has is nobody's to pay for, and stays a finding. */
export async function expireDue(deps: ExpiringDeps, stopped?: AbortSignal): Promise<number> {
  const { pool, contract_id, signing, now } = deps;
  // Anyone may call it, and this account pays for no state.
  const account_id = signing.accountFor({ kind: 'custody' });
  if (account_id === undefined) return 0;
  const identity = { kind: 'anyone', actor: 'expiry' } as const;
  const due = await runAs(pool, { identity }, (trx) =>
    gatherExpired(trx, { contract_id, block_time: now().toISOString() }),
  );
  const ours = due.flatMap(({ token_id, tenant_id }) =>
    tenant_id === null ? [] : [{ token_id, tenant_id }],
  );
  let ended = 0;
  for (const { token_id, tenant_id } of ours.slice(0, MOST_AT_ONCE)) {
    if (stopped?.aborted) break;
    const outcome = await signing.call({
      tenant_id,
      purpose: `expire:${token_id}`,
      account_id,
      method: METHOD,
      args: { token_id },
      deposit: 0n,
      gas: GAS,
    });
    if (outcome.status === 'succeeded') ended += 1;
    if (outcome.status === 'failed' && outcome.code !== ENDED_ALREADY)
      deps.onTrouble(new Error(`${token_id} was not expired: ${outcome.message}`));
  }
  return ended;
}
