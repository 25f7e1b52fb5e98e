// Shows that every index serves the question it stands for, through row security, on a database full of credits.

import test from 'ava';
import { listIndexes } from './plans/catalogue.ts';
import { CREDIT_PATHS, JOINT_PATHS } from './plans/credit-paths.ts';
import { EVENT_PATHS } from './plans/event-paths.ts';
import { type FilledDatabase, openFilledDatabase } from './plans/filled.ts';
import { judgeKey, judgePath } from './plans/judge.ts';
import type { AccessPath } from './plans/path.ts';
import { TENANT_PATHS } from './plans/tenant-paths.ts';

const LONG = process.env.DMRV_TEST_LONG === '1';
const CREDITS = LONG ? 1_000_000 : 20_000;
const FILL_LIMIT_MS = LONG ? 3_600_000 : 300_000;

const PATHS: readonly AccessPath[] = [...TENANT_PATHS, ...CREDIT_PATHS, ...EVENT_PATHS];

let filled: FilledDatabase;

test.before(async (t) => {
  t.timeout(FILL_LIMIT_MS);
  filled = await openFilledDatabase({ credits: CREDITS });
});

test.after.always(() => filled?.close());

test.serial('every index that no rule needs has a path here, and every path an index', async (t) => {
  const plain = (await listIndexes(filled.admin)).filter(
    ({ kind, name }) => kind === 'plain' || name.startsWith('idx_'),
  );
  t.deepEqual(
    plain.map(({ schema, name }) => `${schema}.${name}`).sort(),
    PATHS.map(({ index }) => index).sort(),
  );
});

for (const path of [...PATHS, ...JOINT_PATHS]) {
  const order = path.is_ordered === true ? ', in its order' : '';
  test.serial(`${path.what}: asked by ${path.as ?? 'app'}, ${path.index} answers${order}`, async (t) => {
    t.deepEqual(await judgePath(filled, path), []);
  });
}

test.serial('every key finds its one row by an index, whoever may ask for it', async (t) => {
  const keys = (await listIndexes(filled.admin)).filter(
    ({ kind }) => kind === 'primary' || kind === 'unique',
  );
  t.true(keys.length > 100);
  const faults: string[] = [];
  for (const key of keys) faults.push(...(await judgeKey(filled, key)));
  t.deepEqual(faults, []);
});
