// Shows how months get their partitions: safe to call again and at once, and no row is lost or changed on its way.

import test, { type ExecutionContext } from 'ava';
import { type Kysely, sql } from 'kysely';
import { createDatabase, createPool } from '../../core/db/pool.ts';
import type { DB } from '../../core/db/types.ts';
import { createTestDatabase } from '../support/database.ts';
import { type OpenWorld, openWorld, type World } from '../support/world.ts';
import { attempt, inUndoneWorld } from './case.ts';

const PARENTS = ['eventing.event_store', 'audit.audit_logs'] as const;
type Parent = (typeof PARENTS)[number];

/** Both ends of a month, a leap day, the first month there can be, and one ahead of those that stand. */
const ODD_TIMES = [
  '1970-01-01T00:00:00Z',
  '2020-01-31T23:59:59.999999Z',
  '2020-02-01T00:00:00Z',
  '2020-02-29T12:00:00Z',
  '2999-12-31T23:59:59.999999Z',
];

async function open(t: ExecutionContext): Promise<{ world: OpenWorld; url: string; app_url: string }> {
  const database = await createTestDatabase(t);
  const world = openWorld({ url: database.admin_url, log: t.log });
  return { world, url: database.admin_url, app_url: database.urlFor('app') };
}

test('a migrated database has this month and three ahead, and calling again changes nothing', async (t) => {
  const { world } = await open(t);
  const before = await listPartitions(world.db);
  t.is(before.length, PARENTS.length * 5, before.join(' '));
  t.is(await ensurePartitions(world.db, 3), 0);
  t.is(await ensurePartitions(world.db, 0), 0);
  t.deepEqual(await listPartitions(world.db), before);
  t.is(await ensurePartitions(world.db, 5), PARENTS.length * 2);
  await world.close();
});

test('months ahead are 0 to 24', async (t) => {
  const { world } = await open(t);
  await inUndoneWorld(world, async ({ db }) => {
    for (const months of [-1, 25, null]) {
      const outcome = await attempt(db, () => ensurePartitions(db, months));
      t.is(outcome.sqlstate, '22023', `${months} months`);
    }
    for (const months of [0, 24]) t.true((await attempt(db, () => ensurePartitions(db, months))).accepted);
  });
  await world.close();
});

test('two calls at once both end well and make each month once', async (t) => {
  const { world, url } = await open(t);
  const other = openWorld({ url, log: t.log });
  const before = (await listPartitions(world.db)).length;
  await makeOddRows(world);
  const made = await Promise.all([ensurePartitions(world.db, 9), ensurePartitions(other.db, 9)]);
  const after = (await listPartitions(world.db)).length;
  t.is(made[0] + made[1], after - before);
  t.is(Math.min(...made), 0);
  await Promise.all([world.close(), other.close()]);
});

for (const parent of PARENTS) {
  test(`${parent}: rows outside the months that stand wait in the default partition, and the next call moves them unchanged`, async (t) => {
    const { world } = await open(t);
    const { db } = world;
    await ensurePartitions(db, 3);
    await makeOddRows(world);
    t.is((await listRows(db, `${parent}_default`)).length, ODD_TIMES.length);
    const before = await listRows(db, parent);
    // A session elsewhere on earth must not shift a month's ends.
    await db.connection().execute(async (session) => {
      await sql`set timezone = 'Pacific/Auckland'`.execute(session);
      await ensurePartitions(session, 3);
      await sql`set timezone = 'UTC'`.execute(session);
    });
    t.deepEqual(await listRows(db, parent), before);
    t.deepEqual(await listRows(db, `${parent}_default`), []);
    const months = ['1970_01', '2020_01', '2020_02', '2999_12'];
    const counts = await Promise.all(
      months.map(async (month) => (await listRows(db, `${parent}_${month}`)).length),
    );
    t.deepEqual(counts, [1, 1, 2, 1]);
    await world.close();
  });

  test(`${parent}: a partition that is made later has the rules of the others`, async (t) => {
    const { world } = await open(t);
    await makeOddRows(world);
    await ensurePartitions(world.db, 3);
    const rules = await describePartitions(world.db, parent);
    t.true(rules.length >= 8);
    t.deepEqual(
      rules.filter((rule) => rule !== rules[0]),
      [],
    );
    await inUndoneWorld(world, async ({ db }) => {
      const change = sql`update ${sql.table(`${parent}_2020_01`)} set created_at = created_at`;
      t.is((await attempt(db, () => change.execute(db))).sqlstate, '23001');
    });
    await world.close();
  });

  test(`${parent}: a row that is on its way while its month is made arrives there`, async (t) => {
    const { world, url } = await open(t);
    const other = openWorld({ url, log: t.log });
    // The first month that is missing, so that the call meets the writer there.
    const { rows } = await sql<{ ahead: string }>`
      select to_char(now() at time zone 'UTC' + interval '4 months', 'YYYY-MM-DD"T"00:00:00"Z"') as ahead`.execute(
      world.db,
    );
    const created_at = rows[0]?.ahead ?? '';
    const row = await world.draft(parent, { created_at });
    const writer = await world.db.startTransaction().execute();
    await writer.insertInto(parent).values(row).execute();
    const making = ensurePartitions(other.db, 6);
    await waitForLock(world.db);
    await writer.commit().execute();
    t.is(await making, PARENTS.length * 3);
    t.deepEqual(await listRows(world.db, `${parent}_default`), []);
    const month = created_at.slice(0, 7).replace('-', '_');
    t.is((await listRows(world.db, `${parent}_${month}`)).length, 1);
    await Promise.all([world.close(), other.close()]);
  });
}

