// Owns callers who wait for a transaction to come far enough, each with its deadline; leaves how far it came to transaction-status.ts.
import { toHex } from '../../core/near/bytes.ts';
import type { TransactionStatus, WaitLevel } from './types.ts';

/** Beyond it a caller is told at once what it would learn at its deadline. */
const MAX_WAITERS = 10_000;
/** NEAR's nodes themselves give up after ten seconds; nobody needs to wait longer than this here. */
export const MAX_WAIT_MS = 600_000;

interface Waiter {
  tx_hash: Uint8Array;
  level: WaitLevel;
  resolve(status: TransactionStatus | null): void;
  timer: NodeJS.Timeout;
}

export class Waiters {
  private readonly waiting = new Set<Waiter>();
  private readonly find: (tx_hash: Uint8Array, level: WaitLevel) => TransactionStatus | null;

  /** `find` answers null until the level is reached. */
  constructor(find: Waiters['find']) {
    this.find = find;
  }

  wait(options: {
    tx_hash: Uint8Array;
    level: WaitLevel;
    timeout_ms: number;
  }): Promise<TransactionStatus | null> {
    const { tx_hash, level } = options;
    const now = this.find(tx_hash, level);
    const timeout_ms = Math.min(options.timeout_ms, MAX_WAIT_MS);
    if (now !== null || timeout_ms <= 0 || this.waiting.size >= MAX_WAITERS) return Promise.resolve(now);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end(waiter, null), timeout_ms);
      const waiter: Waiter = { tx_hash, level, resolve, timer };
      this.waiting.add(waiter);
    });
  }

  /** After each block. */
  look(): void {
    const found = new Map<string, TransactionStatus | null>();
    for (const waiter of [...this.waiting]) {
      const key = `${waiter.level} ${toHex(waiter.tx_hash)}`;
      const status = found.has(key) ? found.get(key) : this.find(waiter.tx_hash, waiter.level);
      found.set(key, status ?? null);
      if (status !== undefined && status !== null) this.end(waiter, status);
    }
  }

  stop(): void {
    for (const waiter of [...this.waiting]) this.end(waiter, null);
  }

  private end(waiter: Waiter, status: TransactionStatus | null): void {
    clearTimeout(waiter.timer);
    this.waiting.delete(waiter);
    waiter.resolve(status);
  }
}
