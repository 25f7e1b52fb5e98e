// Owns the checks that run before the tests (types, lint and format); leaves their rules to tsconfig.json and biome.json.

import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export interface Check {
  name: string;
  command: string;
  args: readonly string[];
}

// biome colours what it writes in a pipe too, which makes a log unreadable.
export const CHECKS: readonly Check[] = [
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'types of the pages', command: 'tsc', args: ['-p', 'web'] },
  {
    name: 'lint and format',
    command: 'biome',
    args: ['ci', '--error-on-warnings', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.'],
  },
];

// Both take about a second; a check that hangs must not hang the run.
const CHECK_LIMIT_MS = 300_000;

/** Runs one check, whose own output is shown as it comes; true when it passed. */
export function runCheck(options: { check: Check; folder: string; signal?: AbortSignal }): Promise<boolean> {
  const { check, folder, signal } = options;
  const bin = join(folder, 'node_modules', '.bin');
  return new Promise((resolve) => {
    const child = spawn(join(bin, check.command), check.args, {
      cwd: folder,
      // The tools' own first lines look for a node; the project's comes first.
      env: { ...process.env, PATH: [bin, process.env.PATH ?? ''].join(delimiter) },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: CHECK_LIMIT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    child.once('error', (error) => {
      if (signal?.aborted) return resolve(false);
      console.log(
        `${check.name}: ${check.command} could not run: ${error.message}. Run "npm ci", then try again.`,
      );
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
}
