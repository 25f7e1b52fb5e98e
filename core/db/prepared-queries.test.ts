// Shows that a query has one name for good, and that names end before a connection is full of them.

import test from 'ava';
import { nameQuery, PREPARED_QUERIES } from './prepared-queries.ts';

test('the same query has the same name, another query another', (t) => {
  const names = new Map<string, string>();
  const first = nameQuery('select $1', names);
  t.truthy(first);
  t.not(nameQuery('select $2', names), first);
  t.is(nameQuery('select $1', names), first);
});

test('queries beyond the limit have no name, those before keep theirs', (t) => {
  const names = new Map<string, string>();
  const given = Array.from({ length: PREPARED_QUERIES }, (_, index) => nameQuery(`select ${index}`, names));
  t.is(new Set(given).size, PREPARED_QUERIES);
  t.is(nameQuery('one more', names), undefined);
  t.is(nameQuery('select 0', names), given[0]);
});
