// Owns one connection for one piece of work; leaves pools and identities to pool.ts and identity.ts.

import pg from 'pg';

/** For administration, commands and tests: the connection ends with the work, whatever becomes of it. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  // A connection that breaks fails the query that needs it; the event alone would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
