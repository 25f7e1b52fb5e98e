// Shows that files in the cache are made by one at a time, that a dead holder blocks nobody, and that the cache stays small.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { keepFile, withLock } from './kept-file.ts';

const silent = () => undefined;

test('only one runs at a time, and the lock is gone afterwards', async (t) => {
  const path = join(folder(t), 'engine-a-1.wasm');
  let running = 0;
  let runs = 0;
  const run = async () => {
    running += 1;
    t.is(running, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
    runs += 1;
  };
  await Promise.all([withLock(path, silent, run), withLock(path, silent, run), withLock(path, silent, run)]);
  t.is(runs, 3);
  t.false(existsSync(`${path}.lock`));
});

test('a run that fails gives the lock back', async (t) => {
  const path = join(folder(t), 'engine-a-1.wasm');
  await t.throwsAsync(
    withLock(path, silent, () => Promise.reject(new Error('no luck'))),
    { message: 'no luck' },
  );
  await withLock(path, silent, async () => keepFile(path, new Uint8Array(1)));
  t.true(existsSync(path));
});

test('the lock of a process that is gone is taken over', async (t) => {
  const path = join(folder(t), 'engine-a-1.wasm');
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(`${path}.lock`, String(pid));
  let ran = false;
  await withLock(path, silent, async () => {
    ran = true;
  });
  t.true(ran);
});

test('twenty files of a kind are kept, the newest', (t) => {
  const place = folder(t);
  for (let index = 0; index < 25; index++) {
    const path = join(place, `engine-a-${index}.wasm`);
    keepFile(path, new Uint8Array(1));
    utimesSync(path, 1_000 + index, 1_000 + index);
  }
  keepFile(join(place, 'engine-b-0.wasm'), new Uint8Array(1));
  keepFile(join(place, 'engine-a-last.wasm'), new Uint8Array(1));
  const names = readdirSync(place);
  t.is(names.length, 21);
  t.true(['engine-b-0.wasm', 'engine-a-last.wasm', 'engine-a-24.wasm'].every((name) => names.includes(name)));
  t.false(names.includes('engine-a-0.wasm'));
});

function folder(t: ExecutionContext): string {
  const made = mkdtempSync(join(tmpdir(), 'dmrv-kept-'));
  t.teardown(() => rmSync(made, { recursive: true }));
  return made;
}
