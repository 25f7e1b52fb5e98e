// Shows that a rebuild finds what differs from the kept events, mends it in place and leaves the rest as it is, byte by byte.

import test from 'ava';
import { redecode } from '../indexer/decode/redecode.ts';
import { rebuild, verifyReplay } from '../indexer/write/rebuild.ts';
import { redrive } from '../indexer/write/redrive.ts';
import { EventMaker, MADE_CONTRACT } from './support/event-maker.ts';
import { dumpChain, holdHash, type IndexedTables, knowHash, openTables } from './support/indexed-tables.ts';

const signal = new AbortController().signal;

async function fill({ open, world }: IndexedTables, seed: string) {
  const writer = await open();
  const maker = new EventMaker(seed);
  const credits = Array.from({ length: 6 }, () => maker.plan());
  const [first, second, third] = credits;
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are six');
  for (const { token_id } of credits.slice(0, 4)) await knowHash(world, await holdHash(world, token_id));
  const { receipt, parts } = maker.split(first, [40, 60]);
  await writer.write([
    maker.block([maker.consent('consent-1'), maker.mint(credits)]),
    maker.block([receipt, maker.transfer(second.token_id, 'alice.near', 'bob.near')]),
    maker.block([...parts.map((part) => maker.retire(part, first.token_id)), maker.cancel(third)]),
    ...maker.blocks(3),
  ]);
  return { writer, maker, credits, parts };
}

test('a replay of what was written differs in nothing, and a rebuild changes no byte', async (t) => {
  const tables = await openTables(t);
  await fill(tables, 'nothing differs');
  const options = { admin_url: tables.database.admin_url, contract: MADE_CONTRACT, signal };
  const before = await dumpChain(tables.admin);
  const { events, differences } = await verifyReplay(options);
  t.true(events > 20);
  t.deepEqual(differences, []);
  const phases = new Set<string>();
  const rebuilt = await rebuild({ ...options, on_progress: ({ phase }) => phases.add(phase) });
  t.deepEqual(rebuilt, { events, differences: [], view_changes: {} });
  t.deepEqual([...phases], ['replaying', 'attaching']);
  t.deepEqual(await dumpChain(tables.admin), before);
});

test('rows that were tampered with, lost or added are named and mended, in the chain and in the view', async (t) => {
  const tables = await openTables(t);
  const { credits, parts } = await fill(tables, 'tampered');
  const { admin, database } = tables;
  const options = { admin_url: database.admin_url, contract: MADE_CONTRACT, signal };
  const before = await dumpChain(admin);
  const [, second] = credits;
  await admin.query(`update chain.tokens set owner_account_id = 'mallory.near' where token_id = $1`, [
    second?.token_id,
  ]);
  await admin.query(`update chain.consents set debited_co2e = 1`);
  await admin.query(`delete from chain.retirements where token_id = $1`, [parts[0]?.token_id]);
  await admin.query(`delete from chain.token_events where token_id = $1 and token_version = 2`, [
    second?.token_id,
  ]);
  await admin.query(`update credit.credits set status = 'impaired' where mrv_hash = $1`, [second?.token_id]);
  await admin.query(`update credit.credit_ownership set owner_account_id = 'mallory.near', ended_at = null`);
  await admin.query(`delete from credit.retirements where token_id = $1`, [parts[1]?.token_id]);
  await admin.query(`delete from credit.credit_transfers where leg = 'transfer'`);
  await admin.query('delete from credit.credit_lineage');
  await admin.query(`update registry.global_hash_registry set status = 'locked'`);

  const found = await verifyReplay(options);
  t.deepEqual(
    found.differences.map(({ table, missing, extra, different }) => [table, missing, extra, different]),
    [
      ['tokens', 0, 0, 1],
      ['token_events', 1, 0, 0],
      ['consents', 0, 0, 1],
      ['retirements', 1, 0, 0],
    ],
  );
  t.deepEqual(found.differences[0]?.examples, [`${MADE_CONTRACT}/${second?.token_id}`]);
  t.notDeepEqual(await dumpChain(admin), before, 'a comparison mends nothing');

  const { view_changes } = await rebuild(options);
  t.deepEqual(view_changes['credit.credits'], 1);
  t.true((view_changes['credit.credit_ownership'] ?? 0) >= 5);
  t.deepEqual(await dumpChain(admin), before);
  t.deepEqual(await rebuild(options), { events: found.events, differences: [], view_changes: {} });
});

