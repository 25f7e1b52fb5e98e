// Shows that the verifier as pages load it, in a real browser and under the pages' policy, accepts every proof file, and says of every damage
// to one what Node says.

import test, { type ExecutionContext } from 'ava';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import type { RetirementVerdict, verifyProofText as Verify } from '../core/proofs/browser.ts';
import { verifyProofText } from '../core/proofs/verify-retirement.ts';
import { IS_WITHOUT_BROWSER, openBrowser, openPage } from './support/browser.ts';
import { PROJECT } from './support/product.ts';
import { damagesOf, PROOF_FILES, pinOf, readProof, readProofText } from './support/proof-fixtures.ts';

const look = IS_WITHOUT_BROWSER ? test.skip : test.serial;
const PLACE = 'https://verifier.example';
/** As api/plugins/pages.ts has it for scripts: making code from texts is forbidden. */
const POLICY = "default-src 'none'; script-src 'self'; img-src data:";
const AT_ONCE = 100;
const LEAST_REFUSED = 200;

type Said = { ok: boolean; is_trusted: boolean; step: string | null };

for (const name of PROOF_FILES) {
  look(`a browser says of ${name} and of each damage to it what Node says [needs Chromium]`, async (t) => {
    const { page, troubles } = await openVerifier(t);
    const original = readProof(name);
    const trusted_head = pinOf(original);
    const [whole] = await ask(page, [readProofText(name)], trusted_head);
    t.deepEqual(whole, { ok: true, is_trusted: true, step: null });
    const damages = [...damagesOf(original)];
    const steps = new Set<string>();
    let refused = 0;
    for (let first = 0; first < damages.length; first += AT_ONCE) {
      const some = damages.slice(first, first + AT_ONCE);
      const texts = some.map(({ value }) => JSON.stringify(value));
      const there = await ask(page, texts, trusted_head);
      for (const [index, { what, path }] of some.entries()) {
        const here = shorten(verifyProofText(texts[index] ?? '', { trusted_head }));
        t.deepEqual(there[index], here, `${what} at ${path}`);
        if (here.step === null) continue;
        steps.add(here.step);
        refused += 1;
      }
    }
    t.true(refused >= LEAST_REFUSED, `${refused} damages`);
    t.log(`${damages.length} damages: ${refused} refused, at ${steps.size} different steps`);
    t.deepEqual(troubles, []);
  });
}

look('a browser stops at what is no proof, as Node does [needs Chromium]', async (t) => {
  const { page } = await openVerifier(t);
  for (const text of ['', '{}', '[]', 'null', 'This is no proof', '{"form":"dmrv-retirement-proof/2"}']) {
    t.deepEqual(await ask(page, [text], ''), [shorten(verifyProofText(text, { trusted_head: '' }))], text);
  }
});

/** The page has its script from its own origin, and nothing else: the network is not there. */
async function openVerifier(t: ExecutionContext) {
  const { outputFiles } = await build({
    entryPoints: [`${PROJECT}/core/proofs/browser.ts`],
    bundle: true,
    format: 'iife',
    globalName: 'verifier',
    platform: 'browser',
    write: false,
  });
  const script = outputFiles[0]?.text ?? '';
  const browser = await openBrowser();
  t.teardown(() => browser.close());
  const watched = await openPage(t, { browser, base_url: PLACE });
  const { page } = watched;
  await page.route('**/*', async (route) => {
    if (new URL(route.request().url()).pathname === '/verifier.js') {
      await route.fulfill({ contentType: 'text/javascript', body: script });
      return;
    }
    const body =
      '<!doctype html><title>A page</title><link rel="icon" href="data:,"><script src="/verifier.js"></script>';
    await route.fulfill({ contentType: 'text/html', headers: { 'content-security-policy': POLICY }, body });
  });
  await page.goto('/');
  return watched;
}

async function ask(page: Page, texts: readonly string[], trusted_head: string): Promise<Said[]> {
  return await page.evaluate(
    ({ texts, trusted_head }) => {
      const { verifyProofText } = Reflect.get(globalThis, 'verifier') as { verifyProofText: typeof Verify };
      return texts.map((text) => {
        const { ok, is_trusted, failed } = verifyProofText(text, { trusted_head });
        return { ok, is_trusted, step: failed?.step ?? null };
      });
    },
    { texts, trusted_head },
  );
}

function shorten({ ok, is_trusted, failed }: RetirementVerdict): Said {
  return { ok, is_trusted, step: failed?.step ?? null };
}
