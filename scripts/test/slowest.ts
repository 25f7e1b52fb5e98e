// Owns which files of a run took longest; leaves what their tests came to to tally.ts.

import type { TimedEvent } from './tally.ts';

export interface FileTime {
  file: string;
  ms: number;
}

/**
 * From where each file is loaded, and its first test declared, to the end of its process: AVA does not tell when it starts
 * one. A file without an end has no time.
 */
export function timesOf(events: readonly TimedEvent[]): FileTime[] {
  const started = new Map<string, number>();
  const times: FileTime[] = [];
  for (const event of events) {
    if (event.type === 'declared' && !started.has(event.file)) started.set(event.file, event.at);
    if (event.type !== 'file-finished') continue;
    const from = started.get(event.file);
    if (from !== undefined) times.push({ file: event.file, ms: event.at - from });
  }
  return times;
}

/** One line for each, the slowest first. */
export function slowestLines(times: readonly FileTime[], most: number): string[] {
  return times
    .toSorted((left, right) => right.ms - left.ms)
    .slice(0, most)
    .map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`);
}
