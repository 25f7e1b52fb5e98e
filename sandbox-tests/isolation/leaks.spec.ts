// Shows that what PostgreSQL says beside the rows (errors, statistics, copies, other sessions) tells nothing of another.

import test from 'ava';
import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { runAs } from '../../core/db/identity.ts';
import { LOGINS } from '../../core/db/logins.ts';
import { attempt, attemptAs, insertInto } from './outcome.ts';
import { draftFor, openTwoTenants, ownerColumn, rowOf } from './two-tenants.ts';

const here = await openTwoTenants();
const { a, b, world, admin, tables } = here;
const app = here.poolOf('app');

test.after.always(() => here.close());

test.serial(
  'a collision with a row of another tenant names the rule, and no value of that row',
  async (t) => {
    const { slug } = rowOf(b, 'core.tenants');
    const block = rowOf(b, 'registry.serial_blocks');
    const own_block = await draftFor(world, 'registry.serial_blocks', a.tenant_id);
    const overlap = { ...own_block, namespace: block.namespace, serial_range: '[150,151)' };
    const cases: { statement: RawBuilder<unknown>; code: string; constraint: string }[] = [
      {
        statement: sql`update core.tenants set slug = ${slug}`,
        code: '23505',
        constraint: 'tenants_slug_key',
      },
      {
        statement: insertInto('registry.serial_blocks', overlap),
        code: '23P01',
        constraint: 'serial_blocks_overlap',
      },
      {
        statement: sql`update core.tenants set status = 'x'`,
        code: '23514',
        constraint: 'tenants_status_check',
      },
    ];
    for (const { statement, code, constraint } of cases) {
      const told = await refusalAsA(statement);
      t.like(told, { code, constraint });
      t.notRegex(told.detail ?? '', /=\(/);
      t.notRegex(JSON.stringify(told), new RegExp(`${b.tenant_id}|100,200`));
    }
    // The superuser is told the row that stands in the way, so there is something to hide.
    const told_all = await t.throwsAsync<pg.DatabaseError>(
      insertInto('registry.serial_blocks', overlap).execute(world.db),
    );
    t.regex(told_all?.detail ?? '', /100,200/);
  },
);

test.serial('a copy of the row of another is refused without a word about that row', async (t) => {
  for (const { name, primary_key, columns } of tables) {
    const may_insert = columns.every(
      ({ name: column, app_inserts }) => app_inserts || !primary_key.includes(column),
    );
    if (!may_insert || primary_key.includes(ownerColumn(name))) continue;
    const draft = { ...(await draftFor(world, name, a.tenant_id)) };
    const other = rowOf(b, name);
    for (const column of primary_key) draft[column] = other[column];
    const told = await refusalAsA(insertInto(name, draft));
    t.regex(told.code ?? '', /^23(505|503)$/, name);
    t.notRegex(`${told.message} ${told.detail} ${told.where}`, new RegExp(b.tenant_id), name);
    t.notRegex(told.detail ?? '', /=\(/, name);
  }
});

test.serial("a condition that fails on another tenant's values is never asked about them", async (t) => {
  const trap = sql`select 1 from core.tenants
    where 1 / (case when tenant_id = ${a.tenant_id} then 1 else 0 end) = 1`;
  t.is(await attemptAs(app, a.identity, trap), 'took 1');
  const joined = sql`select 1 from iam.users u join core.tenants using (tenant_id)
    where 1 / (case when u.tenant_id = ${a.tenant_id} then 1 else 0 end) = 1`;
  t.regex(await attemptAs(app, a.identity, joined), /^took [1-9]/);
  // The superuser is asked about all of them, so the trap can snap.
  await t.throwsAsync(trap.execute(world.db), { code: '22012' });
});

test.serial('the statistics of a table of tenants are shown to no login', async (t) => {
  await admin.query('analyze');
  const names = tables.map(({ name }) => name);
  const text = `select 1 from pg_stats where schemaname || '.' || tablename = any ($1)`;
  t.true(((await admin.query(text, [names])).rowCount ?? 0) > 0);
  for (const login of LOGINS) {
    const pool = here.poolOf(login, 1);
    t.is((await pool.query(text, [names])).rowCount, 0, login);
    for (const view of ['pg_stats_ext', 'pg_stats_ext_exprs']) {
      t.is((await pool.query(`select 1 from ${view}`)).rowCount, 0, login);
    }
    for (const table of ['pg_statistic', 'pg_statistic_ext_data']) {
      t.is(await attempt(pool, `select 1 from ${table}`), 'no right', login);
    }
  }
});

test.serial('a copy out of a table holds the rows of the own tenant alone', async (t) => {
  const client = new pg.Client(here.database.urlFor('app'));
  await client.connect();
  await client.query('begin');
  await client.query("select set_config('app.current_tenant_id', $1, true)", [a.tenant_id]);
  for (const source of ['(select tenant_id from iam.users)', 'iam.users (tenant_id)']) {
    const lines = new Set<string>();
    for await (const chunk of client.query(copyTo(`copy ${source} to stdout`))) {
      for (const line of String(chunk).trim().split('\n')) lines.add(line);
    }
    t.deepEqual([...lines], [a.tenant_id]);
  }
  await client.query('rollback');
  await client.end();
});

test.serial(
  'a query of another tenant under way shows its text to other sessions, and not its values',
  async (t) => {
    const other = here.poolOf('app', 1);
    await runAs(other, { identity: { ...b.identity, actor: 'user:of-b' } }, async (trx) => {
      await sql`select 1 from iam.users where tenant_id = ${b.tenant_id}`.execute(trx);
      const { rows } = await app.query<{ query: string }>(
        `select query from pg_stat_activity where datname = current_database() and query <> ''`,
      );
      const texts = rows.map(({ query }) => query);
      t.true(texts.some((text) => text.includes('from iam.users where tenant_id = $1')));
      t.false(texts.some((text) => text.includes(b.tenant_id) || text.includes('user:of-b')));
    });
  },
);

async function refusalAsA(statement: RawBuilder<unknown>): Promise<pg.DatabaseError> {
  try {
    await runAs(app, { identity: a.identity }, (trx) => statement.execute(trx));
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error;
    throw error;
  }
  throw new Error('The statement was taken; a refusal was expected.');
}
