// Owns running one short program to its end; leaves the meaning of its output to its callers.

import { spawn } from 'node:child_process';
import { errnoOf, messageOf } from './errors.ts';
import { type RunAs, serverEnvironment } from './run-as.ts';

const OUTPUT_LIMIT = 64 * 1024;

export type ProgramEnd = { ok: boolean; output: string; why: string };

// Never rejects: a program that cannot even be started ends with `ok: false` and the reason.
export function runProgram(options: {
  file: string;
  args: readonly string[];
  cwd: string;
  run_as: RunAs;
  timeout_ms: number;
}): Promise<ProgramEnd> {
  const { file, args, cwd, run_as, timeout_ms } = options;
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      ...run_as,
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeout_ms,
      killSignal: 'SIGKILL',
      // A session of its own: Ctrl-C is the owner's to answer, and would leave half a database behind.
      detached: true,
    });
    let output = '';
    const collect = (chunk: string): void => {
      output = (output + chunk).slice(-OUTPUT_LIMIT);
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => {
      resolve({ ok: false, output, why: errnoOf(error) ?? messageOf(error) });
    });
    child.on('close', (code, signal) => {
      const why = signal === null ? `exit code ${code}` : `signal ${signal}`;
      resolve({ ok: code === 0, output, why });
    });
  });
}
