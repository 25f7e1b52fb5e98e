// Shows that a credit is minted once, by its registry's minter, within the cap, for its exact price.
import test from 'ava';
import { type CreditChange, mintCallOf, recordCallOf } from './support/contract-calls.ts';
import { type Call, CONTRACT_ID, ENOUGH_DEPOSIT, expectPanic, OWNER_ID } from './support/contract-chain.ts';
import {
  DAY_NS,
  hashOf,
  OTHER_PEOPLE,
  OTHER_REGISTRY,
  openContractWorld,
  PROJECT_ID,
  REGISTRY,
  usualCredit,
} from './support/contract-world.ts';

const world = await openContractWorld();
const { chain } = world;
test.after.always(() => chain.stop());

const REFERENCE_HASH = `${'A'.repeat(43)}=`;

function mintOf(change: CreditChange, args: object = {}): Call {
  return mintCallOf(world, change, args);
}

function supplyOf(args: object = {}): Record<string, unknown> {
  return chain.view('supply', args) as Record<string, unknown>;
}

test.serial('a mint tells all of the credit, counts it everywhere and shows it to its owner', (t) => {
  const mrv_hash = hashOf('first');
  const credit = {
    ...usualCredit(),
    tonnage: '12.5',
    unit: '0.5',
    expires_on: '2030-12-31',
    buffer_tonnage: '2.25',
    reference: 'https://example.org/1.json',
    reference_hash: REFERENCE_HASH,
    consent_ref: 'halves',
  };
  chain.mustCall(recordCallOf({ consent_ref: 'halves', unit: '0.5' }));
  const args = { receiver_id: 'alice.near', mrv_hash, credit, memo: 'Zuerst, "zitiert" \\ ü' };
  const before = supplyOf({ vintage_year: 2025 });
  t.deepEqual(chain.view('mrv_hash_status', { mrv_hash }), { mrv_hash, status: 'not_minted' });
  t.is(chain.view('credit', { mrv_hash }), null);
  for (const token_id of [mrv_hash, '', '7', 'x'.repeat(5000)])
    t.is(chain.view('nft_token', { token_id }), null);
  const { events } = chain.mustCall({
    from: 'minter.near',
    method: 'nft_mint',
    args,
    deposit: ENOUGH_DEPOSIT,
  });
  const { memo } = args;
  const facts = { ...credit, serial: { ...credit.serial, end: '1024' } };
  t.deepEqual(events, [
    {
      standard: 'dmrv',
      version: '1.0.0',
      event: 'credit_issue',
      data: [{ token_id: mrv_hash, owner_id: 'alice.near', minter_id: 'minter.near', ...facts, memo }],
    },
    {
      standard: 'nep171',
      version: '1.2.0',
      event: 'nft_mint',
      data: [{ owner_id: 'alice.near', token_ids: [mrv_hash], memo }],
    },
  ] as unknown as typeof events);
  t.like(chain.view('credit', { mrv_hash }), {
    mrv_hash,
    status: 'active',
    owner_id: 'alice.near',
    origin: mrv_hash,
    minter_id: 'minter.near',
    ...facts,
  });
  t.deepEqual(chain.view('mrv_hash_status', { mrv_hash }), { mrv_hash, status: 'active', origin: mrv_hash });
  const token = chain.view('nft_token', { token_id: mrv_hash }) as { metadata: { extra: string } };
  t.like(token, {
    token_id: mrv_hash,
    owner_id: 'alice.near',
    approved_account_ids: {},
    metadata: {
      copies: 1,
      expires_at: Date.parse('2030-12-31T23:59:59.999Z'),
      reference: credit.reference,
      reference_hash: REFERENCE_HASH,
    },
  });
  t.like(JSON.parse(token.metadata.extra) as object, { tonnage: '12.5', origin: mrv_hash });
  t.deepEqual(before.minted, { count: 0, tonnage: '0' });
  for (const part of [
    {},
    { registry: REGISTRY },
    { vintage_year: 2025 },
    { registry: REGISTRY, vintage_year: 2025 },
    { registry: REGISTRY, project_id: PROJECT_ID },
  ]) {
    const supply = supplyOf(part);
    t.deepEqual(supply.minted, { count: 1, tonnage: '12.5' }, JSON.stringify(part));
    t.deepEqual(supply.active, { count: 1, tonnage: '12.5' }, JSON.stringify(part));
    t.deepEqual(supply.retired, { count: 0, tonnage: '0' }, JSON.stringify(part));
  }
  for (const part of [{ registry: OTHER_REGISTRY }, { vintage_year: 2024 }, { registry: 'icr' }]) {
    t.deepEqual(supplyOf(part).minted, { count: 0, tonnage: '0' }, JSON.stringify(part));
  }
});

