// Shows that no login can touch the audit trail or the event store's past, and that functions with the owner's
// rights do only what they are for.

import test from 'ava';
import { sql } from 'kysely';
import pg from 'pg';
import { runAs } from '../../core/db/identity.ts';
import { LOGINS, type Login } from '../../core/db/logins.ts';
import { attempt, attemptAs, insertInto } from './outcome.ts';
import { draftFor, openTwoTenants, rowOf } from './two-tenants.ts';

const here = await openTwoTenants();
const { a, b, world, admin, database } = here;
const app = here.poolOf('app');
const partitions = await listPartitions();

test.after.always(() => here.close());

for (const login of LOGINS) {
  test.serial(`the login ${login} cannot write, change or empty the audit trail`, async (t) => {
    const client = await connectAs(login);
    const tables = ['audit.audit_logs', ...partitions.filter((name) => name.startsWith('audit.'))];
    t.true(tables.length > 2);
    for (const table of tables) {
      const row = `(actor, login, action, resource_type, resource_id, after) values ('x', 'x', 'INSERT', 'x', 'x', '{}')`;
      t.is(await attempt(client, `insert into ${table} ${row}`), 'no right', table);
      t.is(await attempt(client, `update ${table} set actor = 'x'`), 'no right', table);
      t.is(await attempt(client, `delete from ${table}`), 'no right', table);
      t.is(await attempt(client, `truncate ${table}`), 'no right', table);
    }
    await client.end();
  });

  test.serial(`the login ${login} cannot pass by the parent of a partition`, async (t) => {
    const client = await connectAs(login);
    for (const table of partitions) {
      t.is(await attempt(client, `select 1 from ${table}`), 'no right', table);
      t.is(await attempt(client, `insert into ${table} default values`), 'no right', table);
    }
    await client.end();
  });

  test.serial(`the login ${login} cannot call by hand what runs with the owner's rights`, async (t) => {
    const client = await connectAs(login);
    const calls = [
      'mrv.claim_artifacts()',
      'credit.apply_buffer_entry()',
      'eventing.take_event_key()',
      'audit.write()',
    ];
    for (const call of calls) t.is(await attempt(client, `select ${call}`), 'no right', call);
    const own_use = `select app.make_month_partition('eventing.event_store', '2031-01-01')`;
    t.is(await attempt(client, own_use), 'no right');
    const may_prepare = login === 'app' || login === 'indexer';
    t.is(await attempt(client, 'select app.ensure_partitions(3)'), may_prepare ? 'took 1' : 'no right');
    await client.end();
  });
}

test.serial('what happened is not changed: neither login may update or delete an event', async (t) => {
  for (const login of LOGINS) {
    const client = await connectAs(login);
    for (const table of ['eventing.event_store', 'eventing.event_keys']) {
      t.is(await attempt(client, `update ${table} set aggregate_id = 'x'`), 'no right', login);
      t.is(await attempt(client, `delete from ${table}`), 'no right', login);
    }
    await client.end();
  }
});

test.serial('a tenant reads its own part of the trail and none of the system', async (t) => {
  const owners = await runAs(app, { identity: a.identity }, async (trx) => {
    const found = sql<{ id: string | null }>`select distinct tenant_id as id from audit.audit_logs`;
    return (await found.execute(trx)).rows;
  });
  t.deepEqual(owners, [{ id: a.tenant_id }]);
});

test.serial("a function with the owner's rights cannot be hung on a table of one's own", async (t) => {
  await withTemporaryTables(async (client) => {
    await client.query(
      'create temporary table bait (buffer_pool_id uuid, tenant_id uuid, kind text, amount_tco2e numeric)',
    );
    for (const call of [
      'credit.apply_buffer_entry',
      'mrv.claim_artifacts',
      'eventing.take_event_key',
      'audit.write',
    ]) {
      const trigger = `create trigger bait after insert on bait for each row execute function ${call}()`;
      t.is(await attempt(client, trigger), 'no right', call);
    }
  });
});

