// Shows that the catalogue of findings and its documentation say the same, and so do the graces.

import { readFileSync } from 'node:fs';
import test from 'ava';
import { FINDING_CODES, FINDINGS } from './catalogue.ts';
import { GRACED_CODES, graceDays, graceEnd } from './grace.ts';

const DOCS = readFileSync(new URL('../../docs/reconciliation.md', import.meta.url), 'utf8');

function rowsOf(heading: string): string[][] {
  const table = DOCS.slice(DOCS.indexOf(heading)).split('\n').slice(2);
  const end = table.findIndex((line) => !line.startsWith('|'));
  return table.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('each finding stands in the docs with its severity and its words, and no other does', (t) => {
  const documented = rowsOf('| code | severity |');
  const known = FINDING_CODES.map((code) => [code, FINDINGS[code].severity, FINDINGS[code].title]);
  t.deepEqual(documented, known);
});

test('each grace stands in the docs with its days', (t) => {
  const documented = rowsOf('| rule | days |');
  const known = GRACED_CODES.map((code) => [
    code,
    `${graceDays(code, 'verra')}`,
    `${graceDays(code, 'isometric')}`,
  ]);
  t.deepEqual(documented, known);
});

test('every next step is a sentence', (t) => {
  for (const code of FINDING_CODES) t.regex(FINDINGS[code].next_step, /^[A-Z].+\.$/);
});

for (const [since, end] of [
  ['2026-06-01T10:00:00.000Z', '2026-06-15T10:00:00.000Z'],
  ['2026-06-05T23:59:59.000Z', '2026-06-19T23:59:59.000Z'],
  ['2026-06-06T12:00:00.000Z', '2026-06-19T12:00:00.000Z'],
  ['2026-06-07T12:00:00.000Z', '2026-06-19T12:00:00.000Z'],
] as const) {
  test(`ten business days after ${since} is ${end}`, (t) => {
    const about = {
      code: 'RETIRED_NOT_AT_REGISTRY',
      registry_type: 'verra',
      since: new Date(since),
    } as const;
    t.is(graceEnd(about).toISOString(), end);
  });
}

test('no grace is the moment itself', (t) => {
  const since = new Date('2026-06-06T12:00:00.000Z');
  t.is(graceEnd({ code: 'BACKING_MISSING', registry_type: 'verra', since }).getTime(), since.getTime());
});
