// Owns where bytes are kept, as an interface, and taking them in: hashed, counted, in a file of their own first; leaves the
// places to folder-store.ts and s3-store.ts.

import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bytes whose hash and size are known, in a file that is moved or sent on from here. */
export type Staged = { path: string; sha256: string; size: number; first_bytes: Uint8Array };

/** A key has parts of letters, digits, dots, dashes and underscores, with slashes between. */
export type ObjectStore = {
  /** The same key holds the same bytes for ever: to keep it again changes nothing. It takes the file away. */
  keep(key: string, staged: Staged): Promise<{ uri: string }>;
  /** The bytes, or nothing where there are none. */
  read(key: string): Promise<Readable | undefined>;
  has(key: string): Promise<boolean>;
  remove(key: string): Promise<void>;
};

/** What handlers are given: the store, and a folder in which uploads wait for their end. */
export type Files = { store: ObjectStore; staging_folder: string };

const FIRST_BYTES = 16;
const KEY = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/;
const MAX_KEY = 512;

/** A key that could lead elsewhere is a mistake of ours. */
export function assertKey(key: string): void {
  if (key.length > MAX_KEY || !KEY.test(key)) throw new TypeError(`"${key}" is no key of the store.`);
}

/** Keys begin with the tenant, so that each one's bytes are its own. */
export function keyOf(about: { tenant_id: string; sha256: string }): string {
  return `${about.tenant_id}/${about.sha256}`;
}

/** Work with bytes that are whole; their file is gone afterwards, whatever happened. */
export async function withStaged<T>(
  { staging_folder }: Pick<Files, 'staging_folder'>,
  source: Readable,
  work: (staged: Staged) => Promise<T>,
): Promise<T> {
  await mkdir(staging_folder, { recursive: true, mode: 0o700 });
  const path = join(staging_folder, randomUUID());
  try {
    const hash = createHash('sha256');
    let size = 0;
    const counting = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(source, counting, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return await work({ path, sha256: hash.digest('hex'), size, first_bytes: await readFirst(path) });
  } finally {
    await rm(path, { force: true });
  }
}

async function readFirst(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
