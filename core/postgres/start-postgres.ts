// Owns the order of an embedded PostgreSQL's start and stop; leaves each step to its own file here.

import { mkdir, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { findBinaries, resolvePackage, THIS_PLATFORM } from './binaries.ts';
import { clusterFolder, readyCluster } from './cluster-folder.ts';
import { errnoOf, PostgresLaunchError } from './errors.ts';
import { findFreePort } from './free-port.ts';
import { takeOwnerLock } from './owner-lock.ts';
import { chooseRunAs } from './run-as.ts';
import { type Server, type ServerEnd, type ServerOptions, startServer } from './server.ts';
import { beginLog, rotateLog } from './server-log.ts';

const HOST = '127.0.0.1';
const PORT_ATTEMPTS = 10;

export type StartPostgresOptions = {
  // Absolute. Made when missing; holds the cluster and its secrets, for this owner alone.
  data_folder: string;
  // False only for data that may be lost: nothing waits for the disk.
  durable: boolean;
  // Without one, a free port is found.
  port?: number;
  log: (line: string) => void;
};

export type RunningPostgres = {
  admin_url: string;
  port: number;
  pid: number;
  data_folder: string;
  // Settles when the server has ended, asked or not.
  ended: Promise<ServerEnd>;
  // Tells whoever tries to take the same data folder where this owner can be reached.
  announce(url: string): Promise<void>;
  stop(): Promise<void>;
};

export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const { data_folder, durable, log } = options;
  const cluster_folder = clusterFolder(data_folder);
  // Asked first: where it is missing, nothing else would give a better answer.
  resolvePackage(THIS_PLATFORM);
  await makeDataFolder(data_folder);
  await refuseForeign(data_folder);
  await refuseForeign(cluster_folder);
  const lock = await takeOwnerLock({ data_folder, setting: 'DMRV_DATA_FOLDER' });
  try {
    const run_as = await chooseRunAs({ cluster_folder, data_folder });
    const binaries = await findBinaries({ run_as, log });
    const password = await readyCluster({ data_folder, binaries, run_as, durable, log });
    const log_path = await rotateLog({ data_folder });
    const { server, port } = await startOnPort({
      port: options.port,
      start: async (port) =>
        startServer({ cluster_folder, binaries, run_as, durable, port, log_file: await beginLog(log_path) }),
    });
    const stop = async (): Promise<void> => {
      await server.stop();
      await lock.release();
    };
    let stopping: Promise<void> | undefined;
    return {
      admin_url: `postgresql://postgres:${password}@${HOST}:${port}/postgres`,
      port,
      pid: server.pid,
      data_folder,
      ended: server.ended,
      announce: lock.announce,
      stop: () => {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

// A port can be taken between its choice and the server's bind: then another is tried.
async function startOnPort(about: {
  port: number | undefined;
  start: (port: ServerOptions['port']) => Promise<Server>;
}): Promise<{ server: Server; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = about.port ?? (await findFreePort(HOST));
    try {
      return { server: await about.start(port), port };
    } catch (error) {
      const taken = error instanceof PostgresLaunchError && error.code === 'POSTGRES_PORT_IN_USE';
      if (!taken || about.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function makeDataFolder(data_folder: string): Promise<void> {
  if (!isAbsolute(data_folder)) throw unusable({ data_folder, why: 'it is not an absolute path' });
  try {
    await mkdir(data_folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable({
      data_folder,
      why: `it cannot be made (${errnoOf(error) ?? 'unknown cause'})`,
      cause: error,
    });
  }
}

// Root may enter any folder and changes to its owner's user; anyone else can only use his own.
async function refuseForeign(folder: string): Promise<void> {
  const uid = process.getuid?.();
  const owner = await ownerOf(folder);
  if (uid === 0 || owner === undefined || owner === uid) return;
  throw unusable({ data_folder: folder, why: `it belongs to uid ${owner}, and this is uid ${uid}` });
}

async function ownerOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).uid;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function unusable(about: { data_folder: string; why: string; cause?: unknown }): PostgresLaunchError {
  const { data_folder, why, cause } = about;
  return new PostgresLaunchError('POSTGRES_DATA_FOLDER_UNUSABLE', {
    what: `The data folder ${data_folder} cannot be used: ${why}.`,
    facts: { data_folder, why },
    remedy: 'Start as the user it belongs to, or choose another folder with DMRV_DATA_FOLDER.',
    cause,
  });
}
