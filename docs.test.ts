// Shows that the docs list what the code has: every configuration key, every variable and every error code.

import { readFileSync } from 'node:fs';
import test from 'ava';
import { type AllowedKey, listFileKeys, listVariables } from './core/config/keys.ts';
import { ERRORS } from './core/errors/index.ts';

test('docs/configuration.md lists every variable with its default and what it allows, and no other', (t) => {
  const documented = tableUnder('docs/configuration.md', 'variable');
  t.deepEqual(
    documented.map((row) => row.slice(0, 3)),
    listVariables().map(({ name, fallback, allowed }) => [name, fallback ?? 'none', allowed]),
  );
});

test('docs/configuration.md lists every key of near.config.json, and no other', (t) => {
  const documented = tableUnder('docs/configuration.md', 'key');
  const keys = listFileKeys().map(({ name, required, allowed }: AllowedKey) => {
    const general = name.replace(/^networks\.\w+\./, 'networks.<network>.');
    return [general, required ? 'required' : 'optional', allowed].join(' | ');
  });
  t.deepEqual(
    documented.map((row) => row.slice(0, 3).join(' | ')),
    [...new Set(keys)],
  );
});

test('docs/errors.md lists every code with its status, family and message, and no other', (t) => {
  const documented = tableUnder('docs/errors.md', 'code');
  t.deepEqual(
    documented,
    Object.entries(ERRORS).map(([code, { status, retryable, message }]) => {
      return [code, String(status), retryable ? 'yes' : 'no', message.replaceAll('\n', '<br>')];
    }),
  );
});

test('every row of the docs says something in each of its cells', (t) => {
  for (const [file, head] of [
    ['docs/configuration.md', 'variable'],
    ['docs/configuration.md', 'key'],
    ['docs/errors.md', 'code'],
  ] as const) {
    for (const row of tableUnder(file, head))
      t.true(row.length === 4 && row.every((cell) => cell !== ''), row.join());
  }
});

/** The rows of the table whose first column has this head. */
function tableUnder(file: string, head: string): string[][] {
  const rows = readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .map(readRow);
  const start = rows.findIndex((cells) => cells[0] === head);
  if (start === -1) throw new Error(`${file} has no table whose first column is "${head}". Add it.`);
  const body = rows.slice(start + 2);
  const end = body.findIndex((cells) => cells.length === 0);
  return body.slice(0, end === -1 ? body.length : end);
}

function readRow(line: string): string[] {
  if (!line.startsWith('|')) return [];
  const cells = line.split('|').slice(1, -1);
  return cells.map((cell) => cell.trim());
}
