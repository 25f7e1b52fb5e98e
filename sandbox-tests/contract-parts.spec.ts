// Shows that dividing and joining credits keeps every tonne, gives derived hashes and serials in order, and is refused otherwise.
import test from 'ava';
import { mergedPreimage } from '../contracts/credit/derive.ts';
import { MERGE_VECTORS, SPLIT_VECTORS } from '../contracts/credit/derive-vectors.ts';
import { formatTonnage } from '../contracts/credit/tonnage.ts';
import { type Call, ENOUGH_DEPOSIT, expectPanic, OWNER_ID } from './support/contract-chain.ts';
import {
  DAY_NS,
  FIRST_DAY,
  hashOf,
  openContractWorld,
  REGISTRY,
  START_NS,
  usualConsent,
} from './support/contract-world.ts';

const world = await openContractWorld();
const { chain } = world;
test.after.always(() => chain.stop());

function splitCall(token_id: string, tonnages: unknown, call: Partial<Call> = {}): Call {
  const args = { token_id, tonnages };
  return { from: 'alice.near', method: 'split', deposit: ENOUGH_DEPOSIT, args, ...call };
}

function mergeCall(token_ids: unknown, call: Partial<Call> = {}): Call {
  return { from: 'alice.near', method: 'merge', deposit: ENOUGH_DEPOSIT, args: { token_ids }, ...call };
}

function split(token_id: string, tonnages: string[]): string[] {
  return chain.mustCall(splitCall(token_id, tonnages)).value as string[];
}

function credit(mrv_hash: string): Record<string, unknown> {
  return chain.view('credit', { mrv_hash }) as Record<string, unknown>;
}

test.serial('hashes of parts and of what they become are those of the documented examples', (t) => {
  const [{ parent }] = SPLIT_VECTORS;
  const consent_ref = 'half tonnes';
  world.pay('registry.near', 'record_consent', { ...usualConsent(REGISTRY), consent_ref, unit: '0.5' });
  world.mint({ mrv_hash: parent, credit: { tonnage: '1000', unit: '0.5', consent_ref } });
  const children = split(
    parent,
    SPLIT_VECTORS.map(({ units }) => formatTonnage(units)),
  );
  t.deepEqual(
    children,
    SPLIT_VECTORS.map(({ child }) => child),
  );
  t.is(chain.mustCall(mergeCall(children)).value, MERGE_VECTORS[0].merged);
});

test.serial('parts come in argument order, with consecutive serials and all facts of the whole', (t) => {
  const token_id = world.mint();
  const { value, events } = chain.mustCall(splitCall(token_id, ['10', '30', '60']));
  const children = value as string[];
  t.deepEqual(
    events.map(({ event }) => event),
    ['credit_split', 'nft_burn', 'nft_mint'],
  );
  t.deepEqual(events[0]?.data[0], {
    token_id,
    origin: token_id,
    owner_id: 'alice.near',
    children: [
      ['10', '1000', '1009'],
      ['30', '1010', '1039'],
      ['60', '1040', '1099'],
    ].map(([tonnage, start, end], index) => {
      return { token_id: children[index], tonnage, serial: { namespace: 'VCS-1234-2025', start, end } };
    }),
  } as never);
  t.deepEqual(chain.view('lineage', { token_id }), { token_id, origin: token_id, parents: [], children });
  const { vintage_year, project_id, consent_ref, minter_id } = credit(token_id);
  for (const child of children) {
    t.like(credit(child), {
      status: 'active',
      owner_id: 'alice.near',
      origin: token_id,
      parents: [token_id],
      vintage_year,
      project_id,
      consent_ref,
      minter_id,
    });
  }
  t.is(chain.view('nft_token', { token_id }), null);
});

test.serial('a part can be divided again, and its origin stays the minted hash', (t) => {
  const token_id = world.mint();
  const [first = ''] = split(token_id, ['50', '50']);
  const [inner = ''] = split(first, ['20', '30']);
  t.like(credit(inner), { origin: token_id, parents: [first], tonnage: '20' });
});

