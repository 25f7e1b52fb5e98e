// Shows that pauses between tries double up to a bound, that chance takes up to half of each, and that a signal ends them.
import test from 'ava';
import { backoffMs, systemClock } from './backoff.ts';

const TIMES = { backoff_ms: 50, max_backoff_ms: 1_000 };

test('each failure doubles the pause, up to the longest', (t) => {
  t.deepEqual(
    [1, 2, 3, 5, 6, 60].map((failures) => backoffMs(failures, TIMES, () => 1)),
    [50, 100, 200, 800, 1_000, 1_000],
  );
  t.deepEqual(
    [1, 2, 6].map((failures) => backoffMs(failures, TIMES, () => 0)),
    [25, 50, 500],
  );
});

test('a pause ends with the signal, before it and in it', async (t) => {
  const ending = new AbortController();
  const pause = systemClock.sleep(60_000, ending.signal);
  ending.abort(new Error('enough'));
  await t.throwsAsync(pause, { message: 'enough' });
  await t.throwsAsync(systemClock.sleep(60_000, ending.signal), { message: 'enough' });
  await t.notThrowsAsync(systemClock.sleep(1, new AbortController().signal));
});
