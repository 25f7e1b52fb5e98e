// Shows that a secret is made once, kept, and closed to others.

import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { PostgresLaunchError } from './errors.ts';
import { keepSecret } from './private-files.ts';

test('a secret made by many at once is one secret, and stays', async (t) => {
  const folder = await makeFolder(t);
  const made = await Promise.all(Array.from({ length: 8 }, () => keepSecret({ folder, name: 'secret' })));
  t.is(new Set(made).size, 1);
  t.regex(made[0] ?? '', /^[0-9a-f]{64}$/);
  t.deepEqual([await keepSecret({ folder, name: 'secret' })], made.slice(0, 1));
  t.false(made.includes(await keepSecret({ folder, name: 'other' })));
  t.deepEqual((await readdir(folder)).toSorted(), ['other', 'secret']);
});

test('only the owner may read a secret', async (t) => {
  const folder = join(await makeFolder(t), 'new');
  await keepSecret({ folder, name: 'secret' });
  t.is((await stat(join(folder, 'secret'))).mode & 0o777, 0o600);
  t.is((await stat(folder)).mode & 0o777, 0o700);
});

test('an emptied secret is refused, not replaced', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(join(folder, 'secret'), '\n');
  const error = await t.throwsAsync(keepSecret({ folder, name: 'secret' }), {
    instanceOf: PostgresLaunchError,
  });
  t.is(error.code, 'POSTGRES_DATA_FOLDER_UNUSABLE');
});

async function makeFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dmrv-near-private-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}
