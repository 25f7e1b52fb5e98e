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

export async function* readAhead(options: ReadAheadOptions): AsyncGenerator<HeightReading> {
  const { failover, meter, limits, to, wishFor } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const queue: { height: bigint; reading: Promise<Reading> }[] = [];
  let next = options.from;
  let under_way = 0;
  let expected_bytes = 0;

  const hasRoom = (): boolean => {
    if (under_way === 0 && queue.length === 0) return true;
    if (under_way >= failover.limit || queue.length >= limits.window_blocks) return false;
    return meter.bytes + (under_way + 1) * expected_bytes <= limits.window_bytes;
  };
  const start = (height: bigint): Promise<Reading> => {
    under_way += 1;
    const reading = failover.read({ height, ...wishFor(height), signal, meter });
    reading.then(
      (read) => {
        under_way -= 1;
        if (read.kind === 'found') expected_bytes += (read.size - expected_bytes) * SMOOTHING;
        fill();
      },
      // Whoever takes it from the queue meets the error; nothing more is begun behind it.
      () => {
        next = to + 1n;
      },
    );
    return reading;
  };
  const fill = (): void => {
    while (next <= to && !signal.aborted && hasRoom()) {
      const height = next;
      next += 1n;
      queue.push({ height, reading: start(height) });
    }
    options.observer.window?.(meter.bytes);
  };
  try {
    fill();
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const reading = await item.reading;
      fill();
      yield { height: item.height, reading };
      fill();
    }
  } finally {
    ended.abort(new Error('the span is read no further'));
    for (const { reading } of queue) {
      reading.then(
        (read) => {
          if (read.kind === 'found') meter.bytes -= read.held;
        },
        () => undefined,
      );
    }
  }
}
