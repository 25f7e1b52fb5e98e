// Owns the rules of reading part of an object; leaves sending it to s3.
import test from 'ava';
import { byteRange } from './byte-range.ts';

test('a range gives the bytes it names, as far as there are any', (t) => {
  t.deepEqual(byteRange('bytes=0-9', 100), { start: 0, end: 9 });
  t.deepEqual(byteRange('bytes=90-', 100), { start: 90, end: 99 });
  t.deepEqual(byteRange('bytes=90-500', 100), { start: 90, end: 99 });
  t.deepEqual(byteRange('bytes=-10', 100), { start: 90, end: 99 });
  t.deepEqual(byteRange('bytes=-500', 100), { start: 0, end: 99 });
  t.deepEqual(byteRange('bytes=99-99', 100), { start: 99, end: 99 });
});

test('a range behind the end cannot be had', (t) => {
  for (const header of ['bytes=100-', 'bytes=100-200', 'bytes=-0']) {
    t.is(byteRange(header, 100), 'unsatisfiable', header);
  }
});

test('what is no single range is passed over', (t) => {
  const headers = [
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=9-0',
    'bytes=0-1,3-4',
    'lines=0-1',
    'bytes=a-b',
  ];
  for (const header of headers) t.is(byteRange(header, 100), null, header);
});
