// Shows that shapes which are the same in and out become one component, and that unused ones go.

import test from 'ava';
import { tidyDocument } from './tidy-openapi.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function documentOf(schemas: object, used: string[], answer?: string) {
  const content = { 'application/json': { schema: { anyOf: used.map(ref) } } };
  const response = { description: answer ?? 'Default Response', content };
  return JSON.parse(
    JSON.stringify({ paths: { '/x': { get: { responses: { 200: response } } } }, components: { schemas } }),
  );
}

test('a pair that is the same becomes one, also where it refers to such pairs and to itself', (t) => {
  const tree = (end: string) => ({
    type: 'object',
    properties: { leaf: ref(`Leaf${end}`), more: ref(`Tree${end}`) },
  });
  const leaf = { type: 'string' };
  const schemas = { TreeInput: tree('Input'), LeafInput: leaf, Tree: tree(''), Leaf: leaf };
  const tidy = tidyDocument(documentOf(schemas, ['TreeInput', 'Tree']));
  t.deepEqual(tidy.components, { schemas: { Leaf: leaf, Tree: tree('') } });
  t.false(JSON.stringify(tidy).includes('Input"'));
});

test('a pair that differs keeps both names, and so does what refers to it', (t) => {
  const schemas = {
    AInput: { type: 'object', properties: { b: ref('BInput') } },
    A: { type: 'object', properties: { b: ref('B') } },
    BInput: { type: 'string' },
    B: { type: 'string', pattern: '^x' },
  };
  const tidy = tidyDocument(documentOf(schemas, ['AInput', 'A']));
  t.deepEqual(Object.keys(Object(tidy.components).schemas), ['A', 'AInput', 'B', 'BInput']);
});

test('what nothing refers to is left out', (t) => {
  const schemas = {
    Used: ref('Deep'),
    Deep: { type: 'string' },
    Unused: ref('Lost'),
    Lost: { type: 'string' },
  };
  t.deepEqual(Object.keys(Object(tidyDocument(documentOf(schemas, ['Used'])).components).schemas), [
    'Deep',
    'Used',
  ]);
});

test('an answer that nobody described gets a word, one that somebody did keeps it', (t) => {
  const read = (answer?: string) =>
    Object(tidyDocument(documentOf({ A: {} }, ['A'], answer)).paths)['/x'].get.responses[200].description;
  t.is(read(), 'Done');
  t.is(read('A page'), 'A page');
});
