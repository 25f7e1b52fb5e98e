// Owns the convention of all benches (flags, output, exit code); leaves the measuring to each scripts/bench-<name>.ts.

import { Console } from 'node:console';
import { Command } from 'commander';
import { z } from 'zod';
import type { Goal } from './goal.ts';
import { describeMachine } from './machine.ts';
import { renderGoals } from './table.ts';

export interface BenchRun {
  /** Smaller sizes, so that the whole bench stays under 50 s. */
  quick: boolean;
  /** Progress; it never reaches stdout. */
  log: (line: string) => void;
}

export interface Bench {
  name: string;
  what: string;
  run(run: BenchRun): Promise<{ results: Readonly<Record<string, unknown>>; goals: readonly Goal[] }>;
}

/** What --json prints, and what the table of all benches is made from. */
export const benchReport = z.strictObject({
  bench: z.string(),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.number(),
    memory_gib: z.number(),
    system: z.string(),
    node: z.string(),
  }),
  results: z.record(z.string(), z.unknown()),
  goals: z.array(
    z.strictObject({
      id: z.string(),
      what: z.string(),
      value: z.number(),
      unit: z.string(),
      goal: z.number(),
      reached: z.boolean(),
    }),
  ),
});

export type BenchReport = z.infer<typeof benchReport>;

/**
 * A file scripts/bench-<name>.ts ends with `await runBench(defineBench({ name, what, run }))`, and package.json
 * has the script bench:<name> for it.
 */
export function defineBench(bench: Bench): Bench {
  if (!/^[a-z][a-z\d-]*$/.test(bench.name)) {
    throw new RangeError(
      `The bench "${bench.name}" needs a name of a-z, 0-9 and -, as in its script bench:<name>.`,
    );
  }
  return bench;
}

/**
 * Runs the bench as a command. A goal that is missed is a result like any other: the exit code is 0 when the
 * bench could measure, and 1 when it failed.
 */
export async function runBench(bench: Bench, argv: readonly string[] = process.argv): Promise<void> {
  await new Command(`npm run bench:${bench.name} --`)
    .description(bench.what)
    .option('--quick', 'smaller sizes, under 50 s', false)
    .option(
      '--json',
      'print one JSON object { bench, machine, results, goals } and nothing else on stdout',
      false,
    )
    .action(async ({ quick, json }: { quick: boolean; json: boolean }) => {
      // What a bench or a library prints by the way must not stand beside the object.
      if (json) globalThis.console = new Console(process.stderr, process.stderr);
      const report = await measure(bench, quick);
      if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
      else console.log(renderReport(report));
    })
    .parseAsync(argv);
}

async function measure(bench: Bench, quick: boolean): Promise<BenchReport> {
  const log = (line: string): void => void process.stderr.write(`${bench.name}: ${line}\n`);
  const { results, goals } = await bench.run({ quick, log });
  const ids = new Set(goals.map(({ id }) => id));
  if (ids.size !== goals.length)
    throw new RangeError(`Bench ${bench.name} has two goals of one id. Name them apart.`);
  return benchReport.parse({ bench: bench.name, machine: describeMachine(), results, goals });
}

function renderReport(report: BenchReport): string {
  const { cpu, cores, memory_gib, node } = report.machine;
  const results = Object.entries(report.results).map(
    ([name, value]) => `  ${name}: ${JSON.stringify(value)}`,
  );
  return [
    `${report.bench} on ${cpu}, ${cores} cores, ${memory_gib} GiB, Node ${node}`,
    ...results,
    '',
    renderGoals([report]),
  ].join('\n');
}
