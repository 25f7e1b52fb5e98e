// Owns the two ways to ask queries that are all known at once: inside a transaction, or alone under an identity; leaves which
// rows they see to identity.ts.

import { CompiledQuery, type Transaction } from 'kysely';
import type { Query } from './identity.ts';
import type { DB } from './types.ts';

/** The rows of each query, in the order of the queries. */
export type Ask = (queries: readonly Query[]) => Promise<Record<string, unknown>[][]>;

/** As a part of a transaction that goes on. */
export function askIn(trx: Transaction<DB>): Ask {
  return (queries) =>
    Promise.all(
      queries.map(async ({ sql, parameters }) => {
        const { rows } = await trx.executeQuery(CompiledQuery.raw(sql, [...parameters]));
        return rows as Record<string, unknown>[];
      }),
    );
}
