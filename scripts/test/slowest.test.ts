// Shows that the slowest files of a run are named in their order, and that a file without an end has no time.

import test from 'ava';
import { slowestLines, timesOf } from './slowest.ts';
import type { TimedEvent } from './tally.ts';

const EVENTS: readonly TimedEvent[] = [
  { type: 'declared', file: 'a.test.ts', title: 'zero', at: 1_000 },
  { type: 'declared', file: 'b.test.ts', title: 'one', at: 1_500 },
  { type: 'declared', file: 'b.test.ts', title: 'two', at: 1_700 },
  { type: 'passed', file: 'b.test.ts', title: 'one', at: 2_000 },
  { type: 'file-finished', file: 'b.test.ts', at: 13_500 },
  { type: 'file-finished', file: 'a.test.ts', at: 2_240 },
  { type: 'declared', file: 'dies.test.ts', title: 'one', at: 3_000 },
  { type: 'file-finished', file: 'never-started.test.ts', at: 4_000 },
  { type: 'ended', at: 5_000 },
];

test('each file that came to its end has the time from its start', (t) => {
  t.deepEqual(timesOf(EVENTS), [
    { file: 'b.test.ts', ms: 12_000 },
    { file: 'a.test.ts', ms: 1_240 },
  ]);
});

test('the slowest come first, and no more than were asked for', (t) => {
  const times = timesOf(EVENTS).reverse();
  t.deepEqual(slowestLines(times, 5), ['   12.0 s  b.test.ts', '    1.2 s  a.test.ts']);
  t.deepEqual(slowestLines(times, 1), ['   12.0 s  b.test.ts']);
  t.deepEqual(slowestLines([], 5), []);
});
