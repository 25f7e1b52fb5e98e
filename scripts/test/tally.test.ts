// Shows that what a run does not report counts as failed; the kinds of failure themselves stand in run-ava.test.ts.

import test from 'ava';
import { type RunEvent, type RunFacts, tallyRun } from './tally.ts';

const file = 'a.test.ts';

const SOUND: readonly RunEvent[] = [
  { type: 'declared', file, title: 'one' },
  { type: 'selected', file, title: 'one' },
  { type: 'passed', file, title: 'one' },
  { type: 'file-finished', file },
  { type: 'ended' },
];

test('a whole run passes', (t) => {
  t.deepEqual(tallyRun(facts({})), { passed: 1, failures: [], skipped: [] });
});

test('a file that no event names was never run', (t) => {
  const { failures } = tallyRun(facts({ files: [file, 'b.test.ts'] }));
  t.deepEqual(failures, [{ file: 'b.test.ts', what: 'was never run' }]);
});

test('a file that started but has no end failed', (t) => {
  const { failures } = tallyRun(facts({ events: SOUND.filter(({ type }) => type !== 'file-finished') }));
  t.deepEqual(failures, [{ file, what: 'did not come to its end' }]);
});

test('a test that was selected but has no result failed', (t) => {
  const { passed, failures } = tallyRun(facts({ events: SOUND.filter(({ type }) => type !== 'passed') }));
  t.is(passed, 0);
  t.deepEqual(failures, [{ file, what: 'did not finish: one' }]);
});

test('a run without its last event failed, even with exit code 0', (t) => {
  const { passed, failures } = tallyRun(facts({ events: SOUND.slice(0, -1) }));
  t.is(passed, 1);
  t.deepEqual(failures, [{ file: undefined, what: 'AVA died before its end (exit code 0)' }]);
});

test('an exit code that no event explains is a failure', (t) => {
  const { failures } = tallyRun(facts({ exit_code: 1 }));
  t.deepEqual(failures, [{ file: undefined, what: 'AVA ended with exit code 1 and no failed test' }]);
  t.is(tallyRun(facts({ exit_code: null, signal: 'SIGTERM' })).failures.length, 1);
});

test('a run that heard nothing at all failed', (t) => {
  const { passed, failures } = tallyRun(facts({ events: [], exit_code: 1 }));
  t.is(passed, 0);
  t.is(failures.length, 2);
});

test('a crash that belongs to no file is counted beside the files', (t) => {
  const crash: RunEvent = { type: 'crashed', file: undefined, reason: 'no test came to its end' };
  const { passed, failures } = tallyRun(facts({ events: [crash, ...SOUND], exit_code: 1 }));
  t.is(passed, 1);
  t.deepEqual(failures, [{ file: undefined, what: 'no test came to its end' }]);
});

function facts(changes: Partial<RunFacts>): RunFacts {
  return { events: SOUND, files: [file], is_filtered: false, exit_code: 0, signal: null, ...changes };
}
