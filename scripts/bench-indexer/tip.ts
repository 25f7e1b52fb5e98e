// Owns how long a block lies in the Lake before its rows can be seen, on a localnet of steady pace; leaves both processes to tip-child.ts.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { median } from '../bench/measure.ts';
import type { BenchServer } from '../bench-db/server.ts';
import { inClone } from './writing.ts';

export interface TipTimes {
  pace_ms: number;
  blocks: number;
  median_ms: number;
  p99_ms: number;
  worst_ms: number;
  /** Of all that were sent, those for blocks that were not there yet too. */
  requests_per_block: number;
}

const urls = z.object({ rpc_url: z.string(), lake_url: z.string(), bucket: z.string() });
const written = z.object({ height: z.string(), at: z.number() });
/** With how many requests for objects were answered until then. */
const made = written.extend({ requests: z.number() });

/** A pace is learnt from some blocks; they are not counted. */
const LEARNING_BLOCKS = 20;
const PATIENCE = 4;

export async function measureTip(options: {
  server: BenchServer;
  pace_ms: number;
  blocks: number;
  log: (line: string) => void;
}): Promise<TipTimes> {
  const { server, pace_ms, blocks, log } = options;
  log(`${blocks} blocks, one each ${pace_ms} ms, as they come`);
  return inClone(server, server.template, async (_url, database) => {
    const children: ChildProcess[] = [];
    try {
      const chain = startChild(children);
      const available = new Map<bigint, z.infer<typeof made>>();
      const ready = Promise.withResolvers<z.infer<typeof urls>>();
      chain.on('message', (message) => {
        const block = made.safeParse(message);
        if (block.success) available.set(BigInt(block.data.height), block.data);
        else ready.resolve(urls.parse(message));
      });
      chain.send({ role: 'chain', pace_ms });
      const where = await ready.promise;
      const indexer = startChild(children);
      const database_url = server.urlFor({ database, login: 'indexer' });
      const times = collect(indexer, { available, blocks, pace_ms });
      indexer.send({ role: 'indexer', ...where, database_url });
      return await times;
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  });
}

function startChild(children: ChildProcess[]): ChildProcess {
  const child = fork(join(import.meta.dirname, 'tip-child.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  return child;
}

/** A batch makes all its blocks visible at once; the message of a block may come after that of its commit. */
function collect(
  indexer: ChildProcess,
  about: { available: ReadonlyMap<bigint, z.infer<typeof made>>; blocks: number; pace_ms: number },
): Promise<TipTimes> {
  const { available, blocks, pace_ms } = about;
  const commits: z.infer<typeof written>[] = [];
  return new Promise((resolve, reject) => {
    const give_up = setTimeout(
      () => reject(new Error(`only ${commits.length} batches came`)),
      PATIENCE * (blocks + LEARNING_BLOCKS) * pace_ms + 60_000,
    );
    indexer.on('exit', (code) => reject(new Error(`the indexer ended with ${code}`)));
    indexer.on('message', (message) => {
      commits.push(written.parse(message));
      if (commits.length < blocks + LEARNING_BLOCKS) return;
      clearTimeout(give_up);
      indexer.removeAllListeners();
      setImmediate(() => resolve(judge({ commits, available, pace_ms })));
    });
  });
}

function judge(about: {
  commits: readonly z.infer<typeof written>[];
  available: ReadonlyMap<bigint, z.infer<typeof made>>;
  pace_ms: number;
}): TipTimes {
  const counted = about.commits.slice(LEARNING_BLOCKS);
  let height = BigInt(about.commits[LEARNING_BLOCKS - 1]?.height ?? '0');
  const first = height;
  const times: number[] = [];
  for (const commit of counted) {
    for (; height < BigInt(commit.height); ) {
      height += 1n;
      const at = about.available.get(height)?.at;
      if (at !== undefined) times.push(commit.at - at);
    }
  }
  const sorted = times.sort((a, b) => a - b);
  const requestsAt = (at: bigint): number => about.available.get(at)?.requests ?? Number.NaN;
  const requests = requestsAt(height) - requestsAt(first);
  return {
    pace_ms: about.pace_ms,
    blocks: sorted.length,
    median_ms: median(sorted),
    p99_ms: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN,
    worst_ms: sorted.at(-1) ?? Number.NaN,
    requests_per_block: requests / Number(height - first),
  };
}
