// Shows that credits come from the chain to those who may see them: their tenant, their owner, their registry, an operator.

import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import { codeOf, seedFor } from './support/api-way.ts';
import { type IndexedApi, openIndexedApi } from './support/indexed-api.ts';

const ALICE = 'alice.localnet';
const BOB = 'bob.localnet';

let api: TestApi;
let chain: IndexedApi;

test.before(async () => {
  api = await startApi();
  await seedFor(api);
  chain = await openIndexedApi(api, 'credits');
});

test.after.always(async () => {
  await chain?.close();
  await api?.close();
});

test.serial(
  'a minted credit is seen whole by its tenant, in part by owner and registry, by no other tenant',
  async (t) => {
    const { credit_id, token_id } = await chain.mint(api.a, ALICE);
    const params = { credit_id };
    const own = await api.a.client.getCredit({ params });
    t.is(own.credit.token_id, token_id);
    t.is(own.credit.status, 'active');
    t.is(own.credit.tonnage_co2e, '100');
    t.is(own.credit.tenant_id, api.a.tenant_id);
    t.is(own.ownership?.owner_account_id, ALICE);
    t.deepEqual(
      own.transfers.map(({ leg }) => leg),
      ['mint'],
    );
    const held = await api.holder.client.getCredit({ params });
    t.is(held.credit.tenant_id, undefined);
    t.is(held.credit.metadata, undefined);
    t.is(held.ownership?.owner_account_id, ALICE);
    const registered = await api.registry.client.getCredit({ params });
    t.is(registered.ownership, undefined);
    t.deepEqual(registered.transfers, []);
    t.is((await api.operator.client.getCredit({ params })).credit.tenant_id, api.a.tenant_id);
    t.is(await codeOf(api.b.client.getCredit({ params })), 'NOT_FOUND');
    const bob = await api.openHolder(BOB);
    t.is(await codeOf(bob.client.getCredit({ params })), 'NOT_FOUND');
  },
);

test.serial('a transfer takes the credit out of one wallet and into the other', async (t) => {
  const { credit_id, token_id } = await chain.mint(api.a, ALICE);
  await chain.write([chain.maker.transfer(token_id, ALICE, BOB)]);
  const params = { credit_id };
  const bob = await api.openHolder(BOB);
  t.is((await bob.client.getCredit({ params })).ownership?.owner_account_id, BOB);
  t.is(await codeOf(api.holder.client.getCredit({ params })), 'NOT_FOUND');
  const { transfers, pagination } = await api.a.client.listCreditTransfers({ params });
  t.is(pagination.total_count, 2);
  t.deepEqual(
    transfers.map(({ leg, from_account_id, to_account_id }) => [leg, from_account_id, to_account_id]),
    [
      ['transfer', ALICE, BOB],
      ['mint', 'dmrv.localnet', ALICE],
    ],
  );
  const owned = await api.a.client.listCredits({ query: { owner_account_id: BOB } });
  t.deepEqual(
    owned.credits.map((credit) => credit.credit_id),
    [credit_id],
  );
});

test.serial('a split and a retirement of a part are told with lineage and retirement', async (t) => {
  const minted = await chain.mint(api.b, ALICE);
  const { receipt, parts } = chain.maker.split(minted, [30, 70]);
  const [small, rest] = parts;
  if (small === undefined || rest === undefined) throw new Error('a split has two parts');
  await chain.write([receipt]);
  await chain.write([chain.maker.retire(small, minted.token_id)]);
  const { credits } = await api.b.client.listCredits({ query: { page_size: 200 } });
  const idOf = (token_id: string) => credits.find((credit) => credit.token_id === token_id)?.credit_id ?? '';
  const parent = await api.b.client.getCredit({ params: { credit_id: minted.credit_id } });
  t.is(parent.credit.status, 'void');
  t.is(parent.credit.void_cause, 'divided');
  const retired = await api.b.client.getCredit({ params: { credit_id: idOf(small.token_id) } });
  t.is(retired.credit.status, 'retired');
  t.is(retired.retirement?.beneficiary, 'Acme GmbH');
  t.is(retired.retirement?.tonnage_co2e, '30');
  t.false(retired.retirement?.registry_confirmed);
  const up = await api.b.client.getCreditLineage({ params: { credit_id: idOf(small.token_id) } });
  t.deepEqual(up.ancestors, [
    { credit_id: idOf(small.token_id), parent_credit_id: minted.credit_id, lineage_type: 'split', depth: 1 },
  ]);
  const down = await api.b.client.getCreditLineage({ params: { credit_id: minted.credit_id } });
  t.is(down.descendants.length, 2);
  const { retirements } = await api.b.client.listRetirements({ query: { registry_outcome: 'pending' } });
  const [retirement] = retirements;
  if (retirement === undefined) throw new Error('there is one');
  t.is(retirement.credit_id, idOf(small.token_id));
  t.deepEqual(retired.retirement, retirement);
  const legs = await api.b.client.listCreditTransfers({ params: { credit_id: idOf(small.token_id) } });
  t.deepEqual(retired.transfers, legs.transfers);
  const params = { retirement_id: retirement.retirement_id };
  t.deepEqual(await api.b.client.getRetirement({ params }), retirement);
  t.deepEqual(await api.registry.client.getRetirement({ params }), retirement);
  t.deepEqual(await api.holder.client.getRetirement({ params }), retirement);
  t.is(await codeOf(api.a.client.getRetirement({ params })), 'NOT_FOUND');
});

test.serial('lists are filtered and read on by cursor, batches answer what may be seen', async (t) => {
  const { client } = api.a;
  const all = await client.listCredits({ query: { page_size: 1 } });
  t.true(all.pagination.total_count >= 2);
  const seen = all.credits.map(({ credit_id }) => credit_id);
  for (let cursor = all.pagination.next_cursor; cursor !== undefined; ) {
    const next = await client.listCredits({ query: { page_size: 1, cursor } });
    seen.push(...next.credits.map(({ credit_id }) => credit_id));
    cursor = next.pagination.next_cursor;
  }
  t.is(seen.length, all.pagination.total_count);
  t.is(new Set(seen).size, seen.length);
  const query = { status: ['active'] as ['active'], registry: ['verra'] as ['verra'], vintage: [2025] };
  const active = await client.listCredits({ query });
  t.is(active.pagination.total_count, all.pagination.total_count);
  t.deepEqual(active.filters, query);
  t.is((await client.listCredits({ query: { vintage: [2024] } })).pagination.total_count, 0);
  const batch = await api.b.client.readCredits({ body: { ids: seen } });
  t.deepEqual(batch.credits, []);
  t.is((await client.readCredits({ body: { ids: seen } })).credits.length, seen.length);
  t.is(
    await codeOf(api.holder.client.listCredits({ query: { owner_account_id: BOB } })),
    'VALIDATION_FAILED',
  );
});

test.serial('supply and holdings are those of the chain', async (t) => {
  const { supply } = await api.a.client.getSupply();
  const active = supply.find(({ status }) => status === 'active');
  t.is(active?.token_count, 3);
  t.is(active?.tonnage_co2e, '270');
  t.is(supply.find(({ status }) => status === 'retired')?.tonnage_co2e, '30');
  const { holdings } = await api.holder.client.getHoldings();
  t.is(holdings.length, 2);
  t.is(await codeOf(api.holder.client.getHoldings({ query: { account_id: BOB } })), 'FORBIDDEN');
  t.is((await api.b.client.getHoldings({ query: { account_id: BOB } })).holdings.length, 1);
});
