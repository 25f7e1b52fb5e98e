// Shows that one part that does not close leaves no other open, and that its failure is told.

import test from 'ava';
import { closeAll } from './close-all.ts';

function parts(failing: readonly string[]) {
  const closed: string[] = [];
  const closerOf = (name: string) => async () => {
    closed.push(name);
    if (failing.includes(name)) throw new Error(name);
  };
  return { closed, closers: ['a', 'b', 'c'].map(closerOf) };
}

test('all are closed one after the other', async (t) => {
  const { closed, closers } = parts([]);
  await closeAll(closers);
  t.deepEqual(closed, ['a', 'b', 'c']);
});

test('those behind one that failed are closed too, and its failure is thrown as it is', async (t) => {
  const { closed, closers } = parts(['a']);
  await t.throwsAsync(closeAll(closers), { message: 'a' });
  t.deepEqual(closed, ['a', 'b', 'c']);
});

test('several failures are thrown together', async (t) => {
  const { closed, closers } = parts(['a', 'c']);
  const error = await t.throwsAsync(closeAll(closers), { instanceOf: AggregateError });
  t.deepEqual(
    (error as AggregateError).errors.map(({ message }: Error) => message),
    ['a', 'c'],
  );
  t.deepEqual(closed, ['a', 'b', 'c']);
});
