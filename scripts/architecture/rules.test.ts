// Shows that each rule on files, imports and packages refuses an offending file with its path and line.

import test from 'ava';
import {
  findFocusFindings,
  findHeaderFindings,
  findPathFindings,
  findSizeFindings,
  findWordFindings,
} from './file-rules.ts';
import { describeFinding } from './finding.ts';
import { findImportFindings } from './import-rules.ts';
import { findInstallFindings, findPackageFindings, findScriptFindings } from './package-rules.ts';

const manifest = {
  dependencies: { kysely: '1.0.0', 'near-sdk-js': '1.0.0', preact: '1.0.0', fastify: '1.0.0' },
  devDependencies: { ava: '1.0.0', 'fast-check': '1.0.0', esbuild: '1.0.0' },
};

const REFUSED: readonly [path: string, target: string, problem: RegExp][] = [
  [
    'contracts/credit/contract.ts',
    '../../core/errors/index.ts',
    /contracts\/credit may import nothing of ours$/,
  ],
  ['contracts/credit/contract.ts', 'node:fs', /may import \^near-sdk-js/],
  ['contracts/credit/contract.ts', 'preact', /may import \^near-sdk-js/],
  ['contracts/credit/event-types.ts', './tonnage.ts', /the shared words import nothing$/],
  ['contracts/credit/tonnage.ts', 'near-sdk-js', /the shared words import nothing$/],
  ['contracts/engine/build.ts', '../../core/a.ts', /contracts may import nothing of ours$/],
  ['core/a.ts', '../contracts/credit/contract.ts', /core may import/],
  ['core/a.ts', '../api/app.ts', /core may import/],
  ['core/a.ts', '../indexer/main.ts', /core may import/],
  ['core/db/a.ts', '../../migrations/0001-a.ts', /core may import/],
  ['core/a.ts', '../scripts/start.ts', /core may import/],
  ['core/a.ts', '../sandbox-tests/support/cluster.ts', /core may import/],
  ['core/a.ts', '../../outside.ts', /lies outside the project$/],
  ['core/a.test.ts', '../sandbox-tests/a.spec.ts', /core may import/],
  ['indexer/a.ts', '../api/app.ts', /indexer may import \^core/],
  ['api/a.ts', '../indexer/main.ts', /api may import \^core/],
  ['api/a.ts', '../localnet/main.ts', /only scripts and sandbox-tests may import localnet$/],
  ['api/a.test.ts', '../localnet/main.ts', /only scripts and sandbox-tests may import localnet$/],
  ['api/a.ts', 'esbuild', /names for development only$/],
  ['api/a.ts', 'left-pad', /which package.json does not name$/],
  ['scripts/a.ts', 'left-pad', /which package.json does not name$/],
  ['localnet/a.ts', '../core/errors/index.ts', /localnet may import/],
  ['localnet/a.ts', '../scripts/a.ts', /localnet may import/],
  ['web/a.ts', '../api/schemas/credits.ts', /web may import/],
  ['web/a.ts', '../core/errors/index.ts', /web may import/],
  ['web/a.ts', 'node:fs', /web may import/],
  ['migrations/0001-a.ts', '../core/a.ts', /migrations may import nothing of ours$/],
  ['migrations/0001-a.ts', 'fastify', /migrations may import \^kysely/],
];

for (const [path, target, problem] of REFUSED) {
  test(`${path} may not import ${target}`, (t) => {
    const [finding, ...more] = importFindings(path, `// Owns a.\n\nimport { a } from '${target}';\n`);
    t.deepEqual(more, []);
    t.is(finding?.path, path);
    t.is(finding?.line, 3);
    t.regex(finding?.problem ?? '', problem);
  });
}

