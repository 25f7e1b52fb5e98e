// Owns the ways to ask queries that are all known at once: inside a transaction, or with a memory for what may be a little old;
// leaves which rows they see to identity.ts.

import { CompiledQuery, type Transaction } from 'kysely';
import type { Query } from './identity.ts';
import type { DB } from './types.ts';

type Rows = Record<string, unknown>[];

export type Question = Query & {
  /** Says of an answer whether it may be given again for a while, to the same asker. */
  may_be_old?: (rows: Rows) => boolean;
};

/** The rows of each query, in the order of the queries. */
export type Ask = (queries: readonly Question[]) => Promise<Rows[]>;

/** As a part of a transaction that goes on: what it says is never old. */
export function askIn(trx: Transaction<DB>): Ask {
  return (queries) =>
    Promise.all(
      queries.map(async ({ sql, parameters }) => {
        const { rows } = await trx.executeQuery(CompiledQuery.raw(sql, [...parameters]));
        return rows as Rows;
      }),
    );
}

export type Memory = {
  /** Answers that are remembered are not asked again; all others are, together. */
  through(ask: Ask, about: { asker: string; now_ms: number }): Ask;
};

type Remembered = { rows: Rows; until_ms: number };

/** For all askers of a process. The oldest answer makes room for a new one. */
export function createMemory({ keep_ms, most }: { keep_ms: number; most: number }): Memory {
  const answers = new Map<string, Remembered>();
  const recall = (key: string, now_ms: number): Rows | undefined => {
    const known = answers.get(key);
    if (known === undefined || known.until_ms > now_ms) return known?.rows;
    answers.delete(key);
    return undefined;
  };
  const remember = (key: string, answer: Remembered): void => {
    answers.delete(key);
    answers.set(key, answer);
    const [oldest] = answers.keys();
    if (answers.size > most && oldest !== undefined) answers.delete(oldest);
  };
  return {
    through: (ask, { asker, now_ms }) => {
      return async (queries) => {
        const keys = queries.map(({ sql, parameters, may_be_old }) =>
          may_be_old === undefined ? undefined : JSON.stringify([asker, sql, parameters]),
        );
        const known = keys.map((key) => (key === undefined ? undefined : recall(key, now_ms)));
        const fresh = await ask(queries.filter((_query, index) => known[index] === undefined));
        return queries.map((query, index) => {
          const rows = known[index] ?? fresh.shift() ?? [];
          const key = keys[index];
          if (known[index] === undefined && key !== undefined && query.may_be_old?.(rows) === true) {
            remember(key, { rows, until_ms: now_ms + keep_ms });
          }
          return rows;
        });
      };
    },
  };
}
