// Shows that sizes are told in whole mebibytes, rounded up, and that small tables are summed.

import test from 'ava';
import { renderSizes, showBytes } from './sizes.ts';

test('bytes are rounded up to whole mebibytes', (t) => {
  t.deepEqual([0n, 1n, 1_048_576n, 1_048_577n].map(showBytes), ['0 MiB', '1 MiB', '1 MiB', '2 MiB']);
});

test('tables below the limit are one line, and the whole database is the last', (t) => {
  const size = (table: string) => ({ table, rows: '7', table_bytes: 1_048_576n, index_bytes: 2_097_152n });
  t.deepEqual(
    renderSizes({ tables: ['a.a', 'b.b', 'c.c'].map(size), total_bytes: 5_000_000n, shown: 1 }).slice(2),
    [
      '| `a.a` | 7 | 1 MiB | 2 MiB |',
      '| 2 smaller tables | 14 | 2 MiB | 4 MiB |',
      '| whole database | | 5 MiB | |',
    ],
  );
  t.is(renderSizes({ tables: [size('a.a')], total_bytes: 0n, shown: 1 }).length, 4);
});
