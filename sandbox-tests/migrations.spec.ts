// Shows that the migrations go up, down and up again, keep nothing of a failure, and may be run by several at once.

import { fileURLToPath } from 'node:url';
import test from 'ava';
import { type Migrator, NO_MIGRATIONS } from 'kysely/migration';
import { createMigrator, listMigrations, migrateDownTo, migrateToLatest } from '../core/db/migrate.ts';
import { databaseUrl, openOwner, prepareDatabase } from '../core/db/prepare.ts';
import { dumpSchema } from '../scripts/schema/dump-schema.ts';
import { startChild } from './support/child.ts';
import { LOGIN_SECRET_VARIABLE } from './support/cluster.ts';
import { createTestDatabase } from './support/database.ts';
import { query, start, testFolder } from './support/launcher.ts';
import { listObjects, listTraces } from './support/list-objects.ts';
import { sameLines, sameText } from './support/same-lines.ts';

const PROCESSES = 4;

// The extensions stay, for others in the database may use them; plpgsql was there before.
const LEFT_BEHIND = [
  'extension | btree_gist | dmrv_owner | public',
  'extension | citext | dmrv_owner | public',
  'extension | plpgsql | postgres | pg_catalog',
];

test('each migration goes up, down without a trace, and up again', async (t) => {
  const { admin_url } = await createTestDatabase(t);
  await openToOwner(admin_url);
  const migrated = await takeState(admin_url);
  await withMigrator(admin_url, async (migrator) => {
    await migrate(migrator, NO_MIGRATIONS);
    t.deepEqual(await listObjects(admin_url), LEFT_BEHIND);
    t.deepEqual(await listTraces(admin_url), []);

    let below: string | typeof NO_MIGRATIONS = NO_MIGRATIONS;
    let before = await takeState(admin_url);
    for (const name of await listMigrations()) {
      await migrate(migrator, name);
      const after = await takeState(admin_url);
      // What a library keeps in a schema of its own is no object of ours, but belongs to our role.
      const seen = ({ objects, traces }: State) => [...objects, ...traces];
      t.notDeepEqual(seen(after), seen(before), `${name} does something`);

      await migrate(migrator, below);
      sameState({ found: await takeState(admin_url), expected: before, hint: `after ${name} went down` });

      await migrate(migrator, name);
      sameState({ found: await takeState(admin_url), expected: after, hint: `after ${name} went up again` });
      [below, before] = [name, after];
    }
  });
  sameState({ found: await takeState(admin_url), expected: migrated, hint: 'after all went up again' });

  function sameState({ found, expected, hint }: { found: State; expected: State; hint: string }): void {
    sameText(t, { found: found.dump, expected: expected.dump, hint });
    sameLines(t, { found: found.objects, expected: expected.objects, hint });
    sameLines(t, { found: found.traces, expected: expected.traces, hint });
  }
});

test('a filled database goes down and up again', async (t) => {
  const { admin_url } = await createTestDatabase(t);
  await openToOwner(admin_url);
  await query(admin_url, `INSERT INTO core.tenants (slug, name) VALUES ('a', 'A')`);
  await query(
    admin_url,
    `INSERT INTO eventing.event_store (event_type, aggregate_id, aggregate_version, payload, created_at)
     SELECT 'a.b.v1', 'a', n, '{}', now() - n * interval '20 days' FROM generate_series(0, 9) AS n`,
  );
  await query(admin_url, 'SELECT app.ensure_partitions(5)');
  await withMigrator(admin_url, async (migrator) => {
    await migrate(migrator, NO_MIGRATIONS);
    t.deepEqual(await listObjects(admin_url), LEFT_BEHIND);
    const { error } = await migrator.migrateToLatest();
    t.is(error, undefined);
  });
  const migrated = await createTestDatabase(t);
  sameLines(t, { found: await listObjects(admin_url), expected: await listObjects(migrated.admin_url) });
});

