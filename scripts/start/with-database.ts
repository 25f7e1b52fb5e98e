// Owns reaching the configured database for one command's work; leaves the long-running product to product.ts.

import type { Config } from '../../core/config/index.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { findRunningPostgres, keepSecret, startPostgres } from '../../core/postgres/index.ts';
import { EMBEDDED_DATABASE } from './database.ts';

export type ReachedDatabase = { admin_url: string; database: string; login_secret: string };

/** A server of somebody's own, or a database of the embedded one. */
export type DatabaseTarget = { url: string } | { embedded: string };

type Options = { config: Config; note: (line: string) => void; target?: DatabaseTarget };

/**
 * Where no target is named, takes DATABASE_URL if it is given, else the product's database on the embedded server.
 * That one is used as it runs under `npm start`, or is started for the time of the work.
 */
export async function withDatabase<T>(
  { config, note, target = configuredTarget(config) }: Options,
  work: (reached: ReachedDatabase) => Promise<T>,
): Promise<T> {
  const { data_folder } = config.database;
  // The logins belong to the whole server: another secret than that of "npm start" would lock it out.
  const login_secret =
    config.database.login_secret ?? (await keepSecret({ folder: data_folder, name: 'login-secret' }));
  if ('url' in target) {
    const database = decodeURIComponent(new URL(target.url).pathname.slice(1));
    return await work({ admin_url: target.url, database, login_secret });
  }
  const server = await reachEmbedded({ data_folder, note });
  try {
    return await work({ admin_url: server.admin_url, database: target.embedded, login_secret });
  } finally {
    await server.leave();
  }
}

function configuredTarget({ database: { url } }: Config): DatabaseTarget {
  return url === undefined ? { embedded: EMBEDDED_DATABASE } : { url };
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
    const in_use = error instanceof DmrvError && error.code === 'DATA_FOLDER_IN_USE';
    const admin_url = in_use ? await findRunningPostgres({ data_folder }) : undefined;
    if (admin_url === undefined) throw error;
    note('Using the embedded PostgreSQL that is running already.');
    return { admin_url, leave: async () => undefined };
  }
}
