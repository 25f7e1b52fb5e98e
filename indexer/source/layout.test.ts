// Shows which shard an account lives on in each form of a layout, and that a form that is none is refused.
import test from 'ava';
import { readShardLayout } from './layout.ts';

const named = { boundary_accounts: ['bob.near', 'd'], shard_ids: [6, 11, '2'] };
const FORMS: Record<string, { value: unknown; shard_ids: bigint[] }> = {
  V1: { value: { V1: { boundary_accounts: ['bob.near', 'd'], version: 1 } }, shard_ids: [0n, 1n, 2n] },
  V2: { value: { V2: { ...named, version: 3 } }, shard_ids: [6n, 11n, 2n] },
  V3: { value: { V3: { ...named, last_split: 1 } }, shard_ids: [6n, 11n, 2n] },
};
for (const [form, { value, shard_ids }] of Object.entries(FORMS)) {
  test(`accounts stand in the order of the alphabet in the form ${form}, a boundary in the shard behind it`, (t) => {
    const layout = readShardLayout(value);
    t.deepEqual(layout.shard_ids, shard_ids);
    const places = ['alice.near', 'bob.nea', 'bob.near', 'bob.near0', 'carol', 'd', '0', 'zz'].map(
      layout.shardOf,
    );
    const [first, second, third] = shard_ids;
    t.deepEqual(places, [first, first, second, second, second, third, first, third]);
  });
}

test('accounts are dealt by their hash in the form V0', (t) => {
  const layout = readShardLayout({ V0: { num_shards: 4, version: 0 } });
  t.deepEqual(layout.shard_ids, [0n, 1n, 2n, 3n]);
  // The first 8 bytes of SHA-256("near"), read from the little end, and their rest by 4.
  t.is(layout.shardOf('near'), 0xe7fdcc0b7734ba46n % 4n);
  t.true(new Set(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(layout.shardOf)).size > 1);
  t.is(readShardLayout({ V0: { num_shards: 1 } }).shardOf('any.near'), 0n);
});

for (const [what, value] of [
  ['a form of a later day', { V9: named }],
  ['a boundary too many', { V2: { ...named, boundary_accounts: ['a', 'b', 'c'] } }],
  ['boundaries out of order', { V2: { ...named, boundary_accounts: ['d', 'bob.near'] } }],
  ['no layout', null],
] as const) {
  test(`what is no layout is refused: ${what}`, (t) => {
    t.throws(() => readShardLayout(value));
  });
}
