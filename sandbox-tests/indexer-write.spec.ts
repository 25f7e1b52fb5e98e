// Shows that batches are written whole or not at all, by one leader, in the order of the chain, and that what fails is named.

import { fileURLToPath } from 'node:url';
import test from 'ava';
import pg from 'pg';
import type { DecodedBlock } from '../indexer/types.ts';
import { batchBlocks } from '../indexer/write/batch-blocks.ts';
import { startChild } from './support/child.ts';
import { EventMaker, MADE_CONTRACT } from './support/event-maker.ts';
import { dumpChain, GENESIS, holdHash, knowHash, openTables } from './support/indexed-tables.ts';

const CHILD = fileURLToPath(new URL('support/writing-child.ts', import.meta.url));

test('a batch holds cursor, events, rows and the blocks in which something happened', async (t) => {
  const { open, ask } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('a batch');
  const credit = maker.plan();
  t.is(writer.cursors().size, 0);
  const blocks = [
    maker.block([maker.consent('consent-1')]),
    ...maker.blocks(3),
    maker.block([maker.mint([credit])]),
    ...maker.blocks(2),
  ];
  await writer.write(blocks);
  const last = blocks.at(-1)?.facts;
  t.deepEqual(writer.cursors().get(MADE_CONTRACT), { height: last?.height ?? 0n, hash: last?.hash ?? '' });
  t.deepEqual<unknown, unknown>(
    await ask('select block_height::int, block_hash, last_position, indexer_id from chain.cursor'),
    [
      {
        block_height: 1006,
        block_hash: last?.hash,
        last_position: blocks[4]?.events.at(-1)?.position,
        indexer_id: 'spec',
      },
    ],
  );
  t.deepEqual(await ask('select block_height::int from chain.blocks order by 1'), [
    { block_height: 1000 },
    { block_height: 1004 },
  ]);
  t.deepEqual(await ask('select status, owner_account_id, token_version from chain.tokens'), [
    { status: 'active', owner_account_id: 'alice.near', token_version: 2 },
  ]);
});

test('a batch in which nothing happened moves the cursor in one round trip', async (t) => {
  const { open, ask, admin } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('nothing');
  await writer.write(maker.blocks(3));
  const before = await ask('select xact_commit from pg_stat_database where datname = current_database()');
  t.is(before.length, 1);
  await writer.write(maker.blocks(256));
  t.deepEqual(await ask('select block_height::int from chain.cursor'), [{ block_height: 1258 }]);
  t.deepEqual(await ask('select count(*)::int from chain.blocks'), [{ count: 0 }]);
  await admin.query(`update chain.cursor set block_hash = $1`, ['X'.repeat(44)]);
  await t.throwsAsync(writer.write(maker.blocks(2)), { code: 'INDEXER_CURSOR_MISMATCH' });
});

test('a batch that does not follow the cursor, or is not linked, is refused with both hashes', async (t) => {
  const { open, ask } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('linked');
  const other = new EventMaker('another chain');
  const first = maker.block([maker.consent('consent-1')]);
  await writer.write([first]);
  const foreign = [other.block(), other.block([other.consent('consent-2')])];
  const error = await t.throwsAsync(writer.write(foreign.slice(1)), { code: 'INDEXER_CURSOR_MISMATCH' });
  t.true(error?.message.includes(first.facts.hash));
  t.true(error?.message.includes(foreign[0]?.facts.hash ?? ''));
  await t.throwsAsync(writer.write([maker.block(), ...foreign.slice(1)]), {
    code: 'INDEXER_CURSOR_MISMATCH',
  });
  t.deepEqual(await ask('select count(*)::int from chain.contract_events'), [{ count: 1 }]);
});

test('a database that is bound to one chain refuses another, by name', async (t) => {
  const { open } = await openTables(t);
  await open();
  await t.throwsAsync(open({ network: 'testnet' }), {
    code: 'INDEXER_OTHER_NETWORK',
    message: new RegExp(`localnet \\(genesis ${GENESIS}\\), and the indexer follows testnet`),
  });
  await t.throwsAsync(open({ genesis_hash: 'H'.repeat(44) }), { code: 'INDEXER_OTHER_NETWORK' });
});

