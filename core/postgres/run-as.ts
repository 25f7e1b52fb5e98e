// Owns under which user the server's processes run; leaves starting them to its callers.

import { lstat } from 'node:fs/promises';
import { errnoOf } from './errors.ts';

// PostgreSQL refuses to run as root. This id needs no entry in the machine's user list.
const UNPRIVILEGED_ID = 65534;

// Empty for an ordinary user: the server then runs as whoever starts it.
export type RunAs = { uid?: number; gid?: number };

// The server must own its data. So what an ordinary user made keeps running under that user when root starts it:
// first the cluster decides, and before there is one, the data folder.
export async function chooseRunAs(folders: { cluster_folder: string; data_folder: string }): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {};
  for (const folder of [folders.cluster_folder, folders.data_folder]) {
    const owner = await findOwner(folder);
    if (owner !== undefined && owner.uid !== 0) return owner;
  }
  return { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID };
}

export function describeRunAs(run_as: RunAs): string {
  return run_as.uid === undefined ? `uid ${process.getuid?.() ?? 'unknown'}` : `uid ${run_as.uid}`;
}

// Nothing of the caller's environment reaches the server: PGDATA, LD_LIBRARY_PATH or LANG would change it.
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' };
}

async function findOwner(path: string): Promise<Required<RunAs> | undefined> {
  try {
    const found = await lstat(path);
    return { uid: found.uid, gid: found.gid };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
