// Owns building the engines that are not kept beside each other, each in a thread of its own; leaves building one to engine.ts.
import { Worker } from 'node:worker_threads';
import { type EngineOptions, isKept } from './engine.ts';
import type { EngineKind } from './toolchain.ts';

export type EngineWork = { kind: EngineKind; cache: string };
export type EngineMessage = { note: string } | { built: true };

const KINDS: readonly EngineKind[] = ['stock', 'fast'];

/** Compiling one takes the better part of a minute of one core, and they do not wait for each other. */
export async function buildMissing(options: EngineOptions): Promise<void> {
  const builds = KINDS.filter((kind) => !isKept(kind, options.cache)).map((kind) =>
    buildBeside(kind, options),
  );
  try {
    await Promise.all(builds.map(({ built }) => built));
  } finally {
    await Promise.all(builds.map(({ stop }) => stop()));
  }
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
