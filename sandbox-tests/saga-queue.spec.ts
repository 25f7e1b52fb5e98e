// Shows that the queue's tables, which our migration makes, are those that the installed pg-boss knows, and that the app's
// login can do all that pg-boss does on them.

import test from 'ava';
import { PgBoss } from 'pg-boss';
import { createTestDatabase } from './support/database.ts';

test('the tables of the queue are those of the installed pg-boss, and its tidying needs no more rights', async (t) => {
  const database = await createTestDatabase(t);
  const errors: unknown[] = [];
  const boss = new PgBoss({
    connectionString: database.urlFor('app'),
    max: 2,
    schema: 'pgboss',
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', (error) => errors.push(error));
  await boss.start();
  t.teardown(() => boss.stop());
  t.like(await boss.detectSchemaDrift(), { ok: true });
  await boss.insert('sagas', [
    { data: {}, singletonKey: 'a' },
    { data: {}, singletonKey: 'a' },
  ]);
  const jobs = await boss.fetch('sagas', { batchSize: 5 });
  t.is(jobs.length, 1);
  await boss.complete(
    'sagas',
    jobs.map(({ id }) => id),
  );
  await boss.supervise();
  await boss.resolveFlow();
  t.deepEqual(errors, []);
});
