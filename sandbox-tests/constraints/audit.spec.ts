// Shows that the trail says who changed what, before and after, in the same transaction, and holds no secret.

import test from 'ava';
import { type Kysely, sql } from 'kysely';
import { runAs } from '../../core/db/identity.ts';
import { createPool } from '../../core/db/pool.ts';
import type { DB } from '../../core/db/types.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type OpenWorld, openWorld, type Table, WORLD_TABLES } from '../support/world.ts';
import { attempt, type Given, inUndoneWorld } from './case.ts';

type Watched = { table: Table; key: string[]; secrets: string[] };
type Entry = {
  action: string;
  actor: string;
  login: string;
  request_id: string | null;
  resource_id: string;
  tenant_id: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  transaction_id: string;
};

/** Whoever forgets to watch one of these would go unseen. */
const CRITICAL: readonly Table[] = [
  'core.tenants',
  'core.tenant_api_keys',
  'core.platform_keys',
  'core.registry_keys',
  'iam.users',
  'iam.user_roles',
  'mrv.mrv_submissions',
  'verification.verifications',
  'hashing.mrv_hashes',
  'registry.registry_submissions',
  'credit.buffer_pools',
  'reconciliation.findings',
];

/** Named like a secret and none: digests of files and payloads that the product publishes, and why there is no token. */
const NO_SECRETS: ReadonlySet<string> = new Set([
  'sha256_hash',
  'report_hash',
  'mrv_hash',
  'mrv_hash_id',
  'file_sha256',
  'document_sha256',
  'left_untokenised_at',
  'left_untokenised_reason',
]);
const SECRET_NAME = /secret|hash|password|token|credential|private/;

let database: TestDatabase;
let world: OpenWorld;
let watched: Watched[];

test.before(async (t) => {
  database = await createTestDatabase();
  world = openWorld({ url: database.admin_url, log: t.log });
  watched = await listWatched(world.db);
});

test.after.always(async () => {
  await world?.close();
  await database?.drop();
});

test.serial('the critical tables are watched, and each watched table can be made', (t) => {
  const tables = watched.map(({ table }) => table);
  t.deepEqual(
    CRITICAL.filter((table) => !tables.includes(table)),
    [],
  );
  t.deepEqual(
    tables.filter((table) => !WORLD_TABLES.includes(table)),
    [],
  );
});

test.serial('a watched insert, update and delete says who, what, before and after', async (t) => {
  // A tenant cannot be deleted: the test after this one shows it.
  for (const { table, key, secrets } of watched.filter(({ table }) => table !== 'core.tenants')) {
    await inUndoneWorld(world, async ({ db, make }) => {
      await sql`select set_config('app.current_actor', 'user:ann', true),
        set_config('app.current_request_id', 'req-1', true)`.execute(db);
      const row: Record<string, unknown> = await make(table);
      const id = key.map((column) => row[column]).join('/');
      const where = sql.join(
        key.map((column) => sql`${sql.ref(column)} = ${row[column]}`),
        sql` and `,
      );
      const first = sql.ref(key[0] ?? '');
      await sql`update ${sql.table(table)} set ${first} = ${first} where ${where}`.execute(db);
      await sql`delete from ${sql.table(table)} where ${where}`.execute(db);

      const trail = await readTrail(db, table, id);
      t.deepEqual(
        trail.map(({ action }) => action),
        ['INSERT', 'UPDATE', 'DELETE'],
        table,
      );
      const transaction_id = await currentTransaction(db);
      for (const entry of trail) {
        const who = { actor: 'user:ann', login: 'postgres', request_id: 'req-1' };
        t.like(entry, { ...who, transaction_id, tenant_id: row.tenant_id ?? null }, table);
      }
      const [inserted, updated, deleted] = trail;
      t.is(inserted?.before, null, table);
      t.is(deleted?.after, null, table);
      const columns = Object.keys(row).sort();
      for (const side of [inserted?.after, updated?.before, updated?.after, deleted?.before]) {
        t.deepEqual(Object.keys(side ?? {}).sort(), columns, table);
        t.is(key.map((column) => side?.[column]).join('/'), id, table);
        for (const secret of secrets) t.true(isHidden(side?.[secret]), `${table}.${secret}`);
      }
      t.deepEqual(updated?.before, { ...inserted?.after, ...pick(updated?.before, secrets) }, table);
    });
  }
});

test.serial('a tenant with a trail cannot be deleted, and its changes are in the trail', async (t) => {
  await inUndoneWorld(world, async ({ db, make }) => {
    const { tenant_id } = await make('core.tenants', { status: 'active' });
    await db
      .updateTable('core.tenants')
      .set({ status: 'suspended' })
      .where('tenant_id', '=', tenant_id)
      .execute();
    const removal = () => db.deleteFrom('core.tenants').where('tenant_id', '=', tenant_id).execute();
    t.is((await attempt(db, removal)).constraint, 'audit_logs_tenant_id_fkey');
    const trail = await readTrail(db, 'core.tenants', tenant_id);
    t.deepEqual(
      trail.map(({ action, before, after }) => [action, before?.status, after?.status]),
      [
        ['INSERT', undefined, 'active'],
        ['UPDATE', 'active', 'suspended'],
      ],
    );
  });
});

