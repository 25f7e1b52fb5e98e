// Owns writing Lake objects into a folder, whole or not at all, shards before the block; leaves their bytes to objects.ts.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FinalBlocks } from './final-blocks.ts';
import { heightFolder, lakeObjects } from './objects.ts';

export interface LakeFolder {
  stop(): void;
}

/** Beside the heights, so that who lists them never meets half an object. */
const UNFINISHED = '.unfinished';

/**
 * Writes what is missing, then follows. Without a failure the folder holds every final block; after one it is not
 * written to any more, for readers would take a gap for a skipped height.
 */
export function followIntoFolder(
  blocks: FinalBlocks,
  options: { folder: string; onFailure: (error: Error) => void },
): LakeFolder {
  const { folder, onFailure } = options;
  mkdirSync(join(folder, UNFINISHED), { recursive: true });
  catchUp(blocks, folder);
  const stop = blocks.onFinal((full) => {
    try {
      for (const { key, bytes } of lakeObjects(full)) writeObject(folder, key, bytes);
    } catch (error) {
      stop();
      const reason = error instanceof Error ? error.message : String(error);
      const message = `block ${full.block.height} was not written to ${folder} (${reason}); mend it and start again`;
      onFailure(new Error(message, { cause: error }));
    }
  });
  return { stop };
}

/** What a process before this one did not come to. */
function catchUp(blocks: FinalBlocks, folder: string): void {
  const written = [...blocks.from()].filter(({ height }) => existsSync(blockPath(folder, height)));
  for (const block of [written[0], written.at(-1)]) {
    if (block !== undefined) requireSame(blocks, folder, block.height);
  }
  const known = new Set(written.map(({ height }) => height));
  const is_new = readdirSync(folder).every((name) => name === UNFINISHED);
  const begins_at = is_new ? blocks.first.height : undefined;
  for (const { height } of blocks.from()) {
    if (known.has(height)) continue;
    const block = blocks.read(height);
    const prev_height = block?.full.block.header.inner_rest.prev_height ?? height;
    // A folder may begin anywhere, but never go on behind a gap.
    const begins = height === begins_at || block?.full.block.is_genesis === true;
    if (block === undefined || !(begins || existsSync(blockPath(folder, prev_height)))) {
      throw new Error(
        `${folder} has no block ${prev_height}, and it is not kept any longer; give an empty folder`,
      );
    }
    for (const [key, bytes] of block.objects) writeObject(folder, key, bytes);
  }
}

function requireSame(blocks: FinalBlocks, folder: string, height: bigint): void {
  const path = blockPath(folder, height);
  const own = blocks.read(height)?.objects.get(`${heightFolder(height)}/block.json`);
  if (own === undefined || own.equals(readFileSync(path))) return;
  throw new Error(
    `${path} is of another chain than the one that runs; give an empty folder, or the one with its Lake objects`,
  );
}

function writeObject(folder: string, key: string, bytes: Buffer): void {
  const path = join(folder, key);
  const unfinished = join(folder, UNFINISHED, key.replaceAll('/', '_'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(unfinished, bytes);
  renameSync(unfinished, path);
}

function blockPath(folder: string, height: bigint): string {
  return join(folder, heightFolder(height), 'block.json');
}
