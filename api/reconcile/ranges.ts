// Owns reading PostgreSQL's ranges of serial numbers and counting them; leaves their algebra to api/registries and the database.

export type Range = { start: bigint; end: bigint };

const RANGE = /\[(\d+),(\d+)\)/g;

/** Of a range or of several: "{[1,5),[7,9)}". Half-open. */
export function readRanges(text: string | null): Range[] {
  if (text === null) return [];
  return [...text.matchAll(RANGE)].map(([, start = '', end = '']) => ({
    start: BigInt(start),
    end: BigInt(end),
  }));
}

export function countSerials(ranges: readonly Range[]): bigint {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0n);
}

/** As people write them, both ends included. */
export function showRanges(ranges: readonly Range[]): string[] {
  return ranges.map(({ start, end }) => `${start}-${end - 1n}`);
}

export function meet(a: readonly Range[], b: readonly Range[]): Range[] {
  return a.flatMap((one) =>
    b.flatMap((other) => {
      const start = one.start > other.start ? one.start : other.start;
      const end = one.end < other.end ? one.end : other.end;
      return start < end ? [{ start, end }] : [];
    }),
  );
}
