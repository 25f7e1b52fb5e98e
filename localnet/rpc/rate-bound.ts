// Owns how many requests a second are taken; leaves saying no to server.ts.
const MS_PER_SECOND = 1_000;

/** A bucket that holds one second's worth, so that a burst after quiet is fine. */
export class RateBound {
  private readonly per_second: number;
  private readonly now: () => number;
  private left: number;
  private at: number;

  /** `now` in milliseconds, never going back. */
  constructor(options: { per_second: number; now: () => number }) {
    this.per_second = options.per_second;
    this.now = options.now;
    this.left = options.per_second;
    this.at = options.now();
  }

  take(): boolean {
    const now = this.now();
    const filled = this.left + ((now - this.at) * this.per_second) / MS_PER_SECOND;
    this.left = Math.min(this.per_second, filled);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
