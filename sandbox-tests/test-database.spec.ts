// Shows that each test's database is its own, migrated, and gone afterwards.

import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import pg from 'pg';
import { LOGINS, roleName } from '../core/db/logins.ts';
import { databaseUrl } from '../core/db/prepare.ts';
import { ADMIN_URL_VARIABLE, TEMPLATE_DATABASE } from './support/cluster.ts';
import { createTestDatabase } from './support/database.ts';
import { query } from './support/launcher.ts';

// Others may hold the template open for a moment; this long shows that a clone waits for them.
const HELD_MS = 300;

test('databases made at the same time are separate and migrated', async (t) => {
  const made = await Promise.all(Array.from({ length: 4 }, () => createTestDatabase(t)));
  t.is(new Set(made.map(({ database }) => database)).size, made.length);
  const [one, two] = made;
  await query(one?.admin_url ?? '', 'create table only_here ()');
  await t.throwsAsync(query(two?.admin_url ?? '', 'table only_here'), { code: '42P01' });
  for (const { admin_url } of made) {
    t.deepEqual(await query(admin_url, `select to_regclass('credit.credits') is not null as migrated`), [
      { migrated: true },
    ]);
  }
});

test('every login has a way into its database', async (t) => {
  const { database, urlFor } = await createTestDatabase(t);
  for (const login of LOGINS) {
    t.deepEqual(await query(urlFor(login), 'select current_user as who, current_database() as where_'), [
      { who: roleName(login), where_: database },
    ]);
  }
});

test('a dropped database is gone, also when somebody is still connected', async (t) => {
  const { admin_url, database, drop } = await createTestDatabase();
  const client = new pg.Client(admin_url);
  client.on('error', (error) => t.log(`as it should be: ${error.message}`));
  await client.connect();
  await drop();
  await t.throwsAsync(client.query('select 1'));
  const left = await query<{ datname: string }>(
    process.env[ADMIN_URL_VARIABLE] ?? '',
    'select datname from pg_database',
  );
  t.false(left.some(({ datname }) => datname === database));
  await t.notThrowsAsync(drop());
});

test('a clone waits while somebody has the template open', async (t) => {
  const client = new pg.Client(databaseUrl(process.env[ADMIN_URL_VARIABLE] ?? '', TEMPLATE_DATABASE));
  await client.connect();
  const clone = createTestDatabase(t);
  await sleep(HELD_MS);
  await client.end();
  t.is((await query((await clone).admin_url, 'select 1')).length, 1);
});
