// Shows that one tenant cannot read, insert for, change, take over or delete another's rows, table by table.

import test from 'ava';
import { type RawBuilder, sql } from 'kysely';
import { runAs } from '../../core/db/identity.ts';
import type { TenantTable } from './catalogue.ts';
import { attemptAs, insertInto, isRow, type Outcome } from './outcome.ts';
import { SHARED_ON_PURPOSE, SYSTEM_ROWS_READABLE } from './protection.ts';
import { type AnyRow, draftFor, openTwoTenants, ownerColumn, rowOf } from './two-tenants.ts';

const here = await openTwoTenants();
const { a, b, world, tables } = here;
const app = here.poolOf('app');
const own_tables = tables.filter(({ name }) => !Object.hasOwn(SHARED_ON_PURPOSE, name));

// A tenant has one of each, so a second is refused: past the policy, by the table's own rule.
const ONE_A_TENANT = {
  'core.tenant_plan_assignments': '23P01 tenant_plan_assignments_one_at_a_time',
  'core.tenant_registry_connections': '23505 tenant_registry_connections_once',
  'core.tenants': '23505 tenants_pkey',
};

test.after.always(() => here.close());

test.serial('a tenant sees its own rows and none of another tenant', async (t) => {
  await world.make('eventing.event_store', { tenant_id: null });
  await world.make('audit.audit_logs', { tenant_id: null });
  await world.make('reconciliation.findings', { tenant_id: null });
  for (const { name, primary_key } of own_tables) {
    const [owners, own, foreign] = await runAs(app, { identity: a.identity }, async (trx) => {
      const count = async (row: AnyRow): Promise<number> => {
        const found = sql`select 1 from ${sql.table(name)} where ${isRow(primary_key, row)}`;
        return (await found.execute(trx)).rows.length;
      };
      const seen = sql<{ tenant_id: string | null }>`select distinct tenant_id from ${sql.table(name)}`;
      const ids = (await seen.execute(trx)).rows.map(({ tenant_id }) => tenant_id);
      return [ids, await count(rowOf(a, name)), await count(rowOf(b, name))];
    });
    const expected = SYSTEM_ROWS_READABLE.has(name) ? [a.tenant_id, null] : [a.tenant_id];
    t.deepEqual(owners.sort(), expected.sort(), name);
    t.is(own, 1, `${name}: its own row`);
    t.is(foreign, 0, `${name}: the other's row`);
  }
});

test.serial('a tenant may insert its own row, and not the same row for another tenant', async (t) => {
  const own: Record<string, Outcome> = {};
  const foreign: Record<string, Outcome> = {};
  for (const table of tables) {
    own[table.name] = await insertAs(table, a.tenant_id);
    foreign[table.name] = await insertAs(table, b.tenant_id);
  }
  t.deepEqual(own, { ...expect((table) => (mayInsert(table) ? 'took 1' : 'no right')), ...ONE_A_TENANT });
  t.deepEqual(
    foreign,
    expect((table) => (mayInsert(table) ? 'row security' : 'no right')),
  );
});

test.serial('a tenant may update its own row; another tenant has none that it could', async (t) => {
  const own: Record<string, Outcome> = {};
  const foreign: Record<string, Outcome> = {};
  for (const table of tables) {
    own[table.name] = await updateAsA(table, isRow(table.primary_key, rowOf(a, table.name)));
    foreign[table.name] = await updateAsA(table, isRow(table.primary_key, rowOf(b, table.name)));
  }
  t.deepEqual(
    own,
    expect((table) => (updatable(table) === undefined ? 'no right' : 'took 1')),
  );
  t.deepEqual(
    foreign,
    expect((table) => (updatable(table) === undefined ? 'no right' : 'took 0')),
  );
});

test.serial('an update of everything reaches the rows of the own tenant alone', async (t) => {
  const reached: Record<string, Outcome> = {};
  const own: Record<string, Outcome> = {};
  for (const table of tables.filter((one) => updatable(one) !== undefined)) {
    reached[table.name] = await updateAsA(table, sql`true`);
    own[table.name] = `took ${await countOwn(table)}`;
  }
  t.deepEqual(reached, own);
  t.true(Object.keys(reached).length > 0);
});

test.serial('a tenant cannot delete the row of another', async (t) => {
  const foreign: Record<string, Outcome> = {};
  for (const { name, primary_key } of tables) {
    const statement = sql`delete from ${sql.table(name)} where ${isRow(primary_key, rowOf(b, name))}`;
    foreign[name] = await attemptAs(app, a.identity, statement);
  }
  const deletable = await listDeletable();
  t.deepEqual(
    foreign,
    expect(({ name }) => (deletable.includes(name) ? 'took 0' : 'no right')),
  );
  // What may be deleted at all: members, roles, switches and evidence that is not approved yet.
  t.deepEqual(deletable, [
    'core.tenant_feature_overrides',
    'iam.user_roles',
    'mrv.mrv_artifacts',
    'project.project_members',
  ]);
  for (const table of deletable) {
    const { primary_key } = tables.find(({ name }) => name === table) ?? { primary_key: [] };
    const statement = sql`delete from ${sql.table(table)} where ${isRow(primary_key, rowOf(a, table))}`;
    t.is(await attemptAs(app, a.identity, statement), 'took 1', table);
  }
});

