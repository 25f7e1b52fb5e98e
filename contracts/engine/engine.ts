// Owns the engines in the cache: each is built once for its sources, flags and tools; leaves building to toolchain.ts and finish-engine.ts.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tree } from '@yowasp/clang';
import { finishEngine } from './finish-engine.ts';
import { allArguments, compileEngine, type EngineKind, PACKAGES, readEngineSources } from './toolchain.ts';

const TOOLS = ['@yowasp/clang', 'binaryen'];

export interface EngineOptions {
  /** A folder of files that may be deleted at any time. */
  cache: string;
  /** Hears what takes long. */
  note: (line: string) => void;
}

export async function getEngine(kind: EngineKind, { cache, note }: EngineOptions): Promise<Uint8Array> {
  const sources = readEngineSources(kind);
  const key = hashOf(sources.files, kind);
  const path = join(cache, `engine-${kind}-${key.slice(0, 32)}.wasm`);
  if (existsSync(path)) return readFileSync(path);
  const started = performance.now();
  const linked = await compileEngine(sources, (unit, share) => note(`${kind} engine: ${unit} ${share}`));
  const engine = finishEngine(linked, kind);
  note(
    `${kind} engine: ready after ${Math.round((performance.now() - started) / 1000)} s, ${engine.length} bytes`,
  );
  keepFile(path, engine);
  return engine;
}

/** Whoever finds the file finds all of it. */
export function keepFile(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, bytes);
  renameSync(unfinished, path);
}

function hashOf(files: Tree, kind: EngineKind): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([kind, allArguments(kind)]));
  for (const tool of TOOLS) hash.update(readFileSync(join(PACKAGES, tool, 'package.json')));
  hash.update(readFileSync(fileURLToPath(new URL('./finish-engine.ts', import.meta.url))));
  addFiles(hash, files, '');
  return hash.digest('hex');
}

function addFiles(hash: ReturnType<typeof createHash>, files: Tree, folder: string): void {
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string' || content instanceof Uint8Array) {
      hash.update(`${folder}${name} ${content.length}\n`).update(content);
    } else addFiles(hash, content, `${folder}${name}/`);
  }
}