test.serial('parts without serial numbers are divided too', (t) => {
  const token_id = world.mint({ credit: { serial: undefined } as object });
  const [first = '', second = ''] = split(token_id, ['1', '99']);
  t.false('serial' in credit(first));
  const merged = chain.mustCall(mergeCall([second, first])).value as string;
  t.like(credit(merged), { tonnage: '100', parents: [second, first] });
});

test.serial("a split's parts are whole units and add up exactly", (t) => {
  const token_id = world.mint();
  expectPanic(t, chain, 'SPLIT_MISMATCH', splitCall(token_id, ['40', '61']));
  expectPanic(t, chain, 'SPLIT_MISMATCH', splitCall(token_id, ['40', '59']));
  expectPanic(t, chain, 'NOT_A_WHOLE_UNIT', splitCall(token_id, ['40.5', '59.5']));
  for (const tonnages of [['100'], [], ['0', '100'], ['040', '60'], [40, 60], '40,60', null]) {
    expectPanic(t, chain, 'ARGUMENT_INVALID', splitCall(token_id, tonnages));
  }
  expectPanic(t, chain, 'TOO_MANY', splitCall(token_id, new Array(25).fill('4')));
});

test.serial('the deposit pays for the parts, and the rest comes back', (t) => {
  const token_id = world.mint();
  expectPanic(t, chain, 'DEPOSIT_TOO_SMALL', splitCall(token_id, ['40', '60'], { deposit: 1n }));
  const before = chain.balance();
  const parts = split(token_id, ['40', '60']);
  const kept = chain.balance() - before;
  t.true(kept > 0n && kept < ENOUGH_DEPOSIT);
  const joined = chain.balance();
  chain.mustCall(mergeCall(parts));
  const price = chain.balance() - joined;
  t.true(price > 0n && price < kept, 'one credit costs less than two');
});

test.serial('only the owner divides, even where others are approved', (t) => {
  const token_id = world.mint();
  world.pay('alice.near', 'nft_approve', { token_id, account_id: 'market.near' });
  expectPanic(t, chain, 'UNAUTHORIZED', splitCall(token_id, ['40', '60'], { from: 'bob.near' }));
  expectPanic(t, chain, 'UNAUTHORIZED', splitCall(token_id, ['40', '60'], { from: 'market.near' }));
  const [part = ''] = split(token_id, ['40', '60']);
  t.deepEqual(
    (chain.view('nft_token', { token_id: part }) as Record<string, unknown>).approved_account_ids,
    {},
  );
});

test.serial('neighbours become one again, in another hash', (t) => {
  const token_id = world.mint();
  const [first = '', second = '', third = ''] = split(token_id, ['10', '30', '60']);
  const { value, events } = chain.mustCall(mergeCall([first, second]));
  const merged = value as string;
  t.is(merged, hashOf(mergedPreimage({ origin: token_id, parents: [first, second] })));
  t.deepEqual(
    events.map(({ event }) => event),
    ['credit_merge', 'nft_burn', 'nft_mint'],
  );
  t.deepEqual(events[0]?.data[0], {
    token_id: merged,
    origin: token_id,
    owner_id: 'alice.near',
    parents: [first, second],
    tonnage: '40',
    serial: { namespace: 'VCS-1234-2025', start: '1000', end: '1039' },
  } as never);
  t.like(credit(first), { status: 'void', cause: 'merged', children: [merged] });
  const whole = chain.mustCall(mergeCall([merged, third])).value as string;
  t.like(credit(whole), {
    tonnage: '100',
    serial: { namespace: 'VCS-1234-2025', start: '1000', end: '1099' },
  });
  t.not(whole, token_id, 'a hash never comes back');
});