test.serial('a tenant cannot hand its row to another tenant', async (t) => {
  const outcomes: Record<string, Outcome> = {};
  for (const { name, primary_key } of tables) {
    const statement = sql`update ${sql.table(name)} set ${sql.ref(ownerColumn(name))} = ${b.tenant_id}
      where ${isRow(primary_key, rowOf(a, name))}`;
    outcomes[name] = await attemptAs(app, a.identity, statement);
  }
  t.deepEqual(
    outcomes,
    expect(({ name, columns }) =>
      columns.some((column) => column.name === ownerColumn(name) && column.app_updates)
        ? 'row security'
        : 'no right',
    ),
  );
});

test.serial('a tenant cannot take over the row of another by inserting onto its key', async (t) => {
  const both = tables.filter((table) => updatable(table) !== undefined && mayInsertKey(table));
  t.true(both.length > 0);
  for (const table of both) {
    const { name, primary_key } = table;
    const draft = { ...(await draftFor(world, name, a.tenant_id)) };
    for (const column of primary_key) draft[column] = rowOf(b, name)[column];
    const target = sql.ref(updatable(table) ?? '');
    const statement = sql`${insertInto(name, draft)}
      on conflict (${sql.join(primary_key.map((column) => sql.ref(column)))})
      do update set ${target} = excluded.${target}`;
    t.is(await attemptAs(app, a.identity, statement), 'row security', name);
  }
});

test.serial('a tenant cannot lock the row of another', async (t) => {
  for (const table of tables.filter((one) => updatable(one) !== undefined && selectsKey(one))) {
    const lock = (row: AnyRow): RawBuilder<unknown> =>
      sql`select 1 from ${sql.table(table.name)} where ${isRow(table.primary_key, row)} for update`;
    t.is(await attemptAs(app, a.identity, lock(rowOf(a, table.name))), 'took 1', table.name);
    t.is(await attemptAs(app, a.identity, lock(rowOf(b, table.name))), 'took 0', table.name);
  }
});

test.serial('what is shared on purpose shows hashes, and never whose they are', async (t) => {
  for (const [name, { owner_column }] of Object.entries(SHARED_ON_PURPOSE)) {
    const hash = name === 'registry.global_hash_registry' ? 'mrv_hash' : 'sha256_hash';
    const see = sql`select 1 from ${sql.table(name)} where ${isRow([hash], rowOf(b, name))}`;
    t.is(await attemptAs(app, a.identity, see), 'took 1');
    for (const peek of [owner_column, '*', 'xmin', 'ctid']) {
      const column = peek === '*' ? sql.raw('*') : sql.ref(peek);
      t.is(await attemptAs(app, a.identity, sql`select ${column} from ${sql.table(name)}`), 'no right', peek);
      t.is(
        await attemptAs(app, a.identity, sql`select 1 from ${sql.table(name)} t where t is not null`),
        'no right',
      );
    }
  }
});

function expect(outcomeOf: (table: TenantTable) => Outcome): Record<string, Outcome> {
  return Object.fromEntries(tables.map((table) => [table.name, outcomeOf(table)]));
}

async function insertAs(table: TenantTable, tenant_id: string): Promise<Outcome> {
  return attemptAs(app, a.identity, insertInto(table.name, await draftFor(world, table.name, tenant_id)));
}

async function updateAsA(table: TenantTable, condition: RawBuilder<unknown>): Promise<Outcome> {
  const column = sql.ref(updatable(table) ?? table.primary_key[0] ?? '');
  const update = sql`update ${sql.table(table.name)} set ${column} = ${column} where ${condition}`;
  return attemptAs(app, a.identity, update);
}

async function countOwn({ name }: TenantTable): Promise<number> {
  const owner = here.admin.escapeIdentifier(ownerColumn(name));
  const found = await here.admin.query(`select 1 from ${name} where ${owner} = $1`, [a.tenant_id]);
  return found.rowCount ?? 0;
}

function mayInsert({ name, columns }: TenantTable): boolean {
  return columns.some((column) => column.name === ownerColumn(name) && column.app_inserts);
}

function mayInsertKey({ columns, primary_key }: TenantTable): boolean {
  return columns.every(({ name, app_inserts }) => app_inserts || !primary_key.includes(name));
}

function updatable({ name, columns }: TenantTable): string | undefined {
  const found = columns.find(
    (column) => column.app_updates && !column.is_generated && column.name !== ownerColumn(name),
  );
  return found?.name;
}

function selectsKey({ columns, primary_key }: TenantTable): boolean {
  return columns.every(({ name, app_selects }) => app_selects || !primary_key.includes(name));
}

async function listDeletable(): Promise<string[]> {
  const names = tables.map(({ name }) => name);
  const { rows } = await here.admin.query<{ name: string }>(
    `select name from unnest($1::text[]) as name where has_table_privilege('dmrv_app', name, 'delete') order by 1`,
    [names],
  );
  return rows.map(({ name }) => name);
}
