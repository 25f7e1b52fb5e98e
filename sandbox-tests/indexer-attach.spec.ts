// Shows that facts of the chain become a tenant's rows whenever their hash becomes known, once, and never stop the indexer.

import test from 'ava';
import { EventMaker, MADE_CONTRACT } from './support/event-maker.ts';
import { dumpChain, fixedHolder, holdHash, knowHash, openTables } from './support/indexed-tables.ts';

test("a credit whose hash is known before its event is the tenant's with all that happened to it", async (t) => {
  const { open, world, ask } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('known before');
  const credit = maker.plan();
  const held = await holdHash(world, credit.token_id);
  await knowHash(world, held);
  const { receipt, parts } = maker.split(credit, [40, 60]);
  const [first, second] = parts;
  if (first === undefined || second === undefined) throw new Error('a split has two parts');
  await writer.write([
    maker.block([maker.consent('consent-1'), maker.mint([credit])]),
    maker.block([receipt]),
    maker.block(),
    maker.block([
      maker.transfer(second.token_id, 'alice.near', 'bob.near'),
      maker.retire(first, credit.token_id),
    ]),
  ]);

  const credits = await ask(
    `select c.mrv_hash, c.status, c.void_cause, c.registry_serial, b.status as block, p.mrv_hash as parent_block,
       o.owner_account_id, o.ended_at is null as is_owned, o.token_version, c.tenant_id, g.status as hash_status
     from credit.credits c join credit.credit_ownership o using (credit_id)
       join registry.serial_blocks b on b.serial_block_id = c.serial_block
       left join registry.serial_blocks p on p.serial_block_id = b.parent_block_id
       join registry.global_hash_registry g on g.mrv_hash = c.mrv_hash order by c.minted_at, c.registry_serial`,
  );
  const { tenant_id } = held;
  t.deepEqual<unknown, unknown>(credits, [
    {
      mrv_hash: credit.token_id,
      status: 'void',
      void_cause: 'divided',
      registry_serial: 'VCS-1234-2025:0-99',
      block: 'divided',
      parent_block: null,
      owner_account_id: 'alice.near',
      is_owned: false,
      token_version: 4,
      tenant_id,
      hash_status: 'locked',
    },
    {
      mrv_hash: first.token_id,
      status: 'retired',
      void_cause: null,
      registry_serial: 'VCS-1234-2025:0-39',
      block: 'live',
      parent_block: credit.token_id,
      owner_account_id: 'alice.near',
      is_owned: false,
      token_version: 4,
      tenant_id,
      hash_status: 'retired',
    },
    {
      mrv_hash: second.token_id,
      status: 'active',
      void_cause: null,
      registry_serial: 'VCS-1234-2025:40-99',
      block: 'live',
      parent_block: credit.token_id,
      owner_account_id: 'bob.near',
      is_owned: true,
      token_version: 3,
      tenant_id,
      hash_status: 'approved',
    },
  ]);
  const legs = await ask(
    `select leg, from_account_id, to_account_id, tonnage_co2e::int as tonnes from credit.credit_transfers
     order by transferred_at, event_identity, tonnage_co2e`,
  );
  t.deepEqual(legs.map(({ leg }) => leg).sort(), ['burn', 'mint', 'split', 'split', 'split', 'transfer']);
  const events = await ask(
    `select e.aggregate_version::int, e.event_type from eventing.event_store e join eventing.outbox o using (event_id)
     where e.aggregate_id = $1 order by 1`,
    [first.token_id],
  );
  t.deepEqual<unknown, unknown>(events, [
    { aggregate_version: 1, event_type: 'blockchain.credit.split.v1' },
    { aggregate_version: 2, event_type: 'blockchain.nft.minted.v1' },
    { aggregate_version: 3, event_type: 'blockchain.credit.retired.v1' },
    { aggregate_version: 4, event_type: 'blockchain.nft.burned.v1' },
  ]);
  t.deepEqual(await ask('select lineage_type, count(*)::int from credit.credit_lineage group by 1'), [
    { lineage_type: 'split', count: 2 },
  ]);
  t.deepEqual(await ask('select beneficiary, registry_confirmed from credit.retirements'), [
    { beneficiary: 'Acme GmbH', registry_confirmed: false },
  ]);
});

