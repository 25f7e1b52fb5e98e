// Shows that docs/contract.md lists what the contract has: every method, every code; and that every code is used.
import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { ERRORS } from './error-codes.ts';
import { METHODS } from './methods.ts';

const page = readFileSync(new URL('../../docs/contract.md', import.meta.url), 'utf8');

/** The rows of the table whose first column has this head. */
function rowsUnder(head: string): string[][] {
  const rows = page.split('\n').map((line) =>
    line.startsWith('|')
      ? line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim())
      : [],
  );
  const start = rows.findIndex(([first]) => first === head);
  const end = rows.findIndex((cells, index) => index > start && cells.length === 0);
  return start === -1 ? [] : rows.slice(start + 2, end === -1 ? rows.length : end);
}

test('docs/contract.md lists every code with its meaning, and no other', (t) => {
  t.deepEqual(rowsUnder('code'), Object.entries(ERRORS));
});

test('docs/contract.md lists every method with what the ABI says of it, and no other', (t) => {
  const methods = Object.entries(METHODS).map(([name, { kind, doc }]) => [name, kind, doc]);
  t.deepEqual(
    rowsUnder('method').sort(([left = ''], [right = '']) => (left < right ? -1 : 1)),
    methods.sort(([left = ''], [right = '']) => (left < right ? -1 : 1)),
  );
});

test('every code is used by a rule', (t) => {
  const folder = new URL('./', import.meta.url);
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && name !== 'error-codes.ts' && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  for (const code of Object.keys(ERRORS)) t.true(sources.includes(`'${code}'`), code);
});
