// Shows that progress says where the indexer is, how fast and for how long still, on a terminal and in a log.
import test from 'ava';
import type { BlockFacts } from '../types.ts';
import { createProgress, ratesOf, renderProgress, showBytes, showDuration } from './progress.ts';
import { StateKeeper } from './state.ts';

const RATES = { blocks: 3000, events: 24, bytes: 40 * 1024 * 1024 };

function blockAt(height: bigint, timestamp_ns = 0n): BlockFacts {
  return { height, hash: `h${height}`, prev_hash: `h${height - 1n}`, prev_height: height - 1n, timestamp_ns };
}

function run(last: BlockFacts | null, tip_height: bigint | null) {
  return { state: 'following', reason: '', last, tip_height };
}

test('a backfill shows its part, its rates, what is left and when it ends', (t) => {
  const facts = { now_ms: 0, first: 1n, to: 30_000n, rates: RATES, events: 7 };
  t.is(
    renderProgress({ ...facts, run: run(blockAt(15_000n), 90_000n) }),
    '[############------------] 50.0%  block 15000  3,000 blocks/s  24 events/s  40.0 MiB/s  15,000 to go  ETA 5 s',
  );
  t.regex(
    renderProgress({ ...facts, run: run(blockAt(30_000n), 90_000n) }),
    /^\[#{24}\] 100\.0% .*0 to go {2}ETA 0 s$/,
  );
});

test('a standing backfill promises no end', (t) => {
  const rates = { blocks: 0, events: 0, bytes: 0 };
  const line = renderProgress({ run: run(blockAt(5n), 9n), now_ms: 0, first: 1n, to: 9n, rates, events: 0 });
  t.regex(line, /ETA \?$/);
});

test('at the tip the lag in blocks and seconds is told, and no bar', (t) => {
  const facts = { now_ms: 2_500, first: 1n, to: null, rates: RATES, events: 1234 };
  t.is(
    renderProgress({ ...facts, run: run(blockAt(100n, 2_000_000_000n), 101n) }),
    'block 100, 1 behind (0.5 s ago), 1,234 events',
  );
});

test('a follower far behind shows the way to the tip', (t) => {
  const facts = { now_ms: 0, first: 1n, to: null, rates: RATES, events: 0 };
  t.regex(renderProgress({ ...facts, run: run(blockAt(250n), 1000n) }), /^\[#{6}-{18}\] 25\.0% /);
});

test('what is not following says what it is and why', (t) => {
  const facts = { now_ms: 0, first: null, to: null, rates: RATES, events: 0 };
  t.is(renderProgress({ ...facts, run: { ...run(null, null), state: 'standby' } }), 'standby');
  const unready = { ...run(null, null), state: 'unready', reason: 'no answer' };
  t.is(renderProgress({ ...facts, run: unready }), 'unready: no answer');
  t.is(renderProgress({ ...facts, run: run(null, null) }), 'waiting for the first block');
});

test('heights beyond 2^53 keep every digit', (t) => {
  const height = 18_446_744_073_709_551_615n;
  const facts = { now_ms: 0, first: height, to: null, rates: RATES, events: 0 };
  t.regex(
    renderProgress({ ...facts, run: run(blockAt(height), height) }),
    /^block 18446744073709551615, 0 behind/,
  );
});

test('rates are of the samples that are kept, and zero without time', (t) => {
  const sample = { blocks: 0, events: 0, bytes: 0 };
  const later = { at_ms: 2_000, blocks: 10, events: 4, bytes: 100 };
  t.deepEqual(ratesOf([{ at_ms: 0, ...sample }, later]), { blocks: 5, events: 2, bytes: 50 });
  t.deepEqual(ratesOf([later, later]), { blocks: 0, events: 0, bytes: 0 });
  t.deepEqual(ratesOf([]), { blocks: 0, events: 0, bytes: 0 });
});

test('bytes and durations are told in the unit that reads best', (t) => {
  t.deepEqual([0, 1023, 1024, 1024 ** 2].map(showBytes), ['0 B', '1023 B', '1.0 KiB', '1.0 MiB']);
  t.deepEqual([0.2, 59.5, 61, 7_260, 180_000].map(showDuration), [
    '1 s',
    '1 min 0 s',
    '1 min 1 s',
    '2 h 1 min',
    '2 d 2 h',
  ]);
});

test('a log gets whole lines, and the last one at the stop', (t) => {
  const written: string[] = [];
  const keeper = new StateKeeper();
  const progress = createProgress({
    out: { write: (text) => written.push(text) },
    keeper,
    now: () => 1_000,
  });
  progress.start();
  const last = blockAt(3n, 500_000_000n);
  keeper.set({ state: 'following', last, tip_height: 3n });
  progress.committed({ ms: 1, blocks: 3, events: 2, dead_letters: 0, last });
  progress.stop();
  t.deepEqual(written, ['block 3, 0 behind (0.5 s ago), 2 events\n']);
});
