// Shows that a condition has one spelling, however PostgreSQL came by it, and that nothing else changes.

import test from 'ava';
import { flattenConditions } from './flatten-conditions.ts';

const CASES: [found: string, expected: string][] = [
  ['CHECK ((((a >= 1) AND (a <= 2)) AND (b > 0)))', 'CHECK (((a >= 1) AND (a <= 2) AND (b > 0)))'],
  ['((((a) AND (b)) AND (c)) AND (d))', '((a) AND (b) AND (c) AND (d))'],
  ['(((a) OR (b)) OR (c))', '((a) OR (b) OR (c))'],
  ['((a AND b) AND c)', '(a AND b AND c)'],
  ['((f(a) AND (b)) AND (c))', '(f(a) AND (b) AND (c))'],
];

for (const [found, expected] of CASES) {
  test(`${found} is ${expected}`, (t) => {
    t.is(flattenConditions(found), expected);
    t.is(flattenConditions(expected), expected);
  });
}

for (const kept of [
  '((a) AND ((b) AND (c)))',
  '(((a) OR (b)) AND (c))',
  '(((a) AND (b)) OR (c))',
  '(((a) AND (b)) = (c))',
  'f(((a) AND (b)), ((c) AND (d)))',
  "((a = ')' AND b) OR (c))",
  "((x = 'it''s (a AND b) AND ('::text) AND (c))",
  "(('a AND b') AND (c))",
  '(("odd AND (name") AND (c))',
  '',
]) {
  test(`${kept === '' ? 'an empty text' : kept} stays`, (t) => {
    t.is(flattenConditions(kept), kept);
  });
}

for (const text of ['(a', 'a)', '(a))(']) {
  test(`${text} is refused`, (t) => {
    t.throws(() => flattenConditions(text), { message: /brackets of this do not match/ });
  });
}
