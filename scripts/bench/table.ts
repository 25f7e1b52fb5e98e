// Owns how the goals of benches look in a terminal; leaves their values to the reports.

import type { BenchReport } from './bench.ts';

const HEAD = ['bench', 'goal', 'value', 'unit', 'goal value', 'reached'] as const;
const SIGNIFICANT_DIGITS = 4;

/** One line a goal; a bench that did not report has a line that says so. */
export function renderGoals(reports: readonly (BenchReport | { bench: string; failure: string })[]): string {
  const rows = reports.flatMap((report) => {
    if ('failure' in report) return [[report.bench, report.failure, '', '', '', 'failed']];
    return report.goals.map(({ what, value, unit, goal, reached }) => {
      return [report.bench, what, showNumber(value), unit, showNumber(goal), reached ? 'yes' : 'no'];
    });
  });
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function showNumber(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: SIGNIFICANT_DIGITS, useGrouping: false });
}
