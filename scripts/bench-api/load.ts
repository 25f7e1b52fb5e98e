// Owns asking a server the same kind of question over several connections; leaves what a figure is worth to bench-api.ts.

import { Pool } from 'undici';

const MS_PER_SECOND = 1000;

export type Question = {
  origin: string;
  /** The path of the n-th question. */
  pathOf: (index: number) => string;
  headers?: Readonly<Record<string, string>>;
};

export type Asked = { per_second: number; latencies_ms: number[] };

/** Each connection asks, reads the whole answer, and asks again. An answer other than 200 ends the bench. */
export async function ask(
  { origin, pathOf, headers = {} }: Question,
  { connections, questions }: { connections: number; questions: number },
): Promise<Asked> {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies_ms: number[] = [];
  let asked = 0;
  const work = async (): Promise<void> => {
    for (let index = asked++; index < questions; index = asked++) {
      const start = performance.now();
      const path = pathOf(index);
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { ...headers } });
      const text = await body.text();
      if (statusCode !== 200)
        throw new Error(`${origin}${path} answered ${statusCode}: ${text.slice(0, 300)}`);
      latencies_ms.push(performance.now() - start);
    }
  };
  const start = performance.now();
  try {
    await Promise.all(Array.from({ length: connections }, work));
  } finally {
    await pool.close();
  }
  return { per_second: (questions * MS_PER_SECOND) / (performance.now() - start), latencies_ms };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (at === undefined) throw new RangeError('The percentile of no values was asked for.');
  return at;
}
