// Owns one reading process: it reads a span for each message it is sent and tells time, CPU and memory; leaves the ways of reading to readers.ts.

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';

// What turns TypeScript into JavaScript takes 30 MB; with a cache it is not loaded from the second start on.
enableCompileCache(join(import.meta.dirname, '..', '..', '.cache', 'compiled'));
const { READERS } = await import('./readers.ts');

const MICROSECONDS_PER_MS = 1000;

const order = z.object({
  reader: z.enum(['bare', 'source', 'indexer', 'framework']),
  corpus: z.object({ url: z.string(), bucket: z.string(), last: z.number() }),
  from: z.number(),
  blocks: z.number(),
  database_url: z.string().optional(),
});

process.on('message', (message) => {
  const { reader, database_url, ...span } = order.parse(message);
  const cpu = process.cpuUsage();
  const started = performance.now();
  READERS[reader]({ ...span, ...(database_url === undefined ? {} : { database_url }) }).then(
    (blocks) => {
      const ms = performance.now() - started;
      const { user, system } = process.cpuUsage(cpu);
      const cpu_ms = (user + system) / MICROSECONDS_PER_MS;
      process.send?.({ blocks, ms, cpu_ms, peak_mib: process.resourceUsage().maxRSS / 1024 });
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
