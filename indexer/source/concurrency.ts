// Owns how many heights are asked for at the same time; leaves asking to read-ahead.ts.

const FIRST = 8;
const FEWEST = 2;
/** Requests that may stand in line somewhere between here and the source, beyond those that the way itself holds. */
const QUEUE = 6;
/**
 * A part of what is under way may seem to stand in line before it counts as growth: latencies vary, and a busy consumer
 * hears of an answer later than it came. At a quarter, latency may grow by a third before more under way is no gain.
 */
const QUEUE_SHARE = 0.25;
/** Latency that has grown so far is congestion, whatever its cause. */
const CONGESTED_TIMES = 4;
const CONGESTED_MS = 250;
/** One in so many counts for the smoothed latency. */
const SMOOTHING = 1 / 16;
const SAMPLES = 24;
/**
 * The latency of the bare way is measured again, with few under way: soon, since the first answers meet code that was
 * never run before, and then less and less often, in case the way has changed.
 */
const FIRST_MEASURE_MS = 1_000;
const LAST_MEASURE_MS = 30_000;

/**
 * Additive increase on success; halving on faults and when latency has grown far. Between the two it stands still
 * where more under way only makes a longer line: more in flight than 30 ms of latency needs would only cost memory.
 */
export class Concurrency {
  private readonly most: number;
  private allowed = FIRST;
  private bare_ms: number | null = null;
  private smooth_ms: number | null = null;
  private starting = true;
  /** Successes that are left until a measurement begins to count, or until another halving may follow. */
  private settling = 0;
  private measuring: { sum: number; count: number; back_to: number } | null;
  private measured_at: number | null = null;
  private measure_after_ms = FIRST_MEASURE_MS;

  constructor(most: number) {
    this.most = most;
    this.measuring = { sum: 0, count: 0, back_to: FIRST };
  }

  get limit(): number {
    return Math.max(FEWEST, Math.floor(this.allowed));
  }

  succeeded(options: { latency_ms: number; under_way: number; now: number }): void {
    const { latency_ms, under_way, now } = options;
    if (this.settling > 0) this.settling -= 1;
    if (this.measuring !== null) {
      this.measure(latency_ms, now);
      return;
    }
    const smooth = this.smooth_ms ?? latency_ms;
    this.smooth_ms = smooth + (latency_ms - smooth) * SMOOTHING;
    const bare = Math.min(this.bare_ms ?? latency_ms, this.smooth_ms);
    if (now - (this.measured_at ?? now) > this.measure_after_ms) this.beginMeasuring(under_way);
    else if (this.smooth_ms > CONGESTED_TIMES * bare + CONGESTED_MS) this.halve(under_way);
    // Else the consumer is slower than the source: what is under way says nothing of the limit.
    else if (under_way >= this.limit - 1) this.adjust(bare, this.smooth_ms);
  }

  private adjust(bare_ms: number, smooth_ms: number): void {
    const queue = this.allowed * (1 - bare_ms / smooth_ms);
    const room = QUEUE + this.allowed * QUEUE_SHARE;
    if (queue < room) {
      this.grow();
      return;
    }
    this.starting = false;
    if (queue > room + QUEUE) this.allowed = Math.max(FEWEST, this.allowed - 1 / this.allowed);
  }

  failed(under_way: number): void {
    this.starting = false;
    // Those that were under way at the last halving have not all ended yet.
    if (this.settling > 0) this.settling -= 1;
    else this.halve(under_way);
  }

  private grow(): void {
    // One more for each success doubles once a round trip, one for a round trip's successes adds.
    this.allowed = Math.min(this.most, this.allowed + (this.starting ? 1 : 1 / this.allowed));
  }

  private halve(under_way: number): void {
    if (this.settling > 0) return;
    // Those under way now belong to the same trouble.
    this.settling = under_way;
    this.allowed = Math.max(FEWEST, this.allowed / 2);
    this.smooth_ms = null;
    if (this.measuring !== null) this.measuring.back_to = this.allowed;
  }

  private beginMeasuring(under_way: number): void {
    this.measuring = { sum: 0, count: 0, back_to: this.allowed };
    this.measure_after_ms = Math.min(LAST_MEASURE_MS, 2 * this.measure_after_ms);
    this.allowed = FIRST;
    this.settling = under_way;
  }

  private measure(latency_ms: number, now: number): void {
    const { measuring } = this;
    if (measuring === null || this.settling > 0) return;
    measuring.sum += latency_ms;
    measuring.count += 1;
    if (measuring.count < SAMPLES) return;
    this.bare_ms = measuring.sum / measuring.count;
    this.smooth_ms = this.bare_ms;
    this.measured_at = now;
    this.allowed = measuring.back_to;
    this.measuring = null;
  }
}
