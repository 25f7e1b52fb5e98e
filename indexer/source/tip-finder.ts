// Owns what is known of the newest final height, and asking for it; leaves waiting for blocks to tip.ts.
import type { Clock } from './backoff.ts';
import type { Failover } from './failover.ts';
import type { Limits } from './limits.ts';
import type { ChainRpc } from './rpc.ts';

export interface TipFinderOptions {
  rpc: ChainRpc | null;
  failover: Failover;
  clock: Clock;
  limits: Limits;
  /** Told why an answer did not come; the next one who may know is asked. */
  onTrouble(reason: string): void;
}

/** Heights skipped in a row are few, so where that many are missing the chain ends. */
const MISSING_AT_END = 4n;
/** Twice as far each time, and then in halves: enough for any height there can be. */
const MAX_STEPS = 128;

export class TipFinder {
  private readonly options: TipFinderOptions;
  private asked_at = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | null = null;
  height: bigint | null = null;

  constructor(options: TipFinderOptions) {
    this.options = options;
  }

  seen(height: bigint): void {
    if (this.height === null || height > this.height) this.height = height;
  }

  /** Begins to ask when the last answer is old; waits for nothing. */
  refreshSoon(signal: AbortSignal): void {
    const { clock, limits } = this.options;
    if (clock.now() - this.asked_at >= limits.tip_age_ms) void this.refresh(signal);
  }

  /** Never rejects: an unknown tip is looked for block by block. */
  refresh(signal: AbortSignal): Promise<void> {
    this.asked_at = this.options.clock.now();
    this.asking ??= this.ask(signal).finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async ask(signal: AbortSignal): Promise<void> {
    const { rpc, failover } = this.options;
    const tellers = [
      ...(rpc === null ? [] : [() => rpc.finalHeight(signal)]),
      ...failover.readers.map((reader) => () => reader.findTip(signal)),
    ];
    for (const tell of tellers) {
      try {
        const height = await tell();
        if (height === null) continue;
        this.seen(height);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.options.onTrouble(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Where nobody tells: looks further and further ahead of a height, then between. */
  async probe(from: bigint, signal: AbortSignal): Promise<void> {
    let there = from;
    let missing = from + 1n;
    let steps = 0;
    for (; steps < MAX_STEPS && (await this.isThere(missing, signal)); steps++) {
      const distance = missing - from;
      there = missing;
      missing = from + 2n * distance + 1n;
    }
    for (; steps < MAX_STEPS && missing - there > 1n; steps++) {
      const middle = (there + missing) / 2n;
      if (await this.isThere(middle, signal)) there = middle;
      else missing = middle;
    }
    this.seen(there);
  }

  private async isThere(height: bigint, signal: AbortSignal): Promise<boolean> {
    for (let offset = 0n; offset < MISSING_AT_END; offset++) {
      const reading = await this.options.failover.read({
        height: height + offset,
        guess: [],
        choose: () => [],
        keep: 'hits',
        signal,
        meter: { bytes: 0 },
      });
      if (reading.kind === 'found') return true;
    }
    return false;
  }
}
