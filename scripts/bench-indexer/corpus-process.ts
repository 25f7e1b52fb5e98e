// Owns starting and ending a corpus server in a process of its own; leaves what it serves to corpus-server.ts.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

export const corpusProcessOptions = z.object({
  block_bytes: z.number(),
  blocks: z.number(),
  hit_every: z.number().nullable(),
  audit_every: z.number(),
  /** Logs of the contract in the blocks that name it, as a chain of credits would have them. */
  /** Before each answer. */
  latency_ms: z.number(),
});
export type CorpusProcessOptions = z.infer<typeof corpusProcessOptions>;

const corpusFacts = z.object({
  url: z.string(),
  first: z.number(),
  last: z.number(),
  bytes_per_block: z.number(),
  hash: z.string(),
});

export interface RunningCorpus extends z.infer<typeof corpusFacts> {
  bucket: string;
  /** Objects and lists asked for so far. */
  requests(): Promise<number>;
  stop(): Promise<void>;
}

export const BUCKET = 'bench';

export async function startCorpus(options: CorpusProcessOptions): Promise<RunningCorpus> {
  const file = join(import.meta.dirname, 'corpus-server.ts');
  const child = spawn(process.execPath, [file, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    ended.then(([code]) => Promise.reject(new Error(`the corpus server ended with ${code}`))),
  ]);
  const facts = corpusFacts.parse(JSON.parse(line));
  return {
    ...facts,
    bucket: BUCKET,
    requests: async () => {
      const answer: unknown = await (await fetch(`${facts.url}/requests`)).json();
      return z.object({ requests: z.number() }).parse(answer).requests;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
