// Owns the command that checks the localnet against NEAR's sandbox; leaves each step to its file in scripts/test-sandbox/.
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { runAva } from './test/run-ava.ts';
import type { Tally } from './test/tally.ts';
import { formatDifferences } from './test-sandbox/compare.ts';
import { findBinary, PATH_VARIABLE } from './test-sandbox/find-binary.ts';
import { type Other, runCompare } from './test-sandbox/run-compare.ts';
import { BINARY_VARIABLE, CHAIN_SPECS } from './test-sandbox/specs.ts';

const IDLE_LIMIT = '5m';
const SILENCE_LIMIT_MS = 900_000;
const DEFAULT_SEED = 'compare';

interface Options {
  compare: boolean;
  against: 'sandbox' | 'localnet' | 'spoilt';
  seed: string;
}

const folder = fileURLToPath(new URL('..', import.meta.url));

await new Command('npm run test:sandbox --')
  .description(
    `Runs the chain specs against the near-sandbox binary that ${PATH_VARIABLE} names (a file, or the folder that ` +
      'holds it). The last line is "N passed, N failed, N skipped"; without the binary all of it is one skip.',
  )
  .option('--compare', 'play one list of transactions on both chains and print every difference', false)
  .addOption(
    new Option(
      '--against <chain>',
      'what the localnet is compared with; "spoilt" has wrong prices on purpose',
    )
      .choices(['sandbox', 'localnet', 'spoilt'])
      .default('sandbox'),
  )
  .option('--seed <text>', 'amounts, arguments and keys of the comparison follow from it', DEFAULT_SEED)
  .addHelpText(
    'after',
    `
Examples:
  NEAR_SANDBOX_BIN_PATH=bin/near-sandbox npm run test:sandbox
  NEAR_SANDBOX_BIN_PATH=bin/near-sandbox npm run test:sandbox -- --compare
  npm run test:sandbox -- --compare --against localnet --seed 7

The specs:
  ${CHAIN_SPECS.join('\n  ')}

A comparison ends with exit code 1 when there are differences. Without a binary it can be tried against a second
localnet, which must not differ, and against a spoilt one, which must.`,
  )
  .action(main)
  .parseAsync();

async function main(options: Options, command: Command): Promise<void> {
  if (!options.compare && options.against !== 'sandbox')
    command.error(
      'error: --against goes with --compare. Run "npm run test:sandbox -- --compare --against ...".',
    );
  if (options.compare && options.against !== 'sandbox')
    return compare({ kind: options.against }, options.seed);
  const binary = findBinary(process.env[PATH_VARIABLE]);
  if (binary.kind === 'unset') return console.log(`0 passed, 0 failed, 1 skipped: ${binary.reason}`);
  if (binary.kind === 'wrong') {
    console.log(`${binary.reason}\n\n0 passed, 1 failed, 0 skipped`);
    process.exitCode = 1;
    return;
  }
  if (options.compare) return compare({ kind: 'binary', path: binary.path }, options.seed);
  return runSpecs(binary.path);
}

async function compare(other: Other, seed: string): Promise<void> {
  // An end by a signal alone would leave the binary running.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));
  const compared = await runCompare({ seed, other });
  if (compared.kind === 'unknown_version') {
    console.log(`${compared.reason}\n\n0 passed, 1 failed, 0 skipped`);
    process.exitCode = 1;
    return;
  }
  const { steps, protocol_version, names, differences } = compared;
  if (differences.length > 0) console.log(formatDifferences(differences, names));
  const differing = new Set(differences.map(({ step }) => step)).size;
  console.log(
    `\n${names.left} and ${names.right}, protocol version ${protocol_version}, seed "${seed}": ` +
      `${steps} steps, ${differing} of them differ, ${differences.length} differences`,
  );
  console.log(`${steps - differing} passed, ${differing} failed, 0 skipped`);
  if (differences.length > 0) process.exitCode = 1;
}

async function runSpecs(path: string): Promise<void> {
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort(name));
  const tally = await runAva({
    folder,
    files: CHAIN_SPECS,
    titles: [],
    env: { ...process.env, [BINARY_VARIABLE]: path },
    idle_limit: IDLE_LIMIT,
    silence_limit_ms: SILENCE_LIMIT_MS,
    output: 'inherit',
    signal: stopped.signal,
  });
  printTally(tally);
}

function printTally({ passed, failures, skipped }: Tally): void {
  for (const { file, what } of failures) console.log(`failed: ${file ?? 'the run'}: ${what}`);
  for (const { file, title } of skipped) console.log(`skipped: ${file}: ${title}`);
  console.log(`\n${passed} passed, ${failures.length} failed, ${skipped.length} skipped`);
  if (failures.length > 0) process.exitCode = 1;
}
