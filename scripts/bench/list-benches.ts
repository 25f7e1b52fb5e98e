// Owns which benches there are; leaves running them to run-process.ts.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const SCRIPTS = join(import.meta.dirname, '..');

/** By the files that are there, in the order of their names. */
export function listBenches(): string[] {
  return readdirSync(SCRIPTS)
    .flatMap((file) => /^bench-([a-z\d-]+)\.ts$/.exec(file)?.[1] ?? [])
    .sort();
}

export function benchFile(name: string): string {
  return join(SCRIPTS, `bench-${name}.ts`);
}
