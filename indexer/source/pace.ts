// Owns when to ask for a block that is not there yet; leaves asking to tip.ts.

/** So many of the newest intervals tell the pace. */
const REMEMBERED = 16;
/** Intervals that must have been seen before the pace is trusted. */
const NEEDED = 4;
/** A chain is steady while its intervals stray by less than this part of them. */
const STEADY_SHARE = 0.35;
const LONGEST_STEADY_MS = 5_000;
/** Between two looks at about the expected time. */
const SHORTEST_GAP_MS = 5;
const LONGEST_GAP_MS = 30;
/** Looks that follow so closely; with the first one, the shard and a look further ahead, 8 requests a block. */
const CLOSE_LOOKS = 5;
const GROWTH = 1.6;
/** The first look is so many times the usual straying early. */
const LEAD = 1.5;
/** Before the chain is known to be steady: looks in the second half of an interval, at most this part of it late. */
const LEARNING_SHARE = 1 / 8;
const LEARNING_LOOKS = 8;

export interface Arrival {
  height: bigint;
  at_ms: number;
  /** How often it was looked for before it was there. */
  misses: number;
}

/**
 * Learns a chain's pace and expects each block one interval after the last. A block that was there at the first look
 * may have lain there for a while, so the next is looked for a little earlier, until a look misses. What is learnt is
 * only as good as the looks: where they grow sparse, an even chain seems uneven and would be looked for late for ever,
 * so until it is known to be steady they are spread over the time when the next block can be expected at all.
 */
export class Pace {
  private readonly idle_ms: number;
  /** The newest last. */
  private readonly intervals: number[] = [];
  private interval_ms: number | null = null;
  private stray_ms = 0;
  private last: { height: bigint; at_ms: number } | null = null;

  constructor(idle_ms: number) {
    this.idle_ms = idle_ms;
  }

  get is_steady(): boolean {
    return (
      this.interval_ms !== null &&
      this.intervals.length >= NEEDED &&
      this.interval_ms <= LONGEST_STEADY_MS &&
      this.stray_ms <= this.interval_ms * STEADY_SHARE
    );
  }

  arrived({ height, at_ms, misses }: Arrival): void {
    const there_at = at_ms - (misses === 0 && this.is_steady ? Math.max(this.gap_ms, this.stray_ms) : 0);
    const { last } = this;
    // A skipped height takes longer than its share, so only neighbours tell the pace.
    if (last !== null && height === last.height + 1n) this.learn(there_at - last.at_ms);
    this.last = { height, at_ms: there_at };
  }

  /** How long to wait before the next look, after that many have missed. */
  waitMs(now: number, misses: number): number {
    if (this.last === null || this.interval_ms === null) return this.growing(misses - 1);
    if (!this.is_steady) return this.whileLearning(this.last.at_ms, this.interval_ms, now, misses);
    const due_in = this.last.at_ms + this.interval_ms - LEAD * this.stray_ms - now;
    if (misses === 0) return Math.max(0, due_in);
    if (misses <= CLOSE_LOOKS) return this.gap_ms;
    return Math.min(this.idle_ms, this.gap_ms * GROWTH ** (misses - CLOSE_LOOKS));
  }

  private whileLearning(last_ms: number, interval_ms: number, now: number, misses: number): number {
    // At once the first time: on a chain that comes in waves, the next one is there already.
    if (misses === 0) return 0;
    const gap_ms = interval_ms * LEARNING_SHARE;
    const is_paced = interval_ms <= LONGEST_STEADY_MS && gap_ms >= SHORTEST_GAP_MS;
    if (!is_paced || misses > LEARNING_LOOKS) return this.growing(misses - 1);
    return misses === 1 ? Math.max(gap_ms, last_ms + interval_ms / 2 - now) : gap_ms;
  }

  private growing(looks: number): number {
    return looks < 0 ? 0 : Math.min(this.idle_ms, SHORTEST_GAP_MS * GROWTH ** looks);
  }

  private get gap_ms(): number {
    return Math.min(LONGEST_GAP_MS, Math.max(SHORTEST_GAP_MS, this.stray_ms / 2));
  }

  private learn(interval_ms: number): void {
    this.intervals.push(interval_ms);
    if (this.intervals.length > REMEMBERED) this.intervals.shift();
    const mean = average(this.intervals);
    this.interval_ms = Math.max(1, mean);
    this.stray_ms = average(this.intervals.map((interval) => Math.abs(interval - mean)));
  }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
