// Shows that an identity is what it was set to and ends with its transaction, whatever it holds and however it ends.

import test from 'ava';
import { sql, type Transaction } from 'kysely';
import type pg from 'pg';
import { type Identity, runAs } from '../../core/db/identity.ts';
import type { DB } from '../../core/db/types.ts';
import { createRandom } from '../support/random.ts';
import { openTwoTenants } from './two-tenants.ts';

const here = await openTwoTenants();
const { a, b } = here;

test.after.always(() => here.close());

const MEGABYTE = 1_048_576;
const INTERLEAVED = 200;
const POOL_SIZE = 4;

const STRANGE_TEXTS: Readonly<Record<string, string>> = {
  quotes: `'; select set_config('app.current_tenant_id', '${b.tenant_id}', true); --`,
  backslashes: "\\'; drop table core.tenants; \\",
  dollars: '$1 $$ $tag$',
  newlines: "a\r\nb\tc'",
  unicode: 'Zoë 🌲 \u202e',
  '1 MB': 'x'.repeat(MEGABYTE),
};

for (const [name, text] of Object.entries(STRANGE_TEXTS)) {
  test(`a tenant's actor and request may hold ${name}, and stay what they are`, async (t) => {
    const pool = here.poolOf('app', 1);
    const identity: Identity = { ...a.identity, actor: text, request_id: text };
    const seen = await runAs(pool, { identity }, async (trx) => {
      const found = sql<{ actor: string; request: string }>`select app.current_actor() as actor,
        app.current_request_id() as request`;
      return { texts: (await found.execute(trx)).rows[0], tenants: await listTenants(trx) };
    });
    t.deepEqual(seen, { texts: { actor: text, request: text }, tenants: [a.tenant_id] });
    t.deepEqual(await tenantsWithout(pool), []);
  });

  test(`a tenant's id with ${name} is refused, and the connection is as good as before`, async (t) => {
    const pool = here.poolOf('app', 1);
    const identity: Identity = { kind: 'tenant', tenant_id: text };
    await t.throwsAsync(runAs(pool, { identity }, listTenants), { code: '22P02' });
    await assertHealthy(pool);
    t.pass();
  });
}

test('a null byte anywhere is refused before anything is asked, and the connection is as good as before', async (t) => {
  const pool = here.poolOf('app', 1);
  const with_null = `${a.tenant_id}\0`;
  const identities: Identity[] = [
    { kind: 'tenant', tenant_id: with_null },
    { ...a.identity, actor: 'user:\0' },
    { ...a.identity, request_id: '\0' },
    { kind: 'account', account_id: 'a\0' },
    { kind: 'registry', registry_type: 'verra\0' },
  ];
  for (const identity of identities) {
    let was_asked = false;
    const work = async (): Promise<void> => {
      was_asked = true;
    };
    await t.throwsAsync(runAs(pool, { identity }, work), { code: '22021' });
    t.false(was_asked);
    await assertHealthy(pool);
  }
});

test('an id that is no uuid, nearly one, or a list of two is refused; spelling does not matter', async (t) => {
  const pool = here.poolOf('app', 1);
  for (const tenant_id of ['x', '0', `${a.tenant_id}0`, `${a.tenant_id},${b.tenant_id}`, '*', 'null']) {
    await t.throwsAsync(runAs(pool, { identity: { kind: 'tenant', tenant_id } }, listTenants), {
      code: '22P02',
    });
    await assertHealthy(pool);
  }
  const shouted: Identity = { kind: 'tenant', tenant_id: a.tenant_id.toUpperCase() };
  t.deepEqual(await runAs(pool, { identity: shouted }, listTenants), [a.tenant_id]);
  const empty: Identity = { kind: 'tenant', tenant_id: '' };
  t.deepEqual(await runAs(pool, { identity: empty }, listTenants), []);
});

test('a savepoint that is rolled back does not keep an identity set inside it', async (t) => {
  const pool = here.poolOf('app', 1);
  await runAs(pool, { identity: a.identity }, async (trx) => {
    await sql`savepoint inside`.execute(trx);
    await sql`select set_config('app.current_tenant_id', ${b.tenant_id}, true)`.execute(trx);
    t.deepEqual(await listTenants(trx), [b.tenant_id]);
    await sql`rollback to savepoint inside`.execute(trx);
    t.deepEqual(await listTenants(trx), [a.tenant_id]);
  });
  t.deepEqual(await tenantsWithout(pool), []);
});

