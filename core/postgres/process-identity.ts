// Owns telling one process from a later one that got the same pid; leaves what to do about it to its callers.

import { readFileSync } from 'node:fs';
import { errnoOf } from './errors.ts';

export type ProcessIdentity = {
  pid: number;
  // Clock ticks from boot to the process's start. Pid, ticks and boot together name one process for ever.
  start_ticks: string;
  boot_id: string;
};

// Undefined when no such process lives. A zombie is dead: it holds no file and no socket any more, and where
// process 1 does not reap, it stays for ever.
export function findProcess(pid: number): ProcessIdentity | undefined {
  if (process.platform !== 'linux') return findByPid(pid);
  const stat = readStat(pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  return { pid, start_ticks: stat.start_ticks, boot_id: readBootId() };
}

// Where there is no /proc, the pid is all there is. When a dead process's pid lives again, it is taken for that
// process: then something is refused that could have been allowed, and never the other way round.
export function findByPid(pid: number): ProcessIdentity | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return undefined;
    // It lives and is another user's.
    if (errnoOf(error) !== 'EPERM') throw error;
  }
  return { pid, start_ticks: '0', boot_id: 'unknown' };
}

export function getOwnProcess(): ProcessIdentity {
  const own = findProcess(process.pid);
  if (own === undefined)
    throw new Error(`/proc/${process.pid}/stat cannot be read. Mount /proc and try again.`);
  return own;
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = findProcess(identity.pid);
  return now !== undefined && now.start_ticks === identity.start_ticks && now.boot_id === identity.boot_id;
}

// Sends the signal only to the very process that was looked at, never to one that got its pid since.
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    // Gone between the look and the signal: what was wanted has happened.
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

function readStat(pid: number): { state: string; start_ticks: string } | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The command's name stands in brackets and may itself hold spaces and brackets: count from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const start_ticks = fields[19];
  if (state === undefined || start_ticks === undefined) return undefined;
  return { state, start_ticks };
}

let boot_id: string | undefined;

function readBootId(): string {
  boot_id ??= (readProc('/proc/sys/kernel/random/boot_id') ?? 'unknown').trim();
  return boot_id;
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ESRCH') return undefined;
    throw error;
  }
}
