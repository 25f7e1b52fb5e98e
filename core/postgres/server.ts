// Owns one server process from its start to its end; leaves the data folder and its lock to start-postgres.ts.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { CLUSTER_PATH_FOR_SERVER } from './cluster-folder.ts';
import { PostgresLaunchError } from './errors.ts';
import { readPrivateFile } from './private-files.ts';
import { type RunAs, serverEnvironment } from './run-as.ts';
import { readLog, type ServerLog } from './server-log.ts';
import { chooseSettings, settingArguments } from './settings.ts';

const READY_PAUSE_MS = 10;
// Crash recovery after a long write burst takes its time; a start that only waits is not a failure.
const READY_TIMEOUT_MS = 120_000;
const FAST_STOP_TIMEOUT_MS = 30_000;
const IMMEDIATE_STOP_TIMEOUT_MS = 5_000;

export type ServerOptions = {
  cluster_folder: string;
  binaries: Binaries;
  run_as: RunAs;
  durable: boolean;
  port: number;
  log_file: ServerLog;
};

export type ServerEnd = { code: number | null; signal: NodeJS.Signals | null };

export type Server = {
  pid: number;
  // Settles when the server's process has ended, asked or not.
  ended: Promise<ServerEnd>;
  stop(): Promise<void>;
};

// The shell leaves a watcher behind and becomes the server. The watcher waits at a pipe whose other end only the
// owner holds: when the owner is gone, however it went, the watcher asks the server for a fast shutdown. It
// compares the start time first, so that a later process with the server's pid is never hit. The second
// bracket makes the watcher no child of the server, which would wonder about it.
const START_WITH_WATCHER = `
started() {
  read -r stat < "/proc/$1/stat" || return 1
  set -- \${stat##*) }
  echo "\${20}"
}
ticks=$(started $$)
( (
  read -r word <&3
  [ "$(started $$)" = "$ticks" ] && kill -INT $$
) > /dev/null 2>&1 & )
exec "$@" 3<&-
`;

export async function startServer(options: ServerOptions): Promise<Server> {
  const child = await spawnServer(options);
  const ended = new Promise<ServerEnd>((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  try {
    await waitUntilReady({ child, options });
  } catch (error) {
    await stopServer({ child, ended });
    throw error;
  }
  return { pid: child.pid ?? 0, ended, stop: () => stopServer({ child, ended }) };
}

async function spawnServer(options: ServerOptions): Promise<ChildProcess> {
  const { cluster_folder, binaries, run_as, durable, port, log_file } = options;
  const settings = settingArguments(chooseSettings({ durable, port }));
  const command = [binaries.postgres, '-D', CLUSTER_PATH_FOR_SERVER, ...settings];
  const log = await open(log_file.path, 'a', 0o600);
  try {
    const child = spawn('/bin/sh', ['-c', START_WITH_WATCHER, 'dmrv-near-postgres', ...command], {
      cwd: cluster_folder,
      ...run_as,
      env: serverEnvironment(),
      // A file, not a pipe: the server outlives its owner by a moment and must be able to say why it ends.
      stdio: ['ignore', log.fd, log.fd, 'pipe'],
      // A session of its own: Ctrl-C in the terminal is the owner's to answer.
      detached: true,
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw new PostgresLaunchError('POSTGRES_START_FAILED', {
      what: `The server's process could not be made in ${cluster_folder}.`,
      facts: { folder: cluster_folder },
      remedy:
        'As root, the right to change to another user is needed; or run as an ordinary user, or set DATABASE_URL.',
      cause: error,
    });
  } finally {
    await log.close();
  }
}

// The server writes its state into its pid file; this is also how PostgreSQL's own tools wait.
async function waitUntilReady(about: { child: ChildProcess; options: ServerOptions }): Promise<void> {
  const { child, options } = about;
  const pid_file = join(options.cluster_folder, 'postmaster.pid');
  const looks = READY_TIMEOUT_MS / READY_PAUSE_MS;
  for (let look = 0; look < looks; look++) {
    if (hasEnded(child)) throw await startFailed({ options, why: 'it ended' });
    const lines = (await readPrivateFile(pid_file))?.split('\n') ?? [];
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
    await sleep(READY_PAUSE_MS);
  }
  throw await startFailed({ options, why: `it was not ready after ${READY_TIMEOUT_MS / 1000} s` });
}

async function startFailed(about: { options: ServerOptions; why: string }): Promise<PostgresLaunchError> {
  const { cluster_folder, port, log_file } = about.options;
  const last_lines = await readLog(log_file);
  if (/could not bind .*Address already in use/.test(last_lines)) {
    return new PostgresLaunchError('POSTGRES_PORT_IN_USE', {
      what: `Port ${port} on 127.0.0.1 is taken by another process, so PostgreSQL cannot listen there.`,
      facts: { port },
      remedy: 'Free the port or choose another.',
    });
  }
  return new PostgresLaunchError('POSTGRES_START_FAILED', {
    what: `PostgreSQL did not start in ${cluster_folder}: ${about.why}. Its last lines:\n${last_lines}\n`,
    facts: { folder: cluster_folder, log: log_file.path },
    remedy: `Mend what it names and start again; the whole log is ${log_file.path}.`,
  });
}

async function stopServer(about: { child: ChildProcess; ended: Promise<ServerEnd> }): Promise<void> {
  const { child, ended } = about;
  const ways = [
    { signal: 'SIGINT', wait_ms: FAST_STOP_TIMEOUT_MS },
    { signal: 'SIGQUIT', wait_ms: IMMEDIATE_STOP_TIMEOUT_MS },
    { signal: 'SIGKILL', wait_ms: IMMEDIATE_STOP_TIMEOUT_MS },
  ] as const;
  for (const { signal, wait_ms } of ways) {
    // The child is not reaped before its end is seen here, so its pid is still its own.
    if (!hasEnded(child)) child.kill(signal);
    if (await settlesWithin({ ended, wait_ms })) {
      child.stdio[3]?.destroy();
      return;
    }
  }
  throw new PostgresLaunchError('POSTGRES_START_FAILED', {
    what: `The PostgreSQL process ${child.pid} does not end, not even by SIGKILL.`,
    facts: { pid: child.pid ?? 0 },
    remedy:
      'It hangs in the kernel, often on a disk: look there. Its data folder stays locked until it ends.',
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function settlesWithin(about: { ended: Promise<ServerEnd>; wait_ms: number }): Promise<boolean> {
  const { promise: too_late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), about.wait_ms);
  try {
    return await Promise.race([about.ended.then(() => true), too_late]);
  } finally {
    clearTimeout(timer);
  }
}