test.serial('what is rolled back leaves no trail, and what is refused none either', async (t) => {
  const count = async (): Promise<number> =>
    (await world.db.selectFrom('audit.audit_logs').select('audit_id').execute()).length;
  const before = await count();
  await inUndoneWorld(world, async ({ db, make }) => {
    const { project_id } = await make('project.projects');
    const change = () =>
      db
        .updateTable('project.projects')
        .set({ status: 'unknown' })
        .where('project_id', '=', project_id)
        .execute();
    t.is((await attempt(db, change)).constraint, 'projects_status_check');
    t.deepEqual(
      (await readTrail(db, 'project.projects', project_id)).map(({ action }) => action),
      ['INSERT'],
    );
  });
  t.is(await count(), before);
});

test.serial(
  'a change under an identity names the actor and the login; one without names the login',
  async (t) => {
    const { tenant_id } = await world.make('core.tenants');
    const app = createPool({ url: database.urlFor('app'), max: 1, on_idle_error: () => undefined });
    const row = await world.draft('project.projects', { tenant_id });
    const nameless = await world.draft('project.projects', { tenant_id });
    const identity = { kind: 'tenant', tenant_id } as const;
    await runAs(app, { identity: { ...identity, actor: 'api_key:7', request_id: 'req-2' } }, async (trx) => {
      await trx.insertInto('project.projects').values(row).execute();
    });
    await runAs(app, { identity }, async (trx) => {
      await trx.insertInto('project.projects').values(nameless).execute();
    });
    await app.end();
    const [named] = await readTrail(world.db, 'project.projects', row.project_id ?? '');
    t.like(named, { actor: 'api_key:7', login: 'dmrv_app', request_id: 'req-2', tenant_id });
    const [unnamed] = await readTrail(world.db, 'project.projects', nameless.project_id ?? '');
    t.like(unnamed, { actor: 'login:dmrv_app', login: 'dmrv_app', request_id: null, tenant_id });
  },
);

test.serial('a change shows both sides; a secret shows only whether it changed', async (t) => {
  await inUndoneWorld(world, async ({ db, make }) => {
    const { webhook_id } = await make('webhook.webhook_configurations', {
      secret: 'first-secret',
      name: 'one',
    });
    const hook = db.updateTable('webhook.webhook_configurations').where('webhook_id', '=', webhook_id);
    await hook.set({ name: 'two' }).execute();
    await hook.set({ secret: 'second-secret' }).execute();
    const trail = await readTrail(db, 'webhook.webhook_configurations', webhook_id);
    t.deepEqual(
      trail.map(({ before, after }) => [before?.name, after?.name, before?.secret, after?.secret]),
      [
        [undefined, 'one', undefined, '[redacted]'],
        ['one', 'two', '[redacted]', '[redacted]'],
        ['two', 'two', '[redacted]', '[redacted, changed]'],
      ],
    );
    t.notRegex(JSON.stringify(trail), /first-secret|second-secret/);
  });
});

test.serial('a secret that is set or taken away shows as such', async (t) => {
  await inUndoneWorld(world, async ({ db, make }) => {
    const { user_id } = await make('iam.users');
    const user = db.updateTable('iam.users').where('user_id', '=', user_id);
    await user.set({ password_hash: 'argon2-text' }).execute();
    await user.set({ password_hash: null }).execute();
    const trail = await readTrail(db, 'iam.users', user_id);
    t.deepEqual(
      trail.map(({ before, after }) => [before?.password_hash, after?.password_hash]),
      [
        [undefined, null],
        [null, '[redacted, changed]'],
        ['[redacted]', null],
      ],
    );
    t.notRegex(JSON.stringify(trail), /argon2/);
  });
});

test.serial(
  'each column of a watched table that is named like a secret is hidden, or known to be none',
  async (t) => {
    for (const { table, secrets } of watched) {
      const { rows } = await sql<{ name: string }>`
      select attname as name from pg_attribute
      where attrelid = ${table}::regclass and attnum > 0 and not attisdropped`.execute(world.db);
      const suspects = rows.map(({ name }) => name).filter((name) => SECRET_NAME.test(name));
      t.deepEqual(
        suspects.filter((name) => !secrets.includes(name) && !NO_SECRETS.has(name)),
        [],
        table,
      );
      t.deepEqual(
        secrets.filter((secret) => !rows.some(({ name }) => name === secret)),
        [],
        table,
      );
    }
  },
);

async function listWatched(db: Kysely<DB>): Promise<Watched[]> {
  const { rows } = await sql<{ table: Table; definition: string }>`
    select n.nspname || '.' || c.relname as table, pg_get_triggerdef(g.oid) as definition
    from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where g.tgname = 'audit_trail' order by 1`.execute(db);
  return rows.map(({ table, definition }) => {
    const [, key = '', secrets = ''] = /audit\.write\('([^']*)', '([^']*)'\)$/.exec(definition) ?? [];
    return { table, key: key.split(','), secrets: secrets.split(',').filter((name) => name !== '') };
  });
}

async function readTrail(db: Kysely<DB>, table: Table, resource_id: string): Promise<Entry[]> {
  const { rows } = await sql<Entry>`
    select action, actor, login, request_id, resource_id, tenant_id, before, after, transaction_id::text
    from audit.audit_logs where resource_type = ${table} and resource_id = ${resource_id}
    order by audit_id`.execute(db);
  return rows;
}

async function currentTransaction(db: Kysely<DB>): Promise<string> {
  const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(db);
  return rows[0]?.id ?? '';
}

function isHidden(value: unknown): boolean {
  return value === null || value === '[redacted]' || value === '[redacted, changed]';
}

function pick(side: Record<string, unknown> | null | undefined, columns: string[]): Given<Table> {
  return Object.fromEntries(columns.map((column) => [column, side?.[column]]));
}