test('running the migrations again changes nothing', async (t) => {
  const { admin_url, database } = await createTestDatabase(t);
  const before = await takeState(admin_url);
  const history = await readHistory(admin_url);
  const lines: string[] = [];
  const login_secret = process.env[LOGIN_SECRET_VARIABLE] ?? '';
  await prepareDatabase({ admin_url, database, login_secret, log: (line) => lines.push(line) });
  t.deepEqual(lines, []);
  t.deepEqual(await takeState(admin_url), before);
  t.deepEqual(await readHistory(admin_url), history);
  t.deepEqual(
    history.map(({ name }) => name),
    await listMigrations(),
  );
});

test('a migration that fails keeps nothing, names itself, and succeeds once what was in its way is gone', async (t) => {
  const { admin_url } = await createTestDatabase(t);
  await openToOwner(admin_url);
  const db = openOwner<unknown>(admin_url);
  t.teardown(() => db.destroy());
  const migrated = await takeState(admin_url);
  await migrateDownTo(db, '0005_credits');
  // In the way of the third table of 0007; 0006 and two tables of 0007 come before it.
  await query(admin_url, 'CREATE TABLE webhook.webhook_configurations (in_the_way boolean)');
  const before = await takeState(admin_url);
  const history = await readHistory(admin_url);

  const error = await t.throwsAsync(() => migrateToLatest(db));

  t.is(error?.message, 'Migration 0007_billing_and_webhooks failed; nothing of it was kept.');
  t.regex(String(error?.cause), /"webhook_configurations" already exists/);
  t.deepEqual(await takeState(admin_url), before);
  t.deepEqual(await readHistory(admin_url), history);

  await query(admin_url, 'DROP TABLE webhook.webhook_configurations');
  await migrateToLatest(db);
  sameText(t, { found: (await takeState(admin_url)).dump, expected: migrated.dump });
});

test('processes that prepare the same bare server at the same time all end well', async (t) => {
  const server = await start(t, { data_folder: `${await testFolder(t)}/postgres` });
  const file = fileURLToPath(new URL('support/preparing.ts', import.meta.url));
  const children = Array.from({ length: PROCESSES }, () =>
    startChild({ file, args: [server.admin_url, 'together'] }),
  );
  const ends = await Promise.all(children.map(({ end }) => end));
  for (const [index, { code }] of ends.entries()) t.is(code, 0, children[index]?.output());
  // Each migration was run by one of them.
  const lines = children.flatMap((child) => child.output().split('\n'));
  const names = await listMigrations();
  t.deepEqual(
    lines.filter((line) => line.startsWith('migrated ')),
    names.map((name) => `migrated ${name}`),
  );
  const migrated = await createTestDatabase(t);
  const admin_url = databaseUrl(server.admin_url, 'together');
  sameLines(t, { found: await listObjects(admin_url), expected: await listObjects(migrated.admin_url) });
});

type State = { dump: string; objects: string[]; traces: string[] };

async function takeState(url: string): Promise<State> {
  const [dump, objects, traces] = await Promise.all([dumpSchema(url), listObjects(url), listTraces(url)]);
  return { dump, objects, traces };
}

async function withMigrator(url: string, work: (migrator: Migrator) => Promise<void>): Promise<void> {
  const db = openOwner<unknown>(url);
  try {
    await work(createMigrator(db));
  } finally {
    await db.destroy();
  }
}

async function migrate(migrator: Migrator, target: string | typeof NO_MIGRATIONS): Promise<void> {
  const { error } = await migrator.migrateTo(target);
  if (error !== undefined) throw error;
}

async function readHistory(url: string): Promise<{ name: string; timestamp: string }[]> {
  return query(url, 'SELECT name, timestamp FROM migration.kysely_migration ORDER BY name');
}

// What preparing a database grants on it; a clone comes without.
async function openToOwner(url: string): Promise<void> {
  await query(
    url,
    `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO dmrv_owner', current_database()); END $$`,
  );
}
