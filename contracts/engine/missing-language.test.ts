// Shows that a contract which uses what the engine lacks is refused when it is built, not when it is called.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { bundleContract } from './bundle.ts';

const REFUSED: readonly [code: string, refusal: RegExp][] = [
  ['return Date.now()', /uses Date/],
  ['return new Date(0).getTime()', /uses Date/],
  ['return new Proxy({}, {})', /uses Proxy/],
  ['return Promise.resolve(1)', /uses Promise/],
  ['return (async () => 1)()', /has an async function/],
  ['return new RegExp("a")', /uses RegExp/],
  ['return eval("1")', /uses eval/],
  ['return Math.random()', /uses Math\.random/],
  ['return Math.sin(1)', /uses Math\.sin/],
  ['return "a,b".split(/,/)', /calls split with an expression/],
  ['return [..."a,b".matchAll(/,/g)]', /calls matchAll with an expression/],
];

for (const [code, refusal] of REFUSED) {
  test(`"${code}" is refused`, async (t) => {
    await t.throwsAsync(bundle(t, `export function method() { ${code}; }`), { message: refusal });
  });
}

const ALLOWED = [
  'const Date = { now: () => 1 }; return Date.now()',
  'return { Date: 1, Promise: 2 }.Date',
  'return "a,b".split(",")',
  'return "a1".replace(/\\d/, "")',
  'return Math.floor(1.5)',
];

for (const code of ALLOWED) {
  test(`"${code}" is allowed`, async (t) => {
    const { methods } = await bundle(t, `export function method() { ${code}; }`);
    t.deepEqual(methods, ['method']);
  });
}

test('each export is a method, whatever file it comes from', async (t) => {
  const { methods } = await bundle(t, 'export { a, a as b } from "./other.ts"; export function c() {}', {
    'other.ts': 'export function a() {} export function hidden() {}',
  });
  t.deepEqual(methods, ['a', 'b', 'c']);
});

test('the parts of the SDK that keep state are refused', async (t) => {
  const entry = join(import.meta.dirname, 'fixtures', 'refused', 'collections.ts');
  await t.throwsAsync(bundleContract({ entry, define: {} }), { message: /only the low-level functions/ });
});

async function bundle(t: ExecutionContext, text: string, others: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'dmrv-bundle-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const entry = join(folder, 'contract.ts');
  for (const [name, content] of Object.entries({ ...others, 'contract.ts': text })) {
    writeFileSync(join(folder, name), content);
  }
  return bundleContract({ entry, define: {} });
}
