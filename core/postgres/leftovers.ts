// Owns ending servers that an earlier owner left behind in a data folder; leaves the folder itself to its callers.

import { readdir, readlink, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf, PostgresLaunchError } from './errors.ts';
import { readPrivateFile } from './private-files.ts';
import { findProcess, type ProcessIdentity, signalProcess } from './process-identity.ts';

const LOOK_PAUSE_MS = 20;
// How many looks before each harder way: fast shutdown at first, then an immediate one, then the kernel.
const IMMEDIATE_AFTER_LOOKS = 250;
const KILL_AFTER_LOOKS = 500;
const LOOKS_LIMIT = 750;

const PROGRAMS = new Set(['postgres', 'initdb']);

// A server is known by its working folder, never by a pid read from a file: the pid may be an innocent's by now.
// Only the folder's owner may call this, so whatever runs there has no owner any more.
export async function stopLeftovers(options: {
  folder: string;
  log: (line: string) => void;
  // For a folder whose content is not kept: no time is given to end well.
  at_once?: boolean;
}): Promise<void> {
  const { folder, log, at_once = false } = options;
  for (let look = at_once ? IMMEDIATE_AFTER_LOOKS : 0; look < LOOKS_LIMIT; look++) {
    const found = await findServers(folder);
    if (found.length === 0) {
      // What is left names a dead server. PostgreSQL would refuse to start if that pid is another process's now.
      await rm(join(folder, 'postmaster.pid'), { force: true });
      return;
    }
    if (look === 0) log(`An earlier PostgreSQL still runs in ${folder} (${listPids(found)}): stopping it.`);
    await signalServers({ found, folder, look });
    await sleep(LOOK_PAUSE_MS);
  }
  throw new PostgresLaunchError('POSTGRES_START_FAILED', {
    what: `An earlier PostgreSQL in ${folder} does not end (${listPids(await findServers(folder))}).`,
    facts: { folder },
    remedy: 'End these processes by hand, then start again.',
  });
}

async function signalServers(about: {
  found: ProcessIdentity[];
  folder: string;
  look: number;
}): Promise<void> {
  const { found, folder, look } = about;
  if (look === 0) {
    // A fast shutdown is asked of the postmaster alone; its children take the same signal for other things.
    const leader = Number((await readPrivateFile(join(folder, 'postmaster.pid')))?.split('\n')[0]);
    for (const one of found) if (one.pid === leader) signalProcess(one, 'SIGINT');
  } else if (look === IMMEDIATE_AFTER_LOOKS) {
    for (const one of found) signalProcess(one, 'SIGQUIT');
  } else if (look >= KILL_AFTER_LOOKS) {
    for (const one of found) signalProcess(one, 'SIGKILL');
  }
}

export async function findServers(folder: string): Promise<ProcessIdentity[]> {
  const wanted = await statOrNothing(folder);
  if (wanted === undefined) return [];
  const servers: ProcessIdentity[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // Compared by device and inode: the path may be spelled in several ways.
    const cwd = await statOrNothing(`/proc/${name}/cwd`);
    if (cwd === undefined || cwd.dev !== wanted.dev || cwd.ino !== wanted.ino) continue;
    if (!PROGRAMS.has(await programOf(name))) continue;
    const identity = findProcess(Number(name));
    if (identity !== undefined) servers.push(identity);
  }
  return servers;
}

async function programOf(pid: string): Promise<string> {
  try {
    return basename((await readlink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, ''));
  } catch (error) {
    if (isOutOfSight(error)) return '';
    throw error;
  }
}

async function statOrNothing(path: string): Promise<{ dev: bigint; ino: bigint } | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (isOutOfSight(error)) return undefined;
    throw error;
  }
}

// Gone, or another user's: in both cases no server of this folder.
function isOutOfSight(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '');
}

function listPids(found: readonly ProcessIdentity[]): string {
  return `process ${found.map(({ pid }) => pid).join(', ')}`;
}