test.serial('tables and paths of the caller do not lead such a function astray', async (t) => {
  const { buffer_pool_id } = rowOf(a, 'credit.buffer_pools');
  const balance = async (): Promise<unknown> => {
    const found = await admin.query(
      'select available_tco2e::text as sum from credit.buffer_pools where buffer_pool_id = $1',
      [buffer_pool_id],
    );
    return found.rows[0]?.sum;
  };
  const trail = async (): Promise<number> => {
    const found = await admin.query(
      `select 1 from audit.audit_logs where resource_type = 'project.projects' and tenant_id = $1`,
      [a.tenant_id],
    );
    return found.rowCount ?? 0;
  };
  const [balance_before, trail_before] = [Number(await balance()), await trail()];
  await withTemporaryTables(async (client) => {
    await client.query(`create temporary table audit_logs (like audit.audit_logs);
      create temporary table buffer_pools (like credit.buffer_pools);
      create temporary table event_keys (like eventing.event_keys);
      set search_path = pg_temp, public`);
    await client.query('begin');
    await client.query("select set_config('app.current_tenant_id', $1, true)", [a.tenant_id]);
    await client.query(`insert into project.projects (tenant_id, name, project_type, location, host_country)
      values ('${a.tenant_id}', 'P', 'biochar', '{"lat": 1, "lon": 1}', 'CH')`);
    await client.query(`insert into credit.buffer_entries (tenant_id, buffer_pool_id, kind, amount_tco2e, occurred_at)
      values ('${a.tenant_id}', '${buffer_pool_id}', 'contribution', 7, now())`);
    await client.query('commit');
    for (const shadow of ['audit_logs', 'buffer_pools', 'event_keys']) {
      t.is((await client.query(`select 1 from pg_temp.${shadow}`)).rowCount, 0, shadow);
    }
  });
  t.is(Number(await balance()), balance_before + 7);
  t.is(await trail(), trail_before + 1);
});

test.serial('partitions made at the call of a login take in what waited, and stay shut', async (t) => {
  const { rows } = await admin.query<{ id: string }>(
    `insert into eventing.event_store (event_type, aggregate_id, aggregate_version, tenant_id, payload, created_at)
     values ('credit.minted.v1', 'waiting', 1, $1, '{}', now() + interval '10 months') returning event_id as id`,
    [a.tenant_id],
  );
  await admin.query(
    `insert into audit.audit_logs (tenant_id, actor, login, action, resource_type, resource_id, after, created_at)
     values ($1, 'x', 'x', 'INSERT', 'x', 'waiting', '{}', now() + interval '10 months')`,
    [a.tenant_id],
  );
  await app.query('select app.ensure_partitions(3)');
  const added = (await listPartitions()).filter((name) => !partitions.includes(name));
  t.is(added.length, 2);
  for (const name of added) {
    t.is((await admin.query(`select 1 from ${name} where tenant_id = $1`, [a.tenant_id])).rowCount, 1, name);
    t.is(await attempt(app, `select 1 from ${name}`), 'no right', name);
  }
  const see = sql`select 1 from eventing.event_store where event_id = ${rows[0]?.id}`;
  t.is(await attemptAs(app, a.identity, see), 'took 1');
  t.is(await attemptAs(app, b.identity, see), 'took 0');
});

test.serial(
  'a tenant chooses neither the number nor the time of an event: others wait behind them',
  async (t) => {
    const draft = await draftFor(world, 'eventing.event_store', a.tenant_id);
    const insert = (more: Record<string, unknown>) =>
      insertInto('eventing.event_store', { ...draft, ...more });
    t.is(await attemptAs(app, a.identity, insert({})), 'took 1');
    t.is(await attemptAs(app, a.identity, insert({ sequence_number: '1000' })), 'no right');
    t.is(await attemptAs(app, a.identity, insert({ created_at: 'infinity' })), 'no right');
    const key = await draftFor(world, 'eventing.event_keys', a.tenant_id);
    t.is(await attemptAs(app, a.identity, insertInto('eventing.event_keys', key)), 'no right');
    const letter = await draftFor(world, 'eventing.outbox', a.tenant_id);
    const early = insertInto('eventing.outbox', { ...letter, outbox_id: '1000' });
    t.is(await attemptAs(app, a.identity, early), 'no right');
  },
);

test.serial(
  "an event for another tenant is refused before it could tell of that tenant's events",
  async (t) => {
    const { aggregate_id, aggregate_version } = rowOf(b, 'eventing.event_store');
    const draft = await draftFor(world, 'eventing.event_store', b.tenant_id);
    const known = { ...draft, aggregate_id, aggregate_version };
    t.is(await attemptAs(app, a.identity, insertInto('eventing.event_store', known)), 'row security');
    t.is(await attemptAs(app, a.identity, insertInto('eventing.event_store', draft)), 'row security');
    t.regex(await attemptAs(app, b.identity, insertInto('eventing.event_store', known)), /^23505 /);
  },
);

// The queue of jobs has one partition, which its library writes to by name.
async function listPartitions(): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relispartition and relkind = 'r'
       and relnamespace <> 'pgboss'::regnamespace order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function connectAs(login: Login): Promise<pg.Client> {
  const client = new pg.Client(database.urlFor(login));
  await client.connect();
  return client;
}

// No login may make them in a prepared database; this is what would happen if an administrator allowed it.
async function withTemporaryTables(work: (client: pg.Client) => Promise<void>): Promise<void> {
  await admin.query(`grant temporary on database ${admin.escapeIdentifier(database.database)} to dmrv_app`);
  const client = await connectAs('app');
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
