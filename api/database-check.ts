// Owns asking the database whether it answers; leaves every other query to core/db.

import pg from 'pg';

const CONNECT_TIMEOUT_MS = 2_000;
const ANSWER_TIMEOUT_MS = 2_000;
const IDLE_TIMEOUT_MS = 10_000;

export type DatabaseCheck = {
  // Rejects when the database does not answer in time.
  check(): Promise<void>;
};

export type OpenDatabaseCheck = DatabaseCheck & { close(): Promise<void> };

// A connection of its own, so that busy requests do not make a healthy database look dead.
export function openDatabaseCheck(options: { url: string; log: (line: string) => void }): OpenDatabaseCheck {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    application_name: 'dmrv-near health',
  });
  // Without a listener, a server that ends while a connection idles would end this process too.
  pool.on('error', (error) => options.log(`A database connection was lost: ${error.message}`));
  return {
    check: async () => {
      await pool.query('select 1');
    },
    close: () => pool.end(),
  };
}
