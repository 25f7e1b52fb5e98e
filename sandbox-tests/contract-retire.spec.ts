// Shows that retiring burns for ever, tells all, and is paid, allowed and confirmed as the contract says.
import test from 'ava';
import { COMMITMENT_VECTORS } from '../contracts/credit/derive-vectors.ts';
import type { ContractEvent, CreditEventName } from '../contracts/credit/event-types.ts';
import { type Call, ENOUGH_DEPOSIT, expectPanic, OWNER_ID } from './support/contract-chain.ts';
import {
  DAY_NS,
  FIRST_DAY,
  hashOf,
  OTHER_PEOPLE,
  OTHER_REGISTRY,
  openContractWorld,
  REGISTRY,
  START_NS,
} from './support/contract-world.ts';

const world = await openContractWorld();
const { chain } = world;
test.after.always(() => chain.stop());

const ORGANISATION = { beneficiary: 'Acme GmbH', beneficiary_kind: 'organisation' };
const [{ salt, beneficiary: NAME, commitment }] = COMMITMENT_VECTORS;
const INDIVIDUAL = { beneficiary_commitment: commitment, beneficiary_kind: 'individual' };

function retireCall(token_id: string, more: object = {}, call: Partial<Call> = {}): Call {
  const args = { token_id, ...ORGANISATION, ...more };
  return { from: 'alice.near', method: 'retire', deposit: 1n, args, ...call };
}

function itemsOf(
  events: readonly ContractEvent[],
  name: CreditEventName | string,
): Record<string, unknown>[] {
  return events
    .filter(({ event }) => event === name)
    .flatMap(({ data }) => data as unknown as Record<string, unknown>[]);
}

function supplyOf(args: object = {}) {
  return chain.view('supply', args) as Record<string, { count: number; tonnage: string }>;
}

function retirement(token_id: string): Record<string, unknown> {
  return chain.view('retirement', { token_id }) as Record<string, unknown>;
}

test.serial('a whole credit is retired for 1 yocto, and its event says all', (t) => {
  const token_id = world.mint();
  const facts = {
    ...ORGANISATION,
    beneficiary_id: 'lei:5299000J2N45DDNE4Y28',
    reason: 'Emissions of "2025", böse',
    purpose: 'voluntary',
    jurisdiction: 'DE',
    consumption_period: '2025',
  };
  const result = chain.mustCall(retireCall(token_id, facts));
  t.is(result.value, token_id);
  const [item] = itemsOf(result.events, 'credit_retire');
  t.like(item, {
    token_id,
    origin: token_id,
    account_id: 'alice.near',
    registry: REGISTRY,
    project_id: 'VCS-1234',
    methodology: 'VM0042',
    tonnage: '100',
    unit: '1',
    serial: { namespace: 'VCS-1234-2025', start: '1000', end: '1099' },
    vintage_year: 2025,
    issued_on: '2026-01-31',
    ...facts,
  });
  t.false('authorized_id' in (item ?? {}));
  t.deepEqual(itemsOf(result.events, 'nft_burn'), [{ owner_id: 'alice.near', token_ids: [token_id] }]);
  t.like(retirement(token_id), { ...item, registry_status: 'pending', statements: [] });
  t.is(chain.view('nft_token', { token_id }), null);
  t.like(chain.view('credit', { mrv_hash: token_id }), { status: 'retired', last_owner_id: 'alice.near' });
});

test.serial('a retired credit is not transferred, retired, approved, split or minted again', (t) => {
  const token_id = world.mint();
  chain.mustCall(retireCall(token_id));
  const from = 'alice.near';
  expectPanic(t, chain, 'NOT_LIVE', retireCall(token_id));
  expectPanic(t, chain, 'NOT_LIVE', {
    from,
    method: 'nft_transfer',
    args: { token_id, receiver_id: 'bob.near' },
    deposit: 1n,
  });
  expectPanic(t, chain, 'NOT_LIVE', {
    from,
    method: 'nft_approve',
    args: { token_id, account_id: 'market.near' },
    deposit: 1n,
  });
  expectPanic(t, chain, 'NOT_LIVE', {
    from,
    method: 'split',
    args: { token_id, tonnages: ['40', '60'] },
    deposit: ENOUGH_DEPOSIT,
  });
  expectPanic(t, chain, 'HASH_USED', world.mintCall({ mrv_hash: token_id }));
});