test('a savepoint that failed and was rolled back leaves the identity as it was', async (t) => {
  const pool = here.poolOf('app', 1);
  await runAs(pool, { identity: a.identity }, async (trx) => {
    await sql`savepoint inside`.execute(trx);
    await t.throwsAsync(sql`select 1 / 0`.execute(trx), { code: '22012' });
    await sql`rollback to savepoint inside`.execute(trx);
    t.deepEqual(await listTenants(trx), [a.tenant_id]);
  });
  t.deepEqual(await tenantsWithout(pool), []);
});

test('what the transaction does to itself does not leave the connection with an identity', async (t) => {
  const pool = here.poolOf('app', 1);
  for (const ending of ['commit', 'rollback', 'commit and chain', 'rollback and chain']) {
    await runAs(pool, { identity: a.identity }, async (trx) => {
      await sql.raw(ending).execute(trx);
      t.deepEqual(await listTenants(trx), [], ending);
    });
    t.deepEqual(await tenantsWithout(pool), [], ending);
  }
});

test('read only and serializable transactions have their identity too', async (t) => {
  const pool = here.poolOf('app', 1);
  const settings = { isolationLevel: 'serializable', accessMode: 'read only' } as const;
  await runAs(pool, { identity: a.identity, settings }, async (trx) => {
    t.deepEqual(await listTenants(trx), [a.tenant_id]);
  });
  const written = runAs(pool, { identity: a.identity, settings }, (trx) =>
    sql`update core.tenants set name = 'x'`.execute(trx),
  );
  await t.throwsAsync(written, { code: '25006' });
  await assertHealthy(pool);
});

test('200 interleaved transactions of two tenants never see the other, though some fail', async (t) => {
  const pool = here.poolOf('app', POOL_SIZE);
  const random = createRandom(here.world.random.seed);
  const plans = Array.from({ length: INTERLEAVED }, () => ({
    side: random.pick([a, b]),
    ending: random.pick(['commit', 'commit', 'throw', 'sql error', 'bad identity']),
    pauses: random.below(4),
  }));
  const endings = await Promise.all(plans.map((plan) => runPlan(pool, plan)));
  t.deepEqual(
    endings,
    plans.map(({ side, ending }) => (ending === 'bad identity' ? '22021' : `${ending} ${side.tenant_id}`)),
  );
  t.true(pool.totalCount <= POOL_SIZE);
  t.is(pool.waitingCount, 0);
  t.deepEqual(await tenantsWithout(pool), []);
});

type Plan = { side: typeof a; ending: string; pauses: number };

// Tells how it ended and the one tenant that it saw, at every look the same.
async function runPlan(pool: pg.Pool, { side, ending, pauses }: Plan): Promise<string> {
  const seen = new Set<string>();
  const identity = ending === 'bad identity' ? { ...side.identity, actor: '\0' } : side.identity;
  const run = runAs(pool, { identity }, async (trx) => {
    for (let look = 0; look <= pauses; look++) {
      for (const id of await listTenants(trx)) seen.add(id);
      const users = await sql<{ id: string }>`select distinct tenant_id as id from iam.users`.execute(trx);
      for (const { id } of users.rows) seen.add(id);
    }
    if (ending === 'throw') throw new Error('throw');
    if (ending === 'sql error') await sql`select 1 / 0`.execute(trx);
  });
  const [result] = await Promise.allSettled([run]);
  const tenants = [...seen].join(' ');
  if (result.status === 'fulfilled') return `commit ${tenants}`;
  const { code, message } = result.reason as { code?: string; message: string };
  if (code === '22012') return `sql error ${tenants}`;
  return code ?? `${message} ${tenants}`;
}

async function listTenants(trx: Transaction<DB>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select tenant_id as id from core.tenants order by 1`.execute(
    trx,
  );
  return rows.map(({ id }) => id);
}

async function tenantsWithout(pool: pg.Pool): Promise<unknown[]> {
  return (await pool.query('select tenant_id from core.tenants')).rows;
}

// The one connection is back, outside any transaction, without an identity, and serves the next tenant.
async function assertHealthy(pool: pg.Pool): Promise<void> {
  const left = await tenantsWithout(pool);
  const served = await runAs(pool, { identity: b.identity }, listTenants);
  const again = await tenantsWithout(pool);
  if (left.length + again.length > 0 || served.join() !== b.tenant_id) {
    throw new Error(`The connection came back changed: ${JSON.stringify({ left, served, again })}`);
  }
}
