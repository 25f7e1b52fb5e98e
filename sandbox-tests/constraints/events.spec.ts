// Shows that the event store's unique rules hold over all its months, though each month is a table of its own.

import test from 'ava';
import { sql } from 'kysely';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type OpenWorld, openWorld } from '../support/world.ts';
import { ACCEPTED, attempt, inUndoneWorld, type Outcome } from './case.ts';

/** Two months, neither of which has a partition, and one that has. */
const MONTHS = ['2021-03-01T00:00:00Z', '2021-09-01T00:00:00Z', undefined];

let database: TestDatabase;
let world: OpenWorld;

test.before(async (t) => {
  database = await createTestDatabase();
  world = openWorld({ url: database.admin_url, log: t.log });
  await world.make('eventing.event_store', { created_at: '2021-03-01T00:00:00Z' });
  await sql`select app.ensure_partitions(3)`.execute(world.db);
});

test.after.always(async () => {
  await world?.close();
  await database?.drop();
});

for (const tenant of ['a tenant', 'the system'] as const) {
  for (const [i, first_at] of MONTHS.entries()) {
    for (const [j, second_at] of MONTHS.entries()) {
      const months = `months ${i + 1} and ${j + 1}`;
      const first_time = first_at === undefined ? {} : { created_at: first_at };
      const second_time = second_at === undefined ? {} : { created_at: second_at };

      test.serial(`an event of ${tenant} is stored once, in ${months} (event_keys_pkey)`, async (t) => {
        await inUndoneWorld(world, async ({ db, make }) => {
          const given = tenant === 'the system' ? { tenant_id: null } : {};
          const { event_id, tenant_id } = await make('eventing.event_store', { ...given, ...first_time });
          const again = () => make('eventing.event_store', { event_id, tenant_id, ...second_time });
          t.deepEqual(await attempt(db, again), duplicate('event_keys_pkey'));
          const another = () => make('eventing.event_store', { tenant_id, ...second_time });
          t.deepEqual(await attempt(db, another), ACCEPTED);
        });
      });

      test.serial(
        `a version of ${tenant} is stored once, in ${months} (event_keys_aggregate_version_key)`,
        async (t) => {
          await inUndoneWorld(world, async ({ db, make }) => {
            const given = tenant === 'the system' ? { tenant_id: null } : {};
            const first = await make('eventing.event_store', { ...given, ...first_time });
            const { tenant_id, aggregate_id, aggregate_version } = first;
            const same = { tenant_id, aggregate_id, aggregate_version, ...second_time };
            const again = () => make('eventing.event_store', same);
            t.deepEqual(await attempt(db, again), duplicate('event_keys_aggregate_version_key'));
            const next = () => make('eventing.event_store', { ...same, aggregate_version: '2' });
            t.deepEqual(await attempt(db, next), ACCEPTED);
          });
        },
      );
    }
  }
}

test.serial('a sequence number is given once over all months (event_keys_sequence_number_key)', async (t) => {
  await inUndoneWorld(world, async ({ db, make }) => {
    const { sequence_number } = await make('eventing.event_store', { created_at: '2021-03-01T00:00:00Z' });
    const again = () => make('eventing.event_store', { sequence_number });
    t.deepEqual(await attempt(db, again), duplicate('event_keys_sequence_number_key'));
    t.deepEqual(await attempt(db, () => make('eventing.event_store')), ACCEPTED);
  });
});

test.serial('an event that enters a partition directly takes its key too', async (t) => {
  await inUndoneWorld(world, async ({ db, make, draft }) => {
    const { event_id } = await make('eventing.event_store');
    for (const partition of ['event_store_2021_03', 'event_store_default']) {
      const created_at =
        partition === 'event_store_default' ? '2021-09-01T00:00:00Z' : '2021-03-01T00:00:00Z';
      const row = await draft('eventing.event_store', { created_at });
      const enter = (id: string | undefined) =>
        sql`insert into ${sql.id('eventing', partition)}
        (event_id, event_type, aggregate_id, aggregate_version, tenant_id, payload, created_at, sequence_number)
        values (${id}, ${row.event_type}, ${row.aggregate_id}, ${row.aggregate_version}, ${row.tenant_id}, '{}',
          ${created_at}, 4000000000)`.execute(db);
      t.deepEqual(await attempt(db, () => enter(event_id)), duplicate('event_keys_pkey'), partition);
      t.deepEqual(await attempt(db, () => enter(row.event_id)), ACCEPTED, partition);
    }
  });
});

test.serial('an event and its key come and go together', async (t) => {
  const count = async (): Promise<unknown> => {
    const { rows } = await sql`select (select count(*) from eventing.event_store) as events,
      (select count(*) from eventing.event_keys) as keys`.execute(world.db);
    return rows[0];
  };
  const before = await count();
  await inUndoneWorld(world, async ({ db, make }) => {
    const { event_id, tenant_id, aggregate_id, aggregate_version, sequence_number } =
      await make('eventing.event_store');
    const key = await db
      .selectFrom('eventing.event_keys')
      .selectAll()
      .where('event_id', '=', event_id)
      .execute();
    t.deepEqual(key, [{ event_id, tenant_id, aggregate_id, aggregate_version, sequence_number }]);
  });
  t.deepEqual(await count(), before);
});

function duplicate(constraint: string): Outcome {
  return { accepted: false, sqlstate: '23505', constraint };
}