test.serial('a part is split off first, and only the part is retired', (t) => {
  const token_id = world.mint();
  const before = supplyOf();
  const result = chain.mustCall(retireCall(token_id, { tonnage: '40' }, { deposit: ENOUGH_DEPOSIT }));
  const [split] = itemsOf(result.events, 'credit_split');
  const [first, second] = (split?.children ?? []) as { token_id: string; tonnage: string; serial: object }[];
  t.is(result.value, first?.token_id);
  t.deepEqual(
    [first, second].map((child) => [child?.tonnage, child?.serial]),
    [
      ['40', { namespace: 'VCS-1234-2025', start: '1000', end: '1039' }],
      ['60', { namespace: 'VCS-1234-2025', start: '1040', end: '1099' }],
    ],
  );
  t.like(itemsOf(result.events, 'credit_retire')[0], {
    token_id: first?.token_id,
    origin: token_id,
    tonnage: '40',
  });
  t.like(chain.view('nft_token', { token_id: second?.token_id }), { owner_id: 'alice.near' });
  t.like(chain.view('mrv_hash_status', { mrv_hash: token_id }), { status: 'void', cause: 'divided' });
  const after = supplyOf();
  t.is(Number(after.retired?.tonnage) - Number(before.retired?.tonnage), 40);
  t.is(Number(before.active?.tonnage) - Number(after.active?.tonnage), 40);
  t.is(after.active?.count, before.active?.count);
  t.deepEqual(
    result.events.map(({ event }) => event),
    ['credit_split', 'nft_mint', 'nft_burn', 'credit_retire', 'nft_burn'],
  );
});

test.serial('the whole tonnage named is the whole credit: nothing is split', (t) => {
  const token_id = world.mint();
  const result = chain.mustCall(retireCall(token_id, { tonnage: '100' }));
  t.is(result.value, token_id);
  t.deepEqual(itemsOf(result.events, 'credit_split'), []);
});

