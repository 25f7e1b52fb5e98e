// Shows that the commands migrate and seed do what their help says, on a real database.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import pg from 'pg';
import { listMigrations } from '../core/db/migrate.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const GUARD = fileURLToPath(new URL('../scripts/guard.cjs', import.meta.url));

type End = { code: number; stdout: string; stderr: string };

function runCommand(args: readonly string[], env: Record<string, string>): Promise<End> {
  return new Promise((resolve) => {
    const options = { cwd: PROJECT_FOLDER, env: { ...process.env, ...env } };
    execFile(process.execPath, [GUARD, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

function envOf(database: TestDatabase): Record<string, string> {
  const login_secret = process.env.DMRV_TEST_LOGIN_SECRET ?? '';
  return { DATABASE_URL: database.admin_url, DATABASE_LOGIN_SECRET: login_secret };
}

async function query(url: string, text: string): Promise<Record<string, string>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(text)).rows;
  } finally {
    await client.end();
  }
}

test('seeding twice gives the rows of once, and never a second demo tenant', async (t) => {
  const database = await createTestDatabase(t);
  const count = `select (select count(*) from iam.roles) as roles, (select count(*) from core.features) as features,
    (select count(*) from core.subscription_plans) as plans, (select count(*) from core.tenants) as tenants,
    (select count(*) from project.methodologies) as methodologies, (select count(*) from iam.users) as users,
    (select count(*) from registry.requirements) as requirements`;
  const first = await runCommand(['seed.ts'], envOf(database));
  t.is(first.code, 0, first.stderr);
  const once = await query(database.admin_url, count);
  t.deepEqual(once, [
    {
      roles: '6',
      features: '7',
      plans: '4',
      tenants: '1',
      methodologies: '6',
      users: '2',
      requirements: '6',
    },
  ]);
  const second = await runCommand(['seed.ts'], envOf(database));
  t.is(second.code, 0, second.stderr);
  t.regex(second.stdout, /was there already/);
  t.deepEqual(await query(database.admin_url, count), once);
});

test('a plan has exactly the features that the catalogue gives it', async (t) => {
  const database = await createTestDatabase(t);
  t.is((await runCommand(['seed.ts', '--no-demo'], envOf(database))).code, 0);
  const rows = await query(
    database.admin_url,
    `select p.plan_code, string_agg(e.feature_key, ' ' order by e.feature_key) filter (where e.enabled) as features
     from core.subscription_plans p join core.plan_entitlements e using (plan_id) group by 1 order by 1`,
  );
  t.deepEqual(rows[3], { plan_code: 'starter', features: 'credit_issuance retirement_proofs' });
  t.deepEqual(await query(database.admin_url, 'select tenant_id from core.tenants'), []);
});

test('migrate goes down to a named migration and up again, and lists where it stands', async (t) => {
  const database = await createTestDatabase(t);
  const names = await listMigrations();
  const down = await runCommand(['migrate.ts', '--down-to', '0009_reconciliation'], envOf(database));
  t.is(down.code, 0, down.stderr);
  const listed = await runCommand(['migrate.ts', '--list'], envOf(database));
  t.deepEqual(
    listed.stdout.trim().split('\n'),
    names.map((name) => `${name <= '0009_reconciliation' ? 'done   ' : 'waiting'}  ${name}`),
  );
  const up = await runCommand(['migrate.ts'], envOf(database));
  t.is(up.code, 0, up.stderr);
  const again = await runCommand(['migrate.ts'], envOf(database));
  t.is(again.stdout, 'Nothing to do: the database is up to date.\n');
});

test('a migration that is not there is refused before anything changes', async (t) => {
  const database = await createTestDatabase(t);
  const end = await runCommand(['migrate.ts', '--down-to', '0001_foundatoin'], envOf(database));
  t.is(end.code, 1);
  t.regex(end.stderr, /no migration "0001_foundatoin"; there are none, 0001_foundation,/);
  t.is((await query(database.admin_url, 'select count(*) as n from core.tenants'))[0]?.n, '0');
});

test('a database that does not answer is told in one message without a stack', async (t) => {
  const end = await runCommand(['seed.ts'], {
    DATABASE_URL: 'postgresql://nobody:wrong-password@127.0.0.1:1/none',
    DATABASE_LOGIN_SECRET: 'a secret that is long enough',
  });
  t.is(end.code, 1);
  t.regex(end.stderr, /The database does not answer \(ECONNREFUSED\)/);
  t.notRegex(end.stderr, /wrong-password|\n {4}at /);
});
