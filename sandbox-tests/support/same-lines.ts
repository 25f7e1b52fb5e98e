// Owns the comparing of long texts, so that a failure shows the lines that differ; leaves the texts to the specs.

import type { ExecutionContext } from 'ava';

const SHOWN_LINES = 20;

export function sameLines(
  t: ExecutionContext,
  about: { found: readonly string[]; expected: readonly string[]; hint?: string },
): void {
  const { found, expected, hint } = about;
  const differing = [
    ...expected.filter((line) => !found.includes(line)).map((line) => `missing: ${line}`),
    ...found.filter((line) => !expected.includes(line)).map((line) => `not expected: ${line}`),
  ];
  t.deepEqual(differing.slice(0, SHOWN_LINES), [], hint);
  // The same lines, but in another order or number.
  const first = found.findIndex((line, index) => line !== expected[index]);
  t.is(found[first], expected[first], `at line ${first + 1}`);
  t.is(found.length, expected.length, 'number of lines');
}

export function sameText(
  t: ExecutionContext,
  { found, expected, hint }: { found: string; expected: string; hint?: string },
): void {
  const lines = { found: found.split('\n'), expected: expected.split('\n') };
  sameLines(t, hint === undefined ? lines : { ...lines, hint });
}
