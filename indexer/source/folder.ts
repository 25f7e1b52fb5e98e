// Owns reading Lake objects from a folder of this machine; leaves the block made of them to object-reader.ts.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceFault } from './fault.ts';
import type { GotObject } from './get-object.ts';
import { type GetKey, readObjects } from './object-reader.ts';
import type { BlockReader } from './reader.ts';
import { Scanner } from './scan.ts';

const OPENING = 0x7b;
const CLOSING = 0x7d;
const HEIGHT = /^\d{12,20}$/;

export function openFolder(folder: string, needles: readonly Buffer[]): BlockReader {
  const get: GetKey = async (key, { needles: looked_for, signal, meter }) => {
    signal.throwIfAborted();
    const bytes = await readWhole(join(folder, key));
    if (bytes === null) return { kind: 'absent' };
    if (bytes[0] !== OPENING || bytes[bytes.length - 1] !== CLOSING) {
      throw new SourceFault('corrupt', `${key} is no whole JSON object (${bytes.length} bytes)`);
    }
    const got: GotObject = { kind: 'object', bytes, size: bytes.length };
    if (looked_for !== null && !names(bytes, looked_for)) return { ...got, bytes: null };
    meter.bytes += bytes.length;
    return got;
  };
  return {
    name: `folder ${folder}`,
    read: (request) => readObjects(get, request, needles),
    findTip: () => findNewest(folder),
    close: () => Promise.resolve(),
  };
}

async function readWhole(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new SourceFault('network', `${path} cannot be read`, { cause: error });
  }
}

function names(bytes: Buffer, needles: readonly Buffer[]): boolean {
  const scanner = new Scanner(needles);
  scanner.push(bytes);
  return scanner.found;
}

async function findNewest(folder: string): Promise<bigint | null> {
  let newest: bigint | null = null;
  try {
    for (const name of await readdir(folder)) {
      if (!HEIGHT.test(name)) continue;
      const height = BigInt(name);
      if (newest === null || height > newest) newest = height;
    }
  } catch (error) {
    throw new SourceFault('network', `${folder} cannot be listed`, { cause: error });
  }
  return newest;
}
