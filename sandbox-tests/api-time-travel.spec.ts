// Shows that credits, owners, retirements, supply and holdings are told as they were at a height or a time, and that what the
// chain has not reached is not told at all.

import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import { codeOf, seedFor } from './support/api-way.ts';
import { type IndexedApi, openIndexedApi } from './support/indexed-api.ts';

const ALICE = 'alice.localnet';
const BOB = 'bob.localnet';

type Story = {
  credit_id: string;
  token_id: string;
  small: string;
  minted: bigint;
  impaired: bigint;
  restored: bigint;
  moved: bigint;
  divided: bigint;
  retired: bigint;
  confirmed: bigint;
};

let api: TestApi;
let chain: IndexedApi;
let story: Story;

test.before(async () => {
  api = await startApi();
  await seedFor(api);
  chain = await openIndexedApi(api, 'time travel');
  story = await tell();
});

test.after.always(async () => {
  await chain?.close();
  await api?.close();
});

async function tell(): Promise<Story> {
  const { maker, write } = chain;
  const credit = await chain.mint(api.a, ALICE);
  const { token_id, credit_id } = credit;
  const flag = (event: string) => ({
    method_name: event,
    logs: [
      {
        event,
        items: [
          {
            token_id,
            registry: 'verra',
            reason: 'A question',
            account_id: 'registry.near',
            attested_by: 'registry',
          },
        ],
      },
    ],
  });
  const impaired = await write([flag('credit_impair')]);
  const restored = await write([flag('credit_restore')]);
  const moved = await write([maker.transfer(token_id, ALICE, BOB)]);
  const { receipt, parts } = maker.split({ ...credit, owner_id: BOB }, [30, 70]);
  const [part] = parts;
  if (part === undefined) throw new Error('a split has parts');
  const divided = await write([receipt]);
  const retired = await write([maker.retire(part, token_id)]);
  const confirmed = await write([
    {
      method_name: 'confirm_retirement',
      logs: [
        {
          event: 'retirement_confirm',
          items: [
            {
              token_id: part.token_id,
              registry: 'verra',
              registry_retirement_id: 'R-1',
              registry_retired_on: '2026-02-01',
              evidence_sha256: 'a'.repeat(64),
              amendment: 0,
              account_id: 'registry.near',
              attested_by: 'registry',
            },
          ],
        },
      ],
    },
  ]);
  await write([]);
  const { credits } = await api.a.client.listCredits();
  const small = credits.find((one) => one.token_id === part.token_id)?.credit_id ?? '';
  return {
    credit_id,
    token_id,
    small,
    minted: credit.height,
    impaired,
    restored,
    moved,
    divided,
    retired,
    confirmed,
  };
}

const at = (height: bigint) => ({ as_of: String(height) });

test.serial('a credit has the state that it had after each block', async (t) => {
  const { credit_id, minted, impaired, restored, moved, divided } = story;
  const params = { credit_id };
  t.is(await codeOf(api.a.client.getCredit({ params, query: at(minted - 1n) })), 'NOT_FOUND');
  const seen: unknown[] = [];
  for (const height of [minted, impaired, restored, moved, divided]) {
    const { credit, ownership, transfers, as_of } = await api.a.client.getCredit({
      params,
      query: at(height),
    });
    t.is(as_of?.block_height, String(height));
    seen.push([credit.status, credit.void_cause, ownership?.owner_account_id, transfers.length]);
  }
  t.deepEqual(seen, [
    ['active', null, ALICE, 1],
    ['impaired', null, ALICE, 1],
    ['active', null, ALICE, 1],
    ['active', null, BOB, 2],
    ['void', 'divided', BOB, 3],
  ]);
});

test.serial('a time means the last block until then', async (t) => {
  const { credit_id, impaired } = story;
  const params = { credit_id };
  const { as_of } = await api.a.client.getCredit({ params, query: at(impaired) });
  const time = as_of?.block_timestamp ?? '';
  const then = await api.a.client.getCredit({ params, query: { as_of: time } });
  t.is(then.credit.status, 'impaired');
  t.is(then.as_of?.block_height, String(impaired));
  const later = new Date(Date.parse(time) + 999).toISOString();
  t.is((await api.a.client.getCredit({ params, query: { as_of: later } })).credit.status, 'impaired');
  const before = new Date(Date.parse(time) - 1).toISOString();
  t.is((await api.a.client.getCredit({ params, query: { as_of: before } })).credit.status, 'active');
});

