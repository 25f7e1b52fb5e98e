// Owns reaching a database that is ready for the indexer; leaves starting a server to with-database.ts.

import { loginUrl } from '../../core/db/logins.ts';
import { databaseUrl, prepareDatabase } from '../../core/db/prepare.ts';
import { withDatabase } from '../start/with-database.ts';

export interface Reached {
  /** Of whoever administers the server: for what the owner alone may do. */
  admin_url: string;
  /** The way in of the login `indexer`. */
  indexer_url: string;
}

export async function reachIndexed(
  options: Parameters<typeof withDatabase>[0],
  work: (reached: Reached) => Promise<void>,
): Promise<void> {
  await withDatabase(options, async (reached) => {
    await prepareDatabase({ ...reached, log: options.note });
    const admin_url = databaseUrl(reached.admin_url, reached.database);
    const indexer_url = loginUrl({ admin_url, login: 'indexer', login_secret: reached.login_secret });
    await work({ admin_url, indexer_url });
  });
}
