// Shows that a step of the demo world is done once, also when a start was cut off between steps.

import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Journal, openJournal } from './journal.ts';

test('a step is done once; later its first answer is given again', async (t) => {
  const journal = await openJournal(await makePath(t));
  const count = counter();
  t.true(journal.is_new);
  t.false(journal.has('tenant'));
  t.deepEqual(await journal.step('tenant', count.work), { times: 1 });
  t.true(journal.has('tenant'));
  t.deepEqual(await journal.step('tenant', count.work), { times: 1 });
  t.deepEqual(await journal.step('another', count.work), { times: 2 });
});

test('a start that was cut off goes on: what was done is not done again, the rest is', async (t) => {
  const names = ['tenant', 'project', 'credit', 'statement', 'run'];
  for (const [cut_at] of names.entries()) {
    const path = await makePath(t);
    const done: string[] = [];
    const walk = async (journal: Journal, stop_before?: number): Promise<void> => {
      for (const [place, name] of names.entries()) {
        await journal.step(name, async () => {
          if (place === stop_before) throw new Error('cut off');
          done.push(name);
          return { name };
        });
      }
    };
    await t.throwsAsync(walk(await openJournal(path), cut_at), { message: 'cut off' });
    t.deepEqual(done, names.slice(0, cut_at));
    const second = await openJournal(path);
    t.is(second.is_new, cut_at === 0);
    await walk(second);
    t.deepEqual(done, names, `cut off before ${names[cut_at]}`);
    await walk(await openJournal(path));
    t.deepEqual(done, names);
  }
});

test('a step that failed is not done, and is tried again', async (t) => {
  const path = await makePath(t);
  const journal = await openJournal(path);
  await t.throwsAsync(
    journal.step('tenant', () => Promise.reject(new Error('no answer'))),
    { message: 'no answer' },
  );
  t.false(journal.has('tenant'));
  t.deepEqual(await journal.step('tenant', counter().work), { times: 1 });
});

test('steps side by side are all kept', async (t) => {
  const path = await makePath(t);
  const journal = await openJournal(path);
  const names = Array.from({ length: 40 }, (_, place) => `credit ${place}`);
  await Promise.all(names.map((name) => journal.step(name, async () => ({ name }))));
  const later = await openJournal(path);
  for (const name of names) {
    t.true(later.has(name));
    t.deepEqual(await later.step(name, () => Promise.reject(new Error('done again'))), { name });
  }
});

test('what it holds, keys among it, is for its owner alone', async (t) => {
  const path = await makePath(t);
  await (await openJournal(path)).step('key', async () => ({ key: 'secret' }));
  t.is((await stat(path)).mode & 0o777, 0o600);
});

test('a journal that is no journal is said to be broken, not taken for a new one', async (t) => {
  const path = await makePath(t);
  await writeFile(path, '{"tenant": {', { mode: 0o600 });
  await t.throwsAsync(openJournal(path), { instanceOf: SyntaxError });
});

function counter(): { work: () => Promise<{ times: number }> } {
  let times = 0;
  return {
    work: async () => {
      times += 1;
      return { times };
    },
  };
}

async function makePath(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dmrv-journal-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'journal.json');
}