test('the app may have months made, also when rows wait for them, and still reads no partition', async (t) => {
  const { world, app_url } = await open(t);
  await makeOddRows(world);
  const app = createDatabase(createPool({ url: app_url, max: 1, on_idle_error: () => undefined }));
  t.true((await ensurePartitions(app, 3)) > 0);
  for (const parent of PARENTS) {
    t.is((await listRows(world.db, parent)).filter((row) => row.includes('1970-01-01')).length, 1);
    await t.throwsAsync(listRows(app, `${parent}_2020_01`), { message: /permission denied/ });
    await t.throwsAsync(listRows(app, `${parent}_default`), { message: /permission denied/ });
  }
  await app.destroy();
  await world.close();
});

async function makeOddRows(world: World): Promise<void> {
  const { tenant_id } = await world.make('core.tenants');
  for (const created_at of ODD_TIMES) {
    for (const parent of PARENTS) await world.make(parent, { tenant_id, created_at });
  }
}

async function ensurePartitions(db: Kysely<DB>, months: number | null): Promise<number> {
  const { rows } = await sql<{ made: number }>`select app.ensure_partitions(${months}::int) as made`.execute(
    db,
  );
  return rows[0]?.made ?? -1;
}

/** Whole rows as text, so that any change of any column shows. */
async function listRows(db: Kysely<DB>, table: string): Promise<string[]> {
  const { rows } = await sql<{ row: string }>`
    select r::text as row from ${sql.table(table)} as r order by r.created_at, r::text`.execute(db);
  return rows.map(({ row }) => row);
}

/** But for that of the queue, which is its library's. */
async function listPartitions(db: Kysely<DB>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select i.inhrelid::regclass::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where c.relkind = 'r' and c.relispartition and c.relnamespace <> 'pgboss'::regnamespace
    order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

/** What holds for each partition but its name and its month: triggers, keys, checks, row security, grants. */
async function describePartitions(db: Kysely<DB>, parent: Parent): Promise<string[]> {
  const { rows } = await sql<{ description: string }>`
    select concat_ws('; ', c.relrowsecurity, c.relforcerowsecurity, c.relacl::text, c.relowner::regrole,
      (select string_agg(concat_ws(':', g.tgname, g.tgenabled, g.tgfoid::regproc), ',' order by g.tgname)
        from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal),
      (select string_agg(pg_get_constraintdef(k.oid), ',' order by pg_get_constraintdef(k.oid))
        from pg_constraint k where k.conrelid = c.oid),
      (select string_agg(d.form, ',' order by d.form) from pg_index x,
        regexp_replace(pg_get_indexdef(x.indexrelid), '.* USING', '') as d (form) where x.indrelid = c.oid),
      (select string_agg(concat_ws(':', a.attname, a.attidentity), ',' order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0)) as description
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${parent}::regclass and c.relkind = 'r'`.execute(db);
  return rows.map(({ description }) => description);
}

const LOCK_LOOKS = 500;

/** Until some session of this database waits for a lock: then the call stands behind the writer. */
async function waitForLock(db: Kysely<DB>): Promise<void> {
  for (let look = 0; look < LOCK_LOOKS; look++) {
    const { rows } = await sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    if (rows.length > 0) return;
    await sql`select pg_sleep(0.02)`.execute(db);
  }
  throw new Error('Nobody waits for a lock: the call did not meet the writer.');
}
