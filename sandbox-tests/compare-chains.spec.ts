// Shows that the comparison of two chains finds what differs and nothing else, and how the binary is found, started and ended.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { ChainClient } from '../scripts/test-sandbox/chain-client.ts';
import { findBinary } from '../scripts/test-sandbox/find-binary.ts';
import { runBinary } from '../scripts/test-sandbox/run-binary.ts';
import { type Comparison, type Other, runCompare } from '../scripts/test-sandbox/run-compare.ts';

const double = fileURLToPath(new URL('support/near-sandbox-double.ts', import.meta.url));

const command = fileURLToPath(new URL('../scripts/test-sandbox.ts', import.meta.url));

/** A folder with a program called near-sandbox. */
function makeProgram(t: ExecutionContext, lines: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dmrv-program-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'near-sandbox');
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return folder;
}

const doubleProgram = (t: ExecutionContext, env = '') =>
  makeProgram(t, `exec env ${env} '${process.execPath}' '${double}' "$@"`);

async function compare(seed: string, other: Other): Promise<Comparison> {
  const compared = await runCompare({ seed, other });
  if (compared.kind === 'unknown_version') throw new Error(compared.reason);
  return compared;
}

test.serial('two localnets of other seeds and heights do not differ', async (t) => {
  const { differences, steps } = await compare('alike', { kind: 'localnet' });
  t.deepEqual(differences, []);
  t.true(steps > 50);
});

test.serial(
  'a wrong price and a wrong size are found where they are charged, and nowhere else',
  async (t) => {
    const { differences } = await compare('spoilt', { kind: 'spoilt' });
    const gas = differences.filter(({ fact }) => fact === 'gas_burnt');
    t.deepEqual(
      gas.map(({ step, left, right }) => [step.replace(/^\d+\. /, ''), BigInt(right) - BigInt(left)]),
      [
        ['the key is deleted', 1n],
        ['a key that is not there is deleted', 1n],
      ],
    );
    const sizes = differences.filter(({ fact }) => fact === 'storage_usage changes by');
    t.deepEqual(
      sizes.map(({ place, left, right }) => [place.replace('account ', ''), Number(right) - Number(left)]),
      ['ada', 'ben', 'keeper', 'asker'].map((name) => [`${name}.test.near`, 1]),
    );
  },
);

test.serial('a chain that is started as near-sandbox is compared, and its home is removed', async (t) => {
  const found = findBinary(doubleProgram(t));
  if (found.kind !== 'found') return t.fail(found.reason);
  const { differences, names } = await compare('double', { kind: 'binary', path: found.path });
  t.deepEqual(differences, []);
  t.is(names.right, 'near-sandbox');
});

test.serial('a near-sandbox of a version that is not in the table is refused in one tidy line', async (t) => {
  const program = doubleProgram(t, 'DOUBLE_PROTOCOL_VERSION=99');
  const env = { ...process.env, NEAR_SANDBOX_BIN_PATH: program };
  const ended = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [command, '--compare'], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
  t.is(ended.code, 1);
  t.is(
    ended.stdout,
    'near-sandbox runs protocol version 99; the localnet knows 85 to 88. Name a near-sandbox of such a version.\n' +
      '\n0 passed, 1 failed, 0 skipped\n',
  );
  t.is(ended.stderr, '');
});

test.serial('near-sandbox answers while it runs, and no longer once it is stopped', async (t) => {
  const before = new Set(listHomes());
  const chain = await runBinary(join(doubleProgram(t), 'near-sandbox'));
  t.teardown(() => chain.stop());
  t.is(chain.root.account_id, 'test.near');
  t.not(await new ChainClient(chain.url).findAccount('test.near'), null);
  const homes = listHomes().filter((name) => !before.has(name));
  t.true(homes.length > 0);
  await chain.stop();
  await t.throwsAsync(new ChainClient(chain.url).protocolVersion());
});

test('a binary that does not start is told with its last words', async (t) => {
  const failing = join(makeProgram(t, 'echo "no such command"; exit 3'), 'near-sandbox');
  await t.throwsAsync(runBinary(failing), {
    message: /init did not work: ended with exit code 3.*\nno such command/s,
  });
});

test('the binary is named by file or by folder; what cannot be run is refused', (t) => {
  const folder = makeProgram(t, 'exit 0');
  const path = join(folder, 'near-sandbox');
  t.deepEqual(findBinary(path), { kind: 'found', path });
  t.deepEqual(findBinary(folder), { kind: 'found', path });
  t.is(findBinary(undefined).kind, 'unset');
  t.is(findBinary('').kind, 'unset');
  t.like(findBinary(join(folder, 'missing')), { kind: 'wrong' });
  chmodSync(path, 0o644);
  const refused = findBinary(path);
  t.regex(refused.kind === 'found' ? '' : refused.reason, /may not be executed/);
});

function listHomes(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('dmrv-near-sandbox-'));
}
