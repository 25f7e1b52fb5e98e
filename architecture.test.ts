// Shows that every file of the project keeps the rules of its layout; the rules stand in scripts/architecture/.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { z } from 'zod';
import {
  findFocusFindings,
  findHeaderFindings,
  findPathFindings,
  findSizeFindings,
  findWordFindings,
} from './scripts/architecture/file-rules.ts';
import { describeFinding } from './scripts/architecture/finding.ts';
import { findImportFindings } from './scripts/architecture/import-rules.ts';
import {
  findInstallFindings,
  findPackageFindings,
  findScriptFindings,
} from './scripts/architecture/package-rules.ts';
import { readProjectFiles } from './scripts/architecture/project-files.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

// Fixtures are what others wrote, kept as it came.
const files = readProjectFiles(folder, (path) => !path.startsWith('sandbox-tests/fixtures/'));

const versions = z.record(z.string(), z.string()).optional();
const manifest = z
  .object({
    scripts: versions,
    dependencies: versions,
    devDependencies: versions,
    optionalDependencies: versions,
  })
  .transform(({ scripts = {}, dependencies = {}, devDependencies = {}, optionalDependencies = {} }) => {
    return { scripts, dependencies, devDependencies, optionalDependencies };
  })
  .parse(JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')));

test('each room imports only what the layout lets it', (t) => {
  t.deepEqual(findImportFindings({ files, manifest }).map(describeFinding), []);
});

test('each source opens with its header line', (t) => {
  t.deepEqual(findHeaderFindings(files).map(describeFinding), []);
});

test('no source is too long', (t) => {
  t.deepEqual(findSizeFindings(files).map(describeFinding), []);
});

test('no file names a package registry or a path of one machine', (t) => {
  t.deepEqual(findWordFindings(files).map(describeFinding), []);
});

test('no file is found by the pathname of a URL', (t) => {
  t.deepEqual(findPathFindings(files).map(describeFinding), []);
});

test('no test keeps the others of its file from running', (t) => {
  t.deepEqual(findFocusFindings(files).map(describeFinding), []);
});

test('each dependency is pinned exactly and used', (t) => {
  t.deepEqual(findPackageFindings({ manifest, files }).map(describeFinding), []);
});

test('each npm script goes through the guard to a file that is there', (t) => {
  const paths = files.map(({ path }) => path);
  t.deepEqual(findScriptFindings({ manifest, paths }).map(describeFinding), []);
});

test('nothing runs at install time', (t) => {
  t.deepEqual(findInstallFindings(files).map(describeFinding), []);
});

test('the rules see the files they are about', (t) => {
  const paths = files.map(({ path }) => path);
  for (const path of [
    'package.json',
    'package-lock.json',
    '.npmrc',
    'scripts/guard.cjs',
    'core/config/index.ts',
  ]) {
    t.true(paths.includes(path), path);
  }
});
