// Owns one run of AVA over given files; leaves choosing them to select-files.ts and counting to tally.ts.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENTS_FILE_VARIABLE } from './ava-config.ts';
import { type RunEvent, type Tally, tallyRun } from './tally.ts';

export interface AvaRun {
  folder: string;
  files: readonly string[];
  titles: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** How long AVA may wait for the next test to end. */
  idle_limit: string;
  /** Where AVA's report goes; it is shown as AVA writes it. */
  output: 'inherit' | 'ignore';
  signal?: AbortSignal;
}

// AVA gets this long to stop its workers before it is killed.
const STOP_MS = 10_000;

export async function runAva(run: AvaRun): Promise<Tally> {
  const scratch = mkdtempSync(join(tmpdir(), 'dmrv-test-'));
  const events_file = join(scratch, 'events.jsonl');
  try {
    const end = await runProcess(run, events_file);
    return tallyRun({
      events: readEvents(events_file),
      files: run.files,
      is_filtered: run.titles.length > 0,
      ...end,
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function runProcess(
  run: AvaRun,
  events_file: string,
): Promise<{ exit_code: number | null; signal: string | null }> {
  const cli = join(dirname(fileURLToPath(import.meta.resolve('ava'))), 'cli.js');
  const config = fileURLToPath(new URL('ava-config.ts', import.meta.url));
  const titles = run.titles.flatMap((title) => ['--match', title]);
  // A path is a pattern to AVA; brackets and the like in a name stand for themselves when escaped.
  const files = run.files.map((file) => file.replace(/[*?[\](){}!\\]/g, '\\$&'));
  const args = [cli, '--config', config, '--timeout', run.idle_limit, ...titles, ...files];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: run.folder,
      env: { ...run.env, [EVENTS_FILE_VARIABLE]: events_file },
      stdio: ['ignore', run.output, run.output],
    });
    let killer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      child.kill('SIGINT');
      killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    };
    run.signal?.addEventListener('abort', stop, { once: true });
    if (run.signal?.aborted) stop();
    child.once('error', reject);
    child.once('close', (exit_code, signal) => {
      clearTimeout(killer);
      run.signal?.removeEventListener('abort', stop);
      resolve({ exit_code, signal });
    });
  });
}

function readEvents(path: string): RunEvent[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // The last line may be cut off when AVA was killed; then the run has no end event and counts as failed.
  return lines.slice(0, -1).map((line): RunEvent => JSON.parse(line));
}
