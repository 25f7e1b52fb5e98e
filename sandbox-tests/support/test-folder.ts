// Owns folders that a test run makes for itself; leaves what lies in them to its callers.

import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../core/postgres/errors.ts';
import { stopLeftovers } from '../../core/postgres/leftovers.ts';
import { getOwnProcess, isAlive } from '../../core/postgres/process-identity.ts';

const MEMORY_FOLDER = '/dev/shm';
const MEMORY_FOLDER_NEEDS_BYTES = 1024 ** 3;
const MEMORY_NEEDS_BYTES = 2 * 1024 ** 3;
const PREFIX = 'dmrv-near-test-';
const REMOVE_RETRIES = 20;
const REMOVE_PAUSE_MS = 50;

export const TEST_FOLDER_VARIABLE = 'DMRV_TEST_FOLDER';

// Within a run of "npm test" inside that run's folder, which goes as a whole when the run ends, Ctrl-C included.
// The name tells which process it belongs to.
export async function makeTestFolder(): Promise<string> {
  const run_folder = process.env[TEST_FOLDER_VARIABLE];
  if (run_folder !== undefined) return await makeFolder({ base: run_folder, mode: 0o700 });
  return await makeRunFolder({ mode: 0o700 });
}

// In memory where it fits, else on the disk.
export async function makeRunFolder({ mode }: { mode: number }): Promise<string> {
  const base = await chooseBase();
  await sweepTestFolders(base);
  return await makeFolder({ base, mode });
}

export async function removeTestFolder(folder: string): Promise<void> {
  for (const name of await listDeep(folder)) {
    if (basename(name) !== 'postmaster.pid') continue;
    await stopLeftovers({ folder: join(folder, dirname(name)), log: () => undefined, at_once: true });
  }
  // A process that was told to stop may still write its last file.
  await rm(folder, { recursive: true, force: true, maxRetries: REMOVE_RETRIES, retryDelay: REMOVE_PAUSE_MS });
}

async function makeFolder({ base, mode }: { base: string; mode: number }): Promise<string> {
  const folder = join(base, ownName());
  await mkdir(folder);
  await chmod(folder, mode);
  return folder;
}

async function listDeep(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function chooseBase(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(MEMORY_FOLDER);
    const fits = bavail * bsize >= MEMORY_FOLDER_NEEDS_BYTES;
    if (fits && process.availableMemory() >= MEMORY_NEEDS_BYTES) return MEMORY_FOLDER;
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  return tmpdir();
}

// A run that was killed outright could not clean up; the next one does it.
export async function sweepTestFolders(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    if (!name.startsWith(PREFIX)) continue;
    const [pid, start_ticks, boot_id] = name.slice(PREFIX.length).split('.');
    if (pid === undefined || start_ticks === undefined || boot_id === undefined) continue;
    if (isAlive({ pid: Number(pid), start_ticks, boot_id })) continue;
    await sweepOne(join(base, name), join(base, ownName()));
  }
}

// Renamed first, so that of two runs only one takes it.
async function sweepOne(folder: string, taken: string): Promise<void> {
  try {
    if ((await lstat(folder)).uid !== process.getuid?.()) return;
    await rename(folder, taken);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  await removeTestFolder(taken);
}

function ownName(): string {
  const { pid, start_ticks, boot_id } = getOwnProcess();
  return `${PREFIX}${pid}.${start_ticks}.${boot_id}.${randomBytes(4).toString('hex')}`;
}
