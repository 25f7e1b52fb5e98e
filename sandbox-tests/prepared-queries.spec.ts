// Shows that a tenant's queries are prepared once a connection, share nothing between tenants, and survive a change
// of their table.

import test from 'ava';
import { sql } from 'kysely';
import pg from 'pg';
import { runAs } from '../core/db/identity.ts';
import { createPool } from '../core/db/pool.ts';
import { createTestDatabase } from './support/database.ts';
import { openWorld } from './support/world.ts';

const database = await createTestDatabase();
const world = openWorld({ url: database.admin_url });
const [a, b] = [await world.make('core.tenants'), await world.make('core.tenants')];
const pool = createPool({
  url: database.urlFor('app'),
  max: 1,
  // The end of the database breaks what is left of the pool; a query on a broken connection fails by itself.
  on_idle_error: () => undefined,
});

test.after.always(async () => {
  await pool.end();
  await world.close();
  await database.drop();
});

function readName(tenant_id: string): Promise<{ name: string } | undefined> {
  return runAs(pool, { identity: { kind: 'tenant', tenant_id } }, (trx) =>
    trx.selectFrom('core.tenants').select('name').where('tenant_id', '=', tenant_id).executeTakeFirst(),
  );
}

function countPrepared(): Promise<string | undefined> {
  return runAs(pool, { identity: { kind: 'tenant', tenant_id: a.tenant_id } }, async (trx) => {
    const { rows } = await sql<{ count: string }>`select count(*) from pg_prepared_statements`.execute(trx);
    return rows[0]?.count;
  });
}

test.serial('a query is prepared at its first use and not again', async (t) => {
  await readName(a.tenant_id);
  const count = await countPrepared();
  // More often than PostgreSQL plans a prepared query with its values, before it keeps one plan for all.
  for (let asked = 0; asked < 10; asked += 1) t.deepEqual(await readName(a.tenant_id), { name: a.name });
  t.is(await countPrepared(), count);
});

test.serial('the plan that one tenant left behind shows another tenant its own rows only', async (t) => {
  t.deepEqual(await readName(b.tenant_id), { name: b.name });
  const of_other = runAs(pool, { identity: { kind: 'tenant', tenant_id: b.tenant_id } }, (trx) =>
    trx.selectFrom('core.tenants').select('name').where('tenant_id', '=', a.tenant_id).executeTakeFirst(),
  );
  t.is(await of_other, undefined);
});

test.serial('a query whose table has changed fails once, and then on no connection again', async (t) => {
  const readAll = (): Promise<unknown> =>
    runAs(pool, { identity: { kind: 'tenant', tenant_id: a.tenant_id } }, (trx) =>
      trx.selectFrom('core.tenants').selectAll().where('tenant_id', '=', a.tenant_id).executeTakeFirst(),
    );
  await readAll();
  const admin = new pg.Client(database.admin_url);
  await admin.connect();
  await admin.query(`alter table core.tenants add column motto text default 'new'`);
  await admin.end();
  await t.throwsAsync(readAll(), { code: '0A000' });
  t.like(await readAll(), { motto: 'new' });
  t.is(pool.totalCount, 1);
});
