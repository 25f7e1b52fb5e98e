// Shows that a terminal gets one line that changes, a log a plain line now and then, and both the end.

import test from 'ava';
import { createProgress, showSeconds } from './progress.ts';

function watch(is_terminal: boolean): { lines: string[]; report: (credits: number, at_ms: number) => void } {
  const lines: string[] = [];
  let clock = 0;
  const progress = createProgress({ is_terminal, write: (text) => lines.push(text), now: () => clock });
  return {
    lines,
    report: (credits, at_ms) => {
      clock = at_ms;
      progress({ credits, of: 1000, rows: credits * 20 });
    },
  };
}

test('a log gets a line at most every ten seconds, and always the last one', (t) => {
  const { lines, report } = watch(false);
  report(100, 1000);
  report(200, 2000);
  report(300, 11_500);
  report(1000, 12_000);
  t.deepEqual(lines, [
    '100 of 1000 credits (10%), 2000 rows/s, 1 s so far\n',
    '300 of 1000 credits (30%), 522 rows/s, 12 s so far, about 40 s left\n',
    '1000 of 1000 credits (100%), 1667 rows/s, 12 s so far, about 0 s left\n',
  ]);
});

test('a terminal gets every report over the one before, and a new line at the end', (t) => {
  const { lines, report } = watch(true);
  report(100, 1000);
  report(200, 2000);
  report(1000, 3000);
  t.is(lines.length, 3);
  t.true(lines.every((line) => line.startsWith('\r\u001b[K')));
  t.deepEqual(
    lines.map((line) => line.endsWith('\n')),
    [false, false, true],
  );
});

test('from a minute on, times are minutes and seconds', (t) => {
  t.deepEqual([0.4, 59.4, 59.6, 61, 3600].map(showSeconds), [
    '0 s',
    '59 s',
    '1 min 0 s',
    '1 min 1 s',
    '60 min 0 s',
  ]);
});
