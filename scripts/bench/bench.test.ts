// Shows that benches measure in turn, judge their goals and report in one form, by a bench made up here.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { benchReport, defineBench } from './bench.ts';
import { atLeast, atMost } from './goal.ts';
import { compare, median, spread, time } from './measure.ts';
import { runBenchProcess } from './run-process.ts';
import { renderGoals } from './table.ts';

test('the median is the middle value, or the mean of the two middle ones', (t) => {
  t.is(median([3, 1, 2]), 2);
  t.is(median([4, 1, 3, 2]), 2.5);
  t.deepEqual(spread([5, 1, 9]), { median: 5, min: 1, max: 9 });
  t.throws(() => median([]), { instanceOf: RangeError });
});

test('time is what the clock says between start and end', async (t) => {
  const clock = [100, 130];
  t.is(
    await time(
      async () => undefined,
      () => clock.shift() ?? 0,
    ),
    30,
  );
});

test('a comparison measures in turn, changes who goes first and throws the warm-up away', async (t) => {
  const order: string[] = [];
  const figures = { a: [99, 2, 4, 6], b: [99, 1, 1, 2] };
  const measure = (side: 'a' | 'b') => async () => {
    order.push(side);
    return figures[side].shift() ?? 0;
  };
  const result = await compare({ a: measure('a'), b: measure('b'), rounds: 3 });
  t.is(order.join(''), 'abbaabba');
  t.deepEqual(result, {
    a: { median: 4, min: 2, max: 6 },
    b: { median: 1, min: 1, max: 2 },
    ratio: 4,
    ratios: [2, 4, 3],
  });
  await t.throwsAsync(compare({ a: measure('a'), b: measure('b'), rounds: 0 }), { instanceOf: RangeError });
});

test('a goal is reached from its own side only, its edge included', (t) => {
  const goal = { id: 'x', what: 'speed', unit: 'rows/s', goal: 10 };
  const reached = (make: typeof atLeast): boolean[] =>
    [9, 10, 11].map((value) => make({ ...goal, value }).reached);
  t.deepEqual(reached(atLeast), [false, true, true]);
  t.deepEqual(reached(atMost), [true, true, false]);
  t.is(atMost({ ...goal, value: 1 }).what, 'speed, at most');
  t.throws(() => atLeast({ ...goal, value: Number.NaN }), { instanceOf: RangeError });
});

test('a bench whose name cannot be that of a script is refused', (t) => {
  const run = async () => ({ results: {}, goals: [] });
  t.is(defineBench({ name: 'db', what: 'x', run }).name, 'db');
  for (const name of ['', 'Db', 'a b', '-a']) t.throws(() => defineBench({ name, what: 'x', run }));
});

test('with --json stdout is exactly one report, whatever the bench prints', async (t) => {
  const file = makeBench(t, { name: 'made-up', body: "console.log('noise'); log('progress');" });
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, '--json', '--quick']);
  const report = benchReport.parse(JSON.parse(stdout));
  t.is(report.bench, 'made-up');
  t.deepEqual(report.results, { quick: true });
  t.deepEqual(report.goals, [
    { id: 'two', what: 'two things, at least', value: 2, unit: 'things', goal: 1, reached: true },
  ]);
  t.is(report.machine.node, process.version);
  t.true(stderr.includes('noise') && stderr.includes('made-up: progress'));
});

test('without --json the report is a table, and the sizes are the full ones', async (t) => {
  const file = makeBench(t, { name: 'made-up', body: '' });
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  t.regex(stdout, /^ {2}quick: false$/m);
  t.regex(stdout, /^made-up +two things, at least +2 +things +1 +yes$/m);
});

test('a bench that fails, or reports as another, is told as failed', async (t) => {
  const failing = makeBench(t, { name: 'failing', body: "throw new Error('on purpose');" });
  const failed = await runBenchProcess({ name: 'failing', file: failing, quick: true });
  t.deepEqual(failed, { bench: 'failing', failure: 'ended with 1; its error stands above' });
  const other = makeBench(t, { name: 'other', body: '' });
  const misnamed = await runBenchProcess({ name: 'mine', file: other, quick: true });
  t.deepEqual(misnamed, { bench: 'mine', failure: 'reported as "other"' });
  const loud = makeBench(t, { name: 'loud', body: "process.stdout.write('noise');" });
  const unread = await runBenchProcess({ name: 'loud', file: loud, quick: true });
  t.deepEqual(unread, { bench: 'loud', failure: 'printed something else than one report' });
  const sound = await runBenchProcess({ name: 'other', file: other, quick: true });
  t.false('failure' in sound);
});

test('the table has one line a goal and one for each bench that failed', (t) => {
  const goals = [atLeast({ id: 'a', what: 'speed', value: 1234.567, unit: 'rows/s', goal: 2000 })];
  const machine = { cpu: 'x', cores: 2, memory_gib: 4, system: 'x', node: 'x' };
  const table = renderGoals([
    { bench: 'db', machine, results: {}, goals },
    { bench: 'lake', failure: 'ended with 1' },
  ]);
  t.deepEqual(table.split('\n'), [
    'bench  goal             value  unit    goal value  reached',
    '-----  ---------------  -----  ------  ----------  -------',
    'db     speed, at least  1235   rows/s  2000        no',
    'lake   ended with 1                                failed',
  ]);
});

function makeBench(t: ExecutionContext, { name, body }: { name: string; body: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'dmrv-bench-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'bench.ts');
  const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  writeFileSync(
    file,
    `import { defineBench, runBench } from ${module('bench.ts')};
     import { atLeast } from ${module('goal.ts')};
     await runBench(defineBench({ name: '${name}', what: 'made up', async run({ quick, log }) {
       void log; ${body}
       const goals = [atLeast({ id: 'two', what: 'two things', value: 2, unit: 'things', goal: 1 })];
       return { results: { quick }, goals };
     } }));`,
  );
  return file;
}
