// Shows that what the contract tells folds into exactly what its views say, after every method and after random sequences.
import test from 'ava';
import { METHODS } from '../contracts/credit/methods.ts';
import { CREDIT_SCHEMAS, NFT_SCHEMAS } from '../indexer/decode/event-schemas.ts';
import { foldEvents } from '../indexer/projectors/fold.ts';
import { ProjectionError } from '../indexer/projectors/projection-error.ts';
import type { TokenEventRow } from '../indexer/projectors/rows.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { childHash, commitmentOf } from './support/contract-model.ts';
import { runSequence } from './support/contract-random.ts';
import { KEEPER, RECEIVERS, RETURNER, walkContract } from './support/contract-walk.ts';
import { hashOf } from './support/contract-world.ts';
import { decodeAll, foldAll, indexAll, openIndexedWorld, verifyAll } from './support/indexed-world.ts';
import { MemorySource } from './support/memory-source.ts';
import { MemoryTables } from './support/memory-tables.ts';
import { chooseSeed } from './support/random.ts';

const LONG = process.env.DMRV_TEST_LONG === '1';
const STEPS = LONG ? 3_000 : 250;
/** The vocabulary has two more, which this contract never tells. */
const ALL_EVENTS = [...Object.keys(CREDIT_SCHEMAS), ...Object.keys(NFT_SCHEMAS)]
  .filter((name) => name !== 'nft_metadata_update' && name !== 'contract_metadata_update')
  .sort();
const ORGANISATION = { beneficiary: 'Acme GmbH', beneficiary_kind: 'organisation' };

function historyOf(tables: MemoryTables, token_id: string): string[] {
  return [...tables.token_events.values()]
    .filter((row) => row.token_id === token_id)
    .map(({ event, leg }) => (leg === null ? event : `${event} ${leg}`));
}

function tokenOf(tables: MemoryTables, token_id: string) {
  const row = tables.tokens.get(`${CONTRACT_ID} ${token_id}`);
  if (row === undefined) throw new Error(`no row of ${token_id}`);
  return row;
}

/** Each token's history is numbered from 1 without a gap, in the order of positions, and its row knows the last one. */
function isOutOfStep(tables: MemoryTables) {
  const last = new Map<string, TokenEventRow>();
  return (row: TokenEventRow): boolean => {
    const before = last.get(row.token_id);
    last.set(row.token_id, row);
    const follows =
      row.token_version === (before?.token_version ?? 0) + 1 &&
      row.event_position > (before?.event_position ?? '');
    return !follows || tokenOf(tables, row.token_id).token_version < row.token_version;
  };
}

async function assertVerified(
  t: { deepEqual(a: unknown, b: unknown): void },
  chain: Parameters<typeof verifyAll>[0],
  tables: MemoryTables,
): Promise<void> {
  const { tokens, retirements, consents } = tables;
  t.deepEqual(await verifyAll(chain, tables), {
    kind: 'checked',
    tokens: tokens.size,
    retirements: retirements.size,
    consents: consents.size,
    differences: [],
    is_cut: false,
  });
}

test('every method of the contract folds, and what it told is in the tables', async (t) => {
  const { world, source } = await openIndexedWorld({ accounts: RECEIVERS });
  const { chain } = world;
  t.teardown(() => chain.stop());
  const { methods, ...walk } = await walkContract(world);
  const calls = Object.entries(METHODS).flatMap(([name, { kind }]) => (kind === 'call' ? [name] : []));
  t.deepEqual([...methods].sort(), calls.sort());
  const { decoded, events, tables } = await indexAll(source);
  t.deepEqual(
    decoded.flatMap((block) => block.dead_letters),
    [],
  );
  await assertVerified(t, chain, tables);
  const told = new Set(events.map(({ event }) => event));
  t.deepEqual([...told].sort(), ALL_EVENTS);
  const statuses = Object.entries(walk).map(([name, ids]) => [
    name,
    [ids].flat().map((id) => tokenOf(tables, id).status),
  ]);
  t.deepEqual(Object.fromEntries(statuses), {
    batched: ['retired', 'retired'],
    kept: ['active'],
    sold: ['active'],
    divided: ['divided'],
    parts: ['merged', 'merged', 'divided'],
    merged: ['active'],
    retired_part: ['retired'],
    rest: ['active'],
    retired: ['retired'],
    hidden: ['retired'],
    impaired: ['impaired'],
    restored: ['active'],
    invalidated: ['invalidated', 'invalidated'],
    redeemed: ['redeemed'],
    cancelled: ['cancelled'],
    expired: ['expired'],
    replacing: ['active'],
  });
  t.deepEqual([...tables.token_events.values()].filter(isOutOfStep(tables)), []);
});

