// Shows that a real AVA run counts every way a test file can fail, and shows its failures whole.

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { runAva } from './run-ava.ts';
import type { FileTime } from './slowest.ts';
import type { Tally } from './tally.ts';

const SILENCE_LIMIT_MS = 90_000;
// Longer than the start of a test process on a machine whose cores are all taken: a silence before it is none of the file's.
const SHORT_SILENCE_LIMIT_MS = 25_000;

const HEAD = "import test from 'ava';\n";

const FILES = {
  'passes.test.ts': `${HEAD}test('one', (t) => t.pass());\ntest('two', (t) => t.pass());`,
  'fails.test.ts': `${HEAD}test('differs', (t) => t.is(1, 2));\ntest('holds', (t) => t.pass());`,
  'throws.test.ts': `${HEAD}test('throws', () => { throw new Error('on purpose'); });`,
  'asserts-nothing.test.ts': `${HEAD}test('asserts nothing', () => {});`,
  'skips.test.ts': `${HEAD}test.skip('needs a browser', (t) => t.pass());\ntest.todo('later');\ntest('x', (t) => t.pass());`,
  'hook.test.ts': `${HEAD}test.before(() => { throw new Error('no'); });\ntest('behind the hook', (t) => t.pass());`,
  'uncaught.test.ts': `${HEAD}test('late', async (t) => {
    setTimeout(() => { throw new Error('late'); }, 1);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    t.pass();
  });`,
  'rejection.test.ts': `${HEAD}test('sound', (t) => { void Promise.reject(new Error('unseen')); t.pass(); });`,
  'exits.test.ts': `${HEAD}test('exits', () => process.exit(0));`,
  'exits-early.test.ts': `${HEAD}process.exit(0);`,
  'hangs.test.ts': `${HEAD}test('never resolves', () => new Promise(() => {}));`,
  'empty.test.ts': HEAD,
  'no-import.test.ts': 'console.log(1);',
  'broken.test.ts': `${HEAD}import './not-there.ts';\ntest('x', (t) => t.pass());`,
  'only.test.ts': `${HEAD}test.only('chosen', (t) => t.pass());\ntest('forgotten', (t) => t.pass());`,
};

const FAILURES: Readonly<Record<string, readonly string[]>> = {
  'passes.test.ts': [],
  'skips.test.ts': [],
  'fails.test.ts': ['differs'],
  'throws.test.ts': ['throws'],
  'asserts-nothing.test.ts': ['asserts nothing'],
  'hook.test.ts': ['did not finish: behind the hook', 'a hook failed'],
  'uncaught.test.ts': ['did not finish: late', 'an exception was caught by nobody'],
  'rejection.test.ts': ['a promise was rejected and nobody caught it'],
  'exits.test.ts': ['did not finish: exits', 'a test called process.exit'],
  'exits-early.test.ts': ['a test called process.exit'],
  'hangs.test.ts': ['never resolves'],
  'empty.test.ts': ['holds no test'],
  'no-import.test.ts': ['holds no test: it does not import "ava"'],
  'broken.test.ts': ['an exception was caught by nobody'],
  'only.test.ts': ['left out: forgotten'],
};

test('every way a file can fail counts as a failure of that file, and the sound ones pass', async (t) => {
  const tally = await runFixtures(t, { files: FILES });
  for (const [file, expected] of Object.entries(FAILURES))
    t.deepEqual(failuresOf(tally, file), expected, file);
  t.deepEqual(failuresOf(tally, undefined), []);
  t.deepEqual(tally.skipped, [
    { file: 'skips.test.ts', title: 'needs a browser' },
    { file: 'skips.test.ts', title: 'later' },
  ]);
  // passes 2, fails 1, skips 1, rejection 1, only 1
  t.is(tally.passed, 6);
});

test('a single file alone is counted like one among many', async (t) => {
  const { 'fails.test.ts': fails } = FILES;
  const tally = await runFixtures(t, { files: { 'fails.test.ts': fails } });
  t.deepEqual(tally, { passed: 1, failures: [{ file: 'fails.test.ts', what: 'differs' }], skipped: [] });
});

