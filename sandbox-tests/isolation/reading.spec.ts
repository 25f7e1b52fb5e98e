// Shows that queries which leave together with their identity see what it may see, change nothing, and leave nothing behind.

import test from 'ava';
import type pg from 'pg';
import { type Identity, readAs } from '../../core/db/identity.ts';
import { createRandom } from '../support/random.ts';
import { openTwoTenants } from './two-tenants.ts';

const here = await openTwoTenants();
const { a, b } = here;

test.after.always(() => here.close());

const TENANTS = { sql: 'select tenant_id from core.tenants where $1 order by 1', parameters: [true] };
const USERS = { sql: 'select distinct tenant_id from iam.users where $1', parameters: [true] };
const FAILING = { sql: 'select 1 / ($1::int - 1) as never', parameters: [1] };
const WRITING = {
  sql: 'update core.tenants set name = $1 returning tenant_id',
  parameters: ['of a read'],
};
const INTERLEAVED = 200;
const POOL_SIZE = 4;

async function assertHealthy(pool: pg.Pool): Promise<void> {
  const left = (await pool.query('select tenant_id from core.tenants')).rows;
  const served = await readAs(pool, b.identity, [TENANTS]);
  const again = (await pool.query('select tenant_id from core.tenants')).rows;
  const seen = JSON.stringify({ left, served, again });
  const wanted = JSON.stringify({ left: [], served: [[{ tenant_id: b.tenant_id }]], again: [] });
  if (seen !== wanted) throw new Error(`The connection came back changed: ${seen}`);
}

test('each query has its own rows, in their order, under the one identity', async (t) => {
  const pool = here.poolOf('app', 1);
  const of_a = [[{ tenant_id: a.tenant_id }], [{ tenant_id: a.tenant_id }], [{ tenant_id: a.tenant_id }]];
  t.deepEqual(await readAs(pool, a.identity, [TENANTS, USERS, TENANTS]), of_a);
  t.deepEqual(await readAs(pool, a.identity, []), []);
  t.deepEqual(await readAs(pool, { kind: 'anyone' }, [TENANTS]), [[]]);
  await assertHealthy(pool);
});

test('an identity that is refused shows nothing, whoever had the connection before', async (t) => {
  const pool = here.poolOf('app', 1);
  await readAs(pool, a.identity, [TENANTS]);
  const refused: Identity[] = [
    { kind: 'tenant', tenant_id: `${a.tenant_id}\0` },
    { ...a.identity, actor: 'user:\0' },
    { ...a.identity, request_id: '\0' },
  ];
  for (const identity of refused) {
    await t.throwsAsync(readAs(pool, identity, [TENANTS]), { code: '22021' });
    await assertHealthy(pool);
  }
  await t.throwsAsync(readAs(pool, { kind: 'tenant', tenant_id: 'x' }, [TENANTS]), { code: '22P02' });
  await assertHealthy(pool);
});

test('a query that fails is the error, whatever stands before and behind it', async (t) => {
  const pool = here.poolOf('app', 1);
  for (const queries of [[FAILING], [TENANTS, FAILING], [FAILING, TENANTS], [TENANTS, FAILING, TENANTS]]) {
    await t.throwsAsync(readAs(pool, a.identity, queries), { code: '22012' });
    await assertHealthy(pool);
  }
});

test('nothing can be changed', async (t) => {
  const pool = here.poolOf('app', 1);
  await t.throwsAsync(readAs(pool, a.identity, [WRITING]), { code: '25006' });
  await assertHealthy(pool);
});

test('a connection that breaks is not used again', async (t) => {
  const pool = here.poolOf('app', 1);
  const ending = {
    sql: 'select pg_terminate_backend(pg_backend_pid()) where $1',
    parameters: [true],
  };
  await t.throwsAsync(readAs(pool, a.identity, [ending, TENANTS]));
  await assertHealthy(pool);
  t.is(pool.totalCount, 1);
});

test('200 interleaved reads of two tenants never see the other, though some fail', async (t) => {
  const pool = here.poolOf('app', POOL_SIZE);
  const random = createRandom(here.world.random.seed);
  const asked = Array.from({ length: INTERLEAVED }, () => ({
    side: random.pick([a, b]),
    query: random.pick([TENANTS, USERS, FAILING]),
  }));
  const answers = await Promise.allSettled(
    asked.map(({ side, query }) => readAs(pool, side.identity, [query])),
  );
  for (const [index, { side, query }] of asked.entries()) {
    const answer = answers[index];
    if (query === FAILING) t.is(answer?.status, 'rejected');
    else t.deepEqual(answer, { status: 'fulfilled', value: [[{ tenant_id: side.tenant_id }]] });
  }
  t.true(pool.totalCount <= POOL_SIZE);
  t.is(pool.waitingCount, 0);
});