test('a hash that becomes known after its events has the same rows as one that was known before', async (t) => {
  const dumps: string[][] = [];
  for (const when of ['before', 'between', 'after'] as const) {
    const tables = await openTables({ teardown: (work) => t.teardown(work), log: t.log });
    const writer = await tables.open();
    const maker = new EventMaker('the same rows');
    const [credit, other] = [maker.plan(), maker.plan()];
    const held = await fixedHolder(tables.world, [credit.token_id, other.token_id]);
    const know = async (): Promise<void> => {
      for (const one of held) await knowHash(tables.world, one);
    };
    if (when === 'before') await know();
    await writer.write([maker.block([maker.consent('consent-1'), maker.mint([credit, other])])]);
    if (when === 'between') await know();
    const { receipt, parts } = maker.split(credit, [40, 60]);
    await writer.write([maker.block([receipt]), maker.block([maker.cancel(other)])]);
    for (const part of parts) await writer.write([maker.block([maker.retire(part, credit.token_id)])]);
    if (when === 'after') await know();
    dumps.push(await dumpChain(tables.admin));
  }
  const [before, between, after] = dumps;
  t.true((before?.length ?? 0) > 40);
  t.deepEqual(between, before);
  t.deepEqual(after, before);
});

test('what nobody knows stays on the chain, and attaching anything again changes nothing', async (t) => {
  const { open, world, ask, admin } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('again');
  const credits = [maker.plan(), maker.plan(), maker.plan()];
  const [known] = credits;
  if (known === undefined) throw new Error('there are three');
  await knowHash(world, await holdHash(world, known.token_id));
  await writer.write([
    maker.block([
      maker.consent('consent-1', { mrv_hash: known.token_id }),
      maker.consent('consent-2'),
      maker.mint([known], 'consent-1'),
      maker.mint(credits.slice(1), 'consent-2'),
    ]),
    maker.block(credits.map((credit) => maker.transfer(credit.token_id, 'alice.near', 'bob.near'))),
  ]);
  t.deepEqual(await ask('select count(*)::int from chain.tokens'), [{ count: 3 }]);
  t.deepEqual(await ask('select mrv_hash from credit.credits'), [{ mrv_hash: known.token_id }]);
  t.deepEqual(await ask('select consent_ref, debited_co2e::int from registry.consents'), [
    { consent_ref: 'consent-1', debited_co2e: 100 },
  ]);
  const dump = await dumpChain(admin);
  const stamps = await ask(STAMPS);
  for (const is_whole of [false, true]) {
    const [answer] = await ask(
      'select credit.attach_tokens($1, (select array_agg(token_id::text) from chain.tokens), $2)',
      [MADE_CONTRACT, is_whole],
    );
    t.deepEqual<unknown, unknown>(answer, { attach_tokens: 1 });
  }
  t.deepEqual(await dumpChain(admin), dump);
  t.deepEqual(await ask(STAMPS), stamps, 'no row was even touched');
  t.deepEqual(await ask('select credit.sweep_unattached($1)', [MADE_CONTRACT]), [{ sweep_unattached: 0 }]);
});

const STAMPS = `select array_agg(xmin::text order by credit_id) as credits,
  (select array_agg(xmin::text order by credit_id) from credit.credit_ownership) as owners,
  (select array_agg(xmin::text order by transfer_id) from credit.credit_transfers) as transfers,
  (select array_agg(xmin::text order by serial_block_id) from registry.serial_blocks) as blocks,
  (select array_agg(xmin::text order by mrv_hash) from registry.global_hash_registry) as hashes
  from credit.credits`;

