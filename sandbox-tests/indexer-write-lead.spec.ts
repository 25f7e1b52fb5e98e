// Shows that one indexer leads, that its death or a broken connection loses and doubles nothing, and who takes over.

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import pg from 'pg';
import { startChild } from './support/child.ts';
import { EventMaker, MADE_CONTRACT } from './support/event-maker.ts';
import { dumpChain, holdHash, knowHash, openTables } from './support/indexed-tables.ts';

const CHILD = fileURLToPath(new URL('support/writing-child.ts', import.meta.url));
const LONG = process.env.DMRV_TEST_LONG === '1';
const KILLS = LONG ? 100 : 8;

test('a second indexer stands by, and takes over when the first is killed', async (t) => {
  t.timeout(60_000);
  const { open, database, ask } = await openTables(t);
  const url = database.urlFor('indexer');
  const child = startChild({ file: CHILD, args: [url, 'first', 'take over'] });
  await child.waitFor(/wrote 1010/);
  let is_standing_by = false;
  const taking_over = open({ on_standby: () => (is_standing_by = true) });
  await child.waitFor(/wrote 1020/);
  t.true(is_standing_by);
  child.process.kill('SIGKILL');
  const killed_at = performance.now();
  const writer = await taking_over;
  const ms = performance.now() - killed_at;
  t.log(`took over after ${Math.round(ms)} ms`);
  t.true(ms < 5_000);
  const height = writer.cursors().get(MADE_CONTRACT)?.height ?? 0n;
  t.true(height >= 1020n);
  const counts = await ask(`select (select block_height::int from chain.cursor) - 1000 as blocks,
    (select count(*)::int from chain.tokens) as tokens, (select count(*)::int from chain.contract_events) as events`);
  const blocks = Number(height) - 1000;
  t.deepEqual<unknown, unknown>(counts, [{ blocks, tokens: blocks, events: 1 + 3 * blocks }]);
});

test('two indexers at once, killed in turn at random points, leave what one undisturbed leaves', async (t) => {
  t.timeout(LONG ? 3_600_000 : 120_000);
  const { database, ask, admin } = await openTables(t);
  const url = database.urlFor('indexer');
  let last = 0;
  for (let round = 0; round < KILLS; round++) {
    const pair = ['a', 'b'].map((id) => startChild({ file: CHILD, args: [url, id, 'kills'] }));
    const leader = await Promise.any(pair.map((child) => child.waitFor(/leads from/).then(() => child)));
    await leader.waitFor(new RegExp(`wrote ${1001 + last + round}`.slice(0, -1)));
    await sleep((round * 37) % 90);
    for (const child of pair) child.process.kill('SIGKILL');
    await Promise.all(pair.map(({ end }) => end));
    const [cursor] = await ask<{ height: number }>('select block_height::int as height from chain.cursor');
    last = (cursor?.height ?? 1000) - 1000;
  }
  const undisturbed = await openTables(t);
  const writer = await undisturbed.open();
  const maker = new EventMaker('kills');
  await writer.write([maker.block([maker.consent('consent-1')])]);
  // Whatever a killed backend was still about to commit has come or gone once its lock is free.
  for (let n = 0; n < last; n++) {
    const credit = maker.plan();
    await writer.write([
      maker.block([maker.mint([credit]), maker.transfer(credit.token_id, 'alice.near', 'bob.near')]),
    ]);
  }
  t.true(last > KILLS);
  t.deepEqual(await dumpChain(admin), await dumpChain(undisturbed.admin));
});

test('a lost connection is taken up again, and the batch is written once', async (t) => {
  const { open, ask, admin } = await openTables(t);
  const warned: unknown[] = [];
  const writer = await open({
    log: { info: () => undefined, warn: (what: unknown) => warned.push(what) } as never,
  });
  const maker = new EventMaker('lost');
  await writer.write([maker.block([maker.consent('consent-1')])]);
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'dmrv_indexer'`,
  );
  await writer.write([maker.block([maker.mint([maker.plan()])])]);
  t.true(warned.length > 0);
  t.deepEqual(await ask('select count(*)::int from chain.contract_events'), [{ count: 3 }]);
});

test('who lost the lead to another, who wrote on, is told so', async (t) => {
  const { open, admin } = await openTables(t);
  const first = await open();
  const maker = new EventMaker('lead lost');
  await first.write([maker.block([maker.consent('consent-1')])]);
  const taking_over = open();
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'dmrv_indexer'
    and pid in (select pid from pg_locks where locktype = 'advisory')`);
  const second = await taking_over;
  const [next, after] = [maker.block([maker.mint([maker.plan()])]), maker.block()];
  await second.write([next, after]);
  const writing = first.write([next]);
  await second.close();
  await t.throwsAsync(writing, { code: 'INDEXER_LEADERSHIP_LOST' });
});

test('a deadlock with the platform is tried again', async (t) => {
  const { open, ask, world, database } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('deadlock');
  const credit = maker.plan();
  const held = await holdHash(world, credit.token_id);
  await writer.write([maker.block([maker.consent('consent-1'), maker.mint([credit])])]);
  await knowHash(world, held);
  const api = new pg.Client(database.admin_url);
  await api.connect();
  await api.query('begin');
  await api.query(`update credit.credits set metadata = '{}' where mrv_hash = $1`, [credit.token_id]);
  const writing = writer.write([maker.block([maker.retire(credit)])]);
  // Until the writer waits for that row, with the hash's lock in its hands.
  for (;;) {
    const waiting = await ask(
      `select 1 from pg_stat_activity where datname = current_database() and usename = 'dmrv_indexer' and wait_event_type = 'Lock'`,
    );
    if (waiting.length > 0) break;
  }
  await api
    .query('select pg_advisory_xact_lock(1684106614, (hashtextextended($1, 0) & 1023)::integer)', [
      credit.token_id,
    ])
    .catch(async (error: unknown) => {
      t.true(error instanceof pg.DatabaseError && error.code === '40P01');
    });
  await api.query('rollback');
  await api.end();
  await writing;
  t.deepEqual(await ask('select status from credit.credits'), [{ status: 'retired' }]);
});
