// Owns reading a span of heights side by side and handing them on in order, bounded in bytes and blocks; leaves each reading to failover.ts.
import type { Observer } from '../types.ts';
import type { Failover } from './failover.ts';
import type { Limits } from './limits.ts';
import type { Meter, Reading, ReadRequest } from './reader.ts';

export interface HeightReading {
  height: bigint;
  reading: Reading;
}

export type Wish = Pick<ReadRequest, 'guess' | 'choose' | 'keep'>;

export interface ReadAheadOptions {
  from: bigint;
  /** The last height. */
  to: bigint;
  failover: Failover;
  wishFor(height: bigint): Wish;
  meter: Meter;
  limits: Limits;
  observer: Partial<Observer>;
  signal: AbortSignal;
}

/** Weight of the newest block in the size that is expected of the next ones. */
const SMOOTHING = 1 / 16;

/** No async generator: what one costs for each block, several deep, is a tenth of reading it. */
export class ReadAhead {
  private readonly options: ReadAheadOptions;
  private readonly ended = new AbortController();
  private readonly onAbort: () => void;
  private readonly queue: { height: bigint; reading: Promise<Reading> }[] = [];
  private next: bigint;
  private under_way = 0;
  private expected_bytes = 0;

  constructor(options: ReadAheadOptions) {
    this.options = options;
    this.next = options.from;
    const { signal } = options;
    this.onAbort = () => this.ended.abort(signal.reason);
    if (signal.aborted) this.onAbort();
    signal.addEventListener('abort', this.onAbort);
    this.fill();
  }

  /** Null behind the last height. */
  async take(): Promise<HeightReading | null> {
    this.fill();
    const item = this.queue.shift();
    if (item === undefined) return null;
    return { height: item.height, reading: await item.reading };
  }

  /** What is under way ends, what was not taken is let go. */
  end(): void {
    const { signal, meter } = this.options;
    signal.removeEventListener('abort', this.onAbort);
    this.ended.abort(new Error('the span is read no further'));
    for (const { reading } of this.queue) {
      reading.then(
        (read) => {
          if (read.kind === 'found') meter.bytes -= read.held;
        },
        () => undefined,
      );
    }
  }

  private fill(): void {
    const { to, observer, meter } = this.options;
    while (this.next <= to && !this.ended.signal.aborted && this.hasRoom()) {
      const height = this.next;
      this.next += 1n;
      this.queue.push({ height, reading: this.start(height) });
    }
    observer.window?.(meter.bytes);
  }

  private start(height: bigint): Promise<Reading> {
    const { failover, meter, wishFor, to } = this.options;
    this.under_way += 1;
    const reading = failover.read({ height, ...wishFor(height), signal: this.ended.signal, meter });
    reading.then(
      (read) => {
        this.under_way -= 1;
        if (read.kind === 'found') this.expected_bytes += (read.size - this.expected_bytes) * SMOOTHING;
        this.fill();
      },
      // Whoever takes it meets the error; nothing more is begun behind it.
      () => {
        this.next = to + 1n;
      },
    );
    return reading;
  }

  private hasRoom(): boolean {
    const { failover, limits, meter } = this.options;
    if (this.under_way === 0 && this.queue.length === 0) return true;
    if (this.under_way >= failover.limit || this.queue.length >= limits.window_blocks) return false;
    return meter.bytes + (this.under_way + 1) * this.expected_bytes <= limits.window_bytes;
  }
}
