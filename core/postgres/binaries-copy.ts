// Owns the copy of PostgreSQL's programs in a temporary folder; leaves when one is needed to binaries.ts.

import { randomBytes } from 'node:crypto';
import { chmod, copyFile, lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './errors.ts';

const STICKY = 0o1000;
const OTHERS_MAY_WRITE = 0o022;
const ANY_MAY_RUN = 0o111;

// One copy per version and user, kept for later starts. Each file arrives under its name in one rename, so two
// starts at once cannot hurt each other, and a copy that a cleaner or a kill left half is made whole again.
export async function copyBinaries(options: {
  from: string;
  version: string;
  into: string;
}): Promise<string> {
  const { from, version, into } = options;
  await refuseUnsafeParent(into);
  const folder = join(into, `dmrv-near-postgres-${version}-${process.getuid?.() ?? 0}`);
  await makeFolder(folder);
  await refuseForeignFolder(folder);
  await copyMissing({ from, to: folder });
  return folder;
}

// Without the sticky bit, anyone who may write to the parent could put another folder in ours' place.
async function refuseUnsafeParent(path: string): Promise<void> {
  const parent = await lstat(path);
  const ours = parent.uid === 0 || parent.uid === process.getuid?.();
  const safe = (parent.mode & OTHERS_MAY_WRITE) === 0 || (parent.mode & STICKY) !== 0;
  if (!parent.isDirectory() || !ours || !safe) {
    throw new Error(`${path}: other users could replace what lies in this folder`);
  }
}

async function refuseForeignFolder(path: string): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & OTHERS_MAY_WRITE) !== 0) {
    throw new Error(`${path}: not made by us, or others may write to it (owner uid ${found.uid}); remove it`);
  }
}

async function copyMissing({ from, to }: { from: string; to: string }): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      await makeFolder(target);
      await copyMissing({ from: source, to: target });
    } else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFileOnce({ source, target });
    }
  }
}

async function copyFileOnce({ source, target }: { source: string; target: string }): Promise<void> {
  const wanted = await lstat(source);
  if ((await sizeOf(target)) === wanted.size) return;
  const draft = `${target}.${randomBytes(4).toString('hex')}.draft`;
  await copyFile(source, draft);
  // The checkout's own modes may shut other users out; the copy exists to let one in.
  await chmod(draft, (wanted.mode & ANY_MAY_RUN) === 0 ? 0o644 : 0o755);
  await rename(draft, target);
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
    await chmod(path, 0o755);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
