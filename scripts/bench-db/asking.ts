// Owns what the identity of a request costs; leaves setting it to core/db/identity.ts.

import { type Kysely, sql } from 'kysely';
import type pg from 'pg';
import { type Identity, runAs } from '../../core/db/identity.ts';
import { createDatabase, createPool } from '../../core/db/pool.ts';
import type { DB } from '../../core/db/types.ts';
import { type Comparison, compare, time } from '../bench/measure.ts';
import type { Holding } from './rows.ts';

export const CONNECTIONS = 8;
const MS_PER_SECOND = 1000;

export type AskingOptions = {
  /** The way in of the login `app`. */
  url: string;
  /** Credits of one tenant. */
  holdings: readonly [Holding, ...Holding[]];
  questions: number;
  rounds: number;
};

export type Asking = {
  /** a: runAs, b: a plain query whose session has had the identity from its start. Queries a second. */
  helper: Comparison;
  /** a: Kysely's transaction and a set_config of its own, b: as above. */
  naive: Comparison;
  /** a: runAs, b: the plain query, but prepared too. It says what the transaction costs once nothing is planned. */
  prepared: Comparison;
};

export async function compareAsking({ url, holdings, questions, rounds }: AskingOptions): Promise<Asking> {
  const { tenant_id } = holdings[0];
  const identity: Identity = { kind: 'tenant', tenant_id };
  const pool = createPool({ url, max: CONNECTIONS, on_idle_error: ignore });
  const identified = createPool({ url, max: CONNECTIONS, on_idle_error: ignore });
  identified.on('connect', (client) => setForSession(client, tenant_id));
  const [db, plain_db] = [createDatabase(pool), createDatabase(identified)];
  const measure = (ask: (credit_id: string) => Promise<unknown>) => () =>
    measureRate({ ask, holdings, questions });
  const text = selectCredit(plain_db, '').compile().sql;
  const plain = measure((credit_id) => getCredit(plain_db, credit_id));
  try {
    const helper = await compare({
      a: measure((credit_id) => runAs(pool, { identity }, (trx) => getCredit(trx, credit_id))),
      b: plain,
      rounds,
    });
    const naive = await compare({
      a: measure((credit_id) =>
        db.transaction().execute(async (trx) => {
          await sql`select set_config('app.current_tenant_id', ${tenant_id}, true)`.execute(trx);
          return getCredit(trx, credit_id);
        }),
      ),
      b: plain,
      rounds,
    });
    const prepared = await compare({
      a: measure((credit_id) => runAs(pool, { identity }, (trx) => getCredit(trx, credit_id))),
      b: measure((credit_id) => identified.query({ name: 'credit', text, values: [credit_id] })),
      rounds,
    });
    return { helper, naive, prepared };
  } finally {
    await pool.end();
    await identified.end();
  }
}

// Sent before the first question of the connection, and so answered before it.
function setForSession(client: pg.PoolClient, tenant_id: string): void {
  client.query(`select set_config('app.current_tenant_id', $1, false)`, [tenant_id]).catch(rethrow);
}

function getCredit(db: Kysely<DB>, credit_id: string): Promise<unknown> {
  return selectCredit(db, credit_id).executeTakeFirstOrThrow();
}

function selectCredit(db: Kysely<DB>, credit_id: string) {
  return db.selectFrom('credit.credits').selectAll().where('credit_id', '=', credit_id);
}

async function measureRate(about: {
  ask: (credit_id: string) => Promise<unknown>;
  holdings: readonly [Holding, ...Holding[]];
  questions: number;
}): Promise<number> {
  const { ask, holdings, questions } = about;
  let asked = 0;
  const ms = await time(() =>
    Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        while (asked < questions) {
          const holding = holdings[asked++ % holdings.length] ?? holdings[0];
          await ask(holding.credit_id);
        }
      }),
    ),
  );
  return (questions * MS_PER_SECOND) / ms;
}

// A connection that breaks while nobody uses it fails the query that needs it; the server's own end breaks all.
const ignore = (): undefined => undefined;

function rethrow(error: Error): never {
  throw error;
}
