// Shows that days are read and written as the calendar has them.
import test from 'ava';
import { endOfDay, formatDay, isDay } from './dates.ts';

const MS_PER_DAY = 86_400_000;
/** To the end of the century after the next. */
const DAYS = 84_000;

test('every day is written as the calendar writes it, is a day, and ends before the next begins', (t) => {
  for (let day = 0; day < DAYS; day++) {
    const text = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
    if (formatDay(day) !== text || !isDay(text) || endOfDay(text) !== (day + 1) * MS_PER_DAY - 1)
      t.fail(text);
  }
  t.pass();
});

for (const text of [
  '2025-02-29',
  '1900-02-29',
  '2026-02-30',
  '2026-04-31',
  '2026-13-01',
  '2026-00-01',
  '2026-01-00',
  '2026-1-1',
  '26-01-01',
  '2026-01-01T00:00',
  ' 2026-01-01',
  '+026-01-01',
  '',
]) {
  test(`${JSON.stringify(text)} is no day`, (t) => {
    t.false(isDay(text));
  });
}
