// Owns that an operator may do for a tenant what the tenant itself may, inside that tenant; leaves what is done to the routes.

import type { Transaction } from 'kysely';
import type { DB } from '../core/db/types.ts';
import { DmrvError } from '../core/errors/index.ts';
import type { Caller } from './caller.ts';

type Acting = {
  caller: Caller;
  transact<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T>;
  transactFor<T>(tenant_id: string, work: (trx: Transaction<DB>) => Promise<T>): Promise<T>;
};

/** The work runs under the identity of the tenant whose row it is: the caller's own, or the one an operator acts for. */
export async function actInTenantOf<T>(
  { caller, transact, transactFor }: Acting,
  about: {
    what: string;
    id: string;
    find: (trx: Transaction<DB>) => Promise<{ tenant_id: string } | undefined>;
  },
  work: (trx: Transaction<DB>) => Promise<T>,
): Promise<T> {
  if (caller.kind !== 'operator') return transact(work);
  const { tenant_id } = present(await transact(about.find), about);
  return transactFor(tenant_id, work);
}

/** What was looked for by its id, or a 404 that is the same for what is another's and what is not there. */
export function present<Row>(found: Row | undefined, about: { what: string; id: string }): Row {
  const { what, id } = about;
  if (found === undefined) throw new DmrvError('NOT_FOUND', { facts: { what, id } });
  return found;
}

/** A refusal of something that the body or the query says. */
export function invalid(rule: string, path?: string): DmrvError {
  return new DmrvError('VALIDATION_FAILED', { facts: path === undefined ? { rule } : { rule, path } });
}

export function conflict(rule: string): DmrvError {
  return new DmrvError('CONFLICT', { facts: { rule } });
}
