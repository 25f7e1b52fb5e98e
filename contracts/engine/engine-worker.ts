// Owns the thread that builds one engine into the cache; leaves the build to engine.ts and asking for it to engines.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { getEngine } from './engine.ts';
import type { EngineMessage, EngineWork } from './engines.ts';

if (parentPort === null) throw new Error('This file is started as a thread, by engines.ts.');
const port = parentPort;
const tell = (message: EngineMessage): void => port.postMessage(message);

const { kind, cache } = workerData as EngineWork;
await getEngine(kind, { cache, note: (line) => tell({ note: line }) });
tell({ built: true });
