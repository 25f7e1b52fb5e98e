// Owns when to ask for a block that is not there yet; leaves asking to tip.ts.

/** Weight of the newest interval. */
const SMOOTHING = 1 / 8;
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

export interface Arrival {
  height: bigint;
  at_ms: number;
  /** How often it was looked for before it was there. */
  misses: number;
}

/**
 * Learns a chain's pace and expects each block one interval after the last. A block that was there at the first look
 * may have lain there for a while, so the next is looked for a little earlier, until a look misses.
 */
export class Pace {
  private readonly idle_ms: number;
  private interval_ms: number | null = null;
  private stray_ms = 0;
  private seen = 0;
  private last: { height: bigint; at_ms: number } | null = null;

  constructor(idle_ms: number) {
    this.idle_ms = idle_ms;
  }

  get is_steady(): boolean {
    return (
      this.interval_ms !== null &&
      this.seen >= NEEDED &&
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
    if (!this.is_steady || this.last === null || this.interval_ms === null) {
      // At once the first time: on a chain that comes in waves, the next one is there already.
      return misses === 0 ? 0 : Math.min(this.idle_ms, SHORTEST_GAP_MS * GROWTH ** (misses - 1));
    }
    const due_in = this.last.at_ms + this.interval_ms - LEAD * this.stray_ms - now;
    if (misses === 0) return Math.max(0, due_in);
    if (misses <= CLOSE_LOOKS) return this.gap_ms;
    return Math.min(this.idle_ms, this.gap_ms * GROWTH ** (misses - CLOSE_LOOKS));
  }

  private get gap_ms(): number {
    return Math.min(LONGEST_GAP_MS, Math.max(SHORTEST_GAP_MS, this.stray_ms / 2));
  }

  private learn(interval_ms: number): void {
    this.seen += 1;
    if (this.interval_ms === null) {
      this.interval_ms = interval_ms;
      this.stray_ms = interval_ms / 2;
      return;
    }
    const off = interval_ms - this.interval_ms;
    this.stray_ms += (Math.abs(off) - this.stray_ms) * SMOOTHING;
    this.interval_ms = Math.max(1, this.interval_ms + off * SMOOTHING);
  }
}
