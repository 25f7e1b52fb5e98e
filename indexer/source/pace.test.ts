// Shows that the next block is looked for at its expected time on a steady chain, at once in a wave, seldom on an idle one.
import test from 'ava';
import { createRandom } from '../../sandbox-tests/support/random.ts';
import { Pace } from './pace.ts';

const IDLE_MS = 250;

interface Followed {
  /** How long each block lay there before it was seen. */
  delays: number[];
  looks: number;
}

function followAt(pace: Pace, arrivals: readonly number[]): Followed {
  const followed: Followed = { delays: [], looks: 0 };
  let now = 0;
  for (const [index, there_at] of arrivals.entries()) {
    for (let misses = 0; ; misses++) {
      now += pace.waitMs(now, misses);
      followed.looks += 1;
      if (now < there_at) continue;
      followed.delays.push(now - there_at);
      pace.arrived({ height: BigInt(index), at_ms: now, misses });
      break;
    }
  }
  return followed;
}

function steady(count: number, interval_ms: number, jitter_ms: number): number[] {
  const random = createRandom(`${interval_ms}/${jitter_ms}`);
  let at = 0;
  return Array.from({ length: count }, () => {
    at += interval_ms + random.below(2 * jitter_ms + 1) - jitter_ms;
    return at;
  });
}

for (const [interval_ms, jitter_ms] of [
  [1_000, 5],
  [1_000, 40],
  [600, 20],
  [100, 5],
] as const) {
  test(`a block each ${interval_ms} ms, give or take ${jitter_ms}, is seen soon and with few looks`, (t) => {
    const pace = new Pace(IDLE_MS);
    followAt(pace, steady(20, interval_ms, jitter_ms));
    t.true(pace.is_steady);
    const fresh = new Pace(IDLE_MS);
    const { delays, looks } = followAt(fresh, steady(400, interval_ms, jitter_ms));
    const settled = delays.slice(20).sort((a, b) => a - b);
    t.true((settled[Math.floor(settled.length * 0.99)] ?? 0) <= 50, `${settled.at(-4)} ms`);
    t.true(looks / 400 <= 6, `${looks / 400} looks a block`);
  });
}

test('an even chain is known to be even, wherever the first looks fell', (t) => {
  for (let offset = 0; offset < 600; offset += 7) {
    const pace = new Pace(IDLE_MS);
    const { delays } = followAt(pace, [0, ...steady(60, 600, 5).map((at) => at + offset)]);
    const settled = delays.slice(20);
    t.true(pace.is_steady, `offset ${offset}`);
    t.true(Math.max(...settled) <= 50, `offset ${offset}: ${Math.max(...settled)} ms`);
  }
});

test('a chain whose first blocks took longer is followed closely soon after', (t) => {
  const early = [0, 950, 1_300, 2_250, 2_600, 3_550, 3_900, 4_850, 5_200];
  const arrivals = [...early, ...steady(80, 600, 5).map((at) => at + 5_200)];
  const { delays } = followAt(new Pace(IDLE_MS), arrivals);
  const settled = delays.slice(early.length + 30);
  t.true(Math.max(...settled) <= 50, `${Math.max(...settled)} ms`);
});

test('blocks that come in waves are seen at once after the first, which is seen within the idle pause', (t) => {
  const pace = new Pace(IDLE_MS);
  const waves = [60_000, 180_000, 190_000].flatMap((at) => [at, at + 1, at + 2, at + 3, at + 4]);
  const { delays, looks } = followAt(pace, waves);
  t.true(Math.max(...delays) <= IDLE_MS, `${Math.max(...delays)} ms`);
  t.true(looks < 190_000 / IDLE_MS + 200, `${looks} looks`);
});

test('a chain that stops is looked at no more often than an idle one, and never less', (t) => {
  const pace = new Pace(IDLE_MS);
  followAt(pace, steady(20, 100, 2));
  for (let misses = 20; misses < 60; misses++) t.is(pace.waitMs(10_000, misses), IDLE_MS);
});
