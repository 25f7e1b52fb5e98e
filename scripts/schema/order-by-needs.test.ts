// Shows that things are put in an order in which each follows all that it needs.

import test from 'ava';
import { orderByNeeds } from './order-by-needs.ts';

const things = ['a', 'b', 'c'].map((key) => ({ key }));

function order(needs: [string, string][]): string {
  const found = orderByNeeds(
    things,
    needs.map(([who, needed]) => ({ who, needs: needed })),
  );
  return found.map(({ key }) => key).join('');
}

test('without needs the order stays', (t) => {
  t.is(order([]), 'abc');
});

test('a thing follows what it needs, and the others keep their order', (t) => {
  t.is(order([['a', 'c']]), 'bca');
  const chain: [string, string][] = [
    ['a', 'b'],
    ['b', 'c'],
  ];
  t.is(order(chain), 'cba');
});

test('a thing may need itself, and what is not listed', (t) => {
  const needs: [string, string][] = [
    ['a', 'a'],
    ['a', 'elsewhere'],
    ['elsewhere', 'b'],
  ];
  t.is(order(needs), 'abc');
});

test('a circle is refused, and named', (t) => {
  const circle: [string, string][] = [
    ['b', 'c'],
    ['c', 'b'],
  ];
  t.throws(() => order(circle), { message: /circle: b, c\./ });
});
