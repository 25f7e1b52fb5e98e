// Shows that a pool's balance is the sum of its ledger, whatever is entered and by how many at once.

import test from 'ava';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../../core/db/types.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { chooseSeed, createRandom, type Random, SEED_VARIABLE } from '../support/random.ts';
import { type OpenWorld, openWorld, type World } from '../support/world.ts';
import { attempt, dropRules, inUndoneWorld } from './case.ts';

const IS_LONG = process.env.DMRV_TEST_LONG === '1';
const ENTRIES = IS_LONG ? 5_000 : 200;
const POOLS = 3;
const WRITERS = 4;
const ENTRIES_PER_WRITER = IS_LONG ? 500 : 25;
/** Entries go up to ten tonnes, in the smallest unit there is. */
const LARGEST_ENTRY_E8 = 1_000_000_000;
const SCALE = 100_000_000n;

let database: TestDatabase;
let world: OpenWorld;

test.before(async (t) => {
  database = await createTestDatabase();
  world = openWorld({ url: database.admin_url, log: t.log });
});

test.after.always(async () => {
  await world?.close();
  await database?.drop();
});

type Sums = { contribution: bigint; cancellation: bigint; release: bigint };

test.serial("a pool's sums are those of its entries after any sequence of them", async (t) => {
  const random = createRandom(chooseSeed());
  t.log(`the sequence follows from ${SEED_VARIABLE}=${random.seed}`);
  const pools = new Map<string, Sums>();
  const { tenant_id, reversal_event_id } = await world.make('credit.reversal_events');
  for (let i = 0; i < POOLS; i++) {
    const { buffer_pool_id } = await world.make('credit.buffer_pools', { tenant_id });
    pools.set(buffer_pool_id, { contribution: 0n, cancellation: 0n, release: 0n });
  }
  for (let i = 0; i < ENTRIES; i++) {
    const [buffer_pool_id, sums] = [...pools][random.below(POOLS)] ?? t.fail('there is a pool');
    if (typeof buffer_pool_id !== 'string') return;
    const entry = drawEntry(random);
    await world.make('credit.buffer_entries', {
      ...toRow(entry, reversal_event_id),
      tenant_id,
      buffer_pool_id,
    });
    if (sums !== undefined) sums[entry.kind] += entry.size;
  }
  for (const [buffer_pool_id, { contribution, cancellation, release }] of pools) {
    const pool = await readPool(world.db, buffer_pool_id);
    t.deepEqual(pool, {
      total_contributed_tco2e: toTonnes(contribution),
      used_for_reversals_tco2e: toTonnes(cancellation),
      released_tco2e: toTonnes(release),
      available_tco2e: toTonnes(contribution - cancellation - release),
      ledger: toTonnes(contribution - cancellation - release),
    });
  }
});

test.serial(
  'a pool loses no entry of several writers at once, and keeps none that was rolled back',
  async (t) => {
    const seed = chooseSeed();
    t.log(`the writers follow from ${SEED_VARIABLE}=${seed}`);
    const { tenant_id, buffer_pool_id } = await world.make('credit.buffer_pools');
    const sums = await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const random = createRandom(`${seed}/${writer}`);
        let kept = 0n;
        for (let i = 0; i < ENTRIES_PER_WRITER; i++) {
          const size = 1n + BigInt(random.below(LARGEST_ENTRY_E8));
          const is_kept = random.below(3) > 0;
          await enter(world, { tenant_id, buffer_pool_id, amount_tco2e: toTonnes(size), is_kept });
          if (is_kept) kept += size;
        }
        return kept;
      }),
    );
    const total = toTonnes(sums.reduce((a, b) => a + b, 0n));
    const { ledger, available_tco2e, total_contributed_tco2e } = await readPool(world.db, buffer_pool_id);
    t.deepEqual([ledger, available_tco2e, total_contributed_tco2e], [total, total, total]);
  },
);

test.serial('an entry of a pool of another tenant, or of none, is refused', async (t) => {
  await inUndoneWorld(world, async ({ db, make }) => {
    const { buffer_pool_id } = await make('credit.buffer_pools');
    const { tenant_id } = await make('core.tenants');
    const foreign = () => make('credit.buffer_entries', { tenant_id, buffer_pool_id });
    const key = 'buffer_entries_tenant_id_buffer_pool_id_fkey';
    t.deepEqual(await attempt(db, foreign), { accepted: false, sqlstate: '23503', constraint: key });
    // Without the key the ledger itself refuses, rather than to count nowhere.
    await dropRules(db, 'credit.buffer_entries', [key]);
    t.deepEqual(await attempt(db, foreign), { accepted: false, sqlstate: '23503', constraint: undefined });
    t.is((await readPool(db, buffer_pool_id)).available_tco2e, '0.00000000');
  });
});

type Entry = { kind: keyof Sums; size: bigint };

function drawEntry(random: Random): Entry {
  const kind = random.pick(['contribution', 'contribution', 'cancellation', 'release'] as const);
  return { kind, size: 1n + BigInt(random.below(LARGEST_ENTRY_E8)) };
}

type EntryRow = { kind: string; amount_tco2e: string; reversal_event_id?: string };

function toRow({ kind, size }: Entry, reversal_event_id: string): EntryRow {
  const amount_tco2e = toTonnes(kind === 'contribution' ? size : -size);
  return kind === 'cancellation' ? { kind, amount_tco2e, reversal_event_id } : { kind, amount_tco2e };
}

async function enter(
  { db, draft }: World,
  about: { tenant_id: string; buffer_pool_id: string; amount_tco2e: string; is_kept: boolean },
): Promise<void> {
  const { is_kept, ...given } = about;
  const row = await draft('credit.buffer_entries', given);
  const trx = await db.startTransaction().execute();
  await trx.insertInto('credit.buffer_entries').values(row).execute();
  await (is_kept ? trx.commit() : trx.rollback()).execute();
}

async function readPool(db: Kysely<DB>, buffer_pool_id: string): Promise<Record<string, string>> {
  const { rows } = await sql<Record<string, string>>`
    select p.total_contributed_tco2e, p.used_for_reversals_tco2e, p.released_tco2e, p.available_tco2e,
      (select coalesce(sum(e.amount_tco2e), 0)::numeric(20,8) from credit.buffer_entries e
        where e.buffer_pool_id = p.buffer_pool_id) as ledger
    from credit.buffer_pools p where p.buffer_pool_id = ${buffer_pool_id}`.execute(db);
  return rows[0] ?? {};
}

/** As the database spells it, with all eight places. */
function toTonnes(units: bigint): string {
  const size = units < 0n ? -units : units;
  const places = String(size % SCALE).padStart(8, '0');
  return `${units < 0n ? '-' : ''}${size / SCALE}.${places}`;
}
