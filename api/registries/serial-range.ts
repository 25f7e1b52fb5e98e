// Owns the arithmetic of half-open ranges of serial numbers; leaves whose numbers they are to serials.ts.

/** From `start` up to and without `end`, as the database keeps it: `[start,end)`. Never empty. */
export type SerialRange = { start: bigint; end: bigint };

/** Of first and last number, as registries write it. */
export function rangeOf({ first, last }: { first: bigint; last: bigint }): SerialRange {
  return asRange({ start: first, end: last + 1n });
}

export function countOf({ start, end }: SerialRange): bigint {
  return end - start;
}

/** Consecutive parts with so many numbers each; together they are the whole. */
export function splitRange(range: SerialRange, counts: readonly bigint[]): SerialRange[] {
  const total = counts.reduce((sum, count) => sum + count, 0n);
  if (counts.some((count) => count <= 0n) || total !== countOf(range)) {
    throw new RangeError(
      `The parts ${counts.join(', ')} are not the ${countOf(range)} numbers of the range.`,
    );
  }
  let start = range.start;
  return counts.map((count) => {
    const part = { start, end: start + count };
    start = part.end;
    return part;
  });
}

/** What both have; undefined where they have nothing in common. */
export function intersectRanges(left: SerialRange, right: SerialRange): SerialRange | undefined {
  const start = left.start > right.start ? left.start : right.start;
  const end = left.end < right.end ? left.end : right.end;
  return start < end ? { start, end } : undefined;
}

/** What is left of one range, or of several, without the others: in order, none touching another. */
export function subtractRanges(
  from: SerialRange | readonly SerialRange[],
  taken: readonly SerialRange[],
): SerialRange[] {
  const holes = mergeRanges(taken);
  const left: SerialRange[] = [];
  let hole = 0;
  for (const { start, end } of mergeRanges(isList(from) ? from : [from])) {
    let at = start;
    // A hole that ends before this piece ends before all that follow.
    while (hole < holes.length && (holes[hole] as SerialRange).end <= at) hole += 1;
    for (let next = hole; next < holes.length && (holes[next] as SerialRange).start < end; next += 1) {
      const { start: from_here, end: to_there } = holes[next] as SerialRange;
      if (from_here > at) left.push({ start: at, end: from_here });
      at = to_there;
    }
    if (at < end) left.push({ start: at, end });
  }
  return left;
}

/** The same numbers in the fewest ranges, in order: what overlaps or follows directly becomes one. */
export function mergeRanges(ranges: readonly SerialRange[]): SerialRange[] {
  const sorted = ranges.map(asRange).sort(byStart);
  const merged: SerialRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last === undefined || range.start > last.end) merged.push({ ...range });
    else if (range.end > last.end) last.end = range.end;
  }
  return merged;
}

export function isAdjacent(left: SerialRange, right: SerialRange): boolean {
  return left.end === right.start || right.end === left.start;
}

/** How many numbers the ranges have together, each counted once. */
export function countAll(ranges: readonly SerialRange[]): bigint {
  return mergeRanges(ranges).reduce((sum, range) => sum + countOf(range), 0n);
}

/** As PostgreSQL writes a numrange of whole numbers. */
export function formatRange({ start, end }: SerialRange): string {
  return `[${start},${end})`;
}

const FORM = /^\[(\d+),(\d+)\)$/;

export function parseRange(text: string): SerialRange {
  const [, start, end] = FORM.exec(text) ?? [];
  if (start === undefined || end === undefined)
    throw new RangeError(`"${text}" is no range of serial numbers.`);
  return asRange({ start: BigInt(start), end: BigInt(end) });
}

function asRange(range: SerialRange): SerialRange {
  if (range.start < 0n || range.end <= range.start) {
    throw new RangeError(`${formatRange(range)} is no range of serial numbers.`);
  }
  return range;
}

function byStart(left: SerialRange, right: SerialRange): number {
  if (left.start !== right.start) return left.start < right.start ? -1 : 1;
  return left.end < right.end ? -1 : Number(left.end > right.end);
}

function isList(value: SerialRange | readonly SerialRange[]): value is readonly SerialRange[] {
  return Array.isArray(value);
}
