// Owns the engines in the cache: each is built once for its sources, flags and tools; leaves building to toolchain.ts and finish-engine.ts.
import { createHash, type Hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tree } from '@yowasp/clang';
import { finishEngine } from './finish-engine.ts';
import { keepFile, withLock } from './kept-file.ts';
import {
  allArguments,
  compileEngine,
  type EngineKind,
  type EngineSources,
  PACKAGES,
  readEngineSources,
} from './toolchain.ts';

const TOOLS = ['@yowasp/clang', 'binaryen'];
/** The first guess, before a build tells its own pace. */
const USUAL_SECONDS = 45;

export interface EngineOptions {
  /** A folder of files that may be deleted at any time. */
  cache: string;
  /** Hears what takes long. */
  note: (line: string) => void;
}

/** Several processes may ask at once: one builds, the others wait. */
export async function getEngine(kind: EngineKind, { cache, note }: EngineOptions): Promise<Uint8Array> {
  const sources = readEngineSources(kind);
  const path = pathOf(sources, cache);
  if (!existsSync(path)) {
    await withLock(path, note, async () => {
      if (!existsSync(path)) keepFile(path, await buildEngine(sources, note));
    });
  }
  return readFileSync(path);
}

/** Else it would have to be built. */
export function isKept(kind: EngineKind, cache: string): boolean {
  return existsSync(pathOf(readEngineSources(kind), cache));
}

function pathOf(sources: EngineSources, cache: string): string {
  return join(cache, `engine-${sources.kind}-${hashOf(sources).slice(0, 32)}.wasm`);
}

async function buildEngine(sources: EngineSources, note: EngineOptions['note']): Promise<Uint8Array> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const linked = await compileEngine(sources, (unit, share) => {
    const left = share === 0 ? USUAL_SECONDS : (seconds() / share) * (1 - share);
    note(
      `${sources.kind} engine: ${unit}, ${Math.round(share * 100)}% done, about ${Math.ceil(left)} s left`,
    );
  });
  const engine = finishEngine(linked, sources.kind);
  note(`${sources.kind} engine: ${engine.length} bytes after ${Math.round(seconds())} s`);
  return engine;
}

function hashOf({ kind, files }: EngineSources): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([kind, allArguments(kind)]));
  for (const tool of TOOLS) hash.update(readFileSync(join(PACKAGES, tool, 'package.json')));
  hash.update(readFileSync(fileURLToPath(new URL('./finish-engine.ts', import.meta.url))));
  addFiles(hash, files, '');
  return hash.digest('hex');
}

function addFiles(hash: Hash, files: Tree, folder: string): void {
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string' || content instanceof Uint8Array) {
      hash.update(`${folder}${name} ${content.length}\n`).update(content);
    } else addFiles(hash, content, `${folder}${name}/`);
  }
}
