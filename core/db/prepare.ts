// Owns the way from a bare server to a migrated database; leaves the server itself to core/postgres.
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { DmrvError } from '../errors/index.ts';
import { ensureRoles, LOGINS, OWNER_ROLE, roleName } from './logins.ts';
import { migrateToLatest } from './migrate.ts';
import { withClient } from './with-client.ts';

export type PrepareOptions = {
  /** A connection that may create roles and databases; its database is only used to start from. */
  admin_url: string;
  database: string;
  login_secret: string;
  log?: (line: string) => void;
};

/** The first release with uuidv7 and virtual generated columns, both of which the schema uses. */
export const OLDEST_SERVER_VERSION = 180000;

/** Safe to call again: a prepared database is only brought up to date. */
export async function prepareDatabase(options: PrepareOptions): Promise<void> {
  const { admin_url, database, login_secret, log = () => undefined } = options;
  const url = databaseUrl(admin_url, database);
  await withClient(admin_url, async (admin) => {
    await assertServerVersion(admin);
    // Processes may start at the same time, and PostgreSQL refuses grants on one object at once. The lock ends with
    // the connection; the migrations have one of their own.
    await admin.query(`select pg_advisory_lock(hashtextextended('dmrv-near prepare', 0))`);
    await ensureRoles(admin, login_secret);
    await ensureDatabase(admin, database);
    await openDatabaseToRoles(admin, database);
    await withClient(url, (target) => target.query(`grant create on schema public to ${OWNER_ROLE}`));
  });
  const db = openOwner(url);
  try {
    const results = await migrateToLatest(db);
    for (const result of results) log(`migrated ${result.migrationName}`);
    // At every start, so that a process that runs for months is the only one that needs a calendar for it.
    await sql`select app.ensure_partitions()`.execute(db);
  } finally {
    await db.destroy();
  }
}

/** A Kysely over one connection that has become the owner: for migrations and the seed, never for requests. */
export function openOwner<Tables>(url: string): Kysely<Tables> {
  const pool = new pg.Pool({ connectionString: url, max: 1, options: `-c role=${OWNER_ROLE}` });
  // Nothing is lost by not listening closer: a broken connection fails the query that needs it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

export function databaseUrl(admin_url: string, database: string): string {
  const url = new URL(admin_url);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

async function assertServerVersion(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ number: string; version: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
  );
  const found = rows[0];
  if (found === undefined || Number(found.number) < OLDEST_SERVER_VERSION) {
    throw new DmrvError('DATABASE_VERSION_UNSUPPORTED', {
      facts: { found: found?.version ?? 'of an unknown version', needed: '18 or newer' },
    });
  }
}

async function ensureDatabase(admin: pg.Client, database: string): Promise<void> {
  const found = await admin.query('select 1 from pg_database where datname = $1', [database]);
  if (found.rowCount === 0) await admin.query(`create database ${pg.escapeIdentifier(database)}`);
}

/**
 * Nobody but our roles connects; only the owner creates. The extensions are trusted ones, so the owner may. A clone of
 * a database does not inherit these grants.
 */
export async function openDatabaseToRoles(admin: pg.ClientBase, database: string): Promise<void> {
  const name = pg.escapeIdentifier(database);
  await admin.query(`revoke all on database ${name} from public`);
  await admin.query(`grant create, connect, temporary on database ${name} to ${OWNER_ROLE}`);
  await admin.query(`grant connect on database ${name} to ${LOGINS.map(roleName).join(', ')}`);
}
