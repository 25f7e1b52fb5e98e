// Owns waiting for the next block at the tip; leaves the expected time to pace.ts and what follows a block to follow.ts.
import type { Clock } from './backoff.ts';
import type { Failover } from './failover.ts';
import type { Limits } from './limits.ts';
import type { Pace } from './pace.ts';
import type { HeightReading, Wish } from './read-ahead.ts';
import type { Meter } from './reader.ts';
import type { TipFinder } from './tip-finder.ts';

export interface TipOptions {
  next: bigint;
  failover: Failover;
  tips: TipFinder;
  pace: Pace;
  clock: Clock;
  limits: Limits;
  wishFor(height: bigint): Wish;
  /** So many heights have become known that reading side by side is due. */
  isBehind(): boolean;
  meter: Meter;
  signal: AbortSignal;
}

/** So many looks at the next height before the heights behind it have their turn: by then it may be skipped. */
const PATIENT_LOOKS = 6;
/** Beyond it only the pause grows no further. */
const MOST_MISSES = 1_000_000;

/** Null when it became known that the tip is further away. Looks until the signal ends it: a chain may rest for long. */
export async function waitForNext(options: TipOptions): Promise<HeightReading | null> {
  const { next, failover, tips, pace, clock, limits, signal, meter } = options;
  let since = clock.now();
  for (let misses = 0; ; misses = Math.min(misses + 1, MOST_MISSES)) {
    await clock.sleep(pace.waitMs(clock.now(), misses), signal);
    const height = next + BigInt(aheadAt(misses, limits.look_ahead));
    // The shard is asked for once the block is there: until then each look is one request.
    const wish = { ...options.wishFor(height), guess: [] };
    const asked_at = clock.now();
    const reading = await failover.read({ height, ...wish, signal, meter });
    if (reading.kind === 'found') {
      pace.arrived({ height, at_ms: asked_at, misses });
      return { height, reading };
    }
    if (misses >= PATIENT_LOOKS) tips.refreshSoon(signal);
    if (options.isBehind()) return null;
    const is_known = tips.height !== null && tips.height >= next;
    if (is_known && clock.now() - since > limits.lag_ms) {
      failover.passOn();
      since = clock.now();
    }
  }
}

/** How far behind the next height the look goes: every other time to one of those that would show a skip. */
function aheadAt(misses: number, look_ahead: number): number {
  if (misses < PATIENT_LOOKS || misses % 2 === 0) return 0;
  return 1 + ((misses >> 1) % look_ahead);
}
