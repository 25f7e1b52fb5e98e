// Shows that no table, key or function leaves a way between tenants, judged from the database's own catalogue.

import test from 'ava';
import pg from 'pg';
import { createTestDatabase } from '../support/database.ts';
import { listTenantTables } from './catalogue.ts';
import { findUnprotected, SHARED_ON_PURPOSE, WITHOUT_TENANT } from './protection.ts';

const database = await createTestDatabase();
const admin = new pg.Client(database.admin_url);
await admin.connect();

test.after.always(async () => {
  await admin.end();
  await database.drop();
});

test.serial('nothing stands open between tenants', async (t) => {
  t.deepEqual(await findUnprotected(admin), []);
});

test.serial('the tables of tenants are found by their keys, partitions with them', async (t) => {
  const tables = await listTenantTables(admin);
  const names = tables.map(({ name }) => name);
  // Two steps away, five steps away, and only through a partitioned parent.
  for (const name of [
    'core.tenants',
    'iam.user_roles',
    'credit.buffer_entries',
    'audit.audit_logs_default',
  ]) {
    t.true(names.includes(name), name);
  }
  t.deepEqual(
    names.filter((name) => WITHOUT_TENANT.has(name)),
    [],
  );
  for (const name of Object.keys(SHARED_ON_PURPOSE)) t.true(names.includes(name), name);
});

// Each change is made, seen and taken back. What stands open already is the first test's to name.
const OPENINGS: readonly { rule: string; change: string; named: readonly string[] }[] = [
  {
    rule: 'a new table of a tenant without row security is named',
    change: `create table project.notes (note_id uuid primary key, tenant_id uuid not null references core.tenants);
      grant select on project.notes to dmrv_app`,
    named: [
      'project.notes: row level security is not enabled and forced',
      "project.notes: the app's policies are none",
    ],
  },
  {
    rule: 'a new table that belongs to a tenant only through its parent is named',
    change: `create table project.photos (photo_id uuid primary key, project_id uuid references project.projects)`,
    named: [
      'project.photos: row level security is not enabled and forced',
      'project.photos: has no tenant_id',
      "project.photos: the app's policies are none",
      'project.photos: the key photos_project_id_fkey to project.projects does not contain the tenant',
    ],
  },
  {
    rule: 'a new table with a tenant but without a key to the tenants is named',
    change: 'create table project.drafts (tenant_id uuid not null)',
    named: ["project.drafts: has a tenant's column, but no key leads to core.tenants"],
  },
  {
    rule: 'a new table without any tenant is named until it is decided on',
    change: 'create table project.hints (hint text)',
    named: ['project.hints: no key leads to core.tenants; whose is it?'],
  },
  {
    rule: 'a view, which would look with the eyes of its owner, is named',
    change: 'create view credit.all_credits as select credit_id from credit.credits',
    named: ['credit.all_credits: no key leads to core.tenants; whose is it?'],
  },
  {
    rule: 'row security that is on, but not forced on the owner, is named',
    change: 'alter table credit.credits no force row level security',
    named: ['credit.credits: row level security is not enabled and forced'],
  },
  {
    rule: 'a second policy that opens a table to the app is named',
    change: 'create policy wider on billing.invoices for select to dmrv_app using (true)',
    named: [
      `billing.invoices: the app's policies are all |  | (tenant_id = app.current_tenant_id()) | (tenant_id = app.current_tenant_id()); select |  | true | `,
    ],
  },
  {
    rule: 'a policy for everybody is named',
    change: 'create policy everybody on audit.audit_logs_default using (true)',
    named: ['audit.audit_logs_default: has policies of its own'],
  },
  {
    rule: 'a right on a partition itself is named',
    change: 'grant select (payload) on eventing.event_store_default to dmrv_app',
    named: ['eventing.event_store_default: a login has rights on the partition itself'],
  },
  {
    rule: 'a key between two tenants tables without the tenant is named',
    change: `alter table credit.article6 add constraint loose foreign key (credit_id) references credit.credits;
      alter table credit.article6 drop constraint article6_tenant_id_credit_id_fkey`,
    named: ['credit.article6: the key loose to credit.credits does not contain the tenant'],
  },
  {
    rule: 'a shared table that shows whose a row is is named',
    change: 'grant select (first_seen_tenant_id) on registry.global_hash_registry to dmrv_app',
    named: ['registry.global_hash_registry: shows whose a row is'],
  },
  {
    rule: "a function with its owner's rights in the caller's search_path, open to all, is named",
    change: `create function app.peek() returns bigint language sql security definer
      as 'select count(*) from credit.credits'; alter function app.peek() owner to postgres`,
    named: [
      'app.peek(): runs as postgres',
      "app.peek(): runs as its owner in the caller's search_path",
      'app.peek(): runs as its owner for everybody',
    ],
  },
];

for (const { rule, change, named } of OPENINGS) {
  test.serial(rule, async (t) => {
    const before = await findUnprotected(admin);
    await admin.query('begin');
    try {
      await admin.query(change);
      const after = await findUnprotected(admin);
      t.deepEqual(
        after.filter((line) => !before.includes(line)),
        [...named],
      );
    } finally {
      await admin.query('rollback');
    }
  });
}
