// Shows what every method of the contract leaves in the tables, the chain's and the tenant's, and that random sequences leave what the views say.
import test, { type ExecutionContext } from 'ava';
import type { DecodedBlock } from '../indexer/types.ts';
import { verifyTables } from '../indexer/verify/verify-tables.ts';
import { openSession } from '../indexer/write/session.ts';
import { CONTRACT_ID, type ContractChain } from './support/contract-chain.ts';
import { runSequence } from './support/contract-random.ts';
import { HIDDEN_NAME, RECEIVERS, type Walk, walkContract } from './support/contract-walk.ts';
import { holdHash, type IndexedTables, knowHash, openTables } from './support/indexed-tables.ts';
import { decodeAll, openIndexedWorld } from './support/indexed-world.ts';
import { MemorySource } from './support/memory-source.ts';
import { chooseSeed, createRandom } from './support/random.ts';

// One after the other: a chain's calls hold the thread, and a connection that is being made would time out meanwhile.
const LONG = process.env.DMRV_TEST_LONG === '1';
const STEPS = LONG ? 2_000 : 150;

/** In batches of so many blocks as the caller likes each time. */
async function writeAll(
  { open }: IndexedTables,
  decoded: readonly DecodedBlock[],
  size: () => number,
): Promise<void> {
  const writer = await open({ contracts: [CONTRACT_ID] });
  for (let from = 0; from < decoded.length; ) {
    const blocks = decoded.slice(from, from + size());
    await writer.write(blocks);
    from += blocks.length;
  }
}

function issuedIn(decoded: readonly DecodedBlock[]): string[] {
  const events = decoded.flatMap((block) => block.events);
  return events.flatMap(({ event, token_ids }) => (event === 'credit_issue' ? token_ids : []));
}

async function verifyWritten(
  t: ExecutionContext,
  { database }: IndexedTables,
  chain: ContractChain,
  options: { sample?: number; from_hash?: string } = {},
) {
  const session = await openSession(database.urlFor('indexer'));
  t.teardown(() => session.close());
  return verifyTables(session, {
    contract_id: CONTRACT_ID,
    // Nothing happened behind the cursor: the chain's state now is its state then.
    viewsAt: () => ({ contract_id: CONTRACT_ID, view: async (method, args) => chain.view(method, args) }),
    ...options,
  });
}

test.serial('every method’s effect is in the tables of the chain and in the tenant’s', async (t) => {
  const tables = await openTables(t);
  const { world, source } = await openIndexedWorld({ accounts: RECEIVERS });
  t.teardown(() => world.chain.stop());
  const walk = await walkContract(world);
  const decoded = await decodeAll(source);
  for (const mrv_hash of issuedIn(decoded)) {
    await knowHash(tables.world, await holdHash(tables.world, mrv_hash));
  }
  await writeAll(tables, decoded, () => 5);
  const found = await verifyWritten(t, tables, world.chain);
  t.like(found, { kind: 'checked', differences: [], height: source.tip_height });
  t.deepEqual(await statusesOf(tables, walk), {
    batched: ['retired retired null retired', 'retired retired null retired'],
    kept: ['active active null approved'],
    sold: ['active active null approved'],
    divided: ['divided void divided locked'],
    parts: ['merged void merged locked', 'merged void merged locked', 'divided void divided locked'],
    merged: ['active active null approved'],
    retired_part: ['retired retired null retired'],
    rest: ['active active null approved'],
    retired: ['retired retired null retired'],
    hidden: ['retired retired null retired'],
    impaired: ['impaired impaired null approved'],
    restored: ['active active null approved'],
    invalidated: ['invalidated invalidated null rejected', 'invalidated invalidated null rejected'],
    redeemed: ['redeemed void redeemed locked'],
    cancelled: ['cancelled void cancelled locked'],
    expired: ['expired expired null locked'],
    replacing: ['active active null approved'],
  });
  await assertOwners(t, tables, walk);
  await assertLegs(t, tables, walk);
  await assertRetirements(t, tables, walk);
  await assertHistory(t, tables);
});

