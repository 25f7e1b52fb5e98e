// Owns the file that the server writes its messages to; leaves their meaning to server.ts.

import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './errors.ts';
import { giveToFolderOwner } from './private-files.ts';

const LAST_LINES = 20;

export type ServerLog = { path: string; begins_at: number };

// Each owner begins a log and keeps the one before it: two files at most, and the last crash is never lost.
export async function rotateLog({ data_folder }: { data_folder: string }): Promise<string> {
  const path = join(data_folder, 'server.log');
  const before = join(data_folder, 'server.log.before');
  try {
    await rename(path, before);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await rm(before, { force: true });
  }
  await (await open(path, 'a', 0o600)).close();
  await giveToFolderOwner(path);
  return path;
}

// One start's part of the log: an earlier attempt's lines must not be read as this one's.
export async function beginLog(path: string): Promise<ServerLog> {
  return { path, begins_at: (await stat(path)).size };
}

export async function readLog({ path, begins_at }: ServerLog): Promise<string> {
  const own = (await readFile(path)).subarray(begins_at).toString('utf8').trim();
  return own.split('\n').slice(-LAST_LINES).join('\n');
}
