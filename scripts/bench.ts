// Owns the command that runs all benches and prints one table; leaves each bench to its scripts/bench-<name>.ts.

import { Command } from 'commander';
import { benchFile, listBenches } from './bench/list-benches.ts';
import { type BenchOutcome, runBenchProcess } from './bench/run-process.ts';
import { renderGoals } from './bench/table.ts';

await new Command('npm run bench --')
  .description('Runs every bench, each in a process of its own, and prints one table of their goals.')
  .argument('[names...]', 'names of benches; all of them when left out')
  .option('--quick', 'smaller sizes, under 50 s a bench', false)
  .option('--json', 'print one JSON list of their reports and nothing else on stdout', false)
  .addHelpText('after', '\nOne bench alone: npm run bench:<name> -- [--quick] [--json]')
  .action(async (names: string[], { quick, json }: { quick: boolean; json: boolean }, command: Command) => {
    const known = listBenches();
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length > 0)
      command.error(`error: no bench ${unknown.join(', ')}; there are ${known.join(', ')}`);
    const chosen = names.length === 0 ? known : names;
    const outcomes: BenchOutcome[] = [];
    for (const [index, name] of chosen.entries()) {
      process.stderr.write(`bench ${index + 1} of ${chosen.length}: ${name}\n`);
      outcomes.push(await runBenchProcess({ name, file: benchFile(name), quick }));
    }
    console.log(json ? JSON.stringify(outcomes) : renderGoals(outcomes));
    process.exitCode = outcomes.some((outcome) => 'failure' in outcome) ? 1 : 0;
  })
  .parseAsync();
