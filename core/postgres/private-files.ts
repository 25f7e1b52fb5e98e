// Owns the small files beside the cluster that nobody else may read; leaves their meaning to their callers.

import { randomBytes } from 'node:crypto';
import { chown, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, PostgresLaunchError } from './errors.ts';

const SECRET_BYTES = 32;

// A secret that is made once and kept: the same text at every later call, also when two make it at once.
export async function keepSecret({ folder, name }: { folder: string; name: string }): Promise<string> {
  const path = join(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readPrivateFile(path)) === undefined) await createPrivateFile(path, `${makeSecret()}\n`);
  const kept = (await readPrivateFile(path))?.trim() ?? '';
  if (kept.length >= SECRET_BYTES) return kept;
  throw new PostgresLaunchError('POSTGRES_DATA_FOLDER_UNUSABLE', {
    what: `The secret in ${path} is missing or too short.`,
    facts: { path },
    remedy: 'Put the right one back, or remove the file to have a new one made.',
  });
}

export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString('hex');
}

export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

// Written whole or not at all: a reader sees the old text or the new one.
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await rename(await writeDraft(path, text), path);
}

// Leaves a file that is there already as it is.
async function createPrivateFile(path: string, text: string): Promise<void> {
  const draft = await writeDraft(path, text);
  try {
    await link(draft, path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
}

async function writeDraft(path: string, text: string): Promise<string> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.draft`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await giveToFolderOwner(draft);
  return draft;
}

export async function makePrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    throw error;
  }
  await giveToFolderOwner(path);
}

// One start as root must not lock an ordinary user out of his own data folder.
export async function giveToFolderOwner(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const folder = await stat(dirname(path));
  if (folder.uid !== 0) await chown(path, folder.uid, folder.gid);
}
