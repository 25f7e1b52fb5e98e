// Shows that the number of heights under way finds what the way needs, and falls by halves when the way is in trouble.
import test from 'ava';
import { Concurrency } from './concurrency.ts';

const MOST = 256;
const SECOND = 1_000;

/** A source that serves so many a second, each after the latency of the way; requests stand in line for it. */
function run(
  pacer: Concurrency,
  options: { rate: number; way_ms: number; seconds: number; from?: number },
): number {
  const { rate, way_ms, seconds, from = 0 } = options;
  const under_way: number[] = [];
  let now = from;
  let done = 0;
  while (now < from + seconds * SECOND) {
    while (under_way.length < pacer.limit) under_way.push(now);
    const started = under_way.shift() ?? now;
    now = Math.max(started + way_ms, now + SECOND / rate);
    done += 1;
    pacer.succeeded({ latency_ms: now - started, under_way: under_way.length + 1, now });
  }
  return done / seconds;
}

test('with 30 ms on the way the rate comes near to that without, and nobody asks for more than needed', (t) => {
  const near = new Concurrency(MOST);
  const near_rate = run(near, { rate: 5_000, way_ms: 0.3, seconds: 10 });
  t.true(near.limit < 64, `${near.limit} under way`);
  const far = new Concurrency(MOST);
  const far_rate = run(far, { rate: 5_000, way_ms: 30, seconds: 10 });
  t.true(far_rate > 0.9 * near_rate, `${far_rate} of ${near_rate}`);
  t.true(far.limit >= 150 && far.limit <= MOST, `${far.limit} under way`);
});

test('a fault halves once for all that were under way with it, down to a few', (t) => {
  const pacer = new Concurrency(MOST);
  run(pacer, { rate: 5_000, way_ms: 30, seconds: 5 });
  const before = pacer.limit;
  pacer.failed(before);
  pacer.failed(before);
  t.is(pacer.limit, Math.floor(before / 2));
  for (let fault = 0; fault < 1_000; fault++) pacer.failed(0);
  t.is(pacer.limit, 2);
  run(pacer, { rate: 5_000, way_ms: 30, seconds: 30 });
  t.true(pacer.limit > 100, `${pacer.limit} under way again`);
});

test('latency that grows far halves', (t) => {
  const pacer = new Concurrency(MOST);
  run(pacer, { rate: 5_000, way_ms: 30, seconds: 5 });
  const before = pacer.limit;
  for (let slow = 0; slow < 40; slow++) pacer.succeeded({ latency_ms: 2_000, under_way: before, now: 5_000 });
  t.true(pacer.limit <= before / 2, `${pacer.limit} of ${before}`);
});

test('a slow consumer does not raise what is under way', (t) => {
  const pacer = new Concurrency(MOST);
  run(pacer, { rate: 5_000, way_ms: 30, seconds: 0.02 });
  const before = pacer.limit;
  for (let done = 0; done < 1_000; done++) pacer.succeeded({ latency_ms: 30, under_way: 1, now: done });
  t.is(pacer.limit, before);
});
