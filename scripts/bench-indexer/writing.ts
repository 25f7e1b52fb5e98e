// Owns dense batches of the writer in relation to COPY of the very same rows into the same tables; leaves the blocks to
// dense-blocks.ts.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { databaseUrl, openDatabaseToRoles } from '../../core/db/prepare.ts';
import { withClient } from '../../core/db/with-client.ts';
import type { DecodedBlock } from '../../indexer/types.ts';
import { type Comparison, compare, time } from '../bench/measure.ts';
import type { BenchServer } from '../bench-db/server.ts';
import { type Dense, fillBefore, makeDense, openDense } from './dense-blocks.ts';

/** As batchBlocks cuts them: a thousand events. */
const BLOCKS_PER_BATCH = 125;
const EVENTS_PER_BLOCK = 8;
const MS_PER_SECOND = 1000;

export interface DenseWriting {
  /** Events a second, a: the writer, b: COPY. */
  comparison: Comparison;
  events: number;
  /** Rows of all tables that both of them write. */
  rows: number;
}

/**
 * Each round makes two fresh databases. In one the writer folds and writes the batches, tenants' rows and all. In the
 * other stands the same but for the rows that these batches write, and each batch is a transaction that copies them,
 * spelt beforehand, with every index, check, key and trigger. Both are the superuser.
 */
export async function compareDenseWriting(options: {
  server: BenchServer;
  blocks: number;
  rounds: number;
  log: (line: string) => void;
}): Promise<DenseWriting> {
  const { server, blocks, rounds, log } = options;
  const dense = makeDense(blocks);
  const batches = cut(dense.blocks);
  const place = await prepare(server, dense, batches);
  log(`${batches.length} batches of ${BLOCKS_PER_BATCH * EVENTS_PER_BLOCK} events, ${place.rows} rows`);
  const events = dense.blocks.length * EVENTS_PER_BLOCK;
  const rate = (ms: number): number => (events * MS_PER_SECOND) / ms;
  const comparison = await compare({
    a: () => inClone(server, place.before, async (url) => rate(await timeWriter(url, batches))),
    b: () => inClone(server, place.without, async (url) => rate(await timeCopy(url, place.copies))),
    rounds,
  });
  return { comparison, events, rows: place.rows };
}

async function timeWriter(url: string, batches: readonly DecodedBlock[][]): Promise<number> {
  const writer = await openDense(url);
  try {
    return await time(async () => {
      for (const batch of batches) await writer.write(batch);
    });
  } finally {
    await writer.close();
  }
}

interface Copy {
  text: string;
  bytes: Buffer;
}

async function timeCopy(url: string, batches: readonly Copy[][]): Promise<number> {
  return withClient(url, (client) =>
    time(async () => {
      for (const copies of batches) {
        await client.query('begin');
        for (const { text, bytes } of copies)
          await pipeline(Readable.from([bytes]), client.query(copyFrom(text)));
        await client.query('commit');
      }
    }),
  );
}

// In the order of their keys. The keys of events are taken by the event store's own trigger, in a COPY too.
const TABLES = [
  'chain.cursor',
  'chain.blocks',
  'chain.contract_events',
  'chain.tokens',
  'chain.token_events',
  'chain.lineage',
  'chain.consents',
  'chain.retirements',
  'registry.global_hash_registry',
  'registry.serial_blocks',
  'registry.consents',
  'credit.credits',
  'credit.credit_ownership',
  'credit.credit_transfers',
  'credit.retirements',
  'credit.credit_lineage',
  'eventing.event_store',
  'eventing.outbox',
] as const;

/** These rows are each batch's anew; only the last batch's can stand. */
const REWRITTEN: ReadonlySet<string> = new Set(['chain.cursor', 'chain.consents', 'registry.consents']);

async function prepare(
  server: BenchServer,
  dense: Dense,
  batches: readonly DecodedBlock[][],
): Promise<{ before: string; without: string; copies: Copy[][]; rows: number }> {
  const [before, without] = ['bench_before', 'bench_without'];
  await clone(server, server.template, before);
  await fillBefore(databaseUrl(server.admin_url, before), dense);
  await clone(server, before, without);
  const url = databaseUrl(server.admin_url, without);
  const copies: Copy[][] = [];
  let rows = 0;
  await withClient(url, async (client) => {
    const started = await currentTransaction(client);
    const writer = await openDense(url);
    for (const batch of batches) {
      const since = await currentTransaction(client);
      await writer.write(batch);
      copies.push(await readRows(client, since, batch === batches.at(-1)));
    }
    await writer.close();
    // Without triggers and keys: what is taken away here is what the COPY brings back.
    await client.query(`set session_replication_role = 'replica'`);
    for (const table of [...TABLES, 'eventing.event_keys']) {
      const { rowCount } = await client.query(`delete from ${table} where xmin::text::bigint >= $1`, [
        started,
      ]);
      if (table !== 'eventing.event_keys') rows += rowCount ?? 0;
    }
    await client.query('vacuum (full, analyze)');
  });
  return { before, without, copies, rows };
}

async function currentTransaction(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>('select pg_current_xact_id()::text as id');
  return rows[0]?.id ?? '';
}

async function readRows(client: pg.Client, since: string, is_last: boolean): Promise<Copy[]> {
  const copies: Copy[] = [];
  for (const table of TABLES) {
    if (REWRITTEN.has(table) && !is_last) continue;
    const columns = await readColumns(client, table);
    const rows = `select ${columns} from ${table} where xmin::text::bigint >= ${BigInt(since)}`;
    const chunks: Buffer[] = [];
    for await (const chunk of client.query(copyTo(`copy (${rows}) to stdout`))) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (bytes.length > 0) copies.push({ text: `copy ${table} (${columns}) from stdin`, bytes });
  }
  return copies;
}

async function readColumns(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  return rows[0]?.columns ?? '';
}

export async function inClone<T>(
  server: BenchServer,
  of: string,
  work: (url: string, database: string) => Promise<T>,
): Promise<T> {
  const name = `bench_round`;
  await clone(server, of, name);
  try {
    return await work(databaseUrl(server.admin_url, name), name);
  } finally {
    await withClient(server.admin_url, (admin) => admin.query(`drop database ${name} with (force)`));
  }
}

async function clone(server: BenchServer, of: string, name: string): Promise<void> {
  await withClient(server.admin_url, async (admin) => {
    await admin.query(`create database ${name} template ${of} strategy file_copy`);
    await openDatabaseToRoles(admin, name);
  });
}

function cut(blocks: readonly DecodedBlock[]): DecodedBlock[][] {
  return Array.from({ length: Math.ceil(blocks.length / BLOCKS_PER_BATCH) }, (_, index) =>
    blocks.slice(index * BLOCKS_PER_BATCH, (index + 1) * BLOCKS_PER_BATCH),
  );
}