test('random sequences of calls fold to exactly what the views say, however they are cut into batches', async (t) => {
  t.timeout(LONG ? 1_800_000 : 300_000);
  const seed = chooseSeed();
  t.log(`seed ${seed}`);
  const source = new MemorySource([CONTRACT_ID]);
  const { broken } = await runSequence({
    seed,
    steps: STEPS,
    on_block: source.add,
    at_end: async (chain) => {
      const { decoded, events, tables } = await indexAll(source);
      t.true(events.length > STEPS / 3);
      t.deepEqual(
        decoded.flatMap((block) => block.dead_letters),
        [],
      );
      t.deepEqual(events.filter((event) => event.transaction_hash === null).length, 0);
      await assertVerified(t, chain, tables);
      for (const size of [1, decoded.length]) t.deepEqual(foldAll(decoded, size), tables);
    },
  });
  t.is(broken, null);
});

test('a credit that is kept, given back, divided, retired in part and merged has every leg of its way', async (t) => {
  const { world, source } = await openIndexedWorld({ accounts: RECEIVERS });
  const { chain } = world;
  t.teardown(() => chain.stop());
  const kept = world.mint();
  const given_back = world.mint({ credit: { serial: { namespace: 'VCS-1234-2025', start: '2000' } } });
  for (const [token_id, receiver_id] of [
    [kept, KEEPER],
    [given_back, RETURNER],
  ] as const) {
    world.act('alice.near', 'nft_transfer_call', { receiver_id, token_id, msg: '' });
  }
  world.act('alice.near', 'nft_transfer', { receiver_id: 'bob.near', token_id: given_back });
  const { value: parts } = world.pay('bob.near', 'split', {
    token_id: given_back,
    tonnages: ['30', '30', '40'],
  });
  const [first, second, third] = parts as [string, string, string];
  const { value: merged } = world.pay('bob.near', 'merge', { token_ids: [first, second] });
  const { value: retired } = world.pay('bob.near', 'retire', {
    token_id: third,
    tonnage: '15',
    ...ORGANISATION,
  });
  const { tables } = await indexAll(source);
  await assertVerified(t, chain, tables);
  t.deepEqual(historyOf(tables, kept), ['credit_issue', 'nft_mint mint', 'nft_transfer transfer']);
  t.deepEqual(historyOf(tables, given_back), [
    'credit_issue',
    'nft_mint mint',
    'nft_transfer transfer',
    'nft_transfer revert',
    'nft_transfer transfer',
    'credit_split',
    'nft_burn split',
  ]);
  t.deepEqual(historyOf(tables, first), ['credit_split', 'nft_mint split', 'credit_merge', 'nft_burn merge']);
  t.deepEqual(historyOf(tables, merged as string), ['credit_merge', 'nft_mint merge']);
  t.deepEqual(historyOf(tables, third), ['credit_split', 'nft_mint split', 'credit_split', 'nft_burn split']);
  t.deepEqual(historyOf(tables, retired as string), [
    'credit_split',
    'nft_mint split',
    'credit_retire',
    'nft_burn burn',
  ]);
  t.like(tokenOf(tables, merged as string), {
    birth: 'merge',
    tonnage_co2e: '60',
    serial_range: '[2000,2060)',
    owner_account_id: 'bob.near',
  });
  t.deepEqual(
    tables.lineage
      .filter((row) => row.token_id === merged)
      .map(({ parent_token_id, lineage_type, ordinal }) => [parent_token_id, lineage_type, ordinal]),
    [
      [first, 'merge', 0],
      [second, 'merge', 1],
    ],
  );
});

