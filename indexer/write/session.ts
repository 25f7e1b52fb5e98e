// Owns one connection for all that is written: its prepared statements, its order, its end; leaves what is said to the files beside it.

import pg from 'pg';
import type { OWNER_ROLE } from '../../core/db/logins.ts';
import { createClient } from '../../core/db/pool.ts';
import { nameQuery } from '../../core/db/prepared-queries.ts';
import { fromDatabaseError } from '../../core/errors/index.ts';

/** How soon the server looks whether we are still there while it works for us: a standby waits for it. */
const CLIENT_CHECK_MS = 1_000;

// A machine that dies says no farewell: without these its lock would stand for hours.
const SESSION = `select set_config('client_connection_check_interval', '${CLIENT_CHECK_MS}', false),
  set_config('tcp_keepalives_idle', '2', false), set_config('tcp_keepalives_interval', '1', false),
  set_config('tcp_keepalives_count', '3', false)`;

export interface Session {
  /**
   * Statements leave in the order of the calls, without waiting for each other's answers. Values make it a prepared
   * one; a text without values is planned each time.
   */
  query<Row extends pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
  readonly is_broken: boolean;
  close(): Promise<void>;
}

/** As the login of the URL, or as the owner of all tables, where the login may become it. */
export async function openSession(url: string, role?: typeof OWNER_ROLE): Promise<Session> {
  let is_broken = false;
  const note = (): void => {
    is_broken = true;
  };
  const client = createClient({ url, on_error: note });
  client.on('end', note);
  const query = <Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<Row>> => {
    const name = values.length > 0 ? nameQuery(text) : undefined;
    return client.query<Row>({ text, values: [...values], ...(name === undefined ? {} : { name }) });
  };
  const session: Session = {
    query,
    get is_broken() {
      return is_broken;
    },
    close: () => client.end(),
  };
  try {
    await client.connect();
    await query(SESSION);
    if (role !== undefined) await query(`set role ${role}`);
  } catch (error) {
    await session.close();
    throw fromDatabaseError(error);
  }
  return session;
}

/** One transaction. Its work must have had all its answers when it ends; only then is it committed. */
export async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const begun = session.query('begin');
  // The first statements of the work leave with it; whatever fails there fails the work as well.
  begun.catch(() => undefined);
  try {
    const result = await work();
    await begun;
    const { command } = await session.query('commit');
    if (command !== 'COMMIT') throw new pg.DatabaseError('The transaction was rolled back.', 0, 'error');
    return result;
  } catch (error) {
    if (!session.is_broken) await session.query('rollback').catch(() => undefined);
    throw error;
  }
}
