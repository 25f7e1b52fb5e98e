// Owns the rules of the command "npm run localnet": what it prints, its ends, its folder; leaves the chain to localnet's own tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';

const GUARD = join(import.meta.dirname, '../scripts/guard.cjs');
const PORTS = ['--rpc-port', '0', '--lake-port', '0'];

interface Run {
  child: ChildProcess;
  /** Standard output up to "ready", or to the end where that never comes. */
  lines: string[];
  ended: Promise<number | string | null>;
  errors: () => string;
}

async function run(t: ExecutionContext, args: string[]): Promise<Run> {
  // Not run by npm here, whatever runs the test: the command watches the npm that started it.
  const { npm_lifecycle_event: _, ...env } = process.env;
  const child = spawn(process.execPath, [GUARD, 'localnet.ts', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line === 'ready') break;
  }
  return { child, lines, ended, errors: () => errors };
}

function newFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'localnet-command-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function statusOf({
  lines,
}: Run): Promise<{ chain_id: string; sync_info: { latest_block_height: number } }> {
  const url = /json-rpc\s+(\S+)/.exec(lines.join('\n'))?.[1] ?? '';
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'status', params: [] });
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const { result } = (await response.json()) as { result: Awaited<ReturnType<typeof statusOf>> };
  return result;
}

const MOST_LOOKS = 1_000;

async function waitForHeight(running: Run, height: number): Promise<number> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { latest_block_height } = (await statusOf(running)).sync_info;
    if (latest_block_height >= height) return latest_block_height;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no block ${height} after ${MOST_LOOKS} looks`);
}

test('it prints where it serves and the keys of its accounts, and ends at a signal', async (t) => {
  const running = await run(t, [
    ...PORTS,
    '--memory',
    '--chain-id',
    'mine',
    '--account',
    'dmrv.test.near=12.5',
  ]);
  const text = running.lines.join('\n');
  t.regex(text, /^chain\s+mine, genesis at 0/m);
  t.regex(text, /^lake\s+http:\/\/127\.0\.0\.1:\d+ /m);
  t.regex(text, /^account\s+test\.near\s+1000000000 NEAR at genesis\s+ed25519:\S{86,88}$/m);
  t.regex(text, /^account\s+dmrv\.test\.near\s+12\.5 NEAR at genesis\s+ed25519:\S{86,88}$/m);
  t.is((await statusOf(running)).chain_id, 'mine');
  running.child.kill('SIGTERM');
  t.is(await running.ended, 0);
  t.regex(running.errors(), /SIGTERM: stopping/);
});

test('after kill -9 it goes on over the same folder, and refuses it to another chain', async (t) => {
  const folder = newFolder(t);
  const args = [...PORTS, '--data-folder', folder, '--interval-ms', '20'];
  const first = await run(t, args);
  const height = await waitForHeight(first, 8);
  first.child.kill('SIGKILL');
  t.is(await first.ended, 'SIGKILL');
  const second = await run(t, args);
  const head = Number(/head at (\d+)/.exec(second.lines.join('\n'))?.[1]);
  t.true(head >= height, `${head} after ${height}`);
  second.child.kill('SIGINT');
  t.is(await second.ended, 0);
  const other = await run(t, [...args, '--seed', 'other']);
  t.is(await other.ended, 1);
  t.regex(other.errors(), /holds another chain: seed is localnet there and other here/);
  t.notRegex(other.errors(), /^\s+at /m);
});

test('options that cannot be are refused in plain words', async (t) => {
  const cases: [string[], RegExp][] = [
    [['--rpc-port', '70000'], /Give a port from 0 to 65535/],
    [['--mode', 'sometimes'], /Allowed choices are interval, instant/],
    [['--account', 'NOT AN ID'], /"NOT AN ID" is no account id/],
    [['--shards', '1,2'], /0 boundaries make 1 shards, not 2/],
    [['--epoch-length', '2'], /an epoch of 2 heights is too short/],
    [['--seats', '9'], /9 seats for 5 validators/],
    [['--unknown'], /unknown option '--unknown'/],
  ];
  await Promise.all(
    cases.map(async ([args, words]) => {
      const refused = await run(t, [...PORTS, '--memory', ...args]);
      t.is(await refused.ended, 1, args.join(' '));
      t.regex(refused.errors(), words);
    }),
  );
});

test('its help names every option', async (t) => {
  const helped = await run(t, ['--help']);
  t.is(await helped.ended, 0);
  for (const option of [
    '--rpc-port',
    '--lake-port',
    '--data-folder',
    '--mode',
    '--account',
    '--shards',
    '--seed',
  ])
    t.true(
      helped.lines.some((line) => line.includes(option)),
      option,
    );
});
