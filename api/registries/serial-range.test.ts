// Shows that ranges are split, met, taken away and joined like the sets of numbers that they are.

import test from 'ava';
import fc from 'fast-check';
import { chooseSeed, createRandom, SEED_VARIABLE } from '../../sandbox-tests/support/random.ts';
import {
  countAll,
  countOf,
  formatRange,
  intersectRanges,
  isAdjacent,
  mergeRanges,
  parseRange,
  rangeOf,
  type SerialRange,
  splitRange,
  subtractRanges,
} from './serial-range.ts';

const RUNS = 500;
const seed_text = chooseSeed();
const seed = createRandom(seed_text).below(2 ** 31);

test.before((t) => t.log(`ranges follow from ${SEED_VARIABLE}=${seed_text}`));

/** Small numbers meet often; the offset is beyond what a number type can hold. */
const OFFSET = 10n ** 19n;
const range = fc
  .tuple(fc.bigInt({ min: 0n, max: 60n }), fc.bigInt({ min: 1n, max: 12n }))
  .map(([start, count]): SerialRange => ({ start: OFFSET + start, end: OFFSET + start + count }));
const ranges = fc.array(range, { maxLength: 8 });

function numbersOf(list: readonly SerialRange[]): Set<bigint> {
  const numbers = new Set<bigint>();
  for (const { start, end } of list) for (let at = start; at < end; at += 1n) numbers.add(at);
  return numbers;
}

function sorted(numbers: Iterable<bigint>): bigint[] {
  return [...numbers].sort((left, right) => Number(left - right));
}

function isApart(list: readonly SerialRange[]): boolean {
  return list.every((one, index) => index === 0 || (list[index - 1] as SerialRange).end < one.start);
}

test('merged ranges have the same numbers, in the fewest ranges', (t) => {
  fc.assert(
    fc.property(ranges, (list) => {
      const merged = mergeRanges(list);
      t.deepEqual(sorted(numbersOf(merged)), sorted(numbersOf(list)));
      t.true(isApart(merged));
      t.is(countAll(list), BigInt(numbersOf(list).size));
    }),
    { numRuns: RUNS, seed },
  );
});

test('what is taken away is gone, and nothing else', (t) => {
  fc.assert(
    fc.property(ranges, ranges, (from, taken) => {
      const gone = numbersOf(taken);
      const left = subtractRanges(from, taken);
      t.deepEqual(sorted(numbersOf(left)), sorted([...numbersOf(from)].filter((one) => !gone.has(one))));
      t.true(isApart(left));
    }),
    { numRuns: RUNS, seed },
  );
});

test('two ranges meet in the numbers that both have', (t) => {
  fc.assert(
    fc.property(range, range, (left, right) => {
      const met = intersectRanges(left, right);
      const others = numbersOf([right]);
      const wanted = [...numbersOf([left])].filter((one) => others.has(one));
      t.deepEqual(met === undefined ? [] : sorted(numbersOf([met])), sorted(wanted));
      t.deepEqual(intersectRanges(right, left), met);
    }),
    { numRuns: RUNS, seed },
  );
});

test('parts follow each other, and together are the whole', (t) => {
  const counts = fc.array(fc.bigInt({ min: 1n, max: 9n }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(counts, (wanted) => {
      const total = wanted.reduce((sum, count) => sum + count, 0n);
      const whole = { start: OFFSET, end: OFFSET + total };
      const parts = splitRange(whole, wanted);
      t.deepEqual(parts.map(countOf), wanted);
      t.deepEqual(mergeRanges(parts), [whole]);
      t.true(parts.every((part, index) => index === 0 || isAdjacent(parts[index - 1] as SerialRange, part)));
      t.deepEqual(subtractRanges(whole, parts), []);
    }),
    { numRuns: RUNS, seed },
  );
});

test('parts that are not the whole, or of nothing, are refused', (t) => {
  const whole = { start: 0n, end: 10n };
  for (const counts of [[], [9n], [11n], [10n, 0n], [11n, -1n]]) {
    t.throws(() => splitRange(whole, counts), { instanceOf: RangeError }, String(counts));
  }
});

test('neighbours touch without meeting', (t) => {
  const left = rangeOf({ first: 1n, last: 9n });
  const right = rangeOf({ first: 10n, last: 10n });
  t.true(isAdjacent(left, right));
  t.true(isAdjacent(right, left));
  t.is(intersectRanges(left, right), undefined);
  t.false(isAdjacent(left, { start: 11n, end: 12n }));
  t.false(isAdjacent(left, { start: 9n, end: 12n }));
});

test('an empty range, and one that runs backwards or below zero, is refused', (t) => {
  const wrong = [
    { start: 1n, end: 1n },
    { start: 2n, end: 1n },
    { start: -1n, end: 1n },
  ];
  for (const one of wrong) t.throws(() => mergeRanges([one]), { instanceOf: RangeError });
  t.throws(() => rangeOf({ first: 5n, last: 4n }), { instanceOf: RangeError });
});

test('a range is read as PostgreSQL writes it, and written so', (t) => {
  fc.assert(
    fc.property(range, (one) => {
      t.deepEqual(parseRange(formatRange(one)), one);
    }),
    { numRuns: RUNS, seed },
  );
  for (const text of ['', 'empty', '[1,2]', '(1,2)', '[1,)', '[2,1)', '[1.5,2)', '[-1,2)', ' [1,2)']) {
    t.throws(() => parseRange(text), { instanceOf: RangeError }, text);
  }
});
