// Owns the thread that builds the contract and tells whoever started it; leaves the build to build-contract.ts.
import { parentPort } from 'node:worker_threads';
import type { Message } from './build-beside.ts';
import { buildContract } from './build-contract.ts';

if (parentPort === null) throw new Error('This file is started as a thread, by build-beside.ts.');
const port = parentPort;
const tell = (message: Message): void => port.postMessage(message);

const { wasm, sha256 } = await buildContract({ note: (line) => tell({ note: line }) });
tell({ wasm, sha256 });