test.serial('a part is a whole number of units, and no more than there is', (t) => {
  const token_id = world.mint();
  const deposit = ENOUGH_DEPOSIT;
  expectPanic(t, chain, 'NOT_A_WHOLE_UNIT', retireCall(token_id, { tonnage: '0.5' }, { deposit }));
  expectPanic(t, chain, 'SPLIT_MISMATCH', retireCall(token_id, { tonnage: '101' }, { deposit }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', retireCall(token_id, { tonnage: '0' }, { deposit }));
  expectPanic(t, chain, 'ARGUMENT_INVALID', retireCall(token_id, { tonnage: 40 }, { deposit }));
});

test.serial('a whole credit takes exactly 1 yocto, a part pays for its storage', (t) => {
  const token_id = world.mint();
  expectPanic(t, chain, 'NOT_ONE_YOCTO', retireCall(token_id, {}, { deposit: 0n }));
  expectPanic(t, chain, 'NOT_ONE_YOCTO', retireCall(token_id, {}, { deposit: 2n }));
  expectPanic(t, chain, 'DEPOSIT_TOO_SMALL', retireCall(token_id, { tonnage: '40' }));
});

test.serial('owner and approved accounts retire, others do not', (t) => {
  const token_id = world.mint();
  const { value: id } = world.pay('alice.near', 'nft_approve', { token_id, account_id: 'market.near' });
  t.is(id, undefined);
  expectPanic(t, chain, 'UNAUTHORIZED', retireCall(token_id, {}, { from: 'bob.near' }));
  expectPanic(t, chain, 'UNAUTHORIZED', retireCall(token_id, { approval_id: 9 }, { from: 'market.near' }));
  const approved = chain.view('nft_token', { token_id }) as { approved_account_ids: Record<string, number> };
  const approval_id = approved.approved_account_ids['market.near'];
  const result = chain.mustCall(retireCall(token_id, { approval_id }, { from: 'market.near' }));
  const whose = { account_id: 'alice.near', authorized_id: 'market.near' };
  t.like(itemsOf(result.events, 'credit_retire')[0], whose);
  t.like(itemsOf(result.events, 'nft_burn')[0], { owner_id: 'alice.near', authorized_id: 'market.near' });
  t.like(retirement(token_id), whose);
});

test.serial('an individual appears as a commitment alone', (t) => {
  const token_id = world.mint();
  for (const more of [
    { beneficiary: NAME, beneficiary_kind: 'individual' },
    { ...INDIVIDUAL, beneficiary: NAME },
    { ...INDIVIDUAL, beneficiary: null, beneficiary_id: 'passport:1' },
    { beneficiary: null, beneficiary_kind: 'individual' },
    { beneficiary: null, beneficiary_kind: 'organisation' },
    { beneficiary_commitment: commitment },
    { beneficiary_kind: 'company' },
    { beneficiary_kind: null },
    { beneficiary: null, beneficiary_commitment: commitment.toUpperCase() },
  ]) {
    expectPanic(t, chain, 'ARGUMENT_INVALID', retireCall(token_id, more));
  }
  const result = chain.mustCall(retireCall(token_id, { ...INDIVIDUAL, beneficiary: null }));
  t.like(itemsOf(result.events, 'credit_retire')[0], INDIVIDUAL);
  t.false(result.logs.join().includes(NAME));
});

test.serial('every text of a retirement is bounded and free of control characters', (t) => {
  const token_id = world.mint();
  for (const name of [
    'beneficiary',
    'beneficiary_id',
    'reason',
    'purpose',
    'jurisdiction',
    'consumption_period',
  ]) {
    expectPanic(t, chain, 'ARGUMENT_TOO_LONG', retireCall(token_id, { [name]: 'ü'.repeat(129) }));
    expectPanic(t, chain, 'ARGUMENT_INVALID', retireCall(token_id, { [name]: 'a\tb' }));
    expectPanic(t, chain, 'ARGUMENT_INVALID', retireCall(token_id, { [name]: '' }));
    expectPanic(t, chain, 'ARGUMENT_INVALID', retireCall(token_id, { [name]: 7 }));
  }
});

test.serial('a retirement of the longest texts costs no storage beyond what the mint reserved', (t) => {
  const lengths = { beneficiary: 256, beneficiary_id: 64, reason: 256, purpose: 64, jurisdiction: 64 };
  const longest = Object.fromEntries(
    Object.entries({ ...lengths, consumption_period: 64 }).map(([name, bytes]) => [name, '"'.repeat(bytes)]),
  );
  const free = () => chain.balance() - chain.storageUsage() * 10n ** 19n;
  const before = free();
  const token_id = world.mint();
  chain.mustCall(retireCall(token_id, longest));
  t.true(free() >= before, `${before - free()} yocto are missing`);
  t.like(retirement(token_id), longest);
});

test.serial('a batch is all or none, names each credit once, and is listed in its order', (t) => {
  const [first, second, third] = [world.mint(), world.mint(), world.mint({ receiver_id: 'bob.near' })];
  const list = (...ids: (string | undefined)[]) => ids.map((token_id) => ({ token_id, ...ORGANISATION }));
  const call = (retirements: unknown, deposit = 1n): Call => {
    return { from: 'alice.near', method: 'retire_batch', args: { retirements }, deposit };
  };
  expectPanic(t, chain, 'UNAUTHORIZED', call(list(first, second, third)));
  expectPanic(t, chain, 'DUPLICATE', call(list(first, second, first)));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call([]));
  expectPanic(t, chain, 'ARGUMENT_INVALID', call([null]));
  expectPanic(t, chain, 'TOO_MANY', call(list(...new Array<string>(21).fill(first ?? ''))));
  expectPanic(t, chain, 'NOT_ONE_YOCTO', call(list(first, second), 0n));
  world.pay('bob.near', 'nft_approve', { token_id: third, account_id: 'alice.near' });
  const parts = [...list(first, third), { token_id: second, tonnage: '10', ...ORGANISATION }];
  const result = chain.mustCall(call(parts, ENOUGH_DEPOSIT));
  const retired = result.value as string[];
  t.deepEqual(retired.slice(0, 2), [first, third]);
  t.deepEqual(
    itemsOf(result.events, 'credit_retire').map(({ token_id }) => token_id),
    retired,
  );
  const all = chain.view('retirements', { limit: 500 }) as { token_id: string }[];
  t.deepEqual(
    all.slice(-3).map(({ token_id }) => token_id),
    retired,
  );
});

test.serial('retirements are listed: all, by account, by beneficiary, page by page', (t) => {
  const beneficiary_id = 'id/of/0';
  const mine = [world.mint(), world.mint(), world.mint({ receiver_id: 'bob.near' })];
  const before = chain.view('retirements_for_account', { account_id: 'alice.near', limit: 500 }) as object[];
  for (const token_id of mine) {
    const from = token_id === mine[2] ? 'bob.near' : 'alice.near';
    chain.mustCall(retireCall(token_id, { beneficiary_id }, { from }));
  }
  const ids = (list: unknown) => (list as { token_id: string }[]).map(({ token_id }) => token_id);
  t.deepEqual(ids(chain.view('retirements_for_beneficiary_id', { beneficiary_id })), mine);
  t.deepEqual(
    ids(chain.view('retirements_for_beneficiary_id', { beneficiary_id, from_index: '1', limit: 1 })),
    mine.slice(1, 2),
  );
  t.deepEqual(chain.view('retirements_for_beneficiary_id', { beneficiary_id: 'id' }), []);
  const from_index = `${before.length}`;
  t.deepEqual(
    ids(chain.view('retirements_for_account', { account_id: 'alice.near', from_index })),
    mine.slice(0, 2),
  );
  t.deepEqual(chain.view('retirements_for_account', { account_id: 'nobody.near' }), []);
  t.regex(chain.tryView('retirements', { from_index: 1 }).error ?? '', /^ARGUMENT_INVALID/);
  t.regex(chain.tryView('retirements_for_beneficiary_id', {}).error ?? '', /^ARGUMENT_INVALID/);
  t.is(chain.view('retirement', { token_id: hashOf('never minted') }), null);
});

test.serial('what is paused is not retired, and reveals go on', (t) => {
  const [token_id, hidden] = [world.mint(), world.mint()];
  chain.mustCall(retireCall(hidden, { ...INDIVIDUAL, beneficiary: null }));
  for (const feature of ['retire', 'registry_acts']) world.act('guardian.near', 'pause', { feature });
  expectPanic(t, chain, 'FEATURE_PAUSED', retireCall(token_id));
  const refuse = { token_id: hidden, reason: 'x' };
  expectPanic(t, chain, 'FEATURE_PAUSED', {
    from: 'registry.near',
    method: 'refuse_retirement',
    deposit: 1n,
    args: refuse,
  });
  world.act('alice.near', 'reveal_beneficiary', { token_id: hidden, beneficiary: NAME, salt });
  for (const feature of ['retire', 'registry_acts']) world.act(OWNER_ID, 'unpause', { feature });
  world.act('guardian.near', 'pause', { feature: 'parts' });
  expectPanic(
    t,
    chain,
    'FEATURE_PAUSED',
    retireCall(token_id, { tonnage: '1' }, { deposit: ENOUGH_DEPOSIT }),
  );
  world.act(OWNER_ID, 'unpause', { feature: 'parts' });
  chain.mustCall(retireCall(token_id));
});

test.serial('an impaired credit is not retired', (t) => {
  const token_id = world.mint();
  world.act('registry.near', 'impair', { token_id, reason: 'Reversal' });
  expectPanic(t, chain, 'CREDIT_IMPAIRED', retireCall(token_id));
  world.act('registry.near', 'restore', { token_id, reason: 'Mended' });
  chain.mustCall(retireCall(token_id));
});

test.serial('a credit is retired on its last day and not after it', async (t) => {
  const credit = { expires_on: FIRST_DAY };
  const [token_id, late] = [world.mint({ credit }), world.mint({ credit })];
  chain.mustCall(retireCall(token_id));
  await chain.advanceTo(START_NS + DAY_NS / 2n);
  expectPanic(t, chain, 'CREDIT_EXPIRED', retireCall(late));
  t.is((chain.view('mrv_hash_status', { mrv_hash: late }) as { status: string }).status, 'active');
});

test.serial('totals of registry, project and vintage count what was retired', (t) => {
  const credit = { registry: OTHER_REGISTRY, project_id: 'ice', vintage_year: 2021 };
  const token_id = world.mint({ credit, from: OTHER_PEOPLE.minter });
  chain.mustCall(retireCall(token_id, { tonnage: '30' }, { deposit: ENOUGH_DEPOSIT }));
  const expected = { count: 1, tonnage: '30' };
  for (const args of [
    { registry: OTHER_REGISTRY },
    { registry: OTHER_REGISTRY, project_id: 'ice' },
    { vintage_year: 2021 },
    { registry: OTHER_REGISTRY, vintage_year: 2021 },
  ]) {
    t.deepEqual(supplyOf(args).retired, expected, JSON.stringify(args));
    t.deepEqual(supplyOf(args).active, { count: 1, tonnage: '70' });
    t.deepEqual(supplyOf(args).minted, { count: 1, tonnage: '100' });
  }
});