test('an indexer goes on while a rebuild runs, and after it', async (t) => {
  const tables = await openTables(t);
  const { writer, maker } = await fill(tables, 'goes on');
  const options = { admin_url: tables.database.admin_url, contract: MADE_CONTRACT, signal };
  await tables.admin.query(
    `update chain.tokens set owner_account_id = 'mallory.near' where status = 'active'`,
  );
  const writing = (async () => {
    for (let n = 0; n < 20; n++) {
      const credit = maker.plan();
      await writer.write([
        maker.block([maker.mint([credit]), maker.transfer(credit.token_id, 'alice.near', 'bob.near')]),
      ]);
    }
  })();
  const [{ differences }] = await Promise.all([rebuild(options), writing]);
  t.is(differences.length, 1);
  t.deepEqual((await verifyReplay(options)).differences, []);
});

test('events of another contract are not a rebuild’s affair', async (t) => {
  const tables = await openTables(t);
  await fill(tables, 'another');
  const options = { admin_url: tables.database.admin_url, contract: 'other.near', signal };
  const before = await dumpChain(tables.admin);
  t.deepEqual(await rebuild(options), { events: 0, differences: [], view_changes: {} });
  t.deepEqual(await dumpChain(tables.admin), before);
});

test('a dead letter that can be read now has its events where they belong, and their tokens are folded anew', async (t) => {
  const tables = await openTables(t);
  const { open, admin, database, ask } = tables;
  const twin = await openTables(t);
  const [writer, undisturbed] = [await open(), await twin.open()];
  const maker = new EventMaker('redriven');
  const credit = maker.plan();
  for (const { world: its } of [tables, twin]) await knowHash(its, await holdHash(its, credit.token_id));
  const blocks = [
    maker.block([maker.consent('consent-1'), maker.mint([credit])]),
    maker.block([maker.transfer(credit.token_id, 'alice.near', 'bob.near')]),
    maker.block([maker.transfer(credit.token_id, 'bob.near', 'alice.near')]),
    maker.block([maker.retire(credit)]),
  ];
  // A release that could not read two transfers that cancel each other out.
  const unread = blocks.map((block, index) => {
    if (index === 0 || index === 3) return block;
    const dead_letters = block.events.map((event) => ({
      contract_id: event.contract_id,
      block: event.block,
      receipt_id: event.receipt_id,
      shard_id: 0n,
      outcome_index: 0,
      log_index: event.log_index,
      transaction_hash: event.transaction_hash,
      method_name: event.method_name,
      log: `EVENT_JSON:${JSON.stringify({ standard: event.standard, version: event.version, event: event.event, data: [event.data] })}`,
      error_code: 'EVENT_UNKNOWN',
      error_message: 'nep171 1.2.0 has no event nft_transfer',
    }));
    return { ...block, events: [], dead_letters };
  });
  await writer.write(unread);
  await undisturbed.write(blocks);
  const options = { admin_url: database.admin_url, contract: MADE_CONTRACT, signal };
  const still_dead = await redrive({
    ...options,
    redecode: (dead_letter) => ({
      kind: 'dead',
      dead_letter: { ...dead_letter, error_message: 'still unknown' },
    }),
  });
  t.deepEqual([still_dead.tried, still_dead.revived], [2, 0]);
  t.deepEqual(await ask('select distinct attempts, error_message, redriven_at from chain.dead_letters'), [
    { attempts: 2, error_message: 'still unknown', redriven_at: null },
  ]);

  const result = await redrive({ ...options, redecode });
  t.deepEqual([result.tried, result.revived, result.revived_events], [2, 2, 2]);
  t.deepEqual((await verifyReplay(options)).differences, []);
  const ofChain = (lines: string[]): string[] =>
    lines.filter((line) => /^chain\.(?!dead_letters|cursor)/.test(line));
  t.deepEqual(ofChain(await dumpChain(admin)), ofChain(await dumpChain(twin.admin)));
  // What was told late is told once, after what was told before.
  t.deepEqual<unknown, unknown>(
    await ask(`select aggregate_version::int as version, event_type from eventing.event_store order by 1`),
    ['credit.issued', 'nft.minted', 'credit.retired', 'nft.burned', 'nft.transferred', 'nft.transferred'].map(
      (name, index) => ({ version: index + 1, event_type: `blockchain.${name}.v1` }),
    ),
  );
  t.deepEqual(await ask('select leg from credit.credit_transfers order by transferred_at'), [
    { leg: 'mint' },
    { leg: 'transfer' },
    { leg: 'transfer' },
    { leg: 'burn' },
  ]);
  t.deepEqual(await redrive({ ...options, redecode }).then(({ tried }) => tried), 0);
  await writer.write([maker.block([maker.mint([maker.plan()])])]);
});