test.serial('what is no row of neighbours of one origin and owner is not joined', (t) => {
  const token_id = world.mint();
  const [first = '', second = '', third = ''] = split(token_id, ['10', '30', '60']);
  const [foreign = ''] = split(world.mint(), ['50', '50']);
  const minted = [world.mint(), world.mint()];
  expectPanic(t, chain, 'MERGE_IMPOSSIBLE', mergeCall([first, third]));
  expectPanic(t, chain, 'MERGE_IMPOSSIBLE', mergeCall([second, first]));
  expectPanic(t, chain, 'MERGE_IMPOSSIBLE', mergeCall([first, foreign]));
  expectPanic(t, chain, 'MERGE_IMPOSSIBLE', mergeCall(minted));
  expectPanic(t, chain, 'DUPLICATE', mergeCall([first, first]));
  expectPanic(t, chain, 'NOT_LIVE', mergeCall([token_id, first]));
  expectPanic(t, chain, 'NOT_LIVE', mergeCall([first, hashOf('never')]));
  expectPanic(t, chain, 'ARGUMENT_INVALID', mergeCall([first]));
  expectPanic(t, chain, 'ARGUMENT_INVALID', mergeCall([first, second.toUpperCase()]));
  expectPanic(t, chain, 'UNAUTHORIZED', mergeCall([first, second], { from: 'bob.near' }));
  world.act('alice.near', 'nft_transfer', { token_id: second, receiver_id: 'bob.near' });
  expectPanic(t, chain, 'UNAUTHORIZED', mergeCall([first, second]));
});

test.serial('an impaired credit is neither divided nor joined', (t) => {
  const token_id = world.mint();
  world.act('registry.near', 'impair', { token_id, reason: 'Reversal' });
  expectPanic(t, chain, 'CREDIT_IMPAIRED', splitCall(token_id, ['40', '60']));
  world.act('registry.near', 'restore', { token_id, reason: 'Mended' });
  const parts = split(token_id, ['40', '60']);
  world.act('registry.near', 'impair', { token_id: parts[1], reason: 'Reversal' });
  expectPanic(t, chain, 'CREDIT_IMPAIRED', mergeCall(parts));
  world.act('registry.near', 'restore', { token_id: parts[1], reason: 'Mended' });
  world.act('registry.near', 'impair', { origin: token_id, reason: 'Reversal' });
  expectPanic(t, chain, 'CREDIT_IMPAIRED', mergeCall(parts));
  expectPanic(t, chain, 'CREDIT_IMPAIRED', splitCall(parts[0] ?? '', ['20', '20']));
});

test.serial('what is paused is neither divided nor joined', (t) => {
  const token_id = world.mint();
  const parts = split(world.mint(), ['40', '60']);
  world.act('guardian.near', 'pause', { feature: 'parts' });
  expectPanic(t, chain, 'FEATURE_PAUSED', splitCall(token_id, ['40', '60']));
  expectPanic(t, chain, 'FEATURE_PAUSED', mergeCall(parts));
  world.act(OWNER_ID, 'unpause', { feature: 'parts' });
  chain.mustCall(mergeCall(parts));
});

test.serial('as many parts as may be fit into one call and come together again', (t) => {
  const namespace = 'n'.repeat(64);
  const start = `${10n ** 20n - 1_000n}`;
  const token_id = world.mint({ credit: { tonnage: '24', serial: { namespace, start } } });
  const deposit = 24n * ENOUGH_DEPOSIT;
  const parts = chain.mustCall(splitCall(token_id, new Array(24).fill('1'), { deposit })).value as string[];
  t.is(new Set(parts).size, 24);
  const merged = chain.mustCall(mergeCall(parts)).value as string;
  t.like(credit(merged), { tonnage: '24', serial: { namespace, start, end: `${BigInt(start) + 23n}` } });
});

test.serial('a used hash has a lineage, another has none', (t) => {
  const token_id = world.mint();
  t.deepEqual(chain.view('lineage', { token_id }), { token_id, origin: token_id, parents: [], children: [] });
  t.is(chain.view('lineage', { token_id: hashOf('never') }), null);
  t.regex(chain.tryView('lineage', { token_id: 'x' }).error ?? '', /^ARGUMENT_INVALID/);
});

test.serial('after its last day a credit is neither divided nor joined', async (t) => {
  const expiring = { credit: { expires_on: FIRST_DAY } };
  const [token_id, parts] = [world.mint(expiring), split(world.mint(expiring), ['40', '60'])];
  t.like(credit(parts[0] ?? ''), { expires_on: FIRST_DAY });
  await chain.advanceTo(START_NS + DAY_NS / 2n);
  expectPanic(t, chain, 'CREDIT_EXPIRED', splitCall(token_id, ['40', '60']));
  expectPanic(t, chain, 'CREDIT_EXPIRED', mergeCall(parts));
});