test.serial('a hash is used once and never again', (t) => {
  const mrv_hash = world.mint();
  expectPanic(t, chain, 'HASH_USED', world.mintCall({ mrv_hash }));
  expectPanic(
    t,
    chain,
    'HASH_USED',
    world.mintCall({ mrv_hash, from: OTHER_PEOPLE.minter, credit: { registry: OTHER_REGISTRY } }),
  );
});

test.serial('only a minter of the very registry mints', (t) => {
  for (const from of ['alice.near', OWNER_ID, 'registry.near', 'agent.near', OTHER_PEOPLE.minter]) {
    expectPanic(t, chain, 'WRONG_REGISTRY', { ...world.mintCall(), from });
  }
  expectPanic(t, chain, 'WRONG_REGISTRY', mintOf({ registry: OTHER_REGISTRY }));
  expectPanic(t, chain, 'REGISTRY_UNKNOWN', mintOf({ registry: 'puro' }));
});

const BAD_CREDITS: [change: CreditChange, code: string][] = [
  [{ tonnage: 100 }, 'ARGUMENT_INVALID'],
  [{ tonnage: '0' }, 'ARGUMENT_INVALID'],
  [{ tonnage: '-1' }, 'ARGUMENT_INVALID'],
  [{ tonnage: '01' }, 'ARGUMENT_INVALID'],
  [{ tonnage: '1.0' }, 'ARGUMENT_INVALID'],
  [{ tonnage: '1e3' }, 'ARGUMENT_INVALID'],
  [{ tonnage: '0x10' }, 'ARGUMENT_INVALID'],
  [{ tonnage: '' }, 'ARGUMENT_INVALID'],
  [{ tonnage: ' 1' }, 'ARGUMENT_INVALID'],
  [{ tonnage: '1.000000001' }, 'ARGUMENT_INVALID'],
  [{ tonnage: '1234567890123' }, 'ARGUMENT_INVALID'],
  [{ tonnage: '0.5' }, 'NOT_A_WHOLE_UNIT'],
  [{ unit: '3' }, 'NOT_A_WHOLE_UNIT'],
  [{ unit: '0' }, 'ARGUMENT_INVALID'],
  [{ project_id: '' }, 'ARGUMENT_INVALID'],
  [{ project_id: 'x'.repeat(65) }, 'ARGUMENT_TOO_LONG'],
  [{ project_id: 'ü'.repeat(33) }, 'ARGUMENT_TOO_LONG'],
  [{ project_id: 'a\nb' }, 'ARGUMENT_INVALID'],
  [{ project_id: 'a\u0000b' }, 'ARGUMENT_INVALID'],
  [{ project_id: 'a\u007fb' }, 'ARGUMENT_INVALID'],
  [{ project_id: 'a\u0085b' }, 'ARGUMENT_INVALID'],
  [{ project_id: 'a"b' }, 'ARGUMENT_INVALID'],
  [{ project_id: 'a\\b' }, 'ARGUMENT_INVALID'],
  [{ project_id: '\ud800' }, 'ARGUMENT_INVALID'],
  [{ project_id: 5 }, 'ARGUMENT_INVALID'],
  [{ methodology: undefined }, 'ARGUMENT_INVALID'],
  [{ registry: 'Verra' }, 'ARGUMENT_INVALID'],
  [{ vintage_year: '2025' }, 'ARGUMENT_INVALID'],
  [{ vintage_year: 2025.5 }, 'ARGUMENT_INVALID'],
  [{ vintage_year: 1066 }, 'ARGUMENT_INVALID'],
  [{ issued_on: '2026-02-30' }, 'ARGUMENT_INVALID'],
  [{ issued_on: '2025-02-29' }, 'ARGUMENT_INVALID'],
  [{ issued_on: '2026-2-3' }, 'ARGUMENT_INVALID'],
  [{ issued_on: '2026-06-02' }, 'DATE_IN_FUTURE'],
  [{ expires_on: '2026-05-31' }, 'CREDIT_EXPIRED'],
  [{ serial: { namespace: 'n' } }, 'ARGUMENT_INVALID'],
  [{ serial: { namespace: 'n', start: 5 } }, 'ARGUMENT_INVALID'],
  [{ serial: { namespace: 'n', start: '05' } }, 'ARGUMENT_INVALID'],
  [{ serial: { namespace: 'n', start: '99999999999999999999' } }, 'ARGUMENT_INVALID'],
  [{ serial: [] }, 'ARGUMENT_INVALID'],
  [{ consent_ref: 'nowhere' }, 'CONSENT_MISSING'],
  [{ unit: '2' }, 'CONSENT_MISMATCH'],
  [{ buffer_tonnage: '1.' }, 'ARGUMENT_INVALID'],
  [{ replaces: 'x' }, 'ARGUMENT_INVALID'],
  [{ replaces: hashOf('nothing') }, 'NOT_FOUND'],
  [{ reference: 'https://example.org' }, 'ARGUMENT_INVALID'],
  [{ reference_hash: REFERENCE_HASH }, 'ARGUMENT_INVALID'],
  [{ reference: 'https://example.org', reference_hash: 'x' }, 'ARGUMENT_INVALID'],
];