test('several retirements of one transaction, equal ones too, are each a retirement', async (t) => {
  const { world, source } = await openIndexedWorld();
  const { chain } = world;
  t.teardown(() => chain.stop());
  const token_id = world.mint();
  const other = world.mint({ credit: { serial: { namespace: 'VCS-1234-2025', start: '2000' } } });
  const { value: parts } = world.pay('alice.near', 'split', { token_id, tonnages: ['50', '50'] });
  const wishes = [...(parts as string[]), other].map((id) => ({ token_id: id, ...ORGANISATION }));
  // The last one leaves a part, which is retired in the same call.
  const [one, two, three] = wishes as [object, object, object];
  const batch = [one, two, { ...three, tonnage: '40' }];
  const { value, events } = world.pay('alice.near', 'retire_batch', { retirements: batch });
  t.is((value as string[]).length, 3);
  t.true(events.length > 2);
  const { tables } = await indexAll(source);
  await assertVerified(t, chain, tables);
  const retirements = [...tables.retirements.values()];
  t.is(new Set(retirements.map(({ transaction_hash }) => transaction_hash)).size, 1);
  t.is(new Set(retirements.map(({ receipt_id }) => receipt_id)).size, 1);
  t.deepEqual(
    retirements.map(({ event_identity }) => event_identity.split(':').at(-1)),
    ['0', '1', '2'],
  );
  t.deepEqual(
    retirements.map(({ token_id: id, tonnage_co2e }) => [id, tonnage_co2e]),
    (value as string[]).map((id, index) => [id, index === 2 ? '40' : '50']),
  );
});

test('a part that a retirement leaves may be divided by the next one of the same call', async (t) => {
  const { world, source } = await openIndexedWorld();
  const { chain } = world;
  t.teardown(() => chain.stop());
  const token_id = world.mint();
  const rest = childHash({ parent: token_id, index: 1, units: 70n * 100_000_000n });
  const { value } = world.pay('alice.near', 'retire_batch', {
    retirements: [
      { token_id, tonnage: '30', ...ORGANISATION },
      { token_id: rest, tonnage: '20', ...ORGANISATION },
    ],
  });
  const { tables } = await indexAll(source);
  await assertVerified(t, chain, tables);
  t.is((value as string[]).length, 2);
  t.deepEqual(historyOf(tables, rest), ['credit_split', 'credit_split', 'nft_mint split', 'nft_burn split']);
});

test("an origin that is impaired holds all its live parts until it is restored, and a part's own flag stays", async (t) => {
  const { world, source } = await openIndexedWorld({ accounts: RECEIVERS });
  const { chain } = world;
  t.teardown(() => chain.stop());
  const origin = world.mint();
  const { value: parts } = world.pay('alice.near', 'split', {
    token_id: origin,
    tonnages: ['30', '30', '40'],
  });
  const [first, second, third] = parts as [string, string, string];
  world.act('alice.near', 'redeem', { token_id: third, registry_account: 'VERRA-77' });
  world.act('registry.near', 'impair', { token_id: first, reason: 'Fire' });
  world.act('registry.near', 'impair', { origin, reason: 'Fire in the area' });
  const during = await indexAll(source);
  await assertVerified(t, chain, during.tables);
  const flags = (tables: MemoryTables, id: string) => {
    const { status, is_impaired, origin_is_impaired } = tokenOf(tables, id);
    return [status, is_impaired, origin_is_impaired];
  };
  t.deepEqual(flags(during.tables, first), ['impaired', true, true]);
  t.deepEqual(flags(during.tables, second), ['impaired', false, true]);
  t.deepEqual(flags(during.tables, third), ['redeemed', false, false]);
  t.deepEqual(flags(during.tables, origin), ['divided', false, false]);
  t.is(historyOf(during.tables, second).at(-1), 'credit_impair');
  world.act('registry.near', 'restore', { origin, reason: 'Out' });
  world.act('registry.near', 'cancel', { token_id: first, reason: 'Moved' });
  const after = await indexAll(source);
  await assertVerified(t, chain, after.tables);
  t.deepEqual(flags(after.tables, first), ['cancelled', true, false]);
  t.deepEqual(flags(after.tables, second), ['active', false, false]);
});