const ALLOWED: readonly [path: string, statement: string][] = [
  ['contracts/credit/contract.ts', "import { a } from './event-types.ts';"],
  ['contracts/credit/contract.ts', "import { a } from 'near-sdk-js';"],
  ['contracts/engine/build.ts', "import { a } from 'node:fs';"],
  ['core/credit.ts', "export * from '../contracts/credit/event-types.ts';"],
  ['core/credit.ts', "export * from '../contracts/credit/tonnage.ts';"],
  ['core/a.test.ts', "import test from 'ava'; import { a } from '../sandbox-tests/support/database.ts';"],
  ['indexer/a.ts', "import { a } from '../core/a.ts';"],
  ['api/a.ts', "import { a } from '../core/a.ts'; import b from 'fastify';"],
  ['localnet/a.ts', "import { a } from '../core/near/borsh.ts'; import b from '../core/proofs/merkle.ts';"],
  ['web/a.ts', "import type { A } from '../api/schemas/credits.ts'; import { h } from 'preact';"],
  [
    'web/a.tsx',
    "import { createClient } from '../api/client/client.ts'; import { v } from '../core/proofs/browser.ts';",
  ],
  ['migrations/0001-a.ts', "import { sql } from 'kysely'; import { a } from './helpers/a.ts';"],
  ['sandbox-tests/a.spec.ts', "import { a } from '../localnet/main.ts'; import b from '../api/app.ts';"],
  ['scripts/start.ts', "import { a } from '../localnet/main.ts'; await import(name);"],
  ['architecture.test.ts', "import { a } from './scripts/a.ts';"],
];

for (const [path, statement] of ALLOWED) {
  test(`${path} may say: ${statement}`, (t) => {
    t.deepEqual(importFindings(path, statement), []);
  });
}

test('production code may not compute what it imports', (t) => {
  const [finding] = importFindings('core/a.ts', '\nawait import(name);');
  t.is(
    describeFinding(finding ?? { path: '', line: 0, problem: '' }).split(',')[0],
    'core/a.ts:2 computes what it imports',
  );
});

const HEADERS: readonly [path: string, text: string, is_sound: boolean][] = [
  ['core/a.ts', '// Owns a; leaves b to c.\n', true],
  ['core/a.ts', '// Owns a,\n// and more; leaves b to c.\n\ncode', true],
  ['scripts/a.cjs', '#!/usr/bin/env node\n// Owns a; leaves b to c.\n', true],
  ['core/a.ts', '// Owns a.\n', false],
  ['core/a.ts', "import './b.ts';\n// Owns a; leaves b to c.\n", false],
  ['core/a.ts', '', false],
  ['core/a.ts', '// Shows that a.\n', false],
  ['core/a.test.ts', '// Shows that a.\n', true],
  ['sandbox-tests/a.spec.ts', '// Owns a; leaves b to c.\n', true],
  ['core/a.test.ts', '// Tests a.\n', false],
  ['migrations/0001.sql', '-- Owns a.\n', true],
  ['migrations/0001.sql', 'create table a ();\n', false],
  ['docs/a.md', 'anything', true],
];

for (const [path, text, is_sound] of HEADERS) {
  test(`${path} ${is_sound ? 'may' : 'may not'} open with ${JSON.stringify(text)}`, (t) => {
    const findings = findHeaderFindings([{ path, text }]);
    t.deepEqual(
      findings.map(({ path, line }) => [path, line]),
      is_sound ? [] : [[path, 1]],
    );
  });
}

test('a file has at most 400 lines, but for the listed ones', (t) => {
  const lines = (count: number): string => 'x\n'.repeat(count);
  t.deepEqual(findSizeFindings([{ path: 'core/a.ts', text: lines(400) }]), []);
  const [finding] = findSizeFindings([{ path: 'core/a.ts', text: lines(401) }]);
  t.is(finding?.line, 401);
  t.true(finding?.problem.startsWith('has 401 lines'));
  t.deepEqual(findSizeFindings([{ path: 'core/db/types.ts', text: lines(5000) }]), []);
  t.deepEqual(findSizeFindings([{ path: 'docs/a.md', text: lines(5000) }]), []);
});

test('a path of one machine is refused, a path of the project is not', (t) => {
  for (const folder of ['work', 'tmp', 'root', 'home', 'Users']) {
    for (const before of ['', 'see ', '"', '(', '=']) {
      const text = `first\n${before}/${folder}/a.ts`;
      t.is(findWordFindings([{ path: 'docs/a.md', text }])[0]?.line, 2, text);
    }
  }
  for (const text of [
    'api/home/a.ts',
    './tmp/a',
    'https://a.example/home/b',
    '/dev/shm/a',
    `/${'tmp'} is a folder`,
  ]) {
    t.deepEqual(findWordFindings([{ path: 'docs/a.md', text }]), [], text);
  }
});

