// Owns the measurements of the indexer's source: beside bare fetch and scan, beside near-lake-framework, with a long way, in memory and requests; leaves the goals to bench-indexer.ts.

import { LIMITS } from '../../indexer/source/limits.ts';
import { type Comparison, compare, median } from '../bench/measure.ts';
import type { BenchServer } from '../bench-db/server.ts';
import { type RunningCorpus, startCorpus } from './corpus-process.ts';
import { type ReaderProcess, type Reading, startReader } from './reader-process.ts';
import type { ReaderName } from './readers.ts';
import { inClone } from './writing.ts';

export interface SourceSizes {
  light_blocks: number;
  heavy_blocks: number;
  /** Of them, what the framework reads in one round: this part of them. */
  framework_share: number;
  rounds: number;
}

export interface Pair {
  blocks_per_second: Comparison;
  blocks_per_cpu_second: Comparison;
}

export interface Weighed {
  bytes_per_block: number;
  /** The source in relation to bare fetch and scan of the same objects. */
  bare: Pair;
  /** The whole indexer with PostgreSQL in relation to bare fetch and scan of the same objects. */
  postgres: Pair;
  /** Of the whole indexer's process. */
  indexer_peak_mib: number;
  /** The source in relation to near-lake-framework. */
  framework: Pair;
  /** The source with 30 ms before each answer in relation to none. */
  far: Pair;
  peak_mib: number;
  requests_per_block: number;
}

const LIGHT_BYTES = 136_000;
const HEAVY_BYTES = 1_770_000;
const FAR_MS = 30;
/** Sparse: one block in so many names the contract. */
const HIT_EVERY = 1_000;

export async function measureSource(
  sizes: SourceSizes,
  about: { server: BenchServer; log: (line: string) => void },
): Promise<{ light: Weighed; heavy: Weighed }> {
  const light = await weigh({ block_bytes: LIGHT_BYTES, blocks: sizes.light_blocks }, sizes, about);
  const heavy = await weigh({ block_bytes: HEAVY_BYTES, blocks: sizes.heavy_blocks }, sizes, about);
  return { light, heavy };
}

async function weigh(
  corpus_size: { block_bytes: number; blocks: number },
  sizes: SourceSizes,
  { server, log }: { server: BenchServer; log: (line: string) => void },
): Promise<Weighed> {
  const wish = { ...corpus_size, hit_every: HIT_EVERY, audit_every: LIMITS.audit_every };
  log(`generating ${wish.blocks} blocks of ${Math.round(wish.block_bytes / 1000)} kB`);
  const near = await startCorpus({ ...wish, latency_ms: 0 });
  const far = await startCorpus({ ...wish, latency_ms: FAR_MS });
  const started: ReaderProcess[] = [];
  const start = (reader: ReaderName): ReaderProcess => {
    const process = startReader(reader);
    started.push(process);
    return process;
  };
  try {
    const { blocks } = wish;
    const all = (reader: ReaderProcess, corpus: RunningCorpus) => () =>
      reader.read({ corpus, from: corpus.first, blocks });
    const source = start('source');
    const bare = start('bare');
    log('the source beside bare fetch and scan');
    const beside_bare = await comparePair({ a: all(source, near), b: all(bare, near), rounds: sizes.rounds });
    log('the whole indexer with PostgreSQL beside bare fetch and scan');
    const indexer = start('indexer');
    let indexer_peak_mib = 0;
    const writeAll = () =>
      inClone(server, server.template, async (_url, database) => {
        const database_url = server.urlFor({ database, login: 'indexer' });
        const done = await indexer.read({ corpus: near, from: near.first, blocks, database_url });
        indexer_peak_mib = Math.max(indexer_peak_mib, done.peak_mib);
        return done;
      });
    const postgres = await comparePair({ a: writeAll, b: all(bare, near), rounds: sizes.rounds });
    log('the source beside near-lake-framework');
    const framework_blocks = Math.ceil(blocks * sizes.framework_share);
    const beside_framework = await comparePair({
      a: all(source, near),
      b: () => readOnce('framework', { corpus: near, blocks: framework_blocks }),
      rounds: Math.min(3, sizes.rounds),
    });
    log(`the source with ${FAR_MS} ms before each answer`);
    const far_source = start('source');
    const beside_near = await comparePair({
      a: all(far_source, far),
      b: all(source, near),
      rounds: sizes.rounds,
    });
    const before = await near.requests();
    const alone = await readOnce('source', { corpus: near, blocks });
    const requests = (await near.requests()) - before;
    const far_alone = await readOnce('source', { corpus: far, blocks });
    return {
      bytes_per_block: near.bytes_per_block,
      bare: beside_bare,
      postgres,
      indexer_peak_mib,
      framework: beside_framework,
      far: beside_near,
      peak_mib: Math.max(alone.peak_mib, far_alone.peak_mib),
      requests_per_block: requests / blocks,
    };
  } finally {
    for (const running of [...started, near, far]) await running.stop();
  }
}

/**
 * In a process of its own: the framework cannot be stopped, and memory is only measured from a fresh start. It reads the
 * last blocks of the corpus, for the framework would read ahead of any others, and that would not count.
 */
async function readOnce(
  reader: ReaderName,
  about: { corpus: RunningCorpus; blocks: number },
): Promise<Reading> {
  const { corpus, blocks } = about;
  const running = startReader(reader);
  try {
    return await running.read({ corpus, from: corpus.last - blocks + 1, blocks });
  } finally {
    await running.stop();
  }
}

/** One run gives both figures. */
async function comparePair(options: {
  a: () => Promise<Reading>;
  b: () => Promise<Reading>;
  rounds: number;
}): Promise<Pair> {
  const { a, b, rounds } = options;
  const readings = { a: [] as Reading[], b: [] as Reading[] };
  const kept = (side: 'a' | 'b', read: () => Promise<Reading>) => async () => {
    const reading = await read();
    readings[side].push(reading);
    return reading.blocks_per_second;
  };
  const blocks_per_second = await compare({ a: kept('a', a), b: kept('b', b), rounds });
  const cpu = (side: 'a' | 'b') =>
    readings[side].slice(-rounds).map((reading) => reading.blocks_per_cpu_second);
  return { blocks_per_second, blocks_per_cpu_second: compared(cpu('a'), cpu('b')) };
}

function compared(a: readonly number[], b: readonly number[]): Comparison {
  const spreadOf = (values: readonly number[]) => ({
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
  });
  const spreads = { a: spreadOf(a), b: spreadOf(b) };
  return {
    ...spreads,
    ratio: spreads.a.median / spreads.b.median,
    ratios: a.map((value, index) => value / (b[index] ?? value)),
  };
}