test('serial numbers that another credit has stay away, however the batches are cut', async (t) => {
  const found: unknown[] = [];
  for (const size of [1, 10]) {
    const { open, ask, world } = await openTables(t);
    const writer = await open();
    const maker = new EventMaker('overlap');
    const first = maker.plan({ start: 0 });
    const overlapping = maker.plan({ start: 50 });
    const late = maker.plan({ start: 20 });
    for (const { token_id } of [first, overlapping, late])
      await knowHash(world, await holdHash(world, token_id));
    const blocks = [
      maker.block([maker.consent('consent-1'), maker.mint([first])]),
      maker.block([maker.mint([overlapping])]),
      maker.block([maker.cancel(first)]),
      maker.block([maker.mint([late])]),
    ];
    for (let from = 0; from < blocks.length; from += size)
      await writer.write(blocks.slice(from, from + size));
    found.push(
      await ask(
        `select c.status, c.registry_serial, b.status as block from credit.credits c
         left join registry.serial_blocks b on b.serial_block_id = c.serial_block order by c.minted_at`,
      ),
    );
  }
  t.deepEqual<unknown, unknown>(found[0], [
    { status: 'void', registry_serial: 'VCS-1234-2025:0-99', block: 'released' },
    { status: 'active', registry_serial: null, block: null },
    { status: 'active', registry_serial: 'VCS-1234-2025:20-119', block: 'live' },
  ]);
  t.deepEqual(found[1], found[0]);
});

test('a part whose hash another tenant took first stays on the chain, and the indexer goes on', async (t) => {
  const { open, ask, world } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('taken');
  const credit = maker.plan();
  await knowHash(world, await holdHash(world, credit.token_id));
  const { receipt, parts } = maker.split(credit, [40, 60]);
  await holdHash(world, parts[0]?.token_id ?? '');
  await writer.write([
    maker.block([maker.consent('consent-1'), maker.mint([credit])]),
    maker.block([receipt]),
    maker.block(parts.map((part) => maker.retire(part, credit.token_id))),
  ]);
  t.deepEqual(await ask('select count(*)::int from chain.tokens'), [{ count: 3 }]);
  t.deepEqual(await ask('select mrv_hash, status from credit.credits order by minted_at'), [
    { mrv_hash: credit.token_id, status: 'void' },
    { mrv_hash: parts[1]?.token_id, status: 'retired' },
  ]);
  t.deepEqual(await ask('select credit.sweep_unattached($1)', [MADE_CONTRACT]), [{ sweep_unattached: 0 }]);
});

test('a consent that the platform wrote down gets the facts of the chain, whoever comes first', async (t) => {
  const { open, ask, world } = await openTables(t);
  const writer = await open();
  const maker = new EventMaker('consents');
  const given = { tonnage_co2e: '1000000000', unit: '1' };
  await world.make('registry.consents', { consent_ref: 'before', ...given });
  await world.make('registry.consents', { consent_ref: 'of other tonnes', tonnage_co2e: '5' });
  const credit = maker.plan();
  await writer.write([
    maker.block([maker.consent('before'), maker.consent('after'), maker.consent('of other tonnes')]),
    maker.block([maker.mint([credit], 'before'), maker.mint([maker.plan()], 'after')]),
  ]);
  await world.make('registry.consents', { consent_ref: 'after', ...given });
  t.deepEqual<unknown, unknown>(
    await ask(
      'select consent_ref, debited_co2e::int, recorded_at is not null as is_recorded from registry.consents order by 1',
    ),
    [
      { consent_ref: 'after', debited_co2e: 100, is_recorded: true },
      { consent_ref: 'before', debited_co2e: 100, is_recorded: true },
      { consent_ref: 'of other tonnes', debited_co2e: 0, is_recorded: false },
    ],
  );
});