test('the host of a package registry is refused in any file', (t) => {
  const text = `\n\nhttps://registry.${'npmjs'}.org/ava`;
  const [finding] = findWordFindings([{ path: 'package-lock.json', text }]);
  t.deepEqual([finding?.path, finding?.line], ['package-lock.json', 3]);
  t.deepEqual(findWordFindings([{ path: 'docs/a.md', text: 'https://registry.verra.org/app' }]), []);
});

test("a file's own place is not taken from a URL's pathname", (t) => {
  // In parts, so that this file does not hold what is looked for.
  const url = `new URL('..', import.meta.${'url'})`;
  for (const use of ['.pathname', '\n    .pathname']) {
    const text = `// Owns a.\nconst folder = ${url}${use};\n`;
    t.is(findPathFindings([{ path: 'scripts/a.ts', text }])[0]?.line, 2);
    t.deepEqual(findPathFindings([{ path: 'docs/a.md', text }]), []);
  }
  for (const text of [`fileURLToPath(${url})`, `readFile(${url})`, 'new URL(given).pathname'])
    t.deepEqual(findPathFindings([{ path: 'scripts/a.ts', text }]), [], text);
});

test('a test left on .only is refused', (t) => {
  const only = '.only(';
  const [finding] = findFocusFindings([
    { path: 'core/a.test.ts', text: `// Shows that a.\n  test.serial${only}'a', b);` },
  ]);
  t.is(finding?.line, 2);
  t.deepEqual(findFocusFindings([{ path: 'core/a.test.ts', text: "test('a', b);\nset.only(a);" }]), []);
});

test('a dependency is pinned exactly and used somewhere', (t) => {
  const files = [
    { path: 'core/a.ts', text: "import { a } from 'kysely/helpers';" },
    { path: 'scripts/b.ts', text: "spawn('tsc'); import.meta.resolve('@scope/quoted/package.json');" },
  ];
  const dependencies = {
    kysely: '0.29.9',
    typescript: '7.0.2',
    '@scope/quoted': '1.0.0-beta.1',
    '@types/kysely': '1.0.0',
  };
  t.deepEqual(findPackageFindings({ manifest: { dependencies }, files }), []);
  const problems = (more: Record<string, string>): string[] =>
    findPackageFindings({ manifest: { dependencies, devDependencies: more }, files }).map(
      ({ problem }) => problem,
    );
  t.deepEqual(problems({ idle: '1.0.0' }), ['idle is used nowhere; remove it']);
  for (const version of ['^0.29.9', '~1.0.0', '1.x', 'latest', '>=1.0.0', '*']) {
    t.deepEqual(problems({ kysely: version }), [`kysely has the version "${version}"; pin one exactly`]);
  }
});

test('an npm script goes through the guard to a file that is there', (t) => {
  const problems = (command: string): number =>
    findScriptFindings({ manifest: { scripts: { x: command } }, paths: ['scripts/a.ts'] }).length;
  t.is(problems('exec node scripts/guard.cjs a.ts'), 0);
  t.is(problems('exec node scripts/guard.cjs a.ts --long'), 0);
  t.is(problems('exec node scripts/guard.cjs b.ts'), 1);
  t.is(problems('exec node scripts/a.ts'), 1);
});

test('install scripts are off and the lock names no place to download from', (t) => {
  const npmrc = { path: '.npmrc', text: 'fund=false\nignore-scripts=true\n' };
  const lock = { path: 'package-lock.json', text: '{\n"a": {\n"resolved": "https://a.example/a.tgz"\n}}' };
  t.deepEqual(findInstallFindings([npmrc, { path: 'package-lock.json', text: '{}' }]), []);
  t.is(findInstallFindings([])[0]?.path, '.npmrc');
  t.is(findInstallFindings([{ path: '.npmrc', text: '# ignore-scripts=true' }]).length, 1);
  t.deepEqual(
    findInstallFindings([npmrc, lock]).map(({ path, line }) => [path, line]),
    [['package-lock.json', 3]],
  );
});

function importFindings(path: string, text: string): ReturnType<typeof findImportFindings> {
  return findImportFindings({ files: [{ path, text }], manifest });
}