for (const [change, code] of BAD_CREDITS) {
  test.serial(`a credit with ${JSON.stringify(change).slice(0, 60)} is refused with ${code}`, (t) => {
    expectPanic(t, chain, code, mintOf(change));
  });
}

test.serial('a mint without a well-formed hash, receiver or credit is refused', (t) => {
  for (const args of [
    { mrv_hash: hashOf('x').toUpperCase() },
    { mrv_hash: `sha256:${hashOf('x')}` },
    { mrv_hash: hashOf('x').slice(1) },
    { mrv_hash: `${hashOf('x')}0` },
    { mrv_hash: null },
    { receiver_id: 'Alice.near' },
    { receiver_id: '' },
    { receiver_id: undefined },
    { credit: 'credit' },
    { credit: undefined },
    { memo: 5 },
  ]) {
    expectPanic(t, chain, 'ARGUMENT_INVALID', mintOf({}, args));
  }
  expectPanic(t, chain, 'ARGUMENT_TOO_LONG', mintOf({}, { memo: 'm'.repeat(257) }));
  expectPanic(t, chain, 'SELF_TRANSFER', mintOf({}, { receiver_id: CONTRACT_ID }));
});

test.serial('names that the method does not know are ignored, null is as good as absent', (t) => {
  chain.mustCall(
    mintOf({ serial: null, expires_on: null, replaces: null } as never, { memo: null, more: 1 }),
  );
  t.pass();
});

test.serial('a mint keeps its price exactly, and less is refused', (t) => {
  const call = world.mintCall();
  const price = BigInt(chain.view('storage_cost', { ...call.args, minter_id: 'minter.near' }) as string);
  expectPanic(t, chain, 'DEPOSIT_TOO_SMALL', { ...call, deposit: price - 1n });
  expectPanic(t, chain, 'DEPOSIT_TOO_SMALL', { ...call, deposit: 0n });
  const before = chain.balance();
  const { receipts } = chain.mustCall({ ...call, deposit: price });
  t.is(chain.balance() - before, price);
  t.is(receipts.length, 1, 'nothing is sent back where nothing is left');
  const other = chain.mustCall({ ...world.mintCall(), deposit: price * 2n });
  t.is(chain.balance() - before, price * 2n);
  t.is(other.receipts.length, 2);
});

test.serial('a replacement names a credit that is gone', (t) => {
  const live = world.mint();
  expectPanic(t, chain, 'ALREADY_EXISTS', mintOf({ replaces: live }));
  world.act('registry.near', 'invalidate', { token_ids: [live], reason: 'error', reference: 'case-1' });
  chain.mustCall(mintOf({ replaces: live }));
  t.pass();
});

