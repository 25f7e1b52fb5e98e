// Owns who asks, one transaction under one identity opened in one round trip, and a read that is one in all; leaves what it
// may see to migrations/.

import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Transaction,
  type TransactionSettings,
} from 'kysely';
import pg from 'pg';
import { prepareQueriesOf } from './prepared-queries.ts';
import type { DB } from './types.ts';

/**
 * A tenant needs a pool of the login `app`, an account one of `holder`, a registry one of `registry_reader`, the platform
 * one of `operator`. Anyone sees what `app` sees without a tenant, what is shared by all; of `visitor` what is public; and
 * of `prover` what a proof needs.
 */
export type Identity = (
  | { kind: 'tenant'; tenant_id: string }
  | { kind: 'account'; account_id: string }
  | { kind: 'registry'; registry_type: string; registry_name?: string }
  | { kind: 'platform' }
  | { kind: 'anyone' }
) & {
  /** Who is behind it, for the audit trail: `user:…`, `api_key:…`, `account:…`. */
  actor?: string;
  request_id?: string;
};

export type RunAsOptions = { identity: Identity; settings?: TransactionSettings };

/** Runs the work in one transaction that sees what the identity may see. The identity ends with it. */
export async function runAs<T>(
  pool: pg.Pool,
  options: RunAsOptions,
  work: (trx: Transaction<DB>) => Promise<T>,
): Promise<T> {
  const { isolationLevel, accessMode } = options.settings ?? {};
  let transaction = new Kysely<DB>({ dialect: new IdentityDialect(pool, options.identity) }).transaction();
  if (isolationLevel !== undefined) transaction = transaction.setIsolationLevel(isolationLevel);
  if (accessMode !== undefined) transaction = transaction.setAccessMode(accessMode);
  return transaction.execute(work);
}

/**
 * Queries that are all known at once and change nothing, in one transaction that sees what the identity may see. Begin,
 * identity, queries and commit leave together, so that a read costs one way to the database and not two. Should one fail,
 * PostgreSQL refuses all behind it, and the commit undoes the nothing that was done.
 */
export async function readAs(pool: pg.Pool, identity: Identity, queries: readonly Query[]): Promise<Rows[]> {
  const client = await prepareQueriesOf(pool).connect();
  const asked = [
    client.query('begin read only', []),
    client.query(SET_IDENTITY, identityParameters(identity)),
    ...queries.map(({ sql, parameters }) => client.query(sql, [...parameters])),
    client.query('commit', []),
  ];
  const answers = await Promise.allSettled(asked);
  const failed = answers.find((answer) => answer.status === 'rejected');
  client.release(failed !== undefined && !(failed.reason instanceof pg.DatabaseError));
  if (failed !== undefined) throw failed.reason;
  return answers
    .slice(BEFORE_QUERIES, -1)
    .map((answer) => (answer.status === 'fulfilled' ? (answer.value.rows as Rows) : []));
}

/** What is sent to PostgreSQL. */
export type Query = Pick<CompiledQuery, 'sql' | 'parameters'>;
type Rows = Record<string, unknown>[];

/** Begin and identity. */
const BEFORE_QUERIES = 2;

// All settings are set each time, the absent ones to '': an identity never inherits from another.
const SET_IDENTITY = `select set_config('app.current_tenant_id', $1, true),
  set_config('app.current_account_id', $2, true), set_config('app.current_registry_type', $3, true),
  set_config('app.current_registry_name', $4, true), set_config('app.current_actor', $5, true),
  set_config('app.current_request_id', $6, true)`;

function identityParameters(identity: Identity): string[] {
  return [
    identity.kind === 'tenant' ? identity.tenant_id : '',
    identity.kind === 'account' ? identity.account_id : '',
    identity.kind === 'registry' ? identity.registry_type : '',
    identity.kind === 'registry' ? (identity.registry_name ?? '') : '',
    identity.actor ?? '',
    identity.request_id ?? '',
  ];
}

// Neither has a state, and a transaction is opened for every request.
const COMPILER = new PostgresQueryCompiler();
const ADAPTER = new PostgresAdapter();

class IdentityDriver extends PostgresDriver {
  readonly #parameters: string[];
  #opened: Promise<{ failure?: unknown }> = Promise.resolve({});

  constructor(pool: pg.Pool, identity: Identity) {
    super({ pool: prepareQueriesOf(pool) });
    this.#parameters = identityParameters(identity);
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    // Nothing waits for an answer: on a pipelined connection begin, identity and the first query leave together, in
    // this order. If one of the first two is refused, the rest of the transaction is too, and it never commits.
    this.#opened = Promise.all([
      super.beginTransaction(connection, settings),
      connection.executeQuery(CompiledQuery.raw(SET_IDENTITY, this.#parameters)),
    ]).then(
      () => ({}),
      (failure: unknown) => ({ failure }),
    );
    // What a server may refuse is answered before anything is asked: settings, and the one character it has not.
    const is_plain = settings.isolationLevel === undefined && settings.accessMode === undefined;
    if (is_plain && !this.#parameters.some((parameter) => parameter.includes('\0'))) return;
    const { failure } = await this.#opened;
    if (failure === undefined) return;
    // Kysely rolls back only what it saw begin; this transaction must not go back to the pool half open.
    await connection.executeQuery(CompiledQuery.raw('rollback'));
    throw failure;
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const { failure } = await this.#opened;
    if (failure !== undefined) throw failure;
    await super.commitTransaction(connection);
  }

  override async destroy(): Promise<void> {
    // Nothing to do: the pool outlives the transaction and belongs to the caller.
  }
}

class IdentityDialect implements Dialect {
  readonly #pool: pg.Pool;
  readonly #identity: Identity;

  constructor(pool: pg.Pool, identity: Identity) {
    this.#pool = pool;
    this.#identity = identity;
  }

  createDriver(): IdentityDriver {
    return new IdentityDriver(this.#pool, this.#identity);
  }

  createQueryCompiler(): PostgresQueryCompiler {
    return COMPILER;
  }

  createAdapter(): PostgresAdapter {
    return ADAPTER;
  }

  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db);
  }
}
