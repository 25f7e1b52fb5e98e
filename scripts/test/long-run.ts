// Owns what a long run remembers between two starts; leaves running the files to test.ts.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { listProjectFiles } from '../architecture/project-files.ts';

const memory = z.strictObject({
  state: z.string(),
  files: z.record(z.string(), z.strictObject({ passed: z.number(), skipped: z.array(z.string()) })),
});

type Memory = z.infer<typeof memory>;

export interface FinishedFile {
  passed: number;
  /** Titles of its skipped tests. */
  skipped: string[];
}

export interface LongRun {
  /** Files that passed in an earlier start over exactly these sources. */
  finished: ReadonlyMap<string, FinishedFile>;
  remember(file: string, result: FinishedFile): void;
}

export function openLongRun(options: {
  folder: string;
  fresh: boolean;
  log: (line: string) => unknown;
}): LongRun {
  const path = join(options.folder, '.cache', 'test-long.json');
  if (options.fresh) rmSync(path, { force: true });
  const state = hashSources(options.folder);
  const kept = readMemory(path, options.log);
  const files: Memory['files'] = kept?.state === state ? kept.files : {};
  return {
    finished: new Map(Object.entries(files)),
    remember(file, result) {
      // A file that changed the sources while it ran would be remembered under a state it never saw.
      if (hashSources(options.folder) !== state) return;
      files[file] = result;
      writeWhole(path, `${JSON.stringify({ state, files } satisfies Memory)}\n`);
    },
  };
}

/** One hash over every file of the project and its content, with the Node that runs it. */
export function hashSources(folder: string): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of listProjectFiles(folder)) {
    const content = createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex');
    hash.update(`\n${path}\0${content}`);
  }
  return hash.digest('hex');
}

function readMemory(path: string, log: (line: string) => unknown): Memory | undefined {
  try {
    return memory.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    log(`${path} cannot be read; the long run starts from its beginning.`);
    return undefined;
  }
}

// A killed run leaves the old file or the new one, never half of one.
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
