// Owns running "npm start" as a process of its own and reading its view; leaves what it must do to the specs.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

type ProductOptions = {
  env?: NodeJS.ProcessEnv;
  args?: string[];
  checkout?: string;
  /** The demo world takes some seconds of CPU, and what it writes is in the way of most specs. */
  demo?: true;
};

/** A test, or whoever else takes down what was started for him. */
type Scope = { teardown(close: () => Promise<void>): void };

// It ends with its test.
export function startProduct(t: Scope, options: ProductOptions): Child {
  const { env = {}, args = [], checkout = PROJECT, demo } = options;
  const file = join(checkout, 'scripts', 'start.ts');
  const all = demo === true ? args : ['--no-demo', ...args];
  const product = startChild({ file, args: all, env, cwd: checkout });
  t.teardown(async () => {
    product.process.kill('SIGTERM');
    await product.end;
  });
  return product;
}

// The URL that the view shows for the API.
export async function urlOf(product: Child): Promise<string> {
  return (await viewOf(product)).get('API') ?? '';
}

// The first word beside each label of the view.
export async function viewOf(product: Child): Promise<Map<string, string>> {
  // The view is whole only with its last line; the owner's record is written before it.
  await product.waitFor(/^Ctrl-C stops it/m);
  const lines = product.output().matchAll(/^ {2}(\w+) +(\S+)/gm);
  return new Map([...lines].map(([, label = '', text = '']) => [label, text]));
}