test('several contracts stand at cursors of their own, and what one was told before is passed by', async (t) => {
  const { open, ask } = await openTables(t);
  const [one, two] = [MADE_CONTRACT, 'other.near'];
  const maker = new EventMaker('several');
  const blocks = Array.from({ length: 6 }, (_, n) => {
    const block = maker.block([maker.consent(`consent-${n}`)]);
    const [event] = block.events;
    if (event === undefined) throw new Error('a consent is an event');
    const receipt_id = maker.random.nearHash();
    const theirs = {
      ...event,
      contract_id: two,
      receipt_id,
      identity: `${receipt_id}:0:0`,
      position: event.position.replace('-000000-', '-000001-'),
    };
    return { ...block, events: [event, theirs] };
  });
  const alone = await open();
  await alone.write(blocks.slice(0, 3));
  await alone.close();
  const both = await open({ contracts: [one, two] });
  t.is(both.cursors().size, 1);
  await both.write(blocks.slice(0, 2));
  await both.write(blocks.slice(2, 5));
  t.deepEqual(
    await ask('select near_contract_id, count(*)::int from chain.contract_events group by 1 order by 1'),
    [
      { near_contract_id: one, count: 5 },
      { near_contract_id: two, count: 5 },
    ],
  );
  await both.write(blocks.slice(5));
  t.deepEqual(
    [...both.cursors().values()].map(({ height }) => height),
    [1005n, 1005n],
  );
});

test('an event that does not fit stops the writing with its name, and all blocks before it are written', async (t) => {
  const { open, ask } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('does not fit');
  const credit = maker.plan();
  const good = [maker.block([maker.consent('consent-1'), maker.mint([credit])]), ...maker.blocks(4)];
  const bad = maker.block([maker.transfer(credit.token_id, 'mallory.near', 'bob.near')]);
  const error = await t.throwsAsync(writer.write([...good, bad, maker.block()]), {
    code: 'INDEXER_EXPECTATION_UNMET',
  });
  t.true(error?.message.includes(bad.events[0]?.identity ?? ''));
  t.deepEqual(await ask('select block_height::int from chain.cursor'), [{ block_height: 1004 }]);
  t.deepEqual(await ask('select owner_account_id from chain.tokens'), [{ owner_account_id: 'alice.near' }]);
});

test('what the database refuses is named down to its event, and all blocks before it are written', async (t) => {
  const { open, ask, admin } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('refused');
  const credits = Array.from({ length: 5 }, () => maker.plan());
  const [, , wrong] = credits;
  await admin.query(
    `alter table chain.tokens add constraint no_such_token check (token_id <> '${wrong?.token_id}')`,
  );
  const blocks = [
    maker.block([maker.consent('consent-1')]),
    ...maker.blocks(6),
    maker.block(credits.map((credit) => maker.mint([credit]))),
    ...maker.blocks(6),
  ];
  const error = await t.throwsAsync(writer.write(blocks), { code: 'INDEXER_BLOCK_REFUSED' });
  const culprit = blocks[7]?.events.find(({ token_ids }) => token_ids[0] === wrong?.token_id);
  t.true(error?.message.includes(`block 1007`), error?.message);
  t.true(error?.message.includes(`credit_issue ${culprit?.identity}`), error?.message);
  t.true(error?.message.includes('no_such_token'), error?.message);
  t.deepEqual(await ask('select block_height::int from chain.cursor'), [{ block_height: 1006 }]);
  t.deepEqual(await ask('select count(*)::int from chain.tokens'), [{ count: 0 }]);
});

test('a log that cannot be read is kept in the same transaction, with its place', async (t) => {
  const { open, ask } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('dead letter');
  const block = maker.block();
  const letter = {
    contract_id: MADE_CONTRACT,
    block: block.facts,
    receipt_id: maker.random.nearHash(),
    shard_id: 3n,
    outcome_index: 2,
    log_index: 1,
    transaction_hash: null,
    method_name: 'nft_mint',
    log: 'EVENT_JSON:{"a":"\\"',
    error_code: 'EVENT_NOT_JSON',
    error_message: 'what follows EVENT_JSON: is no JSON object',
  };
  await writer.write([{ ...block, dead_letters: [letter] }]);
  t.deepEqual<unknown, unknown>(
    await ask(`select log, shard_id::int, outcome_index, log_index, method_name, attempts,
      first_seen_at = block_timestamp as is_of_its_time from chain.dead_letters`),
    [
      {
        log: letter.log,
        shard_id: 3,
        outcome_index: 2,
        log_index: 1,
        method_name: 'nft_mint',
        attempts: 1,
        is_of_its_time: true,
      },
    ],
  );
  t.deepEqual(await ask('select count(*)::int from chain.blocks'), [{ count: 1 }]);
});