test.serial('a retirement is there from its block on, and confirmed from the confirmation on', async (t) => {
  const { small, divided, retired, confirmed } = story;
  const params = { credit_id: small };
  t.is((await api.a.client.getCredit({ params, query: at(divided) })).retirement, undefined);
  const pending = await api.a.client.getCredit({ params, query: at(retired) });
  t.is(pending.credit.status, 'retired');
  t.false(pending.retirement?.registry_confirmed);
  t.is(pending.retirement?.registry_retirement_id, null);
  const done = await api.a.client.getCredit({ params, query: at(confirmed) });
  t.is(done.retirement?.registry_retirement_id, 'R-1');
  const count = async (query: object) =>
    (await api.a.client.listRetirements({ query: { ...query } })).pagination.total_count;
  t.is(await count(at(divided)), 0);
  t.is(await count({ ...at(retired), registry_outcome: 'confirmed' }), 0);
  t.is(await count({ ...at(retired), registry_outcome: 'pending' }), 1);
  t.is(await count({ ...at(confirmed), registry_outcome: 'confirmed' }), 1);
});

test.serial('a list is filtered by what was true then', async (t) => {
  const { impaired, restored, moved, divided } = story;
  const count = async (query: Parameters<typeof api.a.client.listCredits>[0] & object) =>
    (await api.a.client.listCredits(query)).pagination.total_count;
  t.is(await count({ query: { ...at(impaired), status: ['impaired'] } }), 1);
  t.is(await count({ query: { ...at(restored), status: ['impaired'] } }), 0);
  t.is(await count({ query: { ...at(moved), owner_account_id: BOB } }), 1);
  t.is(await count({ query: { ...at(restored), owner_account_id: BOB } }), 0);
  t.is(await count({ query: { ...at(divided), owner_account_id: BOB } }), 2);
  t.is(await count({ query: { ...at(divided), status: ['void'] } }), 1);
});

test.serial('supply and holdings are those of then', async (t) => {
  const { minted, impaired, moved, divided, retired } = story;
  const sum = async (height: bigint) =>
    (await api.a.client.getSupply({ query: at(height) })).supply.map(({ status, tonnage_co2e }) => [
      status,
      tonnage_co2e,
    ]);
  t.deepEqual(await sum(minted - 1n), []);
  t.deepEqual(await sum(minted), [['active', '100']]);
  t.deepEqual(await sum(impaired), [['impaired', '100']]);
  t.deepEqual(await sum(divided), [
    ['active', '100'],
    ['divided', '100'],
  ]);
  t.deepEqual(await sum(retired), [
    ['active', '70'],
    ['divided', '100'],
    ['retired', '30'],
  ]);
  const held = async (account_id: string, height: bigint) =>
    (await api.a.client.getHoldings({ query: { account_id, ...at(height) } })).holdings.map(
      ({ tonnage_co2e, status }) => `${tonnage_co2e} ${status}`,
    );
  t.deepEqual(await held(ALICE, impaired), ['100 impaired']);
  t.deepEqual(await held(ALICE, moved), []);
  t.deepEqual(await held(BOB, moved), ['100 active']);
  t.deepEqual((await held(BOB, divided)).sort(), ['30 active', '70 active']);
  t.deepEqual(await held(BOB, retired), ['70 active']);
});

test.serial(
  'what the chain has not reached is refused, and so is what is neither height nor time',
  async (t) => {
    const params = { credit_id: story.credit_id };
    const ask = (as_of: string) => codeOf(api.a.client.getCredit({ params, query: { as_of } }));
    t.is(await ask(String(story.confirmed + 1_000n)), 'VALIDATION_FAILED');
    t.is(await ask('2999-01-01T00:00:00Z'), 'VALIDATION_FAILED');
    t.is(await ask('yesterday'), 'VALIDATION_FAILED');
    t.is(await ask('18446744073709551615'), 'VALIDATION_FAILED');
  },
);

test.serial('owners and registries ask for the past of what they see now', async (t) => {
  const { credit_id, small, retired, moved } = story;
  const bob = await api.openHolder(BOB);
  t.is(
    (await bob.client.getCredit({ params: { credit_id: small }, query: at(retired) })).credit.status,
    'retired',
  );
  const registered = await api.registry.client.getCredit({ params: { credit_id }, query: at(moved) });
  t.is(registered.credit.status, 'active');
  t.is(registered.ownership, undefined);
  const { credits } = await bob.client.listCredits({ query: at(moved) });
  t.deepEqual(
    credits.map((credit) => credit.credit_id),
    [credit_id],
  );
});
