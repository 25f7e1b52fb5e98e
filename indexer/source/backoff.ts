// Owns how long to wait before the next try; leaves counting tries to its callers.
import type { Limits } from './limits.ts';

/** Time as the source sees it, so that tests can give another. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Rejects with the signal's reason when it fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Doubles with each failed try; half of it is left to chance, so that many who failed together do not return together. */
export function backoffMs(
  failures: number,
  { backoff_ms, max_backoff_ms }: Pick<Limits, 'backoff_ms' | 'max_backoff_ms'>,
  random: () => number,
): number {
  const full = Math.min(max_backoff_ms, backoff_ms * 2 ** Math.max(0, failures - 1));
  return full * (0.5 + random() / 2);
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const end = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', end);
        resolve();
      }, ms);
      signal.addEventListener('abort', end, { once: true });
    }),
};
