// Owns a reading process from outside: starting it, one span at a time, its end; leaves what it does to reader-child.ts.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { ReaderName, Span } from './readers.ts';

const reading = z.object({ blocks: z.number(), ms: z.number(), cpu_ms: z.number(), peak_mib: z.number() });

export interface Reading {
  blocks_per_second: number;
  blocks_per_cpu_second: number;
  /** Of the process since it began. */
  peak_mib: number;
}

export interface ReaderProcess {
  read(span: Span): Promise<Reading>;
  stop(): Promise<void>;
}

/** As "npm run indexer" starts Node: short-lived objects then take a few MB and not tens. */
const NODE_FLAGS = ['--max-semi-space-size=8'];
const OWN_READERS: ReadonlySet<ReaderName> = new Set(['source', 'indexer']);

export function startReader(reader: ReaderName): ReaderProcess {
  const child = fork(join(import.meta.dirname, 'reader-child.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: OWN_READERS.has(reader) ? NODE_FLAGS : [],
  });
  const ended = once(child, 'exit');
  return {
    read: async ({ corpus, from, blocks, database_url }) => {
      const { url, bucket, last } = corpus;
      const answered = once(child, 'message');
      child.send({ reader, corpus: { url, bucket, last }, from, blocks, database_url });
      const [message] = await Promise.race([
        answered,
        ended.then(([code]) => Promise.reject(new Error(`the reader ${reader} ended with ${code}`))),
      ]);
      const done = reading.parse(message);
      if (done.blocks !== blocks)
        throw new Error(`the reader ${reader} read ${done.blocks} of ${blocks} blocks`);
      return {
        blocks_per_second: (done.blocks / done.ms) * 1000,
        blocks_per_cpu_second: (done.blocks / done.cpu_ms) * 1000,
        peak_mib: done.peak_mib,
      };
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
