// Shows that batches are written whole or not at all, by one leader, in the order of the chain, and that what fails is named.

import test from 'ava';
import type { DecodedBlock } from '../indexer/types.ts';
import { EventMaker, MADE_CONTRACT } from './support/event-maker.ts';
import { dumpChain, GENESIS, holdHash, knowHash, openTables } from './support/indexed-tables.ts';

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
