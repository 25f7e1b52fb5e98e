// Owns finding and showing every difference between two plays of the same steps; leaves playing them to play.ts.
import type { PlayedStep } from './play.ts';

export interface Difference {
  step: string;
  place: string;
  fact: string;
  left: string;
  right: string;
}

export const MISSING = '(nothing)';

/** Both must have been played from the same steps. */
export function findDifferences(left: readonly PlayedStep[], right: readonly PlayedStep[]): Difference[] {
  if (left.length !== right.length)
    throw new Error(`${left.length} steps were played on one chain and ${right.length} on the other`);
  return left.flatMap((step, index) => {
    const other = right[index];
    if (other?.title !== step.title)
      throw new Error(`step ${index + 1} is "${step.title}" on one chain and "${other?.title}" on the other`);
    return compareStep(`${index + 1}. ${step.title}`, step, other);
  });
}

function compareStep(title: string, left: PlayedStep, right: PlayedStep): Difference[] {
  const places = [...new Set([...left.places.keys(), ...right.places.keys()])];
  return places.flatMap((place) => {
    const ours = left.places.get(place) ?? {};
    const theirs = right.places.get(place) ?? {};
    const facts = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    return facts
      .map((fact) => ({
        step: title,
        place,
        fact,
        left: ours[fact] ?? MISSING,
        right: theirs[fact] ?? MISSING,
      }))
      .filter((row) => row.left !== row.right);
  });
}

/** A table in Markdown, one row a difference. */
export function formatDifferences(
  differences: readonly Difference[],
  names: { left: string; right: string },
): string {
  const rows = [
    ['step', 'place', 'fact', names.left, names.right],
    ...differences.map(({ step, place, fact, left, right }) => [step, place, fact, left, right]),
  ].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
