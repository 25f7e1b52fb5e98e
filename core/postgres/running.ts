// Owns finding a server that another process of ours runs in a data folder; leaves starting one to start-postgres.ts.

import { join } from 'node:path';
import { clusterFolder, passwordPath } from './cluster-folder.ts';
import { findServers } from './leftovers.ts';
import { readPrivateFile } from './private-files.ts';

// https://www.postgresql.org/docs/18/storage-file-layout.html: the fourth line of postmaster.pid is the port.
const PORT_LINE = 3;

/** The superuser's way into the running server, or nothing when none runs there. */
export async function findRunningPostgres(options: { data_folder: string }): Promise<string | undefined> {
  const folder = clusterFolder(options.data_folder);
  if ((await findServers(folder)).length === 0) return undefined;
  const port = (await readPrivateFile(join(folder, 'postmaster.pid')))?.split('\n')[PORT_LINE]?.trim();
  const password = (await readPrivateFile(passwordPath(options.data_folder)))?.trim();
  if (port === undefined || !/^\d+$/.test(port) || password === undefined) return undefined;
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}
