// Shows that a document's generated blocks are filled, each one, and nothing beside them.

import test from 'ava';
import { fillBlocks } from './fill-blocks.ts';

const path = 'docs/example.md';
const document = `before
<!-- generated:one -->
old
<!-- /generated:one -->
between
<!-- generated:two --><!-- /generated:two -->
after
`;

test('each block gets its text, and what stands around it stays', (t) => {
  const filled = fillBlocks({ path, document, blocks: { one: 'new $& text\n', two: 'more' } });
  const expected = `before
<!-- generated:one -->
new $& text
<!-- /generated:one -->
between
<!-- generated:two -->
more
<!-- /generated:two -->
after
`;
  t.is(filled, expected);
  t.is(fillBlocks({ path, document: filled, blocks: { one: 'new $& text', two: 'more' } }), expected);
});

test('a block that the document lacks is refused, with the marks to add', (t) => {
  const blocks = { one: '', two: '', three: '' };
  t.throws(() => fillBlocks({ path, document, blocks }), {
    message: /lacks the marks <!-- generated:three -->/,
  });
});

test('a block that nothing fills is refused', (t) => {
  t.throws(() => fillBlocks({ path, document, blocks: { one: '' } }), {
    message: /generated:two, which nothing fills/,
  });
});

test('a block that stands twice is refused', (t) => {
  const twice = document + document;
  t.throws(() => fillBlocks({ path, document: twice, blocks: { one: '', two: '' } }), {
    message: /one twice/,
  });
});
