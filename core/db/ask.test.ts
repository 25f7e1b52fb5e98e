// Shows what of the answers is remembered, for whom and how long.

import test from 'ava';
import { type Ask, createMemory, type Question } from './ask.ts';

const NOW = 1_000_000;

/** A database that counts up with each question. */
function makeAsk(): { ask: Ask; asked: () => string[] } {
  const asked: string[] = [];
  return {
    ask: async (queries) =>
      queries.map(({ sql }) => {
        asked.push(sql);
        return [{ total: asked.length }];
      }),
    asked: () => asked,
  };
}

const always = (sql: string, parameters: unknown[] = []): Question => ({
  sql,
  parameters,
  may_be_old: () => true,
});
const never = (sql: string): Question => ({ sql, parameters: [] });

test('what may be old is asked once in its time, the rest each time, and both stand in their order', async (t) => {
  const memory = createMemory({ keep_ms: 100, most: 10 });
  const { ask, asked } = makeAsk();
  const through = memory.through(ask, { asker: 'a', now_ms: NOW });
  t.deepEqual(await through([never('rows'), always('count')]), [[{ total: 1 }], [{ total: 2 }]]);
  t.deepEqual(await through([always('count'), never('rows')]), [[{ total: 2 }], [{ total: 3 }]]);
  const later = memory.through(ask, { asker: 'a', now_ms: NOW + 99 });
  t.deepEqual(await later([always('count')]), [[{ total: 2 }]]);
  const too_late = memory.through(ask, { asker: 'a', now_ms: NOW + 100 });
  t.deepEqual(await too_late([always('count')]), [[{ total: 4 }]]);
  t.deepEqual(asked(), ['rows', 'count', 'rows', 'count']);
});

test('an answer belongs to its asker, its words and its values', async (t) => {
  const memory = createMemory({ keep_ms: 100, most: 10 });
  const { ask } = makeAsk();
  const of_a = memory.through(ask, { asker: 'a', now_ms: NOW });
  const of_b = memory.through(ask, { asker: 'b', now_ms: NOW });
  t.deepEqual(await of_a([always('count', [1])]), [[{ total: 1 }]]);
  t.deepEqual(await of_b([always('count', [1])]), [[{ total: 2 }]]);
  t.deepEqual(await of_a([always('count', [2])]), [[{ total: 3 }]]);
  t.deepEqual(await of_a([always('other', [1])]), [[{ total: 4 }]]);
  t.deepEqual(await of_a([always('count', [1])]), [[{ total: 1 }]]);
});

test('an answer that may not be old is not kept', async (t) => {
  const memory = createMemory({ keep_ms: 100, most: 10 });
  const { ask } = makeAsk();
  const through = memory.through(ask, { asker: 'a', now_ms: NOW });
  const small: Question = {
    sql: 'count',
    parameters: [],
    may_be_old: ([{ total } = {}]) => Number(total) > 1,
  };
  t.deepEqual(await through([small]), [[{ total: 1 }]]);
  t.deepEqual(await through([small]), [[{ total: 2 }]]);
  t.deepEqual(await through([small]), [[{ total: 2 }]]);
});

test('a memory that is full forgets the oldest, and a question that fails leaves nothing', async (t) => {
  const memory = createMemory({ keep_ms: 100, most: 2 });
  const { ask, asked } = makeAsk();
  const through = memory.through(ask, { asker: 'a', now_ms: NOW });
  for (const sql of ['one', 'two', 'three', 'two', 'one']) await through([always(sql)]);
  t.deepEqual(asked(), ['one', 'two', 'three', 'one']);
  const failing = memory.through(() => Promise.reject(new Error('gone')), { asker: 'a', now_ms: NOW });
  await t.throwsAsync(failing([always('four')]), { message: 'gone' });
  t.deepEqual(await through([always('four')]), [[{ total: 5 }]]);
});
