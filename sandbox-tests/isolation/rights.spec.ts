// Shows that each login has exactly the rights that are written down for it, and that the database keeps to them.

import test from 'ava';
import pg from 'pg';
import { LOGINS, type Login, roleName } from '../../core/db/logins.ts';
import { createTestDatabase } from '../support/database.ts';
import { EXPECTED_RIGHTS } from './expected-rights.ts';
import { attempt } from './outcome.ts';
import { readCallable, readRights } from './rights.ts';

const database = await createTestDatabase();
const admin = new pg.Client(database.admin_url);
await admin.connect();

test.after.always(async () => {
  await admin.end();
  await database.drop();
});

const NEVER_READ: readonly { table: string; column: string }[] = [
  { table: 'iam.users', column: 'email' },
  { table: 'iam.sessions', column: 'refresh_token_hash' },
  { table: 'iam.mfa_factors', column: 'secret_ref' },
  { table: 'core.tenant_api_keys', column: 'key_hash' },
  { table: 'core.tenant_registry_connections', column: 'credentials_ref' },
  { table: 'webhook.webhook_configurations', column: 'secret' },
  { table: 'mrv.mrv_submissions', column: 'raw_payload' },
  { table: 'mrv.mrv_computations', column: 'computed_payload' },
  { table: 'audit.audit_logs', column: 'before' },
  { table: 'billing.invoices', column: 'total' },
];

const CALLABLE: Readonly<Record<Login, readonly string[]>> = {
  app: [
    'app.ensure_partitions(integer)',
    'app.forget_expired(timestamp with time zone,integer)',
    'app.issue_holder_nonce(app.sha256_hex,timestamp with time zone)',
    'app.latest_migration()',
    'app.list_unsettled_transactions(timestamp with time zone,integer)',
    'app.note_key_use(text,uuid,timestamp with time zone)',
    'app.open_holder_session(app.sha256_hex,timestamp with time zone,app.near_account_id,text,app.sha256_hex,timestamp with time zone)',
    'app.recognise_key(app.sha256_hex)',
    'pgboss.job_now()',
    'saga.list_due(timestamp with time zone,integer)',
  ],
  indexer: [
    'app.ensure_partitions(integer)',
    'credit.attach_tokens(text,text[],boolean)',
    'credit.sweep_unattached(text,integer)',
    'registry.attach_consents(text,text[],text[],text[])',
  ],
  reconciler: [],
  registry_reader: [],
  holder: ['app.close_holder_session(uuid,timestamp with time zone)'],
  operator: [],
  prover: [],
  visitor: [],
};

const WRITERS: ReadonlySet<Login> = new Set<Login>(['app', 'indexer', 'reconciler', 'operator', 'prover']);

for (const login of LOGINS) {
  test.serial(`the login ${login} has exactly the rights that are written down for it`, async (t) => {
    t.deepEqual(await readRights(admin, roleName(login)), EXPECTED_RIGHTS[login]);
    t.deepEqual(await readCallable(admin, roleName(login)), [...CALLABLE[login]]);
  });

  test.serial(`the login ${login} reads no other table and no other column`, async (t) => {
    const client = await connectAs(login);
    for (const { table, columns } of await listColumns()) {
      const right = readable(EXPECTED_RIGHTS[login][table]);
      for (const column of columns) {
        const outcome = await attempt(client, `select "${column}" from ${table} limit 0`);
        const expected = right === 'all' || right.includes(column) ? 'took 0' : 'no right';
        t.is(outcome, expected, `${table}.${column}`);
      }
    }
    await client.end();
  });
}

for (const login of LOGINS.filter((one) => one !== 'app')) {
  test.serial(`the login ${login} reads neither people, secrets, measurements nor invoices`, async (t) => {
    const client = await connectAs(login);
    for (const { table, column } of NEVER_READ) {
      t.is(await attempt(client, `select "${column}" from ${table}`), 'no right', `${table}.${column}`);
    }
    await client.end();
  });
}

for (const login of LOGINS.filter((one) => !WRITERS.has(one))) {
  test.serial(`the login ${login} writes nothing at all`, async (t) => {
    const client = await connectAs(login);
    for (const { table, columns } of await listColumns()) {
      t.is(await attempt(client, `insert into ${table} default values`), 'no right', table);
      t.is(await attempt(client, `delete from ${table}`), 'no right', table);
      t.is(await attempt(client, `update ${table} set "${columns[0]}" = default`), 'no right', table);
      t.is(await attempt(client, `select 1 from ${table} for update`), 'no right', table);
    }
    await client.end();
  });
}

test.serial('a right that is widened is noticed', async (t) => {
  await admin.query('begin');
  await admin.query(`grant select (email) on iam.users to dmrv_reconciler;
    grant update on credit.credits to dmrv_indexer; grant select on credit.article6 to public`);
  const reconciler = await readRights(admin, 'dmrv_reconciler');
  const indexer = await readRights(admin, 'dmrv_indexer');
  const holder = await readRights(admin, 'dmrv_holder');
  await admin.query('rollback');
  t.is(reconciler['iam.users'], 'SELECT (email)');
  t.is(indexer['credit.credits'], 'SELECT, INSERT, UPDATE');
  t.is(holder['credit.article6'], 'SELECT');
});

async function connectAs(login: Login): Promise<pg.Client> {
  const client = new pg.Client(database.urlFor(login));
  await client.connect();
  return client;
}

async function listColumns(): Promise<{ table: string; columns: string[] }[]> {
  const { rows } = await admin.query<{ table: string; columns: string[] }>(`
    select n.nspname || '.' || c.relname as table, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
      and n.nspname !~ '^pg_' and a.attnum > 0 and not a.attisdropped
    group by 1 order by 1`);
  return rows;
}

function readable(rights: string | undefined): 'all' | string[] {
  const columns = /^SELECT(?: \(([^)]*)\))?/.exec(rights ?? '');
  if (columns === null) return [];
  return columns[1] === undefined ? 'all' : columns[1].split(', ');
}
