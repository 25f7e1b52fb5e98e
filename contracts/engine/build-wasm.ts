// Owns the way from a contract's TypeScript to its wasm, kept by a hash of what went in; leaves judging the wasm to scripts/build-contract.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleContract } from './bundle.ts';
import { type EngineOptions, getEngine } from './engine.ts';
import { buildMissing } from './engines.ts';
import { keepFile } from './kept-file.ts';
import { compileBytecode, takeSnapshot } from './snapshot.ts';
import { writeModule } from './write-module.ts';

export interface ContractWasm {
  wasm: Uint8Array;
  /** What the entry exports, and so the module. */
  methods: string[];
}

export interface WasmOptions extends EngineOptions {
  entry: string;
  /** Global names of the contract's source that stand for constants, each as JSON. */
  define: Readonly<Record<string, string>>;
  /** As near-sdk-js would make it, with an engine that starts anew at each call: for comparison only. */
  stock: boolean;
}

// A change of what writes the module must not find modules written before.
const WRITERS = ['snapshot.ts', 'write-module.ts'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);

export async function buildWasm(options: WasmOptions): Promise<ContractWasm> {
  const { cache, stock } = options;
  const kind = stock ? 'stock' : 'fast';
  const { source, methods } = await bundleContract(options);
  // The stock engine has the compiler, whichever engine is to run what it made.
  if (!stock) await buildMissing(options);
  const compiler = await getEngine('stock', options);
  const engine = stock ? compiler : await getEngine(kind, options);
  const hash = createHash('sha256').update(JSON.stringify([kind, source, methods]));
  for (const bytes of [engine, compiler, ...WRITERS.map((path) => readFileSync(path))]) hash.update(bytes);
  const path = join(cache, `contract-${kind}-${hash.digest('hex').slice(0, 32)}.wasm`);
  if (existsSync(path)) return { wasm: readFileSync(path), methods };
  const bytecode = compileBytecode(compiler, source);
  const segments = takeSnapshot({ engine, kind, bytecode, methods });
  const wasm = writeModule({ engine, methods, segments });
  keepFile(path, wasm);
  return { wasm, methods };
}
