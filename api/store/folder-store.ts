// Owns keeping bytes in a folder; leaves taking them in to store.ts.

import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertKey, type ObjectStore } from './store.ts';

/** Staged files must lie on the same file system: they are moved, and so are whole or not there. */
export function createFolderStore({ folder }: { folder: string }): ObjectStore {
  const pathOf = (key: string): string => {
    assertKey(key);
    return join(folder, key);
  };
  return {
    async keep(key, staged) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await syncFile(staged.path);
      await rename(staged.path, path);
      return { uri: `store:${key}` };
    },
    async read(key) {
      const path = pathOf(key);
      return (await exists(path)) ? createReadStream(path) : undefined;
    },
    has: (key) => exists(pathOf(key)),
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

/** A row that names a file must not outlive the file at a loss of power. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
