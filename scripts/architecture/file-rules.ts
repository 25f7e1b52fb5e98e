// Owns the rules on single files (header, size, words that may not stand in them); leaves imports to import-rules.ts.

import type { Finding } from './finding.ts';
import type { ProjectFile } from './project-files.ts';

const MAX_LINES = 400;

// Longer files, each with its reason.
const LONG_FILES: Readonly<Record<string, string>> = {
  'core/db/types.ts': 'generated from the migrated schema, one type per table',
  'migrations/schema.sql': 'the dumped result of all migrations',
};

const OWNS = /^Owns .+; leaves .+ to .+/;
const SHOWS = /^Shows (that|which|who|what|how) .+/;

export function findHeaderFindings(files: readonly ProjectFile[]): Finding[] {
  return files
    .filter(({ path }) => /\.(ts|tsx|cjs|sql)$/.test(path))
    .flatMap(({ path, text }) => {
      const mark = path.endsWith('.sql') ? '--' : '//';
      const header = readHeader(text, mark);
      const is_test = /\.(test|spec)\.ts$/.test(path);
      const form = mark === '--' ? /^Owns .+/ : OWNS;
      if (form.test(header) || (is_test && SHOWS.test(header))) return [];
      const wanted = is_test
        ? `"${mark} Shows that ..."`
        : `"${mark} Owns ...${mark === '--' ? '' : '; leaves ... to ...'}"`;
      return [{ path, line: 1, problem: `opens without its header line ${wanted}` }];
    });
}

export function findSizeFindings(files: readonly ProjectFile[]): Finding[] {
  return files
    .filter(({ path }) => /\.(ts|tsx|js|cjs|mjs|sql|css)$/.test(path) && !Object.hasOwn(LONG_FILES, path))
    .flatMap(({ path, text }) => {
      const lines = text.replace(/\n$/, '').split('\n').length;
      if (lines <= MAX_LINES) return [];
      return [
        {
          path,
          line: MAX_LINES + 1,
          problem: `has ${lines} lines; ${MAX_LINES} are allowed, so split it by what it owns`,
        },
      ];
    });
}

// Written in parts, so that this file does not hold what it looks for.
const REGISTRY_HOSTS = [
  'npmjs.' + 'org',
  'npmjs.' + 'com',
  'yarnpkg.' + 'com',
  'npmmirror.' + 'com',
  'npm.pkg.' + 'github.com',
];
const MACHINE_PATHS = ['work', 'root', 'home', 'Users', 'tmp'].map((name) => `/${name}/`);

/** Words that speak of one machine or of one package registry. A project path such as api/home/ is none. */
export function findWordFindings(files: readonly ProjectFile[]): Finding[] {
  const path_word = new RegExp(`(?<![\\w.\\-/})\\]*])(?:${MACHINE_PATHS.join('|')})[\\w.-]`);
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((content, index) => {
      const line = index + 1;
      const host = REGISTRY_HOSTS.find((name) => content.includes(name));
      if (host !== undefined) return [{ path, line, problem: `names the package registry ${host}` }];
      const word = path_word.exec(content)?.[0];
      return word === undefined ? [] : [{ path, line, problem: `names a path of one machine (${word}...)` }];
    }),
  );
}

/** A URL keeps a space as %20, so a checkout in such a folder would not find its own files. */
export function findPathFindings(files: readonly ProjectFile[]): Finding[] {
  return files
    .filter(({ path }) => /\.[cm]?[jt]sx?$/.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/import\.meta\.url\s*\)\s*\.pathname/g)].map(({ index }) => ({
        path,
        line: text.slice(0, index).split('\n').length,
        problem: 'takes a path from a URL by .pathname, which breaks on spaces; use fileURLToPath',
      })),
    );
}

/** A test left on .only takes all others of its file out of the run. */
export function findFocusFindings(files: readonly ProjectFile[]): Finding[] {
  return files
    .filter(({ path }) => /\.(test|spec)\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((content, index) => {
        if (!/^\s*test(\.\w+)*\.only\(/.test(content)) return [];
        return [{ path, line: index + 1, problem: 'runs this test only; remove .only' }];
      }),
    );
}

// The comment that the file opens with, its lines joined; a first line for the shell is passed by.
function readHeader(text: string, mark: string): string {
  const lines = text.replace(/^#!.*\n/, '').split('\n');
  const end = lines.findIndex((line) => !line.startsWith(mark));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map((line) => line.slice(mark.length).trim())
    .join(' ');
}
