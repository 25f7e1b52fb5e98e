// Shows that tonnes have one spelling and lose nothing on the way to an integer and back.
import test from 'ava';
import fc from 'fast-check';
import { formatTonnage, parseTonnage } from './tonnage.ts';

const SPELLINGS: readonly [string, bigint][] = [
  ['0', 0n],
  ['1', 100_000_000n],
  ['0.00000001', 1n],
  ['12.5', 1_250_000_000n],
  ['999999999999.99999999', 99_999_999_999_999_999_999n],
];

for (const [text, units] of SPELLINGS) {
  test(`${text} t are ${units} units, both ways`, (t) => {
    t.is(parseTonnage(text), units);
    t.is(formatTonnage(units), text);
  });
}

const REFUSED: readonly unknown[] = [
  '',
  ' 1',
  '1 ',
  '+1',
  '-1',
  '-0',
  '00',
  '01',
  '1.',
  '.5',
  '1.0',
  '1.50',
  '0.000000001',
  '1e3',
  '0x10',
  '1,000',
  '١',
  'NaN',
  'Infinity',
  '1000000000000',
  '1\n',
  '0.0',
  1,
  1n,
  null,
  undefined,
  {},
  ['1'],
];

for (const text of REFUSED) {
  test(`${typeof text} ${typeof text === 'bigint' ? '1n' : JSON.stringify(text)} is no tonnage`, (t) => {
    t.is(parseTonnage(text), undefined);
  });
}

test('every amount has exactly one spelling', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 99_999_999_999_999_999_999n }), (units) => {
      t.is(parseTonnage(formatTonnage(units)), units);
    }),
  );
});
