// Owns counting what a test run did from its events; leaves running the tests to run-ava.ts.

/** What the runner keeps of AVA's events, one JSON line each; ava-config.ts writes them. */
export type RunEvent =
  | { type: 'file-finished' | 'no-import'; file: string }
  | { type: 'declared' | 'selected' | 'skipped' | 'passed' | 'failed'; file: string; title: string }
  | { type: 'crashed'; file: string | undefined; reason: string }
  | { type: 'ended' };

/** As it is written, with the time of the clock in milliseconds. */
export type TimedEvent = RunEvent & { at: number };

export interface Failure {
  file: string | undefined;
  what: string;
}

export interface Tally {
  passed: number;
  failures: Failure[];
  skipped: { file: string; title: string }[];
}

export interface RunFacts {
  events: readonly RunEvent[];
  /** Files that were asked for, as the events spell them. */
  files: readonly string[];
  /** A filter by title leaves tests out on purpose. */
  is_filtered: boolean;
  exit_code: number | null;
  signal: string | null;
}

/**
 * Folds the events of one run. What did not report counts as failed: a test without an end, a file without a
 * start, a run without its last event, an exit code that no event explains.
 */
export function tallyRun(facts: RunFacts): Tally {
  const { events, files, is_filtered, exit_code, signal } = facts;
  const tally: Tally = { passed: 0, failures: [], skipped: [] };
  for (const file of files) {
    const own = events.filter((event) => 'file' in event && event.file === file);
    addFile({ tally, file, events: own, is_filtered });
  }
  for (const event of events) {
    if (event.type === 'crashed' && event.file === undefined)
      tally.failures.push({ file: undefined, what: event.reason });
  }
  const selected = events.some(({ type }) => type === 'selected' || type === 'skipped');
  if (is_filtered && !selected && tally.failures.length === 0) {
    tally.failures.push({ file: undefined, what: 'no test has a title that matches' });
  }
  if (!events.some(({ type }) => type === 'ended')) {
    tally.failures.push({
      file: undefined,
      what: `AVA died before its end (${signal ?? `exit code ${exit_code}`})`,
    });
  } else if (exit_code !== 0 && tally.failures.length === 0) {
    tally.failures.push({
      file: undefined,
      what: `AVA ended with ${signal ?? `exit code ${exit_code}`} and no failed test`,
    });
  }
  return tally;
}

function addFile(options: {
  tally: Tally;
  file: string;
  events: readonly RunEvent[];
  is_filtered: boolean;
}): void {
  const { tally, file, events, is_filtered } = options;
  const titles = (type: RunEvent['type']): string[] =>
    events.flatMap((event) => (event.type === type && 'title' in event ? [event.title] : []));
  const fail = (what: string): void => void tally.failures.push({ file, what });

  const passed = titles('passed');
  const failed = titles('failed');
  const skipped = titles('skipped');
  const selected = titles('selected');
  tally.passed += passed.length;
  for (const title of failed) fail(title);
  for (const title of skipped) tally.skipped.push({ file, title });
  for (const title of without(selected, [...passed, ...failed])) fail(`did not finish: ${title}`);

  // A file that dies says so several times; once is enough, beside each of its unfinished tests.
  const crash = events.find((event) => event.type === 'crashed');
  const declared = titles('declared');
  if (events.some(({ type }) => type === 'no-import')) fail('holds no test: it does not import "ava"');
  else if (crash?.type === 'crashed') fail(crash.reason);
  else if (events.length === 0) fail('was never run');
  else if (!events.some(({ type }) => type === 'file-finished')) fail('did not come to its end');
  else if (declared.length === 0) fail('holds no test');
  else if (!is_filtered)
    for (const title of without(declared, [...selected, ...skipped])) fail(`left out: ${title}`);
}

function without(all: readonly string[], some: readonly string[]): string[] {
  const rest = new Set(some);
  return all.filter((title) => !rest.has(title));
}
