// Shows that no login can leave its place: become another role, turn row security off, change the schema.

import test from 'ava';
import pg from 'pg';
import { LOGINS, type Login, roleName } from '../../core/db/logins.ts';
import { prepareDatabase } from '../../core/db/prepare.ts';
import { createTestDatabase } from '../support/database.ts';
import { attempt } from './outcome.ts';

const database = await createTestDatabase();
const admin = new pg.Client(database.admin_url);
await admin.connect();
const logins = new Map<Login, pg.Client>();
for (const login of LOGINS) {
  const client = new pg.Client(database.urlFor(login));
  await client.connect();
  logins.set(login, client);
}

test.after.always(async () => {
  for (const client of logins.values()) await client.end();
  await admin.end();
  await database.drop();
});

test.serial('no login is above the rules: attributes, memberships, ownership, settings', async (t) => {
  for (const login of LOGINS) {
    const { rows } = await admin.query(
      `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin,
         (select count(*)::int from pg_auth_members where member = r.oid or roleid = r.oid and member in
           (select oid from pg_roles where rolname like 'dmrv%')) as memberships,
         (select count(*)::int from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = r.oid
           and dbid in (0, (select oid from pg_database where datname = current_database()))
           and deptype = 'o') as owned,
         (select count(*)::int from pg_db_role_setting where setrole = r.oid) as settings
       from pg_roles r where rolname = $1`,
      [roleName(login)],
    );
    const nothing = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false };
    const none = { rolreplication: false, memberships: 0, owned: 0, settings: 0 };
    t.deepEqual(rows, [{ ...nothing, ...none, rolcanlogin: true }], login);
  }
});

test.serial('the owner of everything cannot log in and does not pass by row security', async (t) => {
  const { rows } = await admin.query(
    "select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = 'dmrv_owner'",
  );
  t.deepEqual(rows, [{ rolsuper: false, rolbypassrls: false, rolcanlogin: false }]);
  const { rows: others } = await admin.query(`select c.oid::regclass::text as name from pg_class c
    where c.relkind in ('r', 'p', 'S', 'v', 'm') and pg_get_userbyid(c.relowner) <> 'dmrv_owner'
      and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'`);
  t.deepEqual(others, []);
});

// SQLSTATE 42501 in every case; 22023 and 42704 are how PostgreSQL refuses two of them.
const ESCAPES: readonly string[] = [
  'set role dmrv_owner',
  'set role postgres',
  'set session authorization dmrv_owner',
  'set session authorization postgres',
  'alter role current_user bypassrls',
  'alter role current_user superuser',
  'alter role dmrv_owner login',
  'grant dmrv_owner to current_user',
  'create role intruder',
  'create database intruder',
  'alter table credit.credits disable row level security',
  'alter table credit.credits no force row level security',
  'alter table credit.credits owner to current_user',
  'alter table credit.credits disable trigger all',
  'drop policy tenant_isolation on credit.credits',
  'alter policy tenant_isolation on credit.credits using (true)',
  'create policy intruder on credit.credits using (true)',
  'create table public.intruder (id int)',
  'create table credit.intruder (id int)',
  'create view credit.intruder as select 1',
  'create schema intruder',
  'create extension pgcrypto',
  "create function public.intruder() returns int language sql as 'select 1'",
  'create trigger intruder after insert on credit.credits for each row execute function audit.write()',
  'create index intruder on credit.credits (tenant_id)',
  'drop table credit.credits',
  'truncate credit.credits',
  'truncate audit.audit_logs',
  'truncate eventing.event_store',
  'alter function app.current_tenant_id() stable',
  'create or replace function app.current_tenant_id() returns uuid language sql as $$ select null::uuid $$',
  "select setval('eventing.event_store_sequence_number_seq', 1)",
  "select nextval('audit.audit_logs_audit_id_seq')",
  'select * from pg_authid',
  'select * from pg_statistic',
  'select * from migration.kysely_migration',
  "select pg_read_file('postgresql.conf')",
  "copy credit.credits to program 'true'",
  'set session_replication_role = replica',
  'alter system set row_security = off',
  "select app.make_month_partition('eventing.event_store', '2031-01-01')",
  "select app.isolate_by_tenant('core.features')",
  "select audit.redact('{}', '{}', null)",
];

/** A table with row security that the login reads. */
const ISOLATED: Partial<Record<Login, string>> = { app: 'iam.users', prover: 'hashing.mrv_hashes' };

for (const [login, client] of logins) {
  test.serial(`the login ${login} can neither become another role nor change the schema`, async (t) => {
    for (const way of ESCAPES) t.is(await attempt(client, way), 'no right', way);
  });

  test.serial(`the login ${login} cannot turn row security off`, async (t) => {
    await client.query('begin');
    await client.query('set local row_security = off');
    const table = ISOLATED[login] ?? 'credit.credits';
    t.is(await attempt(client, `select 1 from ${table}`), 'row security');
    await client.query('rollback');
  });
}

test.serial(
  'a login has no right over a schema, a sequence, a type or the database but the one to use it',
  async (t) => {
    const { rows } = await admin.query<{ found: string }>(
      `select format('%s: %s to %s', what, privilege_type, pg_get_userbyid(grantee)) as found from (
       select nspname::text as what, g.* from pg_namespace, aclexplode(nspacl) g where privilege_type <> 'USAGE'
       union all select relname, g.* from pg_class, aclexplode(relacl) g where relkind = 'S'
       union all select relname, g.* from pg_class, aclexplode(relacl) g
         where privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
     ) as all_grants
     where grantee in (select oid from pg_roles where rolname = any ($1)) or (grantee = 0
       and privilege_type <> 'SELECT')`,
      [LOGINS.map(roleName)],
    );
    t.deepEqual(rows, []);
  },
);

test.serial('a prepared database lets no login make temporary tables', async (t) => {
  const name = `${database.database}_prepared`;
  await prepareDatabase({
    admin_url: database.admin_url,
    database: name,
    login_secret: process.env.DMRV_TEST_LOGIN_SECRET ?? '',
  });
  t.teardown(async () => {
    await admin.query(`drop database ${admin.escapeIdentifier(name)} with (force)`);
  });
  const { rows } = await admin.query(
    `select rolname, has_database_privilege(oid, $1, 'temporary') as temporary,
       has_database_privilege(oid, $1, 'create') as creates, has_database_privilege(oid, $1, 'connect') as connects
     from pg_roles where rolname = any ($2) order by rolname`,
    [name, LOGINS.map(roleName)],
  );
  const rights = { temporary: false, creates: false, connects: true };
  t.deepEqual(
    rows,
    [...LOGINS]
      .map(roleName)
      .sort()
      .map((rolname) => ({ rolname, ...rights })),
  );
});
