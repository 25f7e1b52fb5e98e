// Owns the bench of the verifier: how long one proof takes, in Node's own hashing and in that of browsers, and how large files are;
// leaves the checks to core/proofs.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { verifyProofText } from '../core/proofs/verify-retirement.ts';
import { PROOF_FILES, pinOf, readProof, readProofText } from '../sandbox-tests/support/proof-fixtures.ts';
import { defineBench, runBench } from './bench/bench.ts';
import { atMost } from './bench/goal.ts';

/** With signed blocks that lead to its head: their signatures take what all else does not. The worker keeps none such. */
const SIGNED = 'signed-path.json';

type Verify = typeof verifyProofText;

const bench = defineBench({
  name: 'proof',
  what: 'Verifies proof files that were made on a localnet, from the text to the verdict.',
  async run({ quick, log }) {
    const rounds = quick ? 200 : 2_000;
    const { code, bytes: browser_bytes } = await bundleForBrowsers();
    const in_browsers = (await import(`data:text/javascript;base64,${code}`)) as { verifyProofText: Verify };
    const rows = PROOF_FILES.map((name) => {
      log(name);
      const text = readProofText(name);
      const trusted_head = pinOf(readProof(name));
      const about = { text, trusted_head, rounds };
      return {
        file: name,
        bytes: JSON.stringify(JSON.parse(text)).length,
        outcomes: readProof(name).outcomes.length,
        median_ms: measure(verifyProofText, about),
        browser_code_ms: measure(in_browsers.verifyProofText, about),
      };
    });
    const plain = rows.filter(({ file }) => file !== SIGNED);
    const worst = (of: 'median_ms' | 'browser_code_ms'): number => Math.max(...plain.map((row) => row[of]));
    return {
      results: { rounds, browser_bytes, files: rows },
      goals: [
        atMost({
          id: 'verify',
          what: 'one proof verified, median of the slowest file',
          value: worst('median_ms'),
          unit: 'ms',
          goal: 5,
        }),
        atMost({
          id: 'verify-browser',
          what: 'the same by the code that browsers run, in Node',
          value: worst('browser_code_ms'),
          unit: 'ms',
          goal: 50,
        }),
      ],
    };
  },
});

function measure(verify: Verify, about: { text: string; trusted_head: string; rounds: number }): number {
  const { text, trusted_head, rounds } = about;
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const { is_trusted } = verify(text, { trusted_head });
    times.push(performance.now() - began);
    if (!is_trusted) throw new Error('A proof of the bench is refused.');
  }
  times.sort((left, right) => left - right);
  return Number((times[Math.floor(rounds / 2)] ?? 0).toFixed(3));
}

async function bundleForBrowsers(): Promise<{ code: string; bytes: number }> {
  const built = await build({
    entryPoints: [fileURLToPath(new URL('../core/proofs/browser.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
  });
  const contents = built.outputFiles[0]?.contents ?? new Uint8Array();
  return { code: Buffer.from(contents).toString('base64'), bytes: contents.length };
}

await runBench(bench);
