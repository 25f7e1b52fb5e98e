// Shows what the shared schemas take and refuse, value by value.

import test from 'ava';
import type { z } from 'zod';
import {
  accountId,
  anyOf,
  batchBody,
  day,
  MAX_BATCH,
  name,
  positiveTonnes,
  sha256,
  signedTonnes,
  text,
  timestamp,
  tonnes,
  u64,
  vintages,
  whole,
} from './shared.ts';

const HEX = 'a'.repeat(64);

const CASES: readonly { what: string; schema: z.ZodType; taken: unknown[]; refused: unknown[] }[] = [
  {
    what: 'tonnes',
    schema: tonnes,
    taken: ['0', '1', '0.00000001', '999999999999.99999999', '12.5'],
    refused: [
      '',
      '01',
      '1.0',
      '1.50',
      '.5',
      '1.',
      '-1',
      '+1',
      '1e3',
      ' 1',
      '1,5',
      '1000000000000',
      '0.000000001',
      1,
      'NaN',
      '0.0',
    ],
  },
  { what: 'tonnes above 0', schema: positiveTonnes, taken: ['0.1'], refused: ['0'] },
  {
    what: 'tonnes below 0',
    schema: signedTonnes,
    taken: ['0', '-1', '-0.00000001', '5'],
    refused: ['-0', '--1', '-01', '-1.0', '-0.0'],
  },
  {
    what: 'a SHA-256',
    schema: sha256,
    taken: [HEX, `sha256:${HEX}`],
    refused: [HEX.toUpperCase(), HEX.slice(1), `${HEX}a`, `sha512:${HEX}`, `0x${HEX}`, `${HEX}\n`],
  },
  {
    what: 'an account id',
    schema: accountId,
    taken: ['ab', 'alice.near', 'a-b_c.near', '0'.repeat(64)],
    refused: ['a', 'A.near', 'a..near', '.near', 'near.', 'a b', 'a@b', 'a'.repeat(65), 'ab\n'],
  },
  {
    what: 'a number of 64 bits',
    schema: u64,
    taken: ['0', '18446744073709551615'],
    refused: ['18446744073709551616', '01', '-1', '1.0', '', 1],
  },
  {
    what: 'a time',
    schema: timestamp,
    taken: ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.678901Z'],
    refused: [
      '2026-01-02T03:04:05+01:00',
      '2026-01-02',
      '2026-13-02T03:04:05Z',
      '2026-02-30T03:04:05Z',
      'now',
      0,
    ],
  },
  {
    what: 'a day',
    schema: day,
    taken: ['2026-01-31', '2024-02-29'],
    refused: ['2026-02-29', '2026-1-1', '0000-01-01', '2026-01-01T00:00:00Z', ''],
  },
  {
    what: 'a name',
    schema: name,
    taken: ['a', 'a'.repeat(255), 'Forêt de Sénart', ' a '],
    refused: ['', '   ', 'a'.repeat(256), 'a\nb', 'a\0b', '\ud800', 1],
  },
  { what: 'a text', schema: text(10), taken: ['a\nb', 'a'.repeat(10)], refused: ['', 'a'.repeat(11), 'a\0'] },
  {
    what: 'a batch',
    schema: batchBody,
    taken: [{ ids: ['01a22857-2bf2-741d-bce4-63d1ca24bba7'] }],
    refused: [
      { ids: [] },
      {},
      { ids: ['x'] },
      { ids: Array(MAX_BATCH + 1).fill('01a22857-2bf2-741d-bce4-63d1ca24bba7') },
    ],
  },
  {
    what: 'a number in a query',
    schema: whole(1, 9),
    taken: ['1', '9', 5],
    refused: ['0', '10', '1.5', '', ' 1', '0x1', '1e0', 'x', true],
  },
];

for (const { what, schema, taken, refused } of CASES) {
  test(`${what}: what is taken and what is refused`, (t) => {
    for (const value of taken) t.true(schema.safeParse(value).success, JSON.stringify(value));
    for (const value of refused) t.false(schema.safeParse(value).success, JSON.stringify(value));
  });
}

test('a hash is stored without its prefix, a name without the blanks around it', (t) => {
  t.is(sha256.parse(`sha256:${HEX}`), HEX);
  t.is(name.parse('  a b '), 'a b');
});

test('a filter takes one value, several with commas, and several times', (t) => {
  const status = anyOf(['active', 'retired']);
  t.is(status.parse(undefined), undefined);
  t.deepEqual(status.parse('active'), ['active']);
  t.deepEqual(status.parse('active,retired'), ['active', 'retired']);
  t.deepEqual(status.parse(['active', 'retired']), ['active', 'retired']);
  for (const wrong of ['', 'gone', 'active,', 'active, retired', {}]) {
    t.false(status.safeParse(wrong).success, JSON.stringify(wrong));
  }
  t.deepEqual(vintages.parse('2020,2021'), [2020, 2021]);
  t.false(vintages.safeParse('20').success);
});
