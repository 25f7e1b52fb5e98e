// Owns reaching the configured database for one command's work; leaves the long-running product to product.ts.

import type { Config } from '../../core/config/index.ts';
import {
  findRunningPostgres,
  keepSecret,
  PostgresLaunchError,
  startPostgres,
} from '../../core/postgres/index.ts';
import { EMBEDDED_DATABASE } from './database.ts';

export type ReachedDatabase = { admin_url: string; database: string; login_secret: string };

type Options = { config: Config; note: (line: string) => void };

/**
 * Takes DATABASE_URL where it is given; else the embedded server that `npm start` runs; else starts it for the time
 * of the work.
 */
export async function withDatabase<T>(
  { config, note }: Options,
  work: (reached: ReachedDatabase) => Promise<T>,
): Promise<T> {
  const { url, data_folder } = config.database;
  const login_secret =
    config.database.login_secret ?? (await keepSecret({ folder: data_folder, name: 'login-secret' }));
  if (url !== undefined) {
    const database = decodeURIComponent(new URL(url).pathname.slice(1));
    return await work({ admin_url: url, database, login_secret });
  }
  const server = await reachEmbedded({ data_folder, note });
  try {
    return await work({ admin_url: server.admin_url, database: EMBEDDED_DATABASE, login_secret });
  } finally {
    await server.leave();
  }
}

async function reachEmbedded(about: {
  data_folder: string;
  note: (line: string) => void;
}): Promise<{ admin_url: string; leave: () => Promise<void> }> {
  const { data_folder, note } = about;
  try {
    const postgres = await startPostgres({ data_folder, durable: true, log: note });
    return { admin_url: postgres.admin_url, leave: () => postgres.stop() };
  } catch (error) {
    const in_use = error instanceof PostgresLaunchError && error.code === 'POSTGRES_DATA_FOLDER_IN_USE';
    const admin_url = in_use ? await findRunningPostgres({ data_folder }) : undefined;
    if (admin_url === undefined) throw error;
    note('Using the embedded PostgreSQL that is running already.');
    return { admin_url, leave: async () => undefined };
  }
}
