// Owns one run of AVA over given files; leaves choosing them to select-files.ts and counting to tally.ts.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENTS_FILE_VARIABLE } from './ava-config.ts';
import { type FileTime, timesOf } from './slowest.ts';
import { type Tally, type TimedEvent, tallyRun } from './tally.ts';

export interface AvaRun {
  folder: string;
  files: readonly string[];
  titles: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** How long AVA may wait for the next test to end. */
  idle_limit: string;
  /** How long nothing at all may be heard, also after the last test. Longer than the limit above. */
  silence_limit_ms: number;
  /** Where AVA's report goes; it is shown as AVA writes it. */
  output: 'inherit' | 'ignore';
  signal?: AbortSignal;
  /** Hears at the end how long each file took. */
  told?: (times: readonly FileTime[]) => void;
}

const LOOK_PAUSE_MS = 1000;

// Many files wait, for PostgreSQL, a block or a browser, while others reckon: more run at once than there are cores.
const MORE_FILES_THAN_CORES = 1;

// Every file is a process of its own, which would read and compile the same modules again: half of its start. Node
// keeps what it compiled by its own version, by path and by content, and writes each part whole under another name.
// A folder that cannot be written is passed over. scripts/guard.cjs uses the same one.
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));

// AVA gets this long to stop its workers before it is killed.
const STOP_MS = 10_000;

export async function runAva(run: AvaRun): Promise<Tally> {
  const scratch = mkdtempSync(join(tmpdir(), 'dmrv-test-'));
  const events_file = join(scratch, 'events.jsonl');
  try {
    const end = await runProcess(run, events_file);
    const events = readEvents(events_file);
    run.told?.(timesOf(events));
    return tallyRun({
      events,
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
  const concurrency = String(availableParallelism() + MORE_FILES_THAN_CORES);
  const limits = ['--timeout', run.idle_limit, '--concurrency', concurrency];
  const args = [cli, '--config', config, ...limits, ...titles, ...files];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: run.folder,
      env: { NODE_COMPILE_CACHE: COMPILED, ...run.env, [EVENTS_FILE_VARIABLE]: events_file },
      stdio: ['ignore', run.output, run.output],
    });
    let killer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      clearInterval(watch);
      child.kill('SIGINT');
      killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    };
    const watch = watchSilence({ events_file, limit_ms: run.silence_limit_ms, on_silence: stop });
    run.signal?.addEventListener('abort', stop, { once: true });
    if (run.signal?.aborted) stop();
    child.once('error', reject);
    child.once('close', (exit_code, signal) => {
      clearInterval(watch);
      clearTimeout(killer);
      run.signal?.removeEventListener('abort', stop);
      resolve({ exit_code, signal });
    });
  });
}

// AVA's own limit ends with the last test: a file that has passed but does not end would be waited for for ever.
function watchSilence(about: {
  events_file: string;
  limit_ms: number;
  on_silence: () => void;
}): NodeJS.Timeout {
  let size = 0;
  let silent_since = performance.now();
  return setInterval(() => {
    const now = performance.now();
    const found = existsSync(about.events_file) ? statSync(about.events_file).size : 0;
    if (found !== size) {
      size = found;
      silent_since = now;
    } else if (now - silent_since >= about.limit_ms) about.on_silence();
  }, LOOK_PAUSE_MS);
}

function readEvents(path: string): TimedEvent[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // The last line may be cut off when AVA was killed; then the run has no end event and counts as failed.
  return lines.slice(0, -1).map((line): TimedEvent => JSON.parse(line));
}
