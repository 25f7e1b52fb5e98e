// Owns which test files a command line means; leaves running them to run-ava.ts.

import { matchesGlob } from 'node:path';

export interface Selection {
  files: string[];
  /** Arguments that name no test file. */
  unmatched: string[];
}

/** An argument is a file, a folder, or a pattern such as core/**; none at all means every test file. */
export function selectFiles(options: { all: readonly string[]; wanted: readonly string[] }): Selection {
  const { all, wanted } = options;
  if (wanted.length === 0)
    return { files: [...all], unmatched: all.length === 0 ? ['(every test file)'] : [] };
  const matches = wanted.map((argument) => ({
    argument,
    files: all.filter((file) => isMeant(file, argument)),
  }));
  const chosen = new Set(matches.flatMap(({ files }) => files));
  return {
    files: all.filter((file) => chosen.has(file)),
    unmatched: matches.filter(({ files }) => files.length === 0).map(({ argument }) => argument),
  };
}

export function isTestFile(path: string): boolean {
  return /\.test\.ts$/.test(path) || /^sandbox-tests\/.*\.spec\.ts$/.test(path);
}

export function needsCluster(files: readonly string[]): boolean {
  return files.some((file) => file.endsWith('.spec.ts'));
}

function isMeant(file: string, argument: string): boolean {
  const path = argument.replace(/^\.\//, '').replace(/\/+$/, '');
  return file === path || file.startsWith(`${path}/`) || matchesGlob(file, path);
}
