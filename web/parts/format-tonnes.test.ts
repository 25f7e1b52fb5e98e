// Shows that a tonnage is grouped in thousands and keeps every digit.

import test from 'ava';
import fc from 'fast-check';
import { formatTonnes } from './format-tonnes.ts';

for (const [value, shown] of [
  ['0', '0'],
  ['7', '7'],
  ['999', '999'],
  ['1000', '1 000'],
  ['12345', '12 345'],
  ['999999', '999 999'],
  ['1000000', '1 000 000'],
  ['1234.5678', '1 234.5678'],
  ['0.00000001', '0.00000001'],
  ['1000.10000000', '1 000.10000000'],
  ['-1000', '-1 000'],
  ['-100', '-100'],
] as const) {
  test(`${value} is shown as ${shown}`, (t) => {
    t.is(formatTonnes(value), shown.replaceAll(' ', '\u202f'));
  });
}

test('whatever the tonnage, without the gaps it is what the server said, and a gap follows every third digit', (t) => {
  const seed = Date.now() & 0x7fffffff;
  t.log(`seed ${seed}`);
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 64n }),
      fc.option(fc.stringMatching(/^\d{1,8}$/)),
      (whole, part) => {
        const value = part === null ? String(whole) : `${whole}.${part}`;
        const shown = formatTonnes(value);
        if (shown.replaceAll('\u202f', '') !== value) return false;
        const [first = '', ...others] = (shown.split('.')[0] ?? '').split('\u202f');
        return /^\d{1,3}$/.test(first) && others.every((group) => /^\d{3}$/.test(group));
      },
    ),
    { seed },
  );
  t.pass();
});