test('a run tells how long each of its files took', async (t) => {
  const { 'fails.test.ts': fails, 'skips.test.ts': skips } = FILES;
  const told: FileTime[] = [];
  await runFixtures(t, { files: { 'fails.test.ts': fails, 'skips.test.ts': skips }, told });
  t.deepEqual(told.map(({ file }) => file).sort(), ['fails.test.ts', 'skips.test.ts']);
  t.true(told.every(({ ms }) => ms >= 0 && ms < SILENCE_LIMIT_MS));
});

test('a run that is killed in the middle counts as failed, with what had passed before', async (t) => {
  const deadly = `${HEAD}test('deadly', () => { process.kill(process.pid, 'SIGKILL'); });`;
  const tally = await runFixtures(t, { files: { 'deadly.test.ts': deadly } });
  t.is(tally.passed, 0);
  t.deepEqual(failuresOf(tally, undefined), ['AVA died before its end (SIGKILL)']);
  t.true(failuresOf(tally, 'deadly.test.ts').length > 0);
});

test('a filter by title leaves the other tests out without failing them', async (t) => {
  const { 'passes.test.ts': passes, 'fails.test.ts': fails } = FILES;
  const files = { 'passes.test.ts': passes, 'fails.test.ts': fails };
  t.deepEqual(await runFixtures(t, { files, titles: ['tw*'] }), { passed: 1, failures: [], skipped: [] });
});

test('a filter by title that no test matches is a failure', async (t) => {
  const { 'passes.test.ts': passes } = FILES;
  const tally = await runFixtures(t, { files: { 'passes.test.ts': passes }, titles: ['three'] });
  t.deepEqual(tally.failures, [{ file: undefined, what: 'no test has a title that matches' }]);
});

test('a file whose name has pattern characters in it is run', async (t) => {
  const files = { 'of [a] (b).test.ts': FILES['passes.test.ts'] };
  t.deepEqual(await runFixtures(t, { files }), { passed: 2, failures: [], skipped: [] });
});

test('a run that is stopped before its end counts as failed', async (t) => {
  const tally = await runFixtures(t, {
    files: { 'hangs.test.ts': FILES['hangs.test.ts'] },
    signal: AbortSignal.abort(),
  });
  t.true(tally.failures.length > 0);
  t.is(tally.passed, 0);
});

test('a file that passes but never ends is a failure, and is not waited for for ever', async (t) => {
  const text = `${HEAD}test('done', (t) => t.pass());\nsetInterval(() => {}, 1000);`;
  const files = { 'lingers.test.ts': text, 'passes.test.ts': FILES['passes.test.ts'] };
  const tally = await runFixtures(t, { files, silence_limit_ms: SHORT_SILENCE_LIMIT_MS });
  t.deepEqual(failuresOf(tally, 'lingers.test.ts'), ['did not come to its end']);
  t.deepEqual(failuresOf(tally, 'passes.test.ts'), []);
  t.is(tally.passed, 3);
});

function runFixtures(
  t: ExecutionContext,
  options: {
    files: Readonly<Record<string, string>>;
    titles?: string[];
    silence_limit_ms?: number;
    signal?: AbortSignal;
    told?: FileTime[];
  },
): Promise<Tally> {
  const { files, titles = [], silence_limit_ms = SILENCE_LIMIT_MS, signal, told = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'dmrv-run-ava-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  const manifest = { type: 'module', ava: { extensions: ['ts'], files: ['*.test.ts'] } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return runAva({
    folder,
    files: Object.keys(files),
    titles,
    env: process.env,
    idle_limit: '1m',
    silence_limit_ms,
    output: 'ignore',
    ...(signal === undefined ? {} : { signal }),
    told: (times) => void told.push(...times),
  });
}

function failuresOf(tally: Tally, file: string | undefined): string[] {
  return tally.failures.filter((failure) => failure.file === file).map(({ what }) => what);
}