test('however blocks are cut into batches, the rows are the same', async (t) => {
  const dumps: string[][] = [];
  for (const size of [1, 3, 100]) {
    const { open, admin, world } = await openTables(t);
    const writer = await open();
    const maker = new EventMaker('cut');
    const blocks = story(maker);
    const [first] = blocks[0]?.events.filter(({ event }) => event === 'credit_issue') ?? [];
    // Whose rows these are is each database's own, so only chain.* is compared.
    await knowHash(world, await holdHash(world, first?.token_ids[0] ?? ''));
    for (let from = 0; from < blocks.length; from += size)
      await writer.write(blocks.slice(from, from + size));
    dumps.push((await dumpChain(admin)).filter((line) => line.startsWith('chain.')));
  }
  t.true((dumps[0]?.length ?? 0) > 40);
  t.deepEqual(dumps[1], dumps[0]);
  t.deepEqual(dumps[2], dumps[0]);
});

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
  t.timeout(120_000);
  const { database, ask, admin } = await openTables(t);
  const url = database.urlFor('indexer');
  let last = 0;
  for (let round = 0; round < KILLS; round++) {
    const pair = ['a', 'b'].map((id) => startChild({ file: CHILD, args: [url, id, 'kills'] }));
    const leader = await Promise.any(pair.map((child) => child.waitFor(/leads from/).then(() => child)));
    await leader.waitFor(new RegExp(`wrote ${1001 + last + round}`.slice(0, -1)));
    await new Promise((resolve) => setTimeout(resolve, (round * 37) % 90));
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

const KILLS = process.env.DMRV_TEST_LONG === '1' ? 100 : 8;

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

test('blocks are gathered while a batch is written, and one at the tip is written at once', async (t) => {
  const maker = new EventMaker('gathered');
  const batches: number[] = [];
  const release = Promise.withResolvers<void>();
  async function* blocks(): AsyncIterable<DecodedBlock> {
    yield maker.block([], { is_tip: true });
    for (const block of maker.blocks(5)) yield block;
    release.resolve();
    yield maker.block([], { is_tip: true });
  }
  await batchBlocks(blocks(), async (batch) => {
    batches.push(batch.length);
    await release.promise;
  });
  t.is(batches[0], 1);
  t.is(
    batches.reduce((sum, count) => sum + count, 0),
    7,
  );
  t.true(batches.length <= 3, `${batches}`);
});

test('what was gathered before a source fails is written, and the failure is told', async (t) => {
  const maker = new EventMaker('fails');
  const written: bigint[] = [];
  async function* blocks(): AsyncIterable<DecodedBlock> {
    for (const block of maker.blocks(5)) yield block;
    throw new Error('the source is gone');
  }
  await t.throwsAsync(
    batchBlocks(blocks(), async (batch) => {
      written.push(...batch.map(({ facts }) => facts.height));
    }),
    { message: 'the source is gone' },
  );
  t.deepEqual(written, [1000n, 1001n, 1002n, 1003n, 1004n]);
});

test('a writing that fails ends the gathering with its error', async (t) => {
  const maker = new EventMaker('ends');
  async function* blocks(): AsyncIterable<DecodedBlock> {
    for (;;) yield maker.block();
  }
  await t.throwsAsync(
    batchBlocks(blocks(), async () => {
      throw new Error('no');
    }),
    { message: 'no' },
  );
});

function story(maker: EventMaker): DecodedBlock[] {
  const credits = Array.from({ length: 4 }, () => maker.plan());
  const [first, second, third] = credits;
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are four');
  const { receipt, parts } = maker.split(first, [10, 20, 70]);
  return [
    maker.block([maker.consent('consent-1'), maker.mint(credits)]),
    maker.block([receipt, maker.transfer(second.token_id, 'alice.near', 'bob.near')]),
    ...maker.blocks(3),
    maker.block(parts.slice(1).map((part) => maker.retire(part, first.token_id))),
    maker.block([maker.cancel(third), maker.transfer(second.token_id, 'bob.near', 'carol.near')]),
  ];
}
