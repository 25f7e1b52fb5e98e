// Shows that a numeric column's text is read as exactly the tonnes it holds.

import test from 'ava';
import fc from 'fast-check';
import { formatTonnage, parseAmount } from './tonnage.ts';

const MAX_UNITS = 10n ** 20n - 1n;

test('trailing zeros of a fraction do not matter, those of a whole number do', (t) => {
  t.is(parseAmount('100.00000000'), 100n * 10n ** 8n);
  t.is(parseAmount('100'), 100n * 10n ** 8n);
  t.is(parseAmount('0.50000000'), 50_000_000n);
  t.is(parseAmount('0.00000000'), 0n);
  t.is(parseAmount('12.34567891'), 1_234_567_891n);
});

test('every amount that the database can hold comes back as it was', (t) => {
  fc.assert(
    fc.property(fc.bigInt(0n, MAX_UNITS), (units) => {
      const digits = `${units}`.padStart(9, '0');
      return (
        parseAmount(`${digits.slice(0, -8)}.${digits.slice(-8)}`) === units &&
        parseAmount(formatTonnage(units)) === units
      );
    }),
  );
  t.pass();
});

test('what is no amount is none', (t) => {
  for (const text of ['', 'NaN', '-1', '1e3', '.5', ' 1']) t.is(parseAmount(text), undefined, text);
});
