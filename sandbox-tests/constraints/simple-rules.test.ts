// Shows how the plain forms of a check are read; leaves trying them on the database to simple-rules.spec.ts.

import test from 'ava';
import { readSimpleRule } from './simple-rules.ts';

test('a list gives each of its values, and values outside it', (t) => {
  const rule = readSimpleRule("CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text])))");
  t.deepEqual(rule, {
    column: 'status',
    accepted: ['open', 'closed'],
    refused: ['no such value', '', 'OPEN'],
  });
});

test('a list of one value and the list of a domain are read too', (t) => {
  t.deepEqual(readSimpleRule("CHECK ((form = 'a/1'::text))")?.accepted, ['a/1']);
  t.deepEqual(readSimpleRule("CHECK ((VALUE = ANY (ARRAY['a'::text, 'b'::text])))")?.accepted, ['a', 'b']);
});

test('a length gives the texts at its ends and those just beyond', (t) => {
  const rule = readSimpleRule('CHECK (((char_length(name) >= 1) AND (char_length(name) <= 3)))');
  t.deepEqual(rule, { column: 'name', accepted: ['é', 'ééé'], refused: ['', 'éééé'] });
  t.deepEqual(readSimpleRule('CHECK ((char_length(question) >= 1))')?.refused, ['']);
});

test('a kind of JSON gives that kind and all others', (t) => {
  const rule = readSimpleRule("CHECK ((jsonb_typeof(payload) = 'array'::text))");
  t.deepEqual(rule, { column: 'payload', accepted: ['[]'], refused: ['{}', '""', '1', 'null'] });
});

test('a range gives its ends and the numbers just beyond', (t) => {
  t.deepEqual(readSimpleRule('CHECK (((vintage_year >= 1900) AND (vintage_year <= 3000)))'), {
    column: 'vintage_year',
    accepted: ['1900', '3000'],
    refused: ['1899', '3001'],
  });
  t.deepEqual(readSimpleRule('CHECK (((unit)::numeric > (0)::numeric))'), {
    column: 'unit',
    accepted: ['1'],
    refused: ['0'],
  });
  t.deepEqual(readSimpleRule('CHECK ((attempts >= 1))')?.refused, ['0']);
  t.deepEqual(readSimpleRule('CHECK (((tonnage)::numeric >= (0)::numeric))')?.refused, ['-0.00000001']);
});

test('a rule over two columns, a pattern and an alternative need cases written by hand', (t) => {
  for (const definition of [
    'CHECK ((debited_co2e <= tonnage_co2e))',
    "CHECK ((currency ~ '^[A-Z]{3}$'::text))",
    "CHECK (((status = 'void'::text) = (void_cause IS NOT NULL)))",
    "CHECK (((beneficiary_kind <> 'individual'::text) OR (beneficiary_commitment IS NOT NULL)))",
    'CHECK (((a >= 1) AND (b <= 2)))',
    'CHECK (((char_length(a) >= 1) AND (char_length(b) <= 2)))',
  ]) {
    t.is(readSimpleRule(definition), undefined, definition);
  }
});
