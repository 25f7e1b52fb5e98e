// Shows that a long run goes on where it stopped, over the same sources only.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type LongRun, openLongRun } from './long-run.ts';

const RESULT = { passed: 3, skipped: ['needs a browser'] };

test('a file that passed is remembered by the next start', (t) => {
  const folder = makeProject(t);
  const first = open(folder);
  t.is(first.finished.size, 0);
  first.remember('a.test.ts', RESULT);
  first.remember('b.test.ts', { passed: 1, skipped: [] });
  const second = open(folder);
  t.deepEqual([...second.finished.keys()], ['a.test.ts', 'b.test.ts']);
  t.deepEqual(second.finished.get('a.test.ts'), RESULT);
});

test('a fresh start forgets what passed', (t) => {
  const folder = makeProject(t);
  open(folder).remember('a.test.ts', RESULT);
  t.is(open(folder, { fresh: true }).finished.size, 0);
  t.is(open(folder).finished.size, 0);
});

test('a change, a new file and a removed file each start the run from its beginning', (t) => {
  const changes: ((folder: string) => void)[] = [
    (folder) => writeFileSync(join(folder, 'code.ts'), 'changed'),
    (folder) => writeFileSync(join(folder, 'more.ts'), ''),
    (folder) => rmSync(join(folder, 'code.ts')),
  ];
  for (const change of changes) {
    const folder = makeProject(t);
    open(folder).remember('a.test.ts', RESULT);
    change(folder);
    t.is(open(folder).finished.size, 0);
  }
});

test('an ignored file may change', (t) => {
  const folder = makeProject(t);
  open(folder).remember('a.test.ts', RESULT);
  writeFileSync(join(folder, 'run.log'), 'more lines');
  t.is(open(folder).finished.size, 1);
});

test('a file that passed while the sources changed is not remembered', (t) => {
  const folder = makeProject(t);
  const run = open(folder);
  writeFileSync(join(folder, 'code.ts'), 'changed');
  run.remember('a.test.ts', RESULT);
  t.is(open(folder).finished.size, 0);
});

test('a memory that cannot be read starts the run from its beginning', (t) => {
  const folder = makeProject(t);
  open(folder).remember('a.test.ts', RESULT);
  const path = join(folder, '.cache', 'test-long.json');
  for (const text of [readFileSync(path, 'utf8').slice(0, 40), '{"state": 1}']) {
    writeFileSync(path, text);
    const lines: string[] = [];
    t.is(open(folder, { log: (line) => lines.push(line) }).finished.size, 0);
    t.deepEqual(lines, [`${path} cannot be read; the long run starts from its beginning.`]);
  }
});

function open(folder: string, { fresh = false, log = (_line: string): unknown => undefined } = {}): LongRun {
  return openLongRun({ folder, fresh, log });
}

function makeProject(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'dmrv-long-run-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, '.gitignore'), '.cache/\n*.log\n');
  writeFileSync(join(folder, 'code.ts'), '');
  return folder;
}
