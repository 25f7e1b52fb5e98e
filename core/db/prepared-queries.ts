// Owns preparing a connection's queries once instead of planning each anew; leaves whose rows they see to identity.ts.
import { Writable } from 'node:stream';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';

/**
 * So many different queries are prepared, in the order of their first use; any further is planned each time. Each
 * connection keeps them all, and a query that is made up at run time must not fill it.
 */
export const PREPARED_QUERIES = 500;

/** PostgreSQL says so when a table was altered under a prepared query: the connection can never run it again. */
const RESULT_TYPE_CHANGED = '0A000';

/**
 * The pool for Kysely. Parsing and planning cost more than half of a small query, and as much as the transaction
 * around it (docs/performance.md). A query without parameters may hold several statements, so it is left as it is.
 */
export function prepareQueriesOf(pool: pg.Pool): PostgresPool {
  return {
    connect: async () => {
      const client = await pool.connect();
      joinWrites(client);
      return prepareQueriesOn(client);
    },
    end: () => pool.end(),
    options: pool.options,
    // Of the same kind as the pool's own: Kysely cancels a query over a second connection.
    Client: Reflect.get(pool, 'Client'),
  };
}

/** The same query has the same name on every connection. */
export function nameQuery(text: string, names: Map<string, string> = NAMES): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= PREPARED_QUERIES) return known;
  const name = `q${names.size}`;
  names.set(text, name);
  return name;
}

const NAMES = new Map<string, string>();

function prepareQueriesOn(client: pg.PoolClient): PostgresPoolClient {
  let is_stale = false;
  const noteStale = (error: unknown): never => {
    if (error instanceof pg.DatabaseError && error.code === RESULT_TYPE_CHANGED) is_stale = true;
    throw error;
  };
  const query = (text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> => {
    const name = values.length > 0 ? nameQuery(text) : undefined;
    const config = { text, values: [...values] };
    return client.query(name === undefined ? config : { ...config, name }).catch(noteStale);
  };
  // A connection that breaks while it is lent out says so to whoever listens, and to the process where nobody does. Its
  // queries fail with the same error, which is where it is told.
  client.on('error', ignore);
  // Kysely cancels a query by this number; it is set once the connection stands.
  const process_id: unknown = Reflect.get(client, 'processID');
  return {
    // Kysely's other form, a cursor, needs a setting that nobody here gives.
    query: query as unknown as PostgresPoolClient['query'],
    release: (is_broken) => {
      client.off('error', ignore);
      client.release(is_broken === true || is_stale);
    },
    ...(typeof process_id === 'number' ? { processID: process_id } : {}),
  };
}

const ignore = (): undefined => undefined;

// What is asked in one turn of the loop leaves in one write: each costs as much as all our own work for a query.
// Where pg keeps its socket is its own affair, so without one there are only more writes.
function joinWrites(client: pg.PoolClient): void {
  const socket: unknown = Reflect.get(Object(Reflect.get(client, 'connection')), 'stream');
  if (!(socket instanceof Writable)) return;
  socket.cork();
  process.nextTick(() => socket.uncork());
}