test('a credit that is impaired while its receiver decides is given back all the same', async (t) => {
  const { world, source } = await openIndexedWorld({ accounts: RECEIVERS });
  const { chain } = world;
  t.teardown(() => chain.stop());
  const token_id = world.mint();
  const args = { receiver_id: RETURNER, token_id, msg: '' };
  const tx_hash = chain.send({ from: 'alice.near', method: 'nft_transfer_call', args, deposit: 1n });
  chain.node.produceBlocks();
  const impair = { token_id, reason: 'Fire' };
  chain.send({ from: 'registry.near', method: 'impair', args: impair, deposit: 1n });
  chain.finish(tx_hash);
  const { tables } = await indexAll(source);
  await assertVerified(t, chain, tables);
  t.deepEqual(historyOf(tables, token_id).slice(2), [
    'nft_transfer transfer',
    'credit_impair',
    'nft_transfer revert',
  ]);
  t.is(tokenOf(tables, token_id).owner_account_id, 'alice.near');
});

test('what a registry says of a retirement stands in its row: refused, confirmed, amended; a hidden name shown', async (t) => {
  const { world, source } = await openIndexedWorld();
  const { chain } = world;
  t.teardown(() => chain.stop());
  const token_id = world.mint();
  const salt = '00'.repeat(32);
  const commitment = commitmentOf({ beneficiary: 'Zoë', salt });
  world.act('alice.near', 'retire', {
    token_id,
    beneficiary_commitment: commitment,
    beneficiary_kind: 'individual',
  });
  const steps = [
    () => world.act('agent.near', 'refuse_retirement', { token_id, reason: 'Not yet' }),
    () => world.pay('registry.near', 'confirm_retirement', { token_id, ...confirmation('R-1') }),
    () => world.pay('agent.near', 'confirm_retirement', { token_id, ...confirmation('R-2') }),
    () => world.act('alice.near', 'reveal_beneficiary', { token_id, beneficiary: 'Zoë', salt }),
  ];
  const outcomes: unknown[] = [];
  for (const step of steps) {
    step();
    const { tables } = await indexAll(source);
    await assertVerified(t, chain, tables);
    const row = tables.retirements.get(`${CONTRACT_ID} ${token_id}`);
    outcomes.push([row?.registry_outcome, row?.registry_retirement_id, row?.amendment, row?.attested_by]);
  }
  t.deepEqual(outcomes, [
    ['refused', null, null, 'registry_agent'],
    ['confirmed', 'R-1', 0, 'registry'],
    ['confirmed', 'R-2', 1, 'registry_agent'],
    ['confirmed', 'R-2', 1, 'registry_agent'],
  ]);
});

test('an event that does not fit what was written before is refused, with what was expected and found', async (t) => {
  const { world, source } = await openIndexedWorld();
  t.teardown(() => world.chain.stop());
  const token_id = world.mint();
  world.act('alice.near', 'nft_transfer', { receiver_id: 'bob.near', token_id });
  const decoded = await decodeAll(source);
  const blocks = decoded.filter(({ events }) => events.length > 0);
  const tables = new MemoryTables();
  for (const { events } of blocks) tables.take(events);
  // Each block once more: its credit was minted, its transfer made, its consent recorded before.
  const refused = blocks.filter(({ events }) => {
    try {
      foldEvents(tables.load(events), events);
      return false;
    } catch (error) {
      if (error instanceof ProjectionError) return true;
      throw error;
    }
  });
  const names = refused.map(({ events }) => events[0]?.event);
  t.deepEqual(names, ['consent_record', 'consent_record', 'credit_issue', 'nft_transfer']);
  const transfer = blocks.at(-1)?.events ?? [];
  const error = t.throws(() => tables.take(transfer), { instanceOf: ProjectionError });
  t.is(error.event_identity, transfer[0]?.identity ?? '');
  t.is(error.expectation, `token ${token_id} of alice.near`);
  t.is(error.found, 'one of bob.near');
});

function confirmation(registry_retirement_id: string) {
  return { registry_retirement_id, registry_retired_on: '2026-06-01', evidence_sha256: hashOf('evidence') };
}
