// Owns files in the cache: whole or not there, and made by one process at a time; leaves what they hold to their makers.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 500;
/** Far longer than any engine takes; whoever holds a lock so long hangs. */
const MAX_WAIT_MS = 900_000;
/** Of each kind, for going back and forth between branches. */
const MAX_KEPT = 20;

/** Whoever finds the file finds all of it. */
export function keepFile(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, bytes);
  renameSync(unfinished, path);
  dropOldest(path);
}

/** Of the files whose names differ only in their last part, a hash: the newest stay. */
function dropOldest(path: string): void {
  const folder = dirname(path);
  const kind = basename(path).replace(/-[^-]*$/, '-');
  const found = readdirSync(folder).filter((name) => name.startsWith(kind) && name.endsWith('.wasm'));
  if (found.length <= MAX_KEPT) return;
  const dated = found.map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }));
  dated.sort((left, right) => right.at - left.at);
  for (const { name } of dated.slice(MAX_KEPT)) rmSync(join(folder, name), { force: true });
}

/** Runs while no other process runs for the same file. A lock whose process is gone is taken over. */
export async function withLock(
  path: string,
  note: (line: string) => void,
  run: () => Promise<void>,
): Promise<void> {
  const lock = `${path}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  const until = performance.now() + MAX_WAIT_MS;
  for (let tries = 0; !take(lock); tries++) {
    if (performance.now() > until) {
      throw new Error(`${lock} is held for ${MAX_WAIT_MS / 1000} s. Where no build runs, delete the file.`);
    }
    if (tries === 0) note('another process builds the engine: waiting for it');
    await sleep(POLL_MS);
  }
  try {
    await run();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  if (isHeld(lock)) return false;
  // Two may find it abandoned; deleting twice is harmless, and only one of them makes it anew.
  rmSync(lock, { force: true });
  return false;
}

function isHeld(lock: string): boolean {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Zero while its holder has not written yet.
    if (holder !== 0) process.kill(holder, 0);
    return true;
  } catch (error) {
    // A process of another user answers EPERM: it lives.
    if (hasCode(error, 'EPERM')) return true;
    if (hasCode(error, 'ESRCH') || hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
