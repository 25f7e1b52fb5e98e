// Owns rows of one table while a batch is folded: found by key, copied at their first change; leaves what they mean to the fold.

import type { RowSet } from './rows.ts';

interface Entry<T> {
  row: T;
  /** 'loaded' rows are the caller's and stay as they are. */
  state: 'loaded' | 'inserted' | 'updated';
}

export class RowBook<T extends object> {
  private readonly entries = new Map<string, Entry<T>>();
  /** Those that this batch made or changed, in that order. */
  private readonly touched: Entry<T>[] = [];

  constructor(rows: readonly T[], keyOf: (row: T) => string) {
    for (const row of rows) this.entries.set(keyOf(row), { row, state: 'loaded' });
  }

  find(key: string): Readonly<T> | undefined {
    return this.entries.get(key)?.row;
  }

  insert(key: string, row: T): void {
    if (this.entries.has(key)) throw new TypeError(`a row of the key ${key} is there already`);
    const entry: Entry<T> = { row, state: 'inserted' };
    this.entries.set(key, entry);
    this.touched.push(entry);
  }

  /** The row to write into. */
  change(key: string): T {
    const entry = this.entries.get(key);
    if (entry === undefined) throw new TypeError(`there is no row of the key ${key}`);
    if (entry.state === 'loaded') {
      entry.row = { ...entry.row };
      entry.state = 'updated';
      this.touched.push(entry);
    }
    return entry.row;
  }

  changes(): RowSet<T> {
    const set: RowSet<T> = { inserted: [], updated: [] };
    for (const { row, state } of this.touched) (state === 'inserted' ? set.inserted : set.updated).push(row);
    return set;
  }
}
