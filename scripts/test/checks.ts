// Owns the checks that run before the tests (types, lint and format); leaves their rules to tsconfig.json and biome.json.

import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export interface Check {
  name: string;
  command: string;
  args: readonly string[];
}

// tsc spreads a project over four checkers, each of which makes the types it meets again: one takes half the
// processor time of four, and the other check has the other core meanwhile. Both tools colour only for a terminal.
const TYPES = ['--checkers', '1', '--pretty', String(process.stdout.isTTY === true)];

export const CHECKS: readonly Check[] = [
  { name: 'types', command: 'tsc', args: ['-p', '.', ...TYPES] },
  { name: 'types of the pages', command: 'tsc', args: ['-p', 'web', ...TYPES] },
  {
    name: 'lint and format',
    command: 'biome',
    args: ['ci', '--error-on-warnings', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.'],
  },
];

// A check takes about half a minute; one that hangs must not hang the run.
const CHECK_LIMIT_MS = 300_000;

/** Runs one check and shows its output when it ends, whole, since others run beside it; true when it passed. */
export function runCheck(options: { check: Check; folder: string; signal?: AbortSignal }): Promise<boolean> {
  const { check, folder, signal } = options;
  const bin = join(folder, 'node_modules', '.bin');
  return new Promise((resolve) => {
    const child = spawn(join(bin, check.command), check.args, {
      cwd: folder,
      // The tools' own first lines look for a node; the project's comes first.
      env: { ...process.env, PATH: [bin, process.env.PATH ?? ''].join(delimiter) },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: CHECK_LIMIT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => output.push(part));
    child.stderr.on('data', (part: Buffer) => output.push(part));
    child.once('error', (error) => {
      if (signal?.aborted) return resolve(false);
      console.log(
        `${check.name}: ${check.command} could not run: ${error.message}. Run "npm ci", then try again.`,
      );
      resolve(false);
    });
    child.once('close', (code, killed_by) => {
      console.log(`${check.name}: ${[check.command, ...check.args].join(' ')}`);
      process.stdout.write(Buffer.concat(output));
      if (killed_by !== null) console.log(`${check.name}: ${check.command} was ended by ${killed_by}`);
      resolve(code === 0);
    });
  });
}
