// Owns when blocks come by themselves: after transactions, or by time; leaves making one to the node.
import type { Mode } from './options.ts';

/** What the pace asks of the node. */
export interface Paced {
  /** Something is in the pool, under way, or not final yet. */
  hasWork(): boolean;
  produce(): unknown;
  /** A fault of this program: nothing more can be made. */
  fail(error: unknown): void;
}

/** Each receipt burns gas, so any wave ends; one that does not is a fault. */
const MAX_WAVE_BLOCKS = 100_000;

export class Pace {
  private readonly mode: Mode;
  private readonly node: Paced;
  private timer: NodeJS.Timeout | null = null;
  private wave: Promise<void> | null = null;
  private stopped = false;

  constructor(mode: Mode, node: Paced) {
    this.mode = mode;
    this.node = node;
  }

  start(): void {
    if (this.mode.kind === 'interval') this.timer = setInterval(() => this.tick(), this.mode.interval_ms);
    this.trailLater();
    this.wake();
  }

  /** There may be something to do: each block that was made says so too. */
  wake(): void {
    if (this.mode.kind !== 'instant' || this.wave !== null || this.stopped || !this.node.hasWork()) return;
    this.wave = this.run().then(() => {
      this.wave = null;
      this.trailLater();
      // What came while the last block was made.
      this.wake();
    });
  }

  /** Counted anew from each end of a wave. Trailing blocks are no work, so that none follow from them. */
  private trailLater(): void {
    const trailing = this.mode.kind === 'instant' ? this.mode.trailing : undefined;
    if (trailing === undefined || this.stopped) return;
    const [first, ...later] = trailing.after_ms;
    this.trailAt(trailing.blocks, first, later);
  }

  private trailAt(blocks: number, after_ms: number | undefined, later: readonly number[]): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (after_ms === undefined) return;
    this.timer = setTimeout(() => {
      for (let made = 0; made < blocks && this.wave === null && !this.stopped; made++) this.tick();
      const [next, ...others] = later.map((time) => time - after_ms);
      if (this.wave === null && !this.stopped) this.trailAt(blocks, next, others);
    }, after_ms);
  }

  async settled(): Promise<void> {
    while (this.wave !== null) await this.wave;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.settled();
  }

  /** Others have their turn between two blocks, so that what they send joins the wave. */
  private async run(): Promise<void> {
    for (let blocks = 0; !this.stopped; blocks++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.stopped || !this.node.hasWork()) return;
      if (blocks >= MAX_WAVE_BLOCKS) {
        this.node.fail(new Error(`receipts were still under way after ${MAX_WAVE_BLOCKS} blocks`));
        return;
      }
      this.tick();
    }
  }

  private tick(): void {
    try {
      this.node.produce();
    } catch (error) {
      this.stopped = true;
      if (this.timer !== null) clearTimeout(this.timer);
      this.node.fail(error);
    }
  }
}
