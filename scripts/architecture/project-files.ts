// Owns the list of the project's own files; leaves what is asked of them to the rules and the test runner.

import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';

export interface ProjectFile {
  /** From the project folder, with forward slashes. */
  path: string;
  text: string;
}

/**
 * Every file that git would take, found without git: a copy of the project without its history, or one that
 * belongs to another user, has the same rules.
 */
export function listProjectFiles(folder: string): string[] {
  const ignored = readFileSync(join(folder, '.gitignore'), 'utf8')
    .split('\n')
    .map(parseIgnored)
    .filter(isDefined);
  return walk({ folder, under: '', ignored: [...ignored, parseIgnored('.git')].filter(isDefined) }).sort();
}

export function readProjectFiles(folder: string, wanted: (path: string) => boolean): ProjectFile[] {
  return listProjectFiles(folder)
    .filter(wanted)
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

// Two forms of pattern suffice here: a name anywhere ("*.log", "node_modules/") and a path from the top.
function parseIgnored(line: string): string | undefined {
  const pattern = line.trim();
  if (pattern === '' || pattern.startsWith('#')) return undefined;
  if (/^!|\*\*|\\|\[/.test(pattern)) {
    throw new Error(
      `.gitignore has "${pattern}", a form this list does not know. Write it as a name or a path.`,
    );
  }
  const bare = pattern.replace(/\/$/, '');
  return bare.includes('/') ? bare.replace(/^\//, '') : `**/${bare}`;
}

function walk(options: { folder: string; under: string; ignored: readonly string[] }): string[] {
  const { folder, under, ignored } = options;
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (ignored.some((pattern) => matchesGlob(path, pattern))) return [];
    if (entry.isDirectory()) return walk({ folder, under: path, ignored });
    return entry.isFile() ? [path] : [];
  });
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