async function statusesOf({ ask }: IndexedTables, { methods: _, ...walk }: Walk) {
  const rows = await ask<{ token_id: string; words: string }>(
    `select t.token_id, concat_ws(' ', t.status, c.status, coalesce(c.void_cause, 'null'), g.status) as words
     from chain.tokens t left join credit.credits c on c.mrv_hash = t.token_id
       left join registry.global_hash_registry g on g.mrv_hash = t.token_id`,
  );
  const words = new Map(rows.map((row) => [row.token_id, row.words]));
  return Object.fromEntries(
    Object.entries(walk).map(([name, ids]) => [name, [ids].flat().map((id) => words.get(id))]),
  );
}

/** The tenant's view says of each credit what the chain says. */
async function assertOwners(t: ExecutionContext, { ask }: IndexedTables, walk: Walk): Promise<void> {
  const rows = await ask(
    `select t.token_id from chain.tokens t join credit.credits c on c.mrv_hash = t.token_id
       join credit.credit_ownership o using (credit_id)
     where o.owner_account_id is distinct from t.owner_account_id
       or (o.ended_at is null) <> (t.status in ('active', 'impaired'))
       or c.tonnage_co2e is distinct from t.tonnage_co2e`,
  );
  t.deepEqual(rows, []);
  const owners = await ask<{ token_id: string; owner: string }>(
    `select token_id, owner_account_id as owner from chain.tokens where token_id = any($1) order by owner`,
    [[walk.kept, walk.sold, walk.merged]],
  );
  t.deepEqual<unknown, unknown>(owners, [
    { token_id: walk.sold, owner: 'bob.near' },
    { token_id: walk.merged, owner: 'carol.near' },
    { token_id: walk.kept, owner: 'keeper.near' },
  ]);
}

async function assertLegs(t: ExecutionContext, { ask }: IndexedTables, walk: Walk): Promise<void> {
  const rows = await ask<{ token_id: string; legs: string[] }>(
    `select c.mrv_hash as token_id, array_agg(r.leg || ' ' || r.from_account_id || ' ' || r.to_account_id
       order by r.transferred_at, e.event_position) as legs
     from credit.credit_transfers r join credit.credits c using (credit_id)
       join chain.contract_events e using (event_identity) where r.blockchain_tx_hash = e.transaction_hash
     group by 1`,
  );
  const legs = new Map(rows.map((row) => [row.token_id, row.legs]));
  t.deepEqual(legs.get(walk.sold), [
    'mint dmrv.near alice.near',
    'transfer alice.near returner.near',
    'revert returner.near alice.near',
    'transfer alice.near bob.near',
  ]);
  t.deepEqual(legs.get(walk.divided), ['mint dmrv.near alice.near', 'split alice.near dmrv.near']);
  t.deepEqual(legs.get(walk.merged), ['merge dmrv.near alice.near', 'transfer alice.near carol.near']);
  t.deepEqual(legs.get(walk.retired_part), ['split dmrv.near alice.near', 'burn alice.near dmrv.near']);
  t.deepEqual(legs.get(walk.invalidated[1]), ['mint dmrv.near alice.near', 'burn alice.near dmrv.near']);
}

async function assertRetirements(t: ExecutionContext, { ask }: IndexedTables, walk: Walk): Promise<void> {
  const rows = await ask<{ token_id: string }>(
    `select token_id, registry_confirmed, registry_retirement_id, registry_refused_at is not null as is_refused,
       beneficiary from credit.retirements`,
  );
  const ofToken = (token_id: string) => rows.find((row) => row.token_id === token_id);
  t.is(rows.length, 5);
  t.like(ofToken(walk.retired), {
    registry_confirmed: true,
    registry_retirement_id: 'R-18',
    is_refused: false,
  });
  t.like(ofToken(walk.hidden), { registry_confirmed: false, is_refused: true, beneficiary: HIDDEN_NAME });
  t.like(ofToken(walk.retired_part), { registry_confirmed: false, beneficiary: 'Acme GmbH' });
  const [shared] = await ask(
    `select count(distinct receipt_id)::int as receipts, count(distinct event_identity)::int as events
     from chain.retirements where token_id = any($1)`,
    [walk.batched],
  );
  t.deepEqual<unknown, unknown>(shared, { receipts: 1, events: 2 });
}

