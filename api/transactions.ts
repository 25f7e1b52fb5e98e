// Owns the transactions of one request, each under the identity of its caller; leaves what they see to row security.

import { sql, type Transaction } from 'kysely';
import type { Ask, Memory } from '../core/db/ask.ts';
import { readAs, runAs } from '../core/db/identity.ts';
import { type NewOperatorRead, recordOperatorRead } from '../core/db/operator-reads.ts';
import type { DB } from '../core/db/types.ts';
import { DmrvError } from '../core/errors/index.ts';
import { actorOf, type Caller, identityOf, visitorOf } from './caller.ts';
import type { ApiPools } from './pools.ts';
import type { RouteWords } from './route.ts';

export type Transact = <T>(work: (trx: Transaction<DB>) => Promise<T>) => Promise<T>;

export type Transactions = {
  transact: Transact;
  ask: Ask;
  transactFor<T>(tenant_id: string, work: (trx: Transaction<DB>) => Promise<T>): Promise<T>;
};

export function openTransactions(about: {
  pools: ApiPools;
  caller: Caller;
  request_id: string;
  route: Pick<RouteWords, 'isolation' | 'is_public'>;
  memory: Memory;
  now: Date;
}): Transactions {
  const { pools, caller, request_id, route, memory, now } = about;
  const { login, identity } = route.is_public === true ? visitorOf(caller) : identityOf(caller);
  const settings = route.isolation === undefined ? {} : { isolationLevel: route.isolation };
  return {
    transact: (work) =>
      runAs(poolFor(pools, login), { identity: { ...identity, request_id }, settings }, work),
    ask: memory.through((queries) => readAs(poolFor(pools, login), { ...identity, request_id }, queries), {
      asker: eyesOf({ login, identity }),
      now_ms: now.getTime(),
    }),
    transactFor: (tenant_id, work) => {
      if (caller.kind !== 'operator') {
        throw new DmrvError('FORBIDDEN', { facts: { rule: 'only operators act for a tenant' } });
      }
      const acting = { kind: 'tenant', tenant_id, actor: actorOf(caller), request_id } as const;
      return runAs(pools.app, { identity: acting, settings }, work);
    },
  };
}

/** Those who have the same see the same rows. */
function eyesOf({ login, identity }: ReturnType<typeof identityOf>): string {
  const { actor, request_id, ...seeing } = identity;
  return JSON.stringify([login, seeing]);
}

/**
 * A transaction inside the one that a request has under its idempotency key: work that throws leaves nothing behind
 * here too, so that a handler which goes on after it finds the same as without a key. One at a time.
 */
export function joining(trx: Transaction<DB>): Transact {
  return async (work) => {
    await sql`savepoint joined`.execute(trx);
    try {
      const made = await work(trx);
      await sql`release savepoint joined`.execute(trx);
      return made;
    } catch (error) {
      await sql`rollback to savepoint joined`.execute(trx);
      throw error;
    }
  };
}

/** Stands and is committed before the operator is shown anything. */
export async function recordRead(
  { transact }: Pick<Transactions, 'transact'>,
  read: NewOperatorRead,
): Promise<void> {
  await transact((trx) => recordOperatorRead(trx, read));
}

function poolFor(pools: ApiPools, login: string): ApiPools[keyof ApiPools] {
  const found = Object.entries(pools).find(([name]) => name === login)?.[1];
  if (found === undefined) throw new Error(`The API has no connections for the login ${login}.`);
  return found;
}
