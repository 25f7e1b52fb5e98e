// Shows that without an identity nothing of a tenant is visible or writable, also on a connection that had one.

import test from 'ava';
import { sql } from 'kysely';
import type pg from 'pg';
import { type Identity, runAs } from '../../core/db/identity.ts';
import type { TenantTable } from './catalogue.ts';
import { attempt, type Outcome } from './outcome.ts';
import { SHARED_ON_PURPOSE, SYSTEM_ROWS_READABLE } from './protection.ts';
import { openTwoTenants } from './two-tenants.ts';

const here = await openTwoTenants();
const { a, b, world } = here;
const tables = here.tables.filter(({ name }) => !Object.hasOwn(SHARED_ON_PURPOSE, name));

test.before('there are rows of the system beside those of tenants', async () => {
  await world.make('eventing.event_store', { tenant_id: null });
  await world.make('eventing.outbox', { tenant_id: null });
  await world.make('audit.audit_logs', { tenant_id: null });
  await world.make('reconciliation.findings', { tenant_id: null });
});

test.after.always(() => here.close());

const NOBODY: Identity = { kind: 'account', account_id: 'holder.near' };

test('a plain query sees no row of any tenant', async (t) => {
  await t.notThrowsAsync(seesNothing(here.poolOf('app')));
});

test('after a committed transaction its connection sees no row of any tenant', async (t) => {
  const pool = here.poolOf('app', 1);
  const before = await backendOf(pool);
  t.is(await countTenants(pool, a.identity), 1);
  await t.notThrowsAsync(seesNothing(pool));
  t.is(await backendOf(pool), before);
});

test('after a failed transaction its connection sees no row of any tenant', async (t) => {
  const pool = here.poolOf('app', 1);
  const before = await backendOf(pool);
  const failed = runAs(pool, { identity: a.identity }, (trx) => sql`select 1 / 0`.execute(trx));
  await t.throwsAsync(failed, { message: /division by zero/ });
  await t.notThrowsAsync(seesNothing(pool));
  const thrown = runAs(pool, { identity: a.identity }, () => Promise.reject(new Error('changed my mind')));
  await t.throwsAsync(thrown, { message: 'changed my mind' });
  await t.notThrowsAsync(seesNothing(pool));
  t.is(await backendOf(pool), before);
});

test('the next identity on a connection inherits nothing from the one before', async (t) => {
  const pool = here.poolOf('app', 1);
  t.is(await countTenants(pool, a.identity), 1);
  t.is(await countTenants(pool, NOBODY), 0);
  t.is(await countTenants(pool, { kind: 'registry', registry_type: 'verra' }), 0);
  const inherited = await runAs(pool, { identity: b.identity }, async (trx) => {
    const found = sql<{ actor: string | null; request: string | null; tenant: string }>`select
      app.current_actor() as actor, app.current_request_id() as request, app.current_tenant_id()::text as tenant`;
    return (await found.execute(trx)).rows;
  });
  t.deepEqual(inherited, [{ actor: null, request: null, tenant: b.tenant_id }]);
});

test('the identity of a wallet or a registry opens no table of tenants to the app', async (t) => {
  const pool = here.poolOf('app');
  for (const identity of [NOBODY, { kind: 'registry', registry_type: 'verra' } as const]) {
    await runAs(pool, { identity }, async (trx) => {
      for (const table of tables) {
        const { rows } = await sql<{ id: string | null }>`select distinct tenant_id as id
          from ${sql.table(table.name)}`.execute(trx);
        t.deepEqual(rows, rowsOfNobody(table), table.name);
      }
    });
  }
});

test('without an identity nothing is written, neither for a tenant nor for the system', async (t) => {
  const pool = here.poolOf('app');
  const outcomes = new Set<Outcome>();
  for (const { name, columns } of tables.filter(({ columns: all }) => all.some((c) => c.app_inserts))) {
    const granted = columns.filter((column) => column.app_inserts && !column.is_generated);
    t.true(
      granted.some((column) => column.name === 'tenant_id'),
      name,
    );
    for (const tenant_id of [`'${a.tenant_id}'`, 'null']) {
      // A row of the superuser's making, so that nothing but the policy can be in its way.
      const names = granted.map((column) => column.name).join(', ');
      const values = granted.map((column) => (column.name === 'tenant_id' ? tenant_id : `r.${column.name}`));
      const row = JSON.stringify(await rowAsJson(name));
      outcomes.add(
        await attempt(
          pool,
          `insert into ${name} (${names}) select ${values.join(', ')}
           from jsonb_populate_record(null::${name}, ${here.admin.escapeLiteral(row)}) r`,
        ),
      );
    }
    const update = `update ${name} set tenant_id = tenant_id`;
    const may_update = columns.some((column) => column.name === 'tenant_id' && column.app_updates);
    t.is(await attempt(pool, update), may_update ? 'took 0' : 'no right', name);
  }
  t.deepEqual([...outcomes], ['row security']);
});

test('events of the system are there to read, for a tenant and for nobody, and not to write', async (t) => {
  const pool = here.poolOf('app');
  for (const table of SYSTEM_ROWS_READABLE) {
    const seen = await pool.query(`select 1 from ${table} where tenant_id is null`);
    t.true((seen.rowCount ?? 0) > 0, table);
    t.is(await attempt(pool, `update ${table} set aggregate_id = 'x' where tenant_id is null`), 'no right');
    t.is(await attempt(pool, `delete from ${table} where tenant_id is null`), 'no right');
  }
  const write = `insert into eventing.event_store (event_type, aggregate_id, aggregate_version, payload)
    values ('system.note.v1', 'system', 1, '{}')`;
  t.is(await attempt(pool, write), 'row security');
  const as_tenant = runAs(pool, { identity: a.identity }, (trx) => sql.raw(write).execute(trx));
  await t.throwsAsync(as_tenant, { message: /row-level security/ });
});

async function seesNothing(pool: pg.Pool): Promise<void> {
  for (const table of tables) {
    const { rows } = await pool.query<{ id: string | null }>(
      `select distinct tenant_id as id from ${table.name}`,
    );
    const expected = rowsOfNobody(table);
    if (JSON.stringify(rows) === JSON.stringify(expected)) continue;
    throw new Error(`${table.name}: rows of ${JSON.stringify(rows)} are visible without an identity.`);
  }
}

function rowsOfNobody({ name }: TenantTable): { id: null }[] {
  return SYSTEM_ROWS_READABLE.has(name) ? [{ id: null }] : [];
}

async function countTenants(pool: pg.Pool, identity: Identity): Promise<number> {
  return runAs(pool, { identity: { ...identity, actor: 'user:first', request_id: 'r-1' } }, async (trx) => {
    return (await sql`select 1 from core.tenants`.execute(trx)).rows.length;
  });
}

async function backendOf(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

async function rowAsJson(table: string): Promise<unknown> {
  const { rows } = await here.admin.query<{ row: unknown }>(
    `select to_jsonb(t) as row from ${table} t where tenant_id = $1 limit 1`,
    [a.tenant_id],
  );
  return rows[0]?.row;
}
