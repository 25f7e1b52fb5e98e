// Owns the rules of listing keys by pages, against a plain model; leaves requests and XML to s3.
import test from 'ava';
import { type ListedName, type ListPage, type ListRequest, listKeys } from './list-keys.ts';

const HEIGHTS = ['000000000009', '000000000010', '000000000012'];
const KEYS = HEIGHTS.flatMap((height) =>
  ['block.json', 'shard_0.json', 'shard_11.json', 'shard_2.json'].map((name) => `${height}/${name}`),
);
const ALL: ListRequest = { prefix: '', delimiter: '', start_after: '', continue_after: null, max_keys: 1000 };

function list(change: Partial<ListRequest>, keys: readonly string[] = KEYS): ListPage {
  return listKeys({ ...ALL, ...change }, (from) => keys.filter((key) => key >= from));
}

function names(page: ListPage): string[] {
  return page.names.map(({ name }) => name);
}

test('without wishes all keys are listed, in the order of their bytes', (t) => {
  t.deepEqual(names(list({})), KEYS);
  t.is(list({}).next, null);
});

test('a delimiter folds keys into one prefix each', (t) => {
  const page = list({ delimiter: '/' });
  t.deepEqual(
    page.names,
    HEIGHTS.map((height) => ({ kind: 'prefix', name: `${height}/` })),
  );
  t.deepEqual(names(list({ delimiter: '/', prefix: '000000000010/' })), KEYS.slice(4, 8));
});

test('a start at a height that has no objects begins with the next one that has', (t) => {
  t.deepEqual(names(list({ delimiter: '/', start_after: '000000000011' })), ['000000000012/']);
  t.deepEqual(names(list({ delimiter: '/', start_after: '000000000010' })), [
    '000000000010/',
    '000000000012/',
  ]);
  t.deepEqual(names(list({ delimiter: '/', start_after: '000000000010/' })), ['000000000012/']);
  t.deepEqual(names(list({ start_after: '000000000010/shard_2.json' })), KEYS.slice(8));
});

test('no page is longer than asked, and none is empty at the end', (t) => {
  t.deepEqual(list({ max_keys: 0 }), { names: [], next: null });
  t.is(list({ max_keys: 12 }).next, null);
  t.deepEqual(list({ max_keys: 11 }).next, { kind: 'key', name: KEYS[10] ?? '' });
  t.is(list({ delimiter: '/', max_keys: 3 }).next, null);
  t.deepEqual(list({ delimiter: '/', max_keys: 1 }).next, { kind: 'prefix', name: '000000000009/' });
});

test('a prefix that no key has lists nothing', (t) => {
  for (const prefix of ['1', '000000000011', 'block', ' ']) t.deepEqual(names(list({ prefix })), [], prefix);
});

test('pages of any size, put together, are the list as a whole', (t) => {
  const keys = ['a', 'a/b', 'a/c/d', 'a/c/e', 'ab', 'b//x', 'b//y', 'b/z', 'c/', 'c/d', 'd'];
  for (const delimiter of ['', '/', '/c']) {
    for (const prefix of ['', 'a', 'a/', 'b/', 'x']) {
      for (const start_after of ['', 'a', 'a/', 'a/c', 'a/c/', 'a/c/d', 'b//x', 'zz']) {
        const whole = list({ delimiter, prefix, start_after }, keys);
        for (const max_keys of [1, 2, 3]) {
          t.deepEqual(walk({ delimiter, prefix, start_after, max_keys }, keys), whole.names);
        }
        t.deepEqual(whole.names, modelOf({ ...ALL, delimiter, prefix, start_after }, keys));
      }
    }
  }
});

function walk(wish: Partial<ListRequest>, keys: readonly string[]): ListedName[] {
  const all: ListedName[] = [];
  let page = list(wish, keys);
  for (let pages = 0; pages < 100; pages++) {
    all.push(...page.names);
    if (page.next === null) return all;
    page = list({ ...wish, continue_after: page.next }, keys);
  }
  throw new Error('the pages have no end');
}

/** Folds first and chooses then, where the code under test does both at once. */
function modelOf({ delimiter, prefix, start_after }: ListRequest, keys: readonly string[]): ListedName[] {
  const found = new Map<string, ListedName>();
  for (const key of keys.filter((item) => item.startsWith(prefix) && item > start_after)) {
    const rest = key.slice(prefix.length);
    const folds = delimiter !== '' && rest.includes(delimiter);
    const name = folds ? prefix + rest.slice(0, rest.indexOf(delimiter) + delimiter.length) : key;
    // What a start names itself has been seen.
    if (name !== start_after) found.set(name, { kind: folds ? 'prefix' : 'key', name });
  }
  return [...found.values()];
}
