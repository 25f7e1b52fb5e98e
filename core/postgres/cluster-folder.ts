// Owns making a cluster's folder and judging an old one; leaves starting a server in it to server.ts.

import { chown, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { errnoOf, PostgresLaunchError } from './errors.ts';
import { stopLeftovers } from './leftovers.ts';
import { makeSecret, readPrivateFile, writePrivateFile } from './private-files.ts';
import type { RunAs } from './run-as.ts';
import { runProgram } from './run-program.ts';

const INITDB_TIMEOUT_MS = 120_000;
const MAKING_PREFIX = 'making-';

// The server's own path to its data. Node enters the folder before it changes the user, so the server never
// walks the path above it, which may be closed to that user; every backend inherits the same working folder.
export const CLUSTER_PATH_FOR_SERVER = '/proc/self/cwd';

export type ClusterOptions = {
  data_folder: string;
  binaries: Binaries;
  run_as: RunAs;
  durable: boolean;
  log: (line: string) => void;
};

export function clusterFolder(data_folder: string): string {
  return join(data_folder, 'cluster');
}

// Returns the superuser's password. Only the folder's owner may call this.
export async function readyCluster(options: ClusterOptions): Promise<string> {
  const { data_folder, log } = options;
  const folder = clusterFolder(data_folder);
  await removeHalfMade({ data_folder, log });
  if (await exists(folder)) {
    await refuseOtherVersion({ folder, binaries: options.binaries });
    await stopLeftovers({ folder, log });
  } else {
    await makeCluster(options);
  }
  const password = (await readPrivateFile(passwordPath(data_folder)))?.trim();
  if (password !== undefined && password !== '') return password;
  throw new PostgresLaunchError('POSTGRES_DATA_FOLDER_UNUSABLE', {
    what: `The superuser's password of the database in ${data_folder} is missing.`,
    facts: { data_folder, missing: passwordPath(data_folder) },
    remedy: 'Put that file back, or move the data folder away to start with an empty database.',
  });
}

// initdb works in a folder beside the cluster's place. The rename at the end is the only way a cluster gets its
// name, so one that was killed half-way is never taken for whole.
async function makeCluster(options: ClusterOptions): Promise<void> {
  const { data_folder, binaries, run_as, durable, log } = options;
  log(`Making a new PostgreSQL ${binaries.version} database in ${data_folder}.`);
  const making = join(data_folder, `${MAKING_PREFIX}${process.pid}`);
  const pgdata = join(making, 'cluster');
  const password = makeSecret();
  await mkdir(pgdata, { recursive: true, mode: 0o700 });
  await writeFile(join(making, 'password'), `${password}\n`, { mode: 0o600 });
  await giveTo(run_as, [making, pgdata, join(making, 'password')]);
  const end = await runProgram({
    file: binaries.initdb,
    args: initdbArguments({ durable }),
    cwd: pgdata,
    run_as,
    timeout_ms: INITDB_TIMEOUT_MS,
  });
  if (!end.ok) {
    await rm(making, { recursive: true });
    throw initdbFailed({ data_folder, why: end.why, output: end.output });
  }
  await writePrivateFile(passwordPath(data_folder), `${password}\n`);
  await rename(pgdata, clusterFolder(data_folder));
  await syncFolder(data_folder);
  await rm(making, { recursive: true });
}

function initdbArguments({ durable }: { durable: boolean }): string[] {
  return [
    `--pgdata=${CLUSTER_PATH_FOR_SERVER}`,
    // Relative to the working folder, for the same reason.
    '--pwfile=../password',
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The builtin locale sorts alike on every machine; --locale=C keeps the caller's LANG out of the rest.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ];
}

async function removeHalfMade(about: { data_folder: string; log: (line: string) => void }): Promise<void> {
  for (const name of await readdir(about.data_folder)) {
    if (!name.startsWith(MAKING_PREFIX)) continue;
    const making = join(about.data_folder, name);
    await stopLeftovers({ folder: join(making, 'cluster'), log: about.log, at_once: true });
    await rm(making, { recursive: true, force: true });
    about.log(`Removed a database in ${about.data_folder} whose making was cut short.`);
  }
}

async function refuseOtherVersion(about: { folder: string; binaries: Binaries }): Promise<void> {
  const { folder, binaries } = about;
  const found = (await readPrivateFile(join(folder, 'PG_VERSION')))?.trim() ?? 'none';
  if (found === binaries.major) return;
  throw new PostgresLaunchError('POSTGRES_DATA_FOLDER_VERSION', {
    what: `The data in ${folder} is of PostgreSQL ${found}; this project runs PostgreSQL ${binaries.major}.`,
    facts: { folder, found, needed: binaries.major },
    remedy:
      found === 'none'
        ? 'The folder holds no whole database (PG_VERSION is missing). Move it away to start with an empty one.'
        : `Dump it with PostgreSQL ${found} and load it into a new folder, or move it away to start with an empty one.`,
  });
}

function initdbFailed(about: { data_folder: string; why: string; output: string }): PostgresLaunchError {
  const { data_folder, why, output } = about;
  return new PostgresLaunchError('POSTGRES_START_FAILED', {
    what: `initdb could not make a database in ${data_folder} (${why}):\n${output.trim()}\n`,
    facts: { data_folder, why },
    // initdb asks for the name of its user, which a container that runs under a bare number does not have.
    remedy: /user does not exist/.test(output)
      ? "Run as a user that stands in the machine's user list (/etc/passwd), or set DATABASE_URL."
      : 'Mend what it names (space, rights, file system) and start again, or set DATABASE_URL.',
  });
}

export function passwordPath(data_folder: string): string {
  return join(data_folder, 'superuser-password');
}

async function giveTo(run_as: RunAs, paths: readonly string[]): Promise<void> {
  if (run_as.uid === undefined || run_as.gid === undefined) return;
  for (const path of paths) await chown(path, run_as.uid, run_as.gid);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
