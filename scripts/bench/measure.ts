// Owns the arithmetic and the order of measurements; leaves what is measured to each bench.

export interface Spread {
  median: number;
  min: number;
  max: number;
}

export interface Comparison {
  a: Spread;
  b: Spread;
  /** Median of a in relation to the median of b. */
  ratio: number;
  /** a in relation to b, round by round. */
  ratios: number[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined)
    throw new RangeError('The median of no values was asked for.');
  return (lower + upper) / 2;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Milliseconds that the work takes. */
export async function time(
  work: () => Promise<unknown>,
  now: () => number = () => performance.now(),
): Promise<number> {
  const start = now();
  await work();
  return now() - start;
}

/**
 * Measures a and b in turn, so that what slows the machine for a while slows both. Each gives one figure a
 * round; who goes first changes every round, and the warm-up rounds are thrown away.
 */
export async function compare(options: {
  a: () => Promise<number>;
  b: () => Promise<number>;
  rounds: number;
  warmup_rounds?: number;
}): Promise<Comparison> {
  const { a, b, rounds, warmup_rounds = 1 } = options;
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError(`compare got ${rounds} rounds; give at least one.`);
  const figures: { a: number; b: number }[] = [];
  for (let round = 0; round < warmup_rounds + rounds; round += 1) {
    const pair = { a: 0, b: 0 };
    if (round % 2 === 0) pair.a = await a();
    pair.b = await b();
    if (round % 2 === 1) pair.a = await a();
    if (round >= warmup_rounds) figures.push(pair);
  }
  const spreads = { a: spread(figures.map((pair) => pair.a)), b: spread(figures.map((pair) => pair.b)) };
  return {
    ...spreads,
    ratio: spreads.a.median / spreads.b.median,
    ratios: figures.map((pair) => pair.a / pair.b),
  };
}
