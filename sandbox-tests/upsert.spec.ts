// Shows that many rows are written in one statement, each once, with whatever they contain.

import test from 'ava';
import { createDatabase, createPool } from '../core/db/pool.ts';
import { ROWS_PER_STATEMENT, type UpsertRow, type UpsertTarget, upsertRows } from '../core/db/upsert.ts';
import { createTestDatabase } from './support/database.ts';
import { createRandom } from './support/random.ts';

const BLOCKS: UpsertTarget<'chain.blocks'> = {
  table: 'chain.blocks',
  columns: { block_height: 'int8', block_hash: 'text', prev_hash: 'text', block_timestamp: 'timestamptz' },
  unique_by: ['block_height'],
};
const LETTERS: UpsertTarget<'chain.dead_letters'> = {
  table: 'chain.dead_letters',
  columns: {
    near_contract_id: 'text',
    block_height: 'int8',
    block_hash: 'text',
    block_timestamp: 'timestamptz',
    shard_id: 'int8',
    outcome_index: 'int4',
    receipt_id: 'text',
    log_index: 'int4',
    log: 'text',
    error_code: 'text',
    error_message: 'text',
    first_seen_at: 'timestamptz',
    redriven_at: 'timestamptz',
  },
  unique_by: ['receipt_id', 'log_index'],
  overwrite: ['log', 'redriven_at'],
};

const { drop, urlFor } = await createTestDatabase();
const pool = createPool({
  url: urlFor('indexer'),
  max: 2,
  // The end of the database breaks what is left of the pool; a query on a broken connection fails by itself.
  on_idle_error: () => undefined,
});
const db = createDatabase(pool);
const random = createRandom('upsert');

test.after.always(async () => {
  await pool.end();
  await drop();
});

function makeBlock(height: number): UpsertRow<'chain.blocks'> {
  return {
    block_height: String(height),
    block_hash: random.nearHash(),
    prev_hash: random.nearHash(),
    block_timestamp: '2026-01-02T03:04:05.678901Z',
  };
}

function makeLetter(log: string): UpsertRow<'chain.dead_letters'> {
  return {
    near_contract_id: 'credits.near',
    block_height: '18446744073709551',
    block_hash: random.nearHash(),
    block_timestamp: '2026-01-01T00:00:00Z',
    shard_id: '0',
    outcome_index: 0,
    receipt_id: random.nearHash(),
    log_index: 0,
    log,
    error_code: 'EVENT_UNREADABLE',
    error_message: 'x',
    first_seen_at: '2026-01-01T00:00:00Z',
  };
}

test.serial('more rows than one statement takes are all written, once', async (t) => {
  const rows = Array.from({ length: ROWS_PER_STATEMENT * 2 + 1 }, (_, height) => makeBlock(height));
  t.is(await upsertRows(db, BLOCKS, rows), BigInt(rows.length));
  t.is(await upsertRows(db, BLOCKS, rows), 0n);
  const stored = await db.selectFrom('chain.blocks').selectAll().orderBy('block_height').execute();
  t.deepEqual<unknown, unknown>(stored, rows);
});

test.serial('no rows are written without a word to the database', async (t) => {
  t.is(await upsertRows(db, BLOCKS, []), 0n);
});

test.serial('any text comes back as it was', async (t) => {
  const texts = [
    '',
    'NULL',
    '{"a":[1,2]}',
    'a"b\\c',
    "it's",
    'tab\there',
    'line\nbreak',
    '🌲',
    '{}',
    '\\N',
    '$1',
  ];
  const rows = texts.map(makeLetter);
  t.is(await upsertRows(db, LETTERS, rows), BigInt(texts.length));
  const stored = await db.selectFrom('chain.dead_letters').select(['receipt_id', 'log']).execute();
  const log_of = new Map(stored.map(({ receipt_id, log }) => [receipt_id, log]));
  t.deepEqual(
    rows.map(({ receipt_id }) => log_of.get(String(receipt_id))),
    texts,
  );
});

test.serial('a row that stands is overwritten in the named columns only', async (t) => {
  const letter = makeLetter('first');
  await upsertRows(db, LETTERS, [letter]);
  const again = { ...letter, log: 'second', error_code: 'OTHER', redriven_at: '2026-01-03T00:00:00.5Z' };
  t.is(await upsertRows(db, LETTERS, [again]), 1n);
  const stored = await db
    .selectFrom('chain.dead_letters')
    .select(['log', 'error_code', 'redriven_at'])
    .where('receipt_id', '=', String(letter.receipt_id))
    .execute();
  t.deepEqual(stored, [
    { log: 'second', error_code: 'EVENT_UNREADABLE', redriven_at: '2026-01-03T00:00:00.5Z' },
  ]);
});

test.serial(
  'a row that breaks a rule is refused with that rule, and nothing of its statement stays',
  async (t) => {
    const good = makeBlock(1_000_000);
    const bad = { ...makeBlock(1_000_001), block_hash: 'no hash' };
    await t.throwsAsync(upsertRows(db, BLOCKS, [good, bad]), { code: '23514', message: /near_hash_form/ });
    const found = await db
      .selectFrom('chain.blocks')
      .select('block_height')
      .where('block_height', '=', '1000000')
      .execute();
    t.deepEqual(found, []);
  },
);
