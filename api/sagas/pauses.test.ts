// Shows that pauses grow with waiting and failing, and are bounded at both ends.

import test from 'ava';
import { pollPause, retryPause } from './pauses.ts';

test('a poll comes after a tenth of the time that was waited already, within bounds', (t) => {
  t.deepEqual([0, 1_000, 20_000, 600_000, 10_000_000].map(pollPause), [500, 500, 2_000, 60_000, 60_000]);
});

test('a retry comes after twice the pause before, spread over its second half, within bounds', (t) => {
  t.deepEqual(
    [0, 1, 2, 3].map((retries) => retryPause(retries, () => 0)),
    [250, 500, 1_000, 2_000],
  );
  t.deepEqual(
    [0, 1, 2, 3].map((retries) => retryPause(retries, () => 1)),
    [500, 1_000, 2_000, 4_000],
  );
  t.is(
    retryPause(1_000, () => 1),
    60_000,
  );
});
