// Shows that the verifier, bundled for browsers and run where there is nothing of Node, says the same as Node of every proof file and
// of every damage to one.

import { createContext, Script } from 'node:vm';
import test from 'ava';
import { build } from 'esbuild';
import type { RetirementVerdict } from '../core/proofs/verify-retirement.ts';
import { verifyProofText } from '../core/proofs/verify-retirement.ts';
import { PROJECT } from './support/product.ts';
import { damagesOf, PROOF_FILES, pinOf, readProof, readProofText } from './support/proof-fixtures.ts';

/** Each damage of the largest files would take a minute in pure JavaScript's signatures and hashes. */
const EVERY = 7;

type Verify = (text: string, options: { trusted_head: string }) => RetirementVerdict;

const built = await build({
  entryPoints: [`${PROJECT}/core/proofs/browser.ts`],
  bundle: true,
  format: 'iife',
  globalName: 'verifier',
  platform: 'browser',
  write: false,
});
const code = built.outputFiles[0]?.text ?? '';

/** What every browser has, and nothing else: no process, no Buffer, no require. Making code from texts is forbidden. */
const context = createContext(
  { TextEncoder, TextDecoder, atob, btoa, URL, console },
  { codeGeneration: { strings: false, wasm: false } },
);
new Script(
  `${code}; globalThis.verify = (text, options) => JSON.stringify(verifier.verifyProofText(text, JSON.parse(options)));`,
).runInContext(context);
const run = (context as unknown as { verify: (text: string, options: string) => string }).verify;
const inBrowser: Verify = (text, options) =>
  JSON.parse(run(text, JSON.stringify(options))) as RetirementVerdict;

test('the bundle asks for nothing of Node', (t) => {
  t.false(/require\(|node:/.test(code));
});

for (const name of PROOF_FILES) {
  test(`browsers say of ${name} and of its damages what Node says`, (t) => {
    const original = readProof(name);
    const options = { trusted_head: pinOf(original) };
    const text = readProofText(name);
    t.true(inBrowser(text, options).is_trusted);
    t.deepEqual(inBrowser(text, options), JSON.parse(JSON.stringify(verifyProofText(text, options))));
    let compared = 0;
    for (const [index, { value, path, what }] of [...damagesOf(original)].entries()) {
      if (index % EVERY !== 0) continue;
      const damaged = JSON.stringify(value);
      const [there, here] = [inBrowser(damaged, options), verifyProofText(damaged, options)];
      t.deepEqual([there.ok, there.failed?.step], [here.ok, here.failed?.step], `${what} at ${path}`);
      compared += 1;
    }
    t.true(compared >= 50, `${compared}`);
  });
}
