// Shows that lists of values reach PostgreSQL in its own spelling of arrays, whatever they contain.

import test from 'ava';
import { encodeArray } from './upsert.ts';

test('values are quoted, absent ones are NULL', (t) => {
  t.is(encodeArray(['a', null, undefined, ''], 'text'), '{"a",NULL,NULL,""}');
  t.is(encodeArray(['NULL', '{a,b}', ' '], 'text'), '{"NULL","{a,b}"," "}');
  t.is(encodeArray([], 'text'), '{}');
});

test('quotes and backslashes inside a value end nothing', (t) => {
  t.is(encodeArray(['a"b', 'c\\d', '"}'], 'text'), '{"a\\"b","c\\\\d","\\"}"}');
  t.is(encodeArray([{ a: 'x"y' }], 'jsonb'), '{"{\\"a\\":\\"x\\\\\\"y\\"}"}');
});

test('whole numbers, bigints and booleans need no quotes', (t) => {
  t.is(encodeArray([0, -1, 9007199254740991], 'int8'), '{0,-1,9007199254740991}');
  t.is(encodeArray([18446744073709551615n], 'numeric'), '{18446744073709551615}');
  t.is(encodeArray([true, false], 'bool'), '{true,false}');
});

test('JSON null is a value of jsonb only inside a document', (t) => {
  t.is(encodeArray([{ a: null }, null], 'jsonb'), '{"{\\"a\\":null}",NULL}');
  t.is(encodeArray(['text', 1.5], 'jsonb'), '{"\\"text\\"","1.5"}');
});

test('a float and an object are refused where they would lose something', (t) => {
  for (const value of [1.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
    t.throws(() => encodeArray([value], 'numeric'), { instanceOf: TypeError });
  }
  t.throws(() => encodeArray([{}], 'text'), { instanceOf: TypeError });
  t.throws(() => encodeArray([new Date(0)], 'timestamptz'), { instanceOf: TypeError });
});
