// Shows which test files an argument of the test command means, and that one that means none is named.

import test from 'ava';
import { isTestFile, needsCluster, selectFiles } from './select-files.ts';

const all = ['core/a.test.ts', 'core/b/c.test.ts', 'docs.test.ts', 'sandbox-tests/d.spec.ts'];

const CASES: readonly [wanted: string[], files: string[], unmatched: string[]][] = [
  [[], all, []],
  [['core/a.test.ts'], ['core/a.test.ts'], []],
  [['./core/a.test.ts'], ['core/a.test.ts'], []],
  [['core'], ['core/a.test.ts', 'core/b/c.test.ts'], []],
  [['core/'], ['core/a.test.ts', 'core/b/c.test.ts'], []],
  [['core/**'], ['core/a.test.ts', 'core/b/c.test.ts'], []],
  [['**/*.spec.ts'], ['sandbox-tests/d.spec.ts'], []],
  [['*.test.ts'], ['docs.test.ts'], []],
  [['docs.test.ts', 'core/a.test.ts', 'core'], ['core/a.test.ts', 'core/b/c.test.ts', 'docs.test.ts'], []],
  [['cor'], [], ['cor']],
  [['core/a.test', 'core/none/**', 'docs.test.ts'], ['docs.test.ts'], ['core/a.test', 'core/none/**']],
];

for (const [wanted, files, unmatched] of CASES) {
  test(`"${wanted.join(' ')}" means ${files.length} files and leaves ${unmatched.length} arguments`, (t) => {
    t.deepEqual(selectFiles({ all, wanted }), { files, unmatched });
  });
}

test('a project without a test file is a mistake, not a success', (t) => {
  t.deepEqual(selectFiles({ all: [], wanted: [] }), { files: [], unmatched: ['(every test file)'] });
});

test('tests stand anywhere, specs in sandbox-tests only', (t) => {
  t.deepEqual(all.filter(isTestFile), all);
  for (const path of ['core/a.ts', 'core/a.spec.ts', 'core/a.test.ts.md']) t.false(isTestFile(path), path);
});

test('only a spec needs the test cluster', (t) => {
  t.true(needsCluster(all));
  t.false(needsCluster(['core/a.test.ts']));
});
