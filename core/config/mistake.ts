// Owns how a configuration mistake reads and the error that lists them all; leaves finding them to its neighbours.

import { DmrvError } from '../errors/index.ts';

export interface Mistake {
  /** Where: a key of the file such as networks.testnet.lake.bucket, or "env DMRV_API_PORT". */
  path: string;
  found: string;
  allowed: string;
}

export class ConfigError extends DmrvError {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map(
      ({ path, found, allowed }) => `- ${path}: found ${found}; allowed: ${allowed}`,
    );
    super('CONFIG_INVALID', { facts: { count: mistakes.length, mistakes: lines.join('\n') } });
    this.mistakes = mistakes;
  }
}

const SHOWN_CHARACTERS = 80;

/** A value as a message may show it: short, and without the login that a URL may hold. */
export function showFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value)
    .replace(/\/\/[^/@\s]*@/g, '//(hidden)@')
    .replace(/\?.*/s, '?(hidden)"');
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}...`;
}

/** The known name with the fewest edits from what was written, if that is near enough to be a slip. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const reach = Math.max(2, Math.floor(written.length / 3));
  return known
    .map((name) => ({ name, edits: countEdits(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= reach)
    .sort((a, b) => a.edits - b.edits)
    .at(0)?.name;
}

// Levenshtein distance, one row at a time; names are short, so the square of their length does not matter.
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
