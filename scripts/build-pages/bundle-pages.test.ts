// Shows that the pages bundle: whole, for browsers alone, with no secret or server code, and small enough to wait for.

import { gzipSync } from 'node:zlib';
import test from 'ava';
import { PAGE_PATHS } from '../../web/paths.ts';
import { bundlePages } from './bundle-pages.ts';

/** What is loaded before a page shows, as it is sent over the wire at best. */
const MOST_FIRST_BYTES = 120_000;
const MOST_BYTES = 2_500_000;

const pages = await bundlePages();

test('it has a script, a style and an icon, each of its kind', (t) => {
  const kindOf = (path: string): string | undefined => pages.assets.get(path)?.content_type;
  t.is(kindOf(pages.script), 'text/javascript; charset=utf-8');
  t.is(kindOf(pages.style), 'text/css; charset=utf-8');
  t.is(kindOf(pages.icon), 'image/svg+xml');
  t.deepEqual(
    pages.paths,
    PAGE_PATHS.map(({ path }) => path),
  );
});

test('every file but the icon is named by what it holds, and nothing is of an unknown kind', (t) => {
  for (const [path, { content_type }] of pages.assets) {
    if (path !== pages.icon) t.regex(path, /^\/assets\/[\w.-]+-[A-Z0-9]{8}\.(js|css)$/);
    t.not(content_type, 'application/octet-stream', path);
  }
});

test('what a script imports is in the bundle: no code of Node, no package, nothing from elsewhere', (t) => {
  let count = 0;
  for (const [path, text] of scripts()) {
    for (const wanted of importsOf(text)) {
      count += 1;
      t.true(pages.assets.has(new URL(wanted, `http://x${path}`).pathname), `${path} imports ${wanted}`);
      t.regex(wanted, /^\.\//);
    }
  }
  t.true(count > 0, 'no import was seen');
});

test('it holds nothing of the server: no database, no error with a stack, no key of the development accounts', (t) => {
  for (const [path, text] of scripts()) {
    for (const word of ['node:', 'pg-boss', 'kysely', 'process.env', 'secret_key:"', 'select set_config'])
      t.false(text.includes(word), `${path} has ${word}`);
  }
});

test('the style is whole: nothing is left to import from elsewhere', (t) => {
  const style = pages.assets.get(pages.style)?.bytes.toString() ?? '';
  t.false(/@import|url\(\s*["']?(?!data:)/.test(style));
  t.true(style.includes('color-scheme'));
});

test('the first page needs little, all pages together not much', (t) => {
  const first = new Set([pages.script, pages.style]);
  for (const path of first) {
    const text = pages.assets.get(path)?.bytes.toString() ?? '';
    for (const wanted of staticImportsOf(text)) first.add(new URL(wanted, `http://x${path}`).pathname);
  }
  const sizeOf = (path: string): number => gzipSync(pages.assets.get(path)?.bytes ?? '').length;
  const first_bytes = [...first].reduce((sum, path) => sum + sizeOf(path), 0);
  const all_bytes = [...pages.assets.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  t.log(`${first_bytes} bytes packed at first, ${all_bytes} unpacked in all`);
  t.true(first_bytes < MOST_FIRST_BYTES, `${first_bytes}`);
  t.true(all_bytes < MOST_BYTES, `${all_bytes}`);
});

test('the same sources bundle to the same files', async (t) => {
  t.deepEqual([...(await bundlePages()).assets.keys()], [...pages.assets.keys()]);
});

function scripts(): [path: string, text: string][] {
  return [...pages.assets].flatMap(([path, { bytes }]): [string, string][] =>
    path.endsWith('.js') ? [[path, bytes.toString()]] : [],
  );
}

function importsOf(text: string): string[] {
  return [...staticImportsOf(text), ...namesIn(text, /\bimport\(\s*["'`]([^"'`]+)["'`]\s*\)/g)];
}

function staticImportsOf(text: string): string[] {
  return namesIn(text, /(?:^|[;}\n])(?:import|export)(?:[\w$*{},\s]*?from)?\s*["']([^"'\n]+)["']/g);
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}
