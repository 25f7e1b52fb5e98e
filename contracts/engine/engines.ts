// Owns having both engines at once, each built in a thread of its own where it is not kept; leaves building one to engine.ts.
import { Worker } from 'node:worker_threads';
import { type EngineOptions, findEngine, getEngine } from './engine.ts';
import type { EngineKind } from './toolchain.ts';

export type EngineWork = { kind: EngineKind; cache: string };
export type EngineMessage = { note: string } | { built: true };

/** The stock engine has the compiler of JavaScript, the fast one runs what it made. */
export type Engines = Readonly<Record<EngineKind, Uint8Array>>;

const KINDS: readonly EngineKind[] = ['stock', 'fast'];

/** Compiling one takes the better part of a minute of one core, and they do not wait for each other. */
export async function getEngines(options: EngineOptions): Promise<Engines> {
  const builds = KINDS.filter((kind) => findEngine(kind, options.cache) === undefined).map((kind) =>
    buildBeside(kind, options),
  );
  try {
    await Promise.all(builds.map(({ built }) => built));
  } finally {
    await Promise.all(builds.map(({ stop }) => stop()));
  }
  return { stock: await getEngine('stock', options), fast: await getEngine('fast', options) };
}

function buildBeside(kind: EngineKind, { cache, note }: EngineOptions) {
  const workerData: EngineWork = { kind, cache };
  const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), { workerData });
  const built = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: EngineMessage) => {
      if ('note' in message) note(message.note);
      else resolve();
    });
    worker.once('error', reject);
    worker.once('exit', (code) =>
      reject(new Error(`The build of the ${kind} engine ended with code ${code}.`)),
    );
  });
  return { built, stop: () => worker.terminate() };
}
