// Shows that a role with more rights than it should have is refused, on a server whose roles may be spoilt.

import { join } from 'node:path';
import test from 'ava';
import pg from 'pg';
import { prepareDatabase } from '../core/db/prepare.ts';
import { DmrvError } from '../core/errors/index.ts';
import { type RunningPostgres, startPostgres } from '../core/postgres/index.ts';
import { makeTestFolder, removeTestFolder } from './support/test-folder.ts';

const LOGIN_SECRET = 'the same at every start';
let folder: string;
let server: RunningPostgres;
let admin: pg.Client;

test.before(async () => {
  folder = await makeTestFolder();
  server = await startPostgres({ data_folder: join(folder, 'data'), durable: false, log: () => undefined });
  await prepare();
  admin = new pg.Client(server.admin_url);
  await admin.connect();
});

test.after.always(async () => {
  await admin?.end();
  await server?.stop();
  await removeTestFolder(folder);
});

function prepare(): Promise<void> {
  return prepareDatabase({ admin_url: server.admin_url, database: 'dmrv', login_secret: LOGIN_SECRET });
}

const EXCESSES = [
  { excess: 'BYPASSRLS', give: 'alter role dmrv_app bypassrls', take: 'alter role dmrv_app nobypassrls' },
  {
    excess: 'SUPERUSER',
    give: 'alter role dmrv_holder superuser',
    take: 'alter role dmrv_holder nosuperuser',
  },
  {
    excess: 'CREATEROLE',
    give: 'alter role dmrv_owner createrole',
    take: 'alter role dmrv_owner nocreaterole',
  },
  {
    excess: 'membership in dmrv_owner',
    give: 'grant dmrv_owner to dmrv_indexer',
    take: 'revoke dmrv_owner from dmrv_indexer',
  },
];

for (const { excess, give, take } of EXCESSES) {
  test.serial(`a role with ${excess} stops the start, and says so`, async (t) => {
    await admin.query(give);
    const error = await t.throwsAsync(prepare(), { instanceOf: DmrvError });
    t.is(error.code, 'DATABASE_ROLE_TOO_STRONG');
    t.is(error.facts.excess, excess);
    await admin.query(take);
    await t.notThrowsAsync(prepare());
  });
}

test.serial('settings that somebody gave a login are taken away at the start', async (t) => {
  await admin.query(`alter role dmrv_app set search_path = 'elsewhere'`);
  await prepare();
  const { rows } = await admin.query('select setconfig from pg_db_role_setting');
  t.deepEqual(rows, []);
});
