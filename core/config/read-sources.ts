// Owns reading the environment, the files of secrets and near.config.json; leaves judging the values to schema.ts.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Mistake } from './mistake.ts';
import { environment, SECRET_NAMES } from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadSources {
  env: Record<string, string>;
  /** undefined when the file could not be read; the reason is among the mistakes. */
  file: unknown;
  file_name: string;
  mistakes: Mistake[];
}

// Test workers carry their own variables, which are none of the product's business.
const TEST_PREFIX = 'DMRV_TEST_';

/** Reads everything it can and collects what it cannot, so that one start shows every mistake. */
export function readSources({ env, folder }: { env: Environment; folder: string }): ReadSources {
  const mistakes: Mistake[] = [];
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || isSecretFileName(name)) continue;
    const ours = Object.hasOwn(environment.shape, name);
    if (ours || (name.startsWith('DMRV_') && !name.startsWith(TEST_PREFIX))) values[name] = value;
  }
  for (const name of SECRET_NAMES) {
    const value = readSecretFile({ name, env, folder, mistakes });
    if (value !== undefined) values[name] = value;
  }
  const file_name = env.DMRV_CONFIG?.trim() || String(environment.shape.DMRV_CONFIG.def.defaultValue);
  return {
    env: values,
    file: readJson(resolve(folder, file_name), file_name, mistakes),
    file_name,
    mistakes,
  };
}

function isSecretFileName(name: string): boolean {
  return SECRET_NAMES.some((secret) => name === `${secret}_FILE`);
}

function readSecretFile(options: {
  name: string;
  env: Environment;
  folder: string;
  mistakes: Mistake[];
}): string | undefined {
  const { name, env, folder, mistakes } = options;
  const file = env[`${name}_FILE`];
  if (file === undefined) return undefined;
  const path = `env ${name}_FILE`;
  const allowed = `the path of a readable file that holds the secret, with ${name} not set`;
  if (env[name] !== undefined) {
    mistakes.push({ path, found: `${name} set beside it`, allowed });
    return undefined;
  }
  const { text, problem } = readText(resolve(folder, file));
  const secret = text?.replace(/\r?\n$/, '');
  if (secret === undefined || secret === '' || file === '') {
    mistakes.push({ path, found: `${JSON.stringify(file)}, ${problem ?? 'which is empty'}`, allowed });
    return undefined;
  }
  return secret;
}

function readJson(path: string, name: string, mistakes: Mistake[]): unknown {
  const { text, problem } = readText(path);
  if (text === undefined) {
    mistakes.push({ path: name, found: problem ?? 'nothing', allowed: 'a readable JSON file' });
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message quotes the text around the fault, and that may be a secret put in the wrong place.
    const place = /at position \d+( \(line \d+ column \d+\))?/.exec(String(error))?.[0];
    mistakes.push({
      path: name,
      found: `a text with a fault${place === undefined ? '' : ` ${place}`}`,
      allowed: 'JSON',
    });
    return undefined;
  }
}

function readText(path: string): { text?: string; problem?: string } {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { problem: code === 'ENOENT' ? 'which is not there' : `which cannot be read (${code})` };
  }
}
