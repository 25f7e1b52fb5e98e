// Shows that every change stamps updated_at, but for the tables whose time is the chain's.

import test from 'ava';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../../core/db/types.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type OpenWorld, openWorld, type Table, WORLD_TABLES } from '../support/world.ts';
import { type Given, inUndoneWorld } from './case.ts';

/** The indexer writes a block's time into these, and a stamp would make two replays differ. */
const TIMED_BY_THE_CHAIN: readonly string[] = [
  'chain.cursor',
  'chain.proof_bundles',
  'credit.credit_ownership',
];

const LONG_AGO = '2020-01-01T00:00:00Z';
const BROUGHT = '2021-01-01T00:00:00Z';

let database: TestDatabase;
let world: OpenWorld;
let timed: string[];

test.before(async (t) => {
  database = await createTestDatabase();
  world = openWorld({ url: database.admin_url, log: t.log });
  const { rows } = await sql<{ name: string }>`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'updated_at' and not a.attisdropped
    where c.relkind in ('r', 'p') and not starts_with(n.nspname, 'pg_') order by 1`.execute(world.db);
  timed = rows.map(({ name }) => name);
});

test.after.always(async () => {
  await world?.close();
  await database?.drop();
});

test.serial('a table with updated_at stamps each change, unless its time is the chain’s', async (t) => {
  t.true(timed.length > TIMED_BY_THE_CHAIN.length);
  t.deepEqual(
    timed.filter((table) => !WORLD_TABLES.includes(table as Table)),
    [],
  );
  t.deepEqual(
    TIMED_BY_THE_CHAIN.filter((table) => !timed.includes(table)),
    [],
  );
  for (const table of timed) {
    await inUndoneWorld(world, async ({ db, make }) => {
      await make(table as Table, { updated_at: LONG_AGO } as Given<Table>);
      await sql`update ${sql.table(table)} set ${await firstColumn(db, table)} where updated_at = ${LONG_AGO}`.execute(
        db,
      );
      const [time] = await listTimes(db, table);
      if (TIMED_BY_THE_CHAIN.includes(table)) t.is(time, LONG_AGO, `${table} keeps its time`);
      else t.is(time, await now(db), `${table} is stamped`);
    });
  }
});

test.serial('a writer that brings its own time keeps it', async (t) => {
  for (const table of timed) {
    await inUndoneWorld(world, async ({ db, make }) => {
      await make(table as Table, { updated_at: LONG_AGO } as Given<Table>);
      await sql`update ${sql.table(table)} set updated_at = ${BROUGHT} where updated_at = ${LONG_AGO}`.execute(
        db,
      );
      t.deepEqual(await listTimes(db, table), [BROUGHT], table);
    });
  }
});

/** Sets a column to what it is, which is a change to PostgreSQL: the first that is not part of the rules above. */
async function firstColumn(db: Kysely<DB>, table: string): Promise<ReturnType<typeof sql>> {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum > 0
      and not attisdropped and attgenerated = '' and attname <> 'updated_at' order by attnum limit 1`.execute(
    db,
  );
  const name = sql.ref(rows[0]?.name ?? '');
  return sql`${name} = ${name}`;
}

/** The rows that a test made long ago or has changed since; parents that it needed are of now. */
async function listTimes(db: Kysely<DB>, table: string): Promise<string[]> {
  const { rows } = await sql<{ updated_at: string }>`
    select updated_at from ${sql.table(table)} order by updated_at limit 1`.execute(db);
  return rows.map(({ updated_at }) => updated_at);
}

async function now(db: Kysely<DB>): Promise<string> {
  const { rows } = await sql<{ now: string }>`select now()`.execute(db);
  return rows[0]?.now ?? '';
}
