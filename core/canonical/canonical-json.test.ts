// Shows that each JSON value has one canonical form, after RFC 8785's own examples.

import test from 'ava';
import fc from 'fast-check';
import { canonicalJson, type JsonValue } from './canonical-json.ts';

test('the example of RFC 8785, section 3.2.3, is written as it says', (t) => {
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  t.is(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('names stand in the order of their UTF-16 code units', (t) => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  const names = [...canonicalJson(value).matchAll(/"([^"]+)":/g)].map(([, name]) => name);
  t.deepEqual(names, ['\\r', '1', '\u0080', 'ö', '€', '😀', '\ufb33']);
});

test('minus zero is zero, and a field that is undefined is not there', (t) => {
  t.is(canonicalJson({ a: -0, b: undefined, c: [] }), '{"a":0,"c":[]}');
});

for (const [what, value] of [
  ['not a number', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['half a surrogate pair', '\ud800'],
] as const) {
  test(`${what} is refused`, (t) => {
    t.throws(() => canonicalJson({ a: [value] }), { instanceOf: RangeError });
  });
}

test('a value without an end in depth is refused', (t) => {
  let value: JsonValue = [];
  for (let depth = 0; depth < 200; depth++) value = [value];
  t.throws(() => canonicalJson(value), { instanceOf: RangeError });
});

test('the order of names and reading it again change nothing', (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = canonicalJson(value as JsonValue);
      t.is(canonicalJson(JSON.parse(text) as JsonValue), text);
      t.is(canonicalJson(turn(value as JsonValue)), text);
    }),
  );
});

function turn(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(turn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, inner === undefined ? undefined : turn(inner)]),
  );
}