test.serial('a batch is minted as a whole or not at all', (t) => {
  const before = supplyOf().active as { count: number };
  const mints = [1, 2, 3].map((n) => ({
    ...world.mintCall({
      receiver_id: n === 2 ? 'bob.near' : 'alice.near',
      credit: { project_id: n === 3 ? 'other' : PROJECT_ID, vintage_year: 2020 + n, tonnage: `${n}` },
    }).args,
  }));
  const batch = (list: unknown, deposit = 2n * ENOUGH_DEPOSIT): Call => {
    return { from: 'minter.near', method: 'nft_mint_batch', args: { mints: list }, deposit };
  };
  expectPanic(t, chain, 'HASH_USED', batch([...mints, mints[0]]));
  expectPanic(t, chain, 'ARGUMENT_INVALID', batch([...mints, { ...mints[0], mrv_hash: 'x' }]));
  expectPanic(t, chain, 'ARGUMENT_INVALID', batch([]));
  expectPanic(t, chain, 'ARGUMENT_INVALID', batch({}));
  expectPanic(t, chain, 'ARGUMENT_INVALID', batch([5]));
  const foreign = {
    ...mints[0],
    mrv_hash: world.nextHash(),
    credit: { ...usualCredit(), registry: OTHER_REGISTRY },
  };
  expectPanic(t, chain, 'WRONG_REGISTRY', batch([...mints, foreign]));
  const { mint_batch } = chain.view('limits') as { mint_batch: number };
  const many = (count: number) =>
    Array.from({ length: count }, () => world.mintCall().args as { mrv_hash: string });
  expectPanic(t, chain, 'TOO_MANY', batch(many(mint_batch + 1)));
  const { events } = chain.mustCall(batch(mints));
  t.deepEqual(
    events.map(({ event, data }) => [event, data.length]),
    [
      ['credit_issue', 3],
      ['nft_mint', 3],
    ],
  );
  t.is((supplyOf().active as { count: number }).count, before.count + 3);
  t.deepEqual(supplyOf({ registry: REGISTRY, vintage_year: 2022 }).active, { count: 1, tonnage: '2' });
  t.deepEqual(supplyOf({ registry: REGISTRY, project_id: 'other' }).active, { count: 1, tonnage: '3' });
});

test.serial('the largest batch that the limits tell fits with usual texts', (t) => {
  const { mint_batch } = chain.view('limits') as { mint_batch: number };
  const mints = Array.from({ length: mint_batch }, () => world.mintCall().args);
  const args = { mints };
  const call: Call = { from: 'minter.near', method: 'nft_mint_batch', args, deposit: 20n * ENOUGH_DEPOSIT };
  const result = chain.mustCall(call);
  t.true(result.receipts[0] !== undefined && result.receipts[0].gas_burnt < 100n * 10n ** 12n);
  const long = Array.from({ length: mint_batch }, () => mintOf({}, { memo: 'm'.repeat(256) }).args);
  expectPanic(t, chain, 'TOO_MANY', { ...call, args: { mints: long } });
});

// Last, as it moves time and uses up the day.
test.serial('a minter mints no more in a day than the cap, and the next day anew', async (t) => {
  const role = { role: 'minter', account_id: 'bob.near', registry: REGISTRY };
  world.act(OWNER_ID, 'grant_role', { ...role, daily_tonnage: '150' });
  const mint = (tonnage: string) => ({ ...world.mintCall({ credit: { tonnage } }), from: 'bob.near' });
  expectPanic(t, chain, 'MINT_CAP_REACHED', mint('151'));
  chain.mustCall(mint('100'));
  expectPanic(t, chain, 'MINT_CAP_REACHED', mint('51'));
  chain.mustCall(mint('50'));
  expectPanic(t, chain, 'MINT_CAP_REACHED', mint('1'));
  world.act(OWNER_ID, 'grant_role', { ...role, daily_tonnage: '160' });
  chain.mustCall(mint('10'));
  expectPanic(t, chain, 'MINT_CAP_REACHED', mint('1'));
  await chain.advanceTo(chain.now() + DAY_NS);
  chain.mustCall(mint('160'));
  world.act(OWNER_ID, 'revoke_role', role);
  expectPanic(t, chain, 'WRONG_REGISTRY', mint('1'));
});
