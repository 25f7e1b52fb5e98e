// Shows that the JSON Schema that readers in other languages take is the one that follows from the form.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { bundleJsonSchema } from './bundle-schema.ts';

const PATH = new URL('../../docs/dmrv-retirement-proof-1.schema.json', import.meta.url);

test('the schema in the docs is the one of the form', (t) => {
  const kept: unknown = JSON.parse(readFileSync(PATH, 'utf8'));
  t.deepEqual(kept, JSON.parse(JSON.stringify(bundleJsonSchema())));
});

test('no object of the form takes a name that it does not know', (t) => {
  const text = JSON.stringify(bundleJsonSchema());
  const objects = text.match(/"type":"object"/g)?.length ?? 0;
  // The payload alone, and the values in it, have names of their own.
  const closed = text.match(/"additionalProperties":false/g)?.length ?? 0;
  t.true(objects - closed <= 2, `${objects} objects, ${closed} closed`);
});