/** One event of the platform for each line of a token's history, numbered alike, each with its place in the outbox. */
async function assertHistory(t: ExecutionContext, { ask }: IndexedTables): Promise<void> {
  const [counts] = await ask(
    `select (select count(*) from chain.token_events)::int = (select count(*) from eventing.event_store)::int as same,
       (select count(*) from eventing.event_store)::int = (select count(*) from eventing.outbox)::int as sent,
       (select count(*) from chain.token_events e left join eventing.event_store s
          on s.aggregate_id = e.token_id and s.aggregate_version = e.token_version
        where s.event_id is null)::int as missing`,
  );
  t.deepEqual<unknown, unknown>(counts, { same: true, sent: true, missing: 0 });
}

test.serial(
  'random sequences of calls leave in the tables exactly what the views say, however they were cut',
  async (t) => {
    t.timeout(LONG ? 1_800_000 : 300_000);
    const seed = chooseSeed();
    t.log(`seed ${seed}`);
    const random = createRandom(seed);
    const tables = await openTables(t);
    const source = new MemorySource([CONTRACT_ID]);
    const { broken } = await runSequence({
      seed,
      steps: STEPS,
      on_block: source.add,
      at_end: async (chain) => {
        const decoded = await decodeAll(source);
        const hashes = issuedIn(decoded);
        // Some hashes are known before, some afterwards, some never.
        const [before, after] = [hashes.filter((_, n) => n % 3 === 0), hashes.filter((_, n) => n % 3 === 1)];
        for (const hash of before) await knowHash(tables.world, await holdHash(tables.world, hash));
        await writeAll(tables, decoded, () => 1 + random.below(60));
        for (const hash of after) await knowHash(tables.world, await holdHash(tables.world, hash));
        const found = await verifyWritten(t, tables, chain);
        t.like(found, { kind: 'checked', differences: [] });
        const sampled = await verifyWritten(t, tables, chain, { sample: 3, from_hash: random.hash() });
        t.true(sampled.kind === 'checked' && sampled.tokens <= 3);
        const known = new Set([...before, ...after]);
        const [{ attached, wanted } = { attached: -1, wanted: 0 }] = await tables.ask<Record<string, number>>(
          `select (select count(*) from credit.credits)::int as attached,
           (select count(*) from chain.tokens where origin = any($1))::int as wanted`,
          [[...known]],
        );
        t.is(attached, wanted ?? 0);
        t.true((wanted ?? 0) > 0);
      },
    });
    t.is(broken, null);
  },
);

test.serial('nothing that is written is not checked, and a changed row is found', async (t) => {
  const tables = await openTables(t);
  const { world, source } = await openIndexedWorld();
  t.teardown(() => world.chain.stop());
  t.like(await verifyWritten(t, tables, world.chain), { kind: 'not_checked', height: null });
  const token_id = world.mint();
  await writeAll(tables, await decodeAll(source), () => 100);
  t.like(await verifyWritten(t, tables, world.chain), { kind: 'checked', tokens: 1, differences: [] });
  await tables.ask(`update chain.tokens set owner_account_id = 'thief.near'`);
  const found = await verifyWritten(t, tables, world.chain);
  t.deepEqual(found.kind === 'checked' ? found.differences : found, [
    { what: `token ${token_id}`, field: 'owner', table: 'thief.near', contract: 'alice.near' },
  ]);
});
