// Owns one consistent look at a database's catalogue and what in it is ours; leaves the spelling to the files beside it.

import pg from 'pg';

export type Catalogue = {
  /** Our schemas, by oid. Kysely keeps its bookkeeping in `migration`, which is its own and not here. */
  schemas: number[];
  /** Our tables and their default partitions, by oid. Monthly partitions follow from the date, not from us. */
  tables: number[];
  /** Whether the months' partitions have been made. */
  has_months: boolean;
  /** Rows of a query on the catalogue; `$1` in it stands for the oids. */
  read<Row extends pg.QueryResultRow>(text: string, oids: number[]): Promise<Row[]>;
};

export async function withCatalogue<T>(url: string, work: (catalogue: Catalogue) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read, read only');
    // With nothing on the path, PostgreSQL spells every name in full.
    await client.query(`set local search_path = ''`);
    await client.query(`set local timezone = 'UTC'`);
    return await work(await openCatalogue(client));
  } finally {
    await client.end();
  }
}

type TableRow = { oid: number; is_month: boolean };

async function openCatalogue(client: pg.Client): Promise<Catalogue> {
  async function read<Row extends pg.QueryResultRow>(text: string, oids: number[]): Promise<Row[]> {
    return (await client.query<Row>(text, [oids])).rows;
  }
  const { rows } = await client.query<{ oid: number }>(SCHEMAS);
  const schemas = rows.map(({ oid }) => oid);
  const tables = await read<TableRow>(TABLES, schemas);
  return {
    schemas,
    tables: tables.filter(({ is_month }) => !is_month).map(({ oid }) => oid),
    has_months: tables.some(({ is_month }) => is_month),
    read,
  };
}

// The queue's tables are pg-boss's, whole in the migration that makes them.
// What an extension brought into `public` is the extension's; refuse-unknown.ts looks for anything else there.
const SCHEMAS = `
  SELECT oid FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public', 'migration', 'pgboss')
  ORDER BY nspname COLLATE "C"`;

const TABLES = `
  SELECT oid, relispartition AND relname ~ '_[0-9]{4}_[0-9]{2}$' AS is_month
  FROM pg_class WHERE relnamespace = ANY ($1) AND relkind IN ('r', 'p')
  ORDER BY oid::regclass::text COLLATE "C"`;
