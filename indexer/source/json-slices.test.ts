// Shows that the parts of any JSON are found where its parser finds them, and that a text cut short is refused.
import test from 'ava';
import fc from 'fast-check';
import { SourceFault } from './fault.ts';
import { listItems, objectMembers } from './json-slices.ts';

test('members and items are those that the parser finds', (t) => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (value, is_spaced) => {
      const bytes = Buffer.from(JSON.stringify(value, null, is_spaced ? 2 : 0));
      const members = [...objectMembers(bytes)].map(({ key, value: slice }) => [key, slice.toString('utf8')]);
      const keys = members.map(([key]) => JSON.parse(`"${key}"`) as string);
      t.deepEqual(keys, Object.keys(value));
      for (const [index, key] of keys.entries()) {
        t.deepEqual(JSON.parse(members[index]?.[1] ?? ''), JSON.parse(JSON.stringify(value[key])));
      }
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (value) => {
      const items = [...listItems(Buffer.from(JSON.stringify(value)))].map((slice) => slice.toString('utf8'));
      t.deepEqual(
        items,
        value.map((item) => JSON.stringify(item)),
      );
    }),
  );
});

for (const text of [
  '',
  '{',
  '{"a',
  '{"a"',
  '{"a":',
  '{"a":[1,2',
  '{"a":"b\\"}',
  '{"a":1 "b":2}',
  '[1]',
  '{a:1}',
]) {
  test(`what is no whole object is refused: ${text}`, (t) => {
    t.throws(() => [...objectMembers(Buffer.from(text))], { instanceOf: SourceFault });
  });
}
