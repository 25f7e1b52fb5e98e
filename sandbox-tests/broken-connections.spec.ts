// Shows that a connection which breaks while somebody holds it fails that work and nothing else.

import test from 'ava';
import { runAs } from '../core/db/identity.ts';
import { withLock } from '../core/db/lock.ts';
import { createPool } from '../core/db/pool.ts';
import { withClient } from '../core/db/with-client.ts';
import { createTestDatabase } from './support/database.ts';

const database = await createTestDatabase();
const pool = createPool({ url: database.urlFor('app'), max: 2, on_idle_error: () => undefined });

test.after.always(async () => {
  await pool.end();
  await database.drop();
});

async function breakAll(): Promise<void> {
  await withClient(database.admin_url, (admin) =>
    admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`),
  );
}

const identity = { kind: 'platform', actor: 'spec' } as const;

test.serial(
  'a connection that breaks in its holder’s hands is told by the next query, and leaves the pool',
  async (t) => {
    const holder = await pool.connect();
    try {
      const broken = new Promise((resolve) => holder.once('end', resolve));
      await breakAll();
      await broken;
      await t.throwsAsync(holder.query('select 1'));
    } finally {
      holder.release();
    }
    t.is(pool.totalCount, 0);
    t.is((await pool.query('select 1 as one')).rows[0].one, 1);
  },
);

test.serial('a transaction whose connection breaks fails, and the next one does not', async (t) => {
  await t.throwsAsync(
    runAs(pool, { identity }, async (trx) => {
      await breakAll();
      await trx.selectFrom('core.tenants').select('tenant_id').execute();
    }),
  );
  const found = await runAs(pool, { identity }, (trx) =>
    trx.selectFrom('core.tenants').select('tenant_id').execute(),
  );
  t.deepEqual(found, []);
});

test.serial('a lock whose connection breaks during the work is free for the next', async (t) => {
  const lock = { kind: 'proofs', name: 'a contract' } as const;
  t.deepEqual(await withLock(pool, lock, async () => breakAll().then(() => 'done')), {
    is_ours: true,
    result: 'done',
  });
  t.deepEqual(await withLock(pool, lock, async () => 'again'), { is_ours: true, result: 'again' });
});

test.serial('a lock is one holder’s at a time, and free after work that failed', async (t) => {
  const lock = { kind: 'saga', name: 'one' } as const;
  const other = { kind: 'saga', name: 'two' } as const;
  const inner = await withLock(pool, lock, async () => [
    await withLock(pool, lock, async () => 'never'),
    await withLock(pool, other, async () => 'another'),
  ]);
  t.deepEqual(inner, { is_ours: true, result: [{ is_ours: false }, { is_ours: true, result: 'another' }] });
  await t.throwsAsync(
    withLock(pool, lock, () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  t.deepEqual(await withLock(pool, lock, async () => 1), { is_ours: true, result: 1 });
});
