// Shows that a filling is the same for the same seed, goes on where it ended, and leaves books that balance.

import test from 'ava';
import pg from 'pg';
import { fillDatabase } from '../scripts/fill/fill-database.ts';
import { measureSizes } from '../scripts/fill/sizes.ts';
import { createTestDatabase } from './support/database.ts';

const CREDITS = process.env.DMRV_TEST_LONG === '1' ? 4000 : 1000;
const TIME_LIMIT_MS = 120_000;

// The trail tells when each row was really written.
const WRITTEN_WHEN = ['audit.audit_logs'];
// What triggers stamp with the time of writing.
const STAMPED: Readonly<Record<string, readonly string[]>> = {
  'credit.buffer_pools': ['updated_at'],
  'registry.global_artifact_hashes': ['claimed_at'],
};

async function ask<Row extends pg.QueryResultRow>(
  admin_url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(admin_url);
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** One hash a table, over all its rows in no particular order. */
async function hashTables(admin_url: string): Promise<Map<string, string>> {
  const { tables } = await measureSizes(admin_url);
  const hashes = new Map<string, string>();
  for (const { table } of tables.filter((size) => !WRITTEN_WHEN.includes(size.table))) {
    const [row] = await ask<{ hash: string }>(
      admin_url,
      `select count(*) || ':' || coalesce(sum(hashtextextended((to_jsonb(t) - $1::text[])::text, 0)), 0) as hash
       from ${table} as t`,
      [STAMPED[table] ?? []],
    );
    hashes.set(table, row?.hash ?? '');
  }
  return hashes;
}

test.serial('the same seed gives the same rows, though one filling was interrupted', async (t) => {
  t.timeout(TIME_LIMIT_MS);
  const [whole, parted] = [await createTestDatabase(t), await createTestDatabase(t)];
  const options = { credits: CREDITS, seed: 7 };
  const filled = await fillDatabase({ ...options, admin_url: whole.admin_url, workers: 2 });
  t.true(filled.is_whole);

  const stop = new AbortController();
  const first = await fillDatabase({
    ...options,
    admin_url: parted.admin_url,
    workers: 1,
    signal: stop.signal,
    on_progress: () => stop.abort(),
  });
  t.false(first.is_whole);
  const second = await fillDatabase({ ...options, admin_url: parted.admin_url, workers: 2 });
  t.true(second.is_whole);
  t.is(first.rows + second.rows, filled.rows);

  const [of_whole, of_parted] = [await hashTables(whole.admin_url), await hashTables(parted.admin_url)];
  const differing = [...of_whole].flatMap(([table, hash]) => (of_parted.get(table) === hash ? [] : [table]));
  t.deepEqual(differing, []);

  const third = await fillDatabase({ ...options, admin_url: parted.admin_url, workers: 1 });
  t.is(third.rows, 0);
  await t.throwsAsync(fillDatabase({ ...options, seed: 8, admin_url: parted.admin_url, workers: 1 }), {
    message: new RegExp(`tenants that are not of ${CREDITS} credits with seed 8`),
  });
  await t.throwsAsync(
    fillDatabase({ ...options, credits: CREDITS + 100, admin_url: parted.admin_url, workers: 1 }),
    { message: new RegExp(`not of ${CREDITS + 100} credits`) },
  );
  await assertBooks(t, whole.admin_url);
});

async function assertBooks(
  t: { deepEqual(actual: unknown, expected: unknown, message?: string): unknown },
  admin_url: string,
): Promise<void> {
  for (const [rule, text] of Object.entries(BOOKS)) {
    t.deepEqual(await ask(admin_url, text), [{ count: '0' }], rule);
  }
}

// Each counts what should not be there.
const BOOKS: Readonly<Record<string, string>> = {
  'no table is empty': `select count(*) from (select 1 from pg_class where relkind = 'r' and reltuples = 0
    and relname !~ '_\\d{4}_\\d\\d$|_default$' and relnamespace::regnamespace::text in ('core', 'iam', 'project', 'mrv',
      'verification', 'hashing', 'registry', 'credit', 'process', 'saga', 'eventing', 'billing', 'webhook', 'chain',
      'reconciliation')) as empty`,
  'the chain and the tenants agree on every credit': `select count(*) from credit.credits c
    full join chain.tokens k on k.token_id = c.token_id and k.near_contract_id = c.near_contract_id
    where (c.tonnage_co2e, coalesce(c.void_cause, c.status)) is distinct from (k.tonnage_co2e, k.status)`,
  'parts weigh what their parent weighed': `select count(*) from (select p.credit_id from credit.credits p
    join credit.credit_lineage l on l.parent_credit_id = p.credit_id and l.lineage_type = 'split'
    join credit.credits c on c.credit_id = l.credit_id group by p.credit_id, p.tonnage_co2e
    having sum(c.tonnage_co2e) <> p.tonnage_co2e) as unequal`,
  'every retired credit has one retirement, and no other has': `select count(*) from credit.credits c
    full join credit.retirements r using (credit_id) where (c.status = 'retired') <> (r.credit_id is not null)`,
  'the owner is the last receiver, or the last sender of what was burnt': `select count(*) from credit.credit_ownership o
    join credit.credits c using (credit_id) join lateral (select * from credit.credit_transfers t
      where t.credit_id = o.credit_id order by transferred_at desc, event_identity limit 1) as t on true
    where o.owner_type = 'near' and o.owner_account_id
      <> case when t.to_account_id = 'credits.dmrv.near' then t.from_account_id else t.to_account_id end`,
  'every transfer is an event of the chain': `select count(*) from credit.credit_transfers t
    left join chain.contract_events e using (event_identity) where e.event_identity is null`,
  'a pool holds the sum of its ledger': `select count(*) from credit.buffer_pools p join (
      select buffer_pool_id, sum(amount_tco2e) as sum from credit.buffer_entries group by 1) as e using (buffer_pool_id)
    where p.available_tco2e <> e.sum`,
  'no counter gives an id that was given': `select count(*) from eventing.event_keys
    where sequence_number > (select last_value from eventing.event_store_sequence_number_seq)`,
};
