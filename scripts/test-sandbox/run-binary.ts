// Owns one run of a near-sandbox binary: its home, ports, start and end; leaves what is asked of it to its callers.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { PlayedChain } from './chain-client.ts';

export interface RunningChain extends PlayedChain {
  stop(): Promise<void>;
}

const INIT_LIMIT_MS = 60_000;
const START_TRIES = 240;
const TRY_EVERY_MS = 250;
const TRY_LIMIT_MS = 2_000;
const STOP_LIMIT_MS = 10_000;
/** What is shown of the binary's own words when it does not start. */
const SHOWN_OUTPUT = 2_000;

const validatorKey = z.object({ account_id: z.string(), secret_key: z.string() });

export async function runBinary(path: string): Promise<RunningChain> {
  const home = mkdtempSync(join(tmpdir(), 'dmrv-near-sandbox-'));
  const removeHome = () => rmSync(home, { recursive: true, force: true });
  try {
    await initHome(path, home);
    // The sandbox's first account is its validator too, and both use this key.
    const root = validatorKey.parse(JSON.parse(readFileSync(join(home, 'validator_key.json'), 'utf8')));
    const [rpc_port, network_port] = await findFreePorts();
    const addresses = ['--rpc-addr', `127.0.0.1:${rpc_port}`, '--network-addr', `127.0.0.1:${network_port}`];
    const child = start(path, ['--home', home, 'run', ...addresses]);
    const url = `http://127.0.0.1:${rpc_port}`;
    // Where this process ends without stop(), nothing may be left behind.
    const abandon = () => {
      child.process.kill('SIGKILL');
      removeHome();
    };
    process.once('exit', abandon);
    const stop = async () => {
      process.off('exit', abandon);
      await end(child.process);
      removeHome();
    };
    try {
      await waitForBlocks(url, child);
    } catch (error) {
      await stop();
      throw error;
    }
    return { name: 'near-sandbox', url, root, stop };
  } catch (error) {
    removeHome();
    throw error;
  }
}

interface Child {
  process: ChildProcess;
  output(): string;
  /** What kept it from starting, such as a file that is no program. */
  problem(): Error | null;
}

function start(path: string, args: readonly string[]): Child {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let problem: Error | null = null;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      output = (output + part.toString('utf8')).slice(-SHOWN_OUTPUT);
    });
  }
  child.once('error', (error) => {
    problem = error;
  });
  return { process: child, output: () => output, problem: () => problem };
}

async function initHome(path: string, home: string): Promise<void> {
  const child = start(path, ['--home', home, 'init']);
  const timer = setTimeout(() => child.process.kill('SIGKILL'), INIT_LIMIT_MS);
  await new Promise<void>((resolve) => {
    child.process.once('close', () => resolve());
    child.process.once('error', () => resolve());
  });
  clearTimeout(timer);
  if (child.process.exitCode !== 0) throw new Error(`${path} init ${describeEnd(child)}`);
}

async function waitForBlocks(url: string, child: Child): Promise<void> {
  for (let tries = 0; tries < START_TRIES; tries++) {
    if (hasEnded(child.process)) throw new Error(`near-sandbox ${describeEnd(child)}`);
    if (await answersWithBlock(url)) return;
    await sleep(TRY_EVERY_MS);
  }
  const seconds = (START_TRIES * TRY_EVERY_MS) / 1_000;
  throw new Error(
    `near-sandbox made no final block within ${seconds} s at ${url}. Its last words:\n${child.output()}`,
  );
}

async function answersWithBlock(url: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'block', params: { finality: 'final' } });
  const headers = { 'content-type': 'application/json' };
  const sent = fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TRY_LIMIT_MS) });
  // Until the port is open every try is refused; the caller counts them and says so at the end.
  const text = await sent.then(
    (response) => response.text(),
    () => '',
  );
  return text.includes('"result"');
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill('SIGINT');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(killer);
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function describeEnd(child: Child): string {
  const { exitCode, signalCode } = child.process;
  const how = child.problem()?.message ?? `ended with ${signalCode ?? `exit code ${exitCode}`}`;
  return `did not work: ${how}. Its last words:\n${child.output() || '(none)'}\nTry the binary by hand.`;
}

/** Taken together, so that they are not the same; given back at once, as the binary binds them itself. */
async function findFreePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            if (address === null || typeof address === 'string') reject(new Error('no free port was given'));
            else resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  const [first, second] = ports;
  if (first === undefined || second === undefined)
    throw new Error('two free ports were asked for, fewer came');
  return [first, second];
}
