// Owns the test command: checks, then tests, then one line of numbers; leaves each step to its file in scripts/test/.

import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { listProjectFiles } from './architecture/project-files.ts';
import { buildForSpecs } from './test/build-for-specs.ts';
import { CHECKS, runCheck } from './test/checks.ts';
import { type FinishedFile, openLongRun } from './test/long-run.ts';
import { runAva } from './test/run-ava.ts';
import { isTestFile, needsCluster, selectFiles } from './test/select-files.ts';
import { type FileTime, slowestLines } from './test/slowest.ts';
import type { Failure, Tally } from './test/tally.ts';

const SLOWEST = 10;
const SHORT_IDLE_LIMIT = '2m';
const LONG_IDLE_LIMIT = '60m';
const SHORT_SILENCE_LIMIT_MS = 180_000;
const LONG_SILENCE_LIMIT_MS = 3_900_000;

const folder = fileURLToPath(new URL('..', import.meta.url));

interface Options {
  match: string[];
  long: boolean;
  fresh: boolean;
  checks: boolean;
}

interface Step {
  files: readonly string[];
  options: Options;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

await new Command('npm test --')
  .description(
    'Checks types, lint and format, then runs the tests. The last line is "N passed, N failed, N skipped", ' +
      'where each check counts as one; the command fails when anything failed.',
  )
  .argument(
    '[files...]',
    'test files, folders or quoted patterns such as "core/**"; all of them when left out',
  )
  .option(
    '-m, --match <title>',
    'only tests whose title matches, with * as wildcard; may be given again',
    collect,
    [],
  )
  .option(
    '--long',
    'the long form: more seeds, kills and steps, file by file; started again, it goes on where it stopped',
    false,
  )
  .option('--fresh', 'with --long: forget what passed and start from the beginning', false)
  .option('--no-checks', 'leave out types, lint and format')
  .addHelpText(
    'after',
    `
Examples:
  npm test
  npm test -- core/config/config.test.ts
  npm test -- sandbox-tests --match "*retired*"
  npm run test:long
  npm run test:long -- --fresh

Specs (*.spec.ts) get a PostgreSQL server of their own, made for the run and removed after it.`,
  )
  .action(main)
  .parseAsync();

async function main(wanted: string[], options: Options, command: Command): Promise<void> {
  if (options.fresh && !options.long)
    command.error('error: --fresh goes with --long. Run "npm run test:long -- --fresh".');
  const stopped = stopOnSignals();
  const tally: Tally = { passed: 0, failures: [], skipped: [] };
  const all = listProjectFiles(folder).filter(isTestFile);
  const { files, unmatched } = selectFiles({ all, wanted });
  for (const argument of unmatched) tally.failures.push({ file: argument, what: 'names no test file' });

  if (options.checks) await runChecks(tally, stopped);
  if (files.length > 0 && !stopped.aborted) add(tally, await runTests({ files, options, signal: stopped }));
  if (stopped.aborted) tally.failures.push({ file: undefined, what: `stopped by ${String(stopped.reason)}` });

  printSummary(tally);
  // A handle that a test left open in this process must not keep the command from ending.
  process.exit(tally.failures.length === 0 ? 0 : 1);
}

async function runChecks(tally: Tally, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const passed = await Promise.all(CHECKS.map((check) => runCheck({ check, folder, signal })));
  for (const [index, { name }] of CHECKS.entries()) {
    if (passed[index] === true) tally.passed += 1;
    else tally.failures.push({ file: undefined, what: `the check of ${name} (its output stands above)` });
  }
}

/** Runs the files with a test cluster when one of them needs it; without it the other files still run. */
async function runTests(run: {
  files: readonly string[];
  options: Options;
  signal: AbortSignal;
}): Promise<Tally> {
  const { files, options, signal } = run;
  const env = { ...process.env, ...(options.long ? { DMRV_TEST_LONG: '1' } : {}) };
  const runFiles = options.long ? runLong : runShort;
  if (!needsCluster(files)) return runFiles({ files, options, env, signal });
  const build = buildForSpecs({ signal, log: console.log });
  const cluster = await startCluster();
  const unbuilt = await build;
  if ('failure' in cluster) {
    const rest = files.filter((file) => !needsCluster([file]));
    const tally = await runFiles({ files: rest, options, env, signal });
    tally.failures.push({ file: undefined, what: cluster.failure });
    return tally;
  }
  try {
    const tally = await runFiles({ files, options, env: { ...env, ...cluster.env }, signal });
    if (unbuilt !== undefined) tally.failures.push({ file: undefined, what: unbuilt });
    return tally;
  } finally {
    await cluster.stop();
  }
}

async function startCluster(): Promise<
  { env: Record<string, string>; stop(): Promise<void> } | { failure: string }
> {
  try {
    const { startTestCluster } = await import('../sandbox-tests/support/cluster.ts');
    return await startTestCluster({ log: (line: string) => console.log(line) });
  } catch (error) {
    console.log(error);
    return { failure: 'the test cluster did not start, so no spec ran (its error stands above)' };
  }
}

async function runShort({ files, options, env, signal }: Step): Promise<Tally> {
  if (files.length === 0) return { passed: 0, failures: [], skipped: [] };
  return runAva({
    folder,
    files,
    titles: options.match,
    env,
    idle_limit: SHORT_IDLE_LIMIT,
    silence_limit_ms: SHORT_SILENCE_LIMIT_MS,
    output: 'inherit',
    signal,
    told: printSlowest,
  });
}

async function runLong({ files, options, env, signal }: Step): Promise<Tally> {
  const titles = options.match;
  // With a title filter a file is not finished, so such a run neither uses nor leaves a memory.
  const memory =
    titles.length === 0 ? openLongRun({ folder, fresh: options.fresh, log: console.log }) : undefined;
  const tally: Tally = { passed: 0, failures: [], skipped: [] };
  for (const [index, file] of files.entries()) {
    if (signal.aborted) break;
    const earlier = memory?.finished.get(file);
    const place = `${index + 1} of ${files.length}`;
    if (earlier !== undefined) {
      console.log(`${place}: ${file} passed already (${earlier.passed} tests), left out`);
      add(tally, fromEarlier(file, earlier));
      continue;
    }
    console.log(`${place}: ${file}`);
    const result = await runAva({
      folder,
      files: [file],
      titles,
      env,
      idle_limit: LONG_IDLE_LIMIT,
      silence_limit_ms: LONG_SILENCE_LIMIT_MS,
      output: 'inherit',
      signal,
    });
    if (result.failures.length === 0) {
      memory?.remember(file, { passed: result.passed, skipped: result.skipped.map(({ title }) => title) });
    }
    add(tally, result);
  }
  return tally;
}

function fromEarlier(file: string, earlier: FinishedFile): Tally {
  return { passed: earlier.passed, failures: [], skipped: earlier.skipped.map((title) => ({ file, title })) };
}

function add(tally: Tally, more: Tally): void {
  tally.passed += more.passed;
  tally.failures.push(...more.failures);
  tally.skipped.push(...more.skipped);
}

function printSlowest(times: readonly FileTime[]): void {
  if (times.length <= SLOWEST) return;
  console.log(['\nSlowest:', ...slowestLines(times, SLOWEST)].join('\n'));
}

function printSummary({ passed, failures, skipped }: Tally): void {
  if (skipped.length > 0) console.log('\nSkipped:');
  for (const { file, title } of skipped) console.log(`  ${file}: ${title}`);
  if (failures.length > 0) console.log('\nFailed:');
  for (const failure of failures) console.log(`  ${describeFailure(failure)}`);
  console.log(`\n${passed} passed, ${failures.length} failed, ${skipped.length} skipped`);
}

function describeFailure({ file, what }: Failure): string {
  return file === undefined ? what : `${file}: ${what}`;
}

/** The first signal ends the run in order, with its server; the second ends it at once. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      console.log(`\n${name}: stopping; once more stops at once`);
      controller.abort(name);
    });
  }
  return controller.signal;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
