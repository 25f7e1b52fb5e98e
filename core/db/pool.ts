// Owns connections and how PostgreSQL's values reach TypeScript; leaves identity to identity.ts.
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { DB } from './types.ts';

export type PoolOptions = {
  url: string;
  /** How many connections at most; the database's own limit is shared by all processes. */
  max: number;
  /** Told of a connection that broke while idle. Without a listener such an error would end the process. */
  on_idle_error: (error: Error) => void;
};

/** Requests wait this long for a connection before they fail; longer hides an overloaded database. */
const CONNECT_TIMEOUT_MS = 10_000;

// The parsers below rely on the first two. A login may change its own search path; here that has no say. The
// server's own page cost of 4 is a spinning disk's: it would sort rows where an index has them in order.
const SESSION_SETTINGS = '-c timezone=UTC -c datestyle=ISO -c search_path=public -c random_page_cost=1.1';

export function createPool(options: PoolOptions): pg.Pool {
  const { url, max } = options;
  const pool = new pg.Pool({ ...connectionOf(url), max });
  pool.on('error', options.on_idle_error);
  // The pool hears a connection while it is idle only. Whoever holds one that breaks is told by the next query, and the
  // pool does not take it back; without a listener the event alone would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** One connection of the same kind, not open yet, for work that must not move to another. */
export function createClient(options: { url: string; on_error: (error: Error) => void }): pg.Client {
  const client = new pg.Client(connectionOf(options.url));
  client.on('error', options.on_error);
  return client;
}

function connectionOf(url: string) {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Several statements may be on their way at once: BEGIN and the identity share one round trip.
    pipeline: true,
    options: SESSION_SETTINGS,
    types: { getTypeParser },
  };
}

/** Queries outside any identity: global tables and the chain. Tenant rows need runAs of identity.ts. */
export function createDatabase(pool: pg.Pool): Kysely<DB> {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}

const TIMESTAMPTZ = pg.types.builtins.TIMESTAMPTZ;
const DATE = pg.types.builtins.DATE;
const FLOATS: ReadonlySet<number> = new Set([pg.types.builtins.FLOAT4, pg.types.builtins.FLOAT8]);

// numeric and bigint arrive as strings already. Times keep their microseconds, which a Date would lose, and dates
// stay days without a zone. Floats are refused: nothing in the schema is one, so it would be a query's mistake.
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === TIMESTAMPTZ) return toIsoTimestamp;
  if (oid === DATE) return (value) => value;
  if (FLOATS.has(oid)) return refuseFloat;
  return format === 'binary'
    ? pg.types.getTypeParser(oid, 'binary')
    : (pg.types.getTypeParser(oid, 'text') as (value: string) => unknown);
}

/** '2026-01-02 03:04:05.678901+00' becomes '2026-01-02T03:04:05.678901Z'. */
export function toIsoTimestamp(value: string): string {
  const parts = /^(\d{4,})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)\+00$/.exec(value);
  if (parts === null) {
    throw new RangeError(`The database sent "${value}" as a time; a UTC time of our era is expected.`);
  }
  return `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}Z`;
}

function refuseFloat(value: string): never {
  throw new TypeError(`A query returned the float ${value}; cast it to numeric, tonnes are never floats.`);
}
