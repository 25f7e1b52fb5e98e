// Owns building the contract in a thread of its own, so that whoever asks stays able to stop; leaves the thread's work to build-worker.ts.
import { Worker } from 'node:worker_threads';

export type BuildEnd =
  | { kind: 'built'; wasm: Uint8Array; sha256: string }
  | { kind: 'failed'; error: Error }
  | { kind: 'stopped' };

export interface RunningBuild {
  /** Never rejects, so that it may be looked at late. */
  result: Promise<BuildEnd>;
  /** Ends it where it still runs. */
  stop(): Promise<void>;
}

export type Message = { note: string } | { wasm: Uint8Array; sha256: string };

export function buildBeside(note: (line: string) => void): RunningBuild {
  const worker = new Worker(new URL('./build-worker.ts', import.meta.url));
  const end = Promise.withResolvers<BuildEnd>();
  worker.on('message', (message: Message) => {
    if ('note' in message) note(message.note);
    else end.resolve({ kind: 'built', ...message });
  });
  worker.once('error', (error) => end.resolve({ kind: 'failed', error: error as Error }));
  worker.once('exit', (code) =>
    end.resolve({ kind: 'failed', error: new Error(`The build ended with code ${code} and gave nothing.`) }),
  );
  return {
    result: end.promise,
    stop: async () => {
      end.resolve({ kind: 'stopped' });
      await worker.terminate();
    },
  };
}
