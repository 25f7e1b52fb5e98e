// Owns the ways of reading a corpus that are compared: bare fetch and scan, the indexer's source, near-lake-framework; leaves measuring to reader-process.ts.

import { Pool } from 'undici';
import { openIndexer } from '../../indexer/operate/open-indexer.ts';
import { runIndexer } from '../../indexer/operate/run.ts';
import { StateKeeper } from '../../indexer/operate/state.ts';
import { openSource } from '../../indexer/source/open-source.ts';
import { CONTRACT, CONTRACT_SHARD } from './corpus.ts';
import type { RunningCorpus } from './corpus-process.ts';
import { SILENT_OBSERVER } from './silent-observer.ts';

export type ReaderName = 'bare' | 'source' | 'indexer' | 'framework';

export interface Span {
  corpus: Pick<RunningCorpus, 'url' | 'bucket' | 'last'>;
  from: number;
  blocks: number;
  /** Of the login that writes, in a fresh database; for the whole indexer alone. */
  database_url?: string;
}

const IN_FLIGHT = 16;
const HEIGHT_DIGITS = 12;

/** Each reads the span once and answers how many blocks came. */
export const READERS: Record<ReaderName, (span: Span) => Promise<number>> = {
  bare: readBare,
  source: readWithSource,
  indexer: readWithIndexer,
  framework: readWithFramework,
};

const pools = new Map<string, Pool>();

/** What no indexer can do without: the same objects, fetched and searched, nothing else. */
async function readBare({ corpus, from, blocks }: Span): Promise<number> {
  const { url, bucket } = corpus;
  const pool = pools.get(url) ?? new Pool(url, { connections: 2 * IN_FLIGHT });
  pools.set(url, pool);
  const needle = Buffer.from(CONTRACT);
  const get = async (path: string): Promise<boolean> => {
    const { body } = await pool.request({ path, method: 'GET' });
    return Buffer.from(await body.arrayBuffer()).indexOf(needle) >= 0;
  };
  let next = from;
  let read = 0;
  const work = async (): Promise<void> => {
    while (next < from + blocks) {
      const folder = `/${bucket}/${String(next++).padStart(HEIGHT_DIGITS, '0')}`;
      await Promise.all([get(`${folder}/block.json`), get(`${folder}/shard_${CONTRACT_SHARD}.json`)]);
      read += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return read;
}

async function readWithSource({ corpus, from, blocks }: Span): Promise<number> {
  const source = openSource({
    contract_ids: [CONTRACT],
    sources: [{ kind: 's3_lake', bucket: corpus.bucket, region: 'eu-central-1', endpoint: corpus.url }],
    rpc: { urls: [corpus.url] },
  });
  const { signal } = new AbortController();
  let read = 0;
  const start = { kind: 'height', height: BigInt(from) } as const;
  for await (const _block of source.stream({ start, to: BigInt(from + blocks - 1), signal })) read += 1;
  await source.close();
  return read;
}

/** All of it, PostgreSQL too: each block decoded, the cursor moved batch by batch. */
async function readWithIndexer({ corpus, from, blocks, database_url = '' }: Span): Promise<number> {
  let written = 0;
  const observer = {
    ...SILENT_OBSERVER,
    committed: (batch: { blocks: number }) => {
      written += batch.blocks;
    },
  };
  const indexer = openIndexer({
    network: 'bench',
    contract_ids: [CONTRACT],
    sources: [{ kind: 's3_lake', bucket: corpus.bucket, region: 'eu-central-1', endpoint: corpus.url }],
    rpc: { urls: [corpus.url] },
    first_height: 0n,
    database_url,
    indexer_id: 'bench',
    observer,
    keeper: new StateKeeper(),
    log: { info: () => undefined, warn: (...words: unknown[]) => console.error(...words) },
  });
  const { signal } = new AbortController();
  const start = { kind: 'height', height: BigInt(from) } as const;
  try {
    await runIndexer(indexer, { start, to: BigInt(from + blocks - 1), signal, attempts: 1 });
  } finally {
    await indexer.close();
  }
  return written;
}

async function readWithFramework({ corpus, from, blocks }: Span): Promise<number> {
  const { stream } = await import('near-lake-framework');
  const { hostname, port } = new URL(corpus.url);
  const messages = stream({
    credentials: () => Promise.resolve({ accessKeyId: 'bench', secretAccessKey: 'bench' }),
    s3Endpoint: { protocol: 'http:', hostname, port: Number(port), path: '/' },
    s3BucketName: corpus.bucket,
    s3RegionName: 'eu-central-1',
    s3ForcePathStyle: true,
    startBlockHeight: from,
    blocksPreloadPoolSize: Math.min(200, blocks),
  });
  let read = 0;
  for await (const _message of messages) {
    read += 1;
    // It cannot be stopped: whoever runs it ends its process.
    if (read >= blocks) return read;
  }
  return read;
}
