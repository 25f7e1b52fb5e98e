// Shows which PostgreSQL programs are found, and where copies of them are trusted.

import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findBinaries, resolvePackage } from './binaries.ts';
import { copyBinaries } from './binaries-copy.ts';
import { PostgresLaunchError } from './errors.ts';

const SOMEBODY_ELSE = 65534;
const has_package = process.platform === 'linux' && process.arch === 'x64';
const packageTest = has_package ? test : test.skip;
const rootTest = process.getuid?.() === 0 ? test : test.skip;

for (const platform of ['linux-mips', 'darwin-arm64', 'win32-x64']) {
  test(`${platform} has no package: refused with its name and the way around`, (t) => {
    const error = t.throws(() => resolvePackage(platform), { instanceOf: PostgresLaunchError });
    t.is(error.code, 'POSTGRES_PLATFORM_MISSING');
    t.is(error.facts.platform, platform);
    t.regex(error.message, new RegExp(`no embedded PostgreSQL for ${platform} .* set DATABASE_URL`));
  });
}

packageTest('the installed programs are found and tell their version [needs linux-x64]', async (t) => {
  const found = await findBinaries({ run_as: {}, log: () => undefined });
  t.is(found.major, '18');
  t.true(found.version.startsWith('18.'));
});

test('a copy holds the programs and the files, readable by all, and no static libraries', async (t) => {
  const { from, into } = await makeFolders(t);
  const folder = await copyBinaries({ from, version: '1', into });
  t.is(await readFile(join(folder, 'bin/server'), 'utf8'), 'program');
  t.is((await stat(join(folder, 'bin/server'))).mode & 0o777, 0o755);
  t.is((await stat(join(folder, 'share'))).mode & 0o777, 0o644);
  t.is((await stat(folder)).mode & 0o777, 0o755);
  await t.throwsAsync(stat(join(folder, 'lib.a')), { code: 'ENOENT' });
});

test('a copy that lost a file or holds half of one is made whole', async (t) => {
  const { from, into } = await makeFolders(t);
  const folder = await copyBinaries({ from, version: '1', into });
  await rm(join(folder, 'share'));
  await writeFile(join(folder, 'bin/server'), 'pro');
  t.is(await copyBinaries({ from, version: '1', into }), folder);
  t.is(await readFile(join(folder, 'share'), 'utf8'), 'data');
  t.is(await readFile(join(folder, 'bin/server'), 'utf8'), 'program');
});

test('two copies at once end in one whole copy; another version gets another folder', async (t) => {
  const { from, into } = await makeFolders(t);
  const both = await Promise.all([1, 2].map(() => copyBinaries({ from, version: '1', into })));
  t.is(both[0], both[1]);
  t.is(await readFile(join(both[0] ?? '', 'bin/server'), 'utf8'), 'program');
  t.not(await copyBinaries({ from, version: '2', into }), both[0]);
});

test('a folder to which others may write is not trusted', async (t) => {
  const { from, into } = await makeFolders(t);
  const folder = await copyBinaries({ from, version: '1', into });
  await chmod(folder, 0o777);
  await t.throwsAsync(copyBinaries({ from, version: '1', into }), { message: /others may write to it/ });
});

test('a link in place of the folder is not followed', async (t) => {
  const { from, into } = await makeFolders(t);
  const folder = await copyBinaries({ from, version: '1', into });
  await rm(folder, { recursive: true });
  await mkdir(join(into, 'elsewhere'));
  await symlink(join(into, 'elsewhere'), folder);
  await t.throwsAsync(copyBinaries({ from, version: '1', into }), { message: /not made by us/ });
});

rootTest('a folder that somebody else planted is not trusted [needs root to plant one]', async (t) => {
  const { from, into } = await makeFolders(t);
  const folder = await copyBinaries({ from, version: '1', into });
  await chown(folder, SOMEBODY_ELSE, SOMEBODY_ELSE);
  await t.throwsAsync(copyBinaries({ from, version: '1', into }), {
    message: /owner uid 65534\); remove it/,
  });
});

test('a parent in which others may replace the folder is not used; a sticky one is', async (t) => {
  const { from, into } = await makeFolders(t);
  await chmod(into, 0o777);
  await t.throwsAsync(copyBinaries({ from, version: '1', into }), { message: /other users could replace/ });
  await chmod(into, 0o1777);
  await t.notThrowsAsync(copyBinaries({ from, version: '1', into }));
});

async function makeFolders(t: ExecutionContext): Promise<{ from: string; into: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'dmrv-near-binaries-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const from = join(folder, 'from');
  const into = join(folder, 'into');
  await mkdir(join(from, 'bin'), { recursive: true });
  await mkdir(into);
  // Modes as a strict umask at install time leaves them.
  await writeFile(join(from, 'bin/server'), 'program', { mode: 0o700 });
  await writeFile(join(from, 'share'), 'data', { mode: 0o600 });
  await writeFile(join(from, 'lib.a'), 'static');
  return { from, into };
}
