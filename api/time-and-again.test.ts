// Shows that rounds come time and again, never two at once, go on after a failure, and are waited for at the end.

import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { timeAndAgain } from './time-and-again.ts';

const A_LOT_LATER_MS = 1_000_000;

test('rounds follow each other, also behind one that failed, and its error is told', async (t) => {
  const third = Promise.withResolvers<void>();
  const troubles: unknown[] = [];
  let rounds = 0;
  const work = async () => {
    rounds += 1;
    if (rounds === 1) throw new Error('first');
    if (rounds === 3) third.resolve();
  };
  const repeated = timeAndAgain({ every_ms: 1, work, onTrouble: (error) => troubles.push(error) });
  const alive = setInterval(() => undefined, 1_000);
  await third.promise;
  clearInterval(alive);
  await repeated.stop();
  t.deepEqual(
    troubles.map((error) => (error as Error).message),
    ['first'],
  );
});

test('a round that lasts has no other beside it, is told of the stop, and is waited for', async (t) => {
  const end = Promise.withResolvers<void>();
  const begun: AbortSignal[] = [];
  const work = (stopped: AbortSignal) => {
    begun.push(stopped);
    return end.promise;
  };
  const repeated = timeAndAgain({ every_ms: 1, is_due_now: true, work, onTrouble: t.log });
  await sleep(30);
  t.is(begun.length, 1);
  t.false(begun[0]?.aborted);
  let is_stopped = false;
  const stopping = repeated.stop().then(() => {
    is_stopped = true;
  });
  await sleep(10);
  t.true(begun[0]?.aborted);
  t.false(is_stopped);
  end.resolve();
  await stopping;
  t.is(begun.length, 1);
});

test('the first round waits its time unless it is due now', async (t) => {
  let rounds = 0;
  const work = async () => {
    rounds += 1;
  };
  const about = { every_ms: A_LOT_LATER_MS, work, onTrouble: t.log };
  await timeAndAgain(about).stop();
  t.is(rounds, 0);
  await timeAndAgain({ ...about, is_due_now: true }).stop();
  t.is(rounds, 1);
});
