// Owns telling a contract's shard from the accounts that were seen to execute in each; leaves seeing them to layout-keeper.ts.

/** With so many on two shards, shards by hash would stand mixed: a chance below 1 in 10,000. */
const NEEDED_IDS = 8;
/** More tell nothing new. */
const MAX_IDS = 4096;

/**
 * Shards stand side by side along the alphabet of account ids, so an account between two that live on one shard lives
 * there too. Layouts by hash, which NEAR had before, show by ranges that overlap; for them nothing is ever told.
 */
export class Bracket {
  private readonly seen = new Map<bigint, Set<string>>();

  constructor(shard_ids: readonly bigint[]) {
    for (const shard_id of shard_ids) this.seen.set(shard_id, new Set());
  }

  add(shard_id: bigint, executor_ids: Iterable<string>): void {
    const ids = this.seen.get(shard_id);
    if (ids === undefined) return;
    for (const executor_id of executor_ids) if (ids.size < MAX_IDS) ids.add(executor_id);
  }

  /** Null while it is not certain. */
  shardOf(account_id: string): bigint | null {
    const [only] = this.seen.keys();
    if (this.seen.size === 1) return only ?? null;
    const ranges = [...this.seen].flatMap(([shard_id, ids]) => rangeOf(shard_id, ids)).sort(byFirst);
    if (overlap(ranges) || ranges.filter(({ count }) => count >= NEEDED_IDS).length < 2) return null;
    const inside = ranges.find(({ first, last }) => first <= account_id && account_id <= last);
    if (inside !== undefined) return inside.shard_id;
    // Beyond the outermost there is no other shard.
    if (ranges.length < this.seen.size) return null;
    const [lowest] = ranges;
    const highest = ranges.at(-1);
    if (lowest !== undefined && account_id < lowest.first) return lowest.shard_id;
    if (highest !== undefined && account_id > highest.last) return highest.shard_id;
    return null;
  }
}

interface Range {
  shard_id: bigint;
  first: string;
  last: string;
  count: number;
}

function rangeOf(shard_id: bigint, ids: ReadonlySet<string>): Range[] {
  let first: string | undefined;
  let last: string | undefined;
  for (const id of ids) {
    if (first === undefined || id < first) first = id;
    if (last === undefined || id > last) last = id;
  }
  return first === undefined || last === undefined ? [] : [{ shard_id, first, last, count: ids.size }];
}

function byFirst(left: Range, right: Range): number {
  return left.first < right.first ? -1 : 1;
}

function overlap(ranges: readonly Range[]): boolean {
  return ranges.some((range, index) => index > 0 && (ranges[index - 1]?.last ?? '') >= range.first);
}
