// Owns upserts by unnest in relation to COPY, of the same rows into the same tables; leaves the rows to rows.ts.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { createDatabase, createPool } from '../../core/db/pool.ts';
import type { DB } from '../../core/db/types.ts';
import { type UpsertRow, type UpsertTarget, type UpsertValue, upsertRows } from '../../core/db/upsert.ts';
import { type Comparison, compare, time } from '../bench/measure.ts';

export type WritingOptions<T extends keyof DB> = {
  admin_url: string;
  target: UpsertTarget<T>;
  rows: readonly UpsertRow<T>[];
  rounds: number;
};

/** One transaction holds so many rows, as a flush of the indexer does. */
const BATCH_ROWS = 1000;
const MS_PER_SECOND = 1000;

/**
 * Rows a second, a: upsertRows of core/db, b: COPY. Each writes into the emptied table, with all its indexes,
 * checks and keys. Both are the superuser: COPY FROM is refused to logins under row security.
 */
export async function compareWriting<T extends keyof DB>(options: WritingOptions<T>): Promise<Comparison> {
  const { admin_url, target, rows, rounds } = options;
  const batches = cut(rows);
  const pool = createPool({ url: admin_url, max: 1, on_idle_error: ignore });
  const copier = new pg.Client(admin_url);
  await copier.connect();
  const db = createDatabase(pool);
  const measure = (write: (batch: readonly UpsertRow<T>[]) => Promise<unknown>) => async () => {
    // With the rows that name its rows: nobody here needs them.
    await sql`truncate ${sql.table(target.table)} cascade`.execute(db);
    const ms = await time(async () => {
      for (const batch of batches) await write(batch);
    });
    return (rows.length * MS_PER_SECOND) / ms;
  };
  try {
    const copy = makeCopy(db, target);
    return await compare({
      a: measure((batch) => db.transaction().execute((trx) => upsertRows(trx, target, batch))),
      b: measure((batch) => copyRows(copier, copy, batch)),
      rounds,
    });
  } finally {
    await copier.end();
    await pool.end();
  }
}

type Copy = { text: string; columns: string[] };

function makeCopy<T extends keyof DB>(db: Kysely<DB>, { table, columns }: UpsertTarget<T>): Copy {
  const names = Object.keys(columns);
  const list = sql.join(names.map((name) => sql.ref(name)));
  return { text: sql`copy ${sql.table(table)} (${list}) from stdin`.compile(db).sql, columns: names };
}

async function copyRows(
  client: pg.Client,
  { text, columns }: Copy,
  batch: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  await client.query('begin');
  const lines = batch.map((row) => `${columns.map((name) => encodeCell(row[name])).join('\t')}\n`);
  await pipeline(Readable.from([Buffer.from(lines.join(''))]), client.query(copyFrom(text)));
  await client.query('commit');
}

function encodeCell(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as UpsertValue);
  return /[\\\t\n\r]/.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found) : text;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function cut<Row>(rows: readonly Row[]): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / BATCH_ROWS) }, (_, index) =>
    rows.slice(index * BATCH_ROWS, (index + 1) * BATCH_ROWS),
  );
}

// A connection that breaks while nobody uses it fails the query that needs it; the server's own end breaks all.
const ignore = (): undefined => undefined;
