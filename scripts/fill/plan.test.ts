// Shows that a filling is planned whole: all blocks once, all tenants served, the largest with its share.

import test from 'ava';
import { BLOCKS_PER_CHUNK, planFill, TENANTS_WITH_CREDITS } from './plan.ts';

test('the chunks hold every block once, in order, the last one what is left', (t) => {
  const { blocks, chunks } = planFill({ credits: 100 * (BLOCKS_PER_CHUNK * 2 + 7), seed: 1 });
  t.is(blocks, BLOCKS_PER_CHUNK * 2 + 7);
  t.deepEqual(chunks, [
    { first: 0, end: BLOCKS_PER_CHUNK },
    { first: BLOCKS_PER_CHUNK, end: BLOCKS_PER_CHUNK * 2 },
    { first: BLOCKS_PER_CHUNK * 2, end: BLOCKS_PER_CHUNK * 2 + 7 },
  ]);
});

test('the largest tenant has 40 in a hundred, every other has something, none more than the one before', (t) => {
  const { tenant_slots } = planFill({ credits: 100, seed: 1 });
  const slots_of = Array.from(
    { length: TENANTS_WITH_CREDITS },
    (_, tenant) => tenant_slots.filter((slot) => slot === tenant).length,
  );
  t.is(tenant_slots.length, 1000);
  t.is(slots_of[0], 400);
  t.true(slots_of.every((slots) => slots > 0));
  // A slot is a thousandth: rounding may give a later tenant one more.
  t.true(slots_of.every((slots, tenant) => tenant === 0 || slots <= (slots_of[tenant - 1] ?? 0) + 1));
});

test('sizes that do not fill whole blocks are refused, and so are seeds that are no number', (t) => {
  for (const credits of [0, -100, 99, 150, 100.5, Number.NaN, 100_000_100]) {
    t.throws(() => planFill({ credits, seed: 1 }), { instanceOf: RangeError }, String(credits));
  }
  for (const seed of [-1, 0.5, Number.NaN])
    t.throws(() => planFill({ credits: 100, seed }), { instanceOf: RangeError });
  t.notThrows(() => planFill({ credits: 100_000_000, seed: 0 }));
});
