// Shows that the same sources give the same module wherever they lie, and that a module tells nothing of where it was made.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { buildContract, CACHE, PROJECT_FOLDER } from '../scripts/build-contract/build-contract.ts';

// The short form takes over the engines, which take a minute; the long form builds them anew as well.
const LONG = process.env.DMRV_TEST_LONG === '1';
const LIMIT_MS = 1_200_000;
const SOURCES = ['contracts', 'core', 'localnet', 'scripts', 'package.json'];
const ENTRY = join('contracts', 'engine', 'fixtures', 'sampler', 'contract.ts');

test('two clean builds in two folders give the module that this one gives', async (t) => {
  t.timeout(LIMIT_MS);
  const root = mkdtempSync(join(tmpdir(), 'dmrv-build-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const here = await buildContract({ entry: join(PROJECT_FOLDER, ENTRY), note: t.log });
  for (const name of ['a', 'another/and deeper']) {
    const there = await buildIn(join(root, name));
    t.is(there.sha256, here.sha256, name);
    t.deepEqual(there.abi, here.abi, name);
  }
  const text = Buffer.from(here.wasm).toString('latin1');
  for (const place of [PROJECT_FOLDER, tmpdir(), 'node_modules']) t.false(text.includes(place), place);
});

test('the accepted hash is that of the contract these sources give', async (t) => {
  t.timeout(LIMIT_MS);
  const accepted = readFileSync(
    join(PROJECT_FOLDER, 'contracts', 'credit', 'credit.wasm.sha256'),
    'utf8',
  ).trim();
  const { sha256 } = await buildContract({ note: t.log });
  t.is(sha256, accepted, 'after a change that is meant: npm run build:contract -- --accept');
});

async function buildIn(folder: string): Promise<{ sha256: string; abi: unknown }> {
  mkdirSync(folder, { recursive: true });
  for (const name of SOURCES) cpSync(join(PROJECT_FOLDER, name), join(folder, name), { recursive: true });
  symlinkSync(join(PROJECT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  const cache = join(folder, 'cache');
  mkdirSync(cache);
  for (const name of LONG ? [] : readdirSync(CACHE)) {
    if (/^engine-\w+-\w+\.wasm$/.test(name)) cpSync(join(CACHE, name), join(cache, name));
  }
  const command = [
    'scripts/guard.cjs',
    'build-contract.ts',
    '--entry',
    ENTRY,
    '--cache',
    cache,
    '--out',
    'out',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: folder });
  const sha256 = /^sha256 ([0-9a-f]{64})$/m.exec(stdout)?.[1];
  if (sha256 === undefined) throw new Error(`the build named no hash: ${stdout}`);
  return { sha256, abi: JSON.parse(readFileSync(join(folder, 'out', 'sampler.abi.json'), 'utf8')) };
}
