// Shows how pages are counted and that a cursor comes back as it was written, or is refused.

import test from 'ava';
import { z } from 'zod';
import { offsetOf, paginationOf, readCursor, writeCursor } from './paging.ts';

test('a page begins where the pages before it end, and there are as many as the rows need', (t) => {
  t.is(offsetOf({ page: 1, page_size: 50 }), 0);
  t.is(offsetOf({ page: 3, page_size: 20 }), 40);
  for (const [total_count, total_pages] of [
    [0, 0],
    [1, 1],
    [20, 1],
    [21, 2],
  ] as const) {
    t.like(paginationOf({ page: 1, page_size: 20, total_count }), { total_count, total_pages });
  }
  t.false('next_cursor' in paginationOf({ page: 1, page_size: 20, total_count: 1 }));
  t.is(paginationOf({ page: 1, page_size: 20, total_count: 30, next_cursor: 'x' }).next_cursor, 'x');
});

const place = z.tuple([z.iso.datetime({ precision: 6 }), z.guid()]);

test('a cursor holds a place in an order and fits into a URL', (t) => {
  const written = ['2026-01-02T03:04:05.678901Z', '00000000-0000-4000-8000-000000000000'];
  const cursor = writeCursor(written);
  t.regex(cursor, /^[\w-]+$/);
  t.deepEqual(readCursor(place, cursor), written as z.infer<typeof place>);
});

test('what is no cursor of this list is refused as input', (t) => {
  for (const cursor of [
    '',
    'x',
    'AAAA',
    writeCursor([]),
    writeCursor(['x', 'y']),
    writeCursor(['1', '2', '3']),
  ]) {
    t.like(
      t.throws(() => readCursor(place, cursor)),
      { code: 'VALIDATION_FAILED' },
      cursor,
    );
  }
});
