// Owns the bench of the contract's gas, and the tables it writes into docs/gas.md; leaves each measurement to scripts/bench-gas/.
import { readFile, writeFile } from 'node:fs/promises';
import { builtContract } from '../sandbox-tests/support/contract-chain.ts';
import { defineBench, runBench } from './bench/bench.ts';
import { measureFlatness } from './bench-gas/flatness.ts';
import { judge } from './bench-gas/goals.ts';
import { playStory } from './bench-gas/story.ts';
import { pairRows, renderCalls, renderFlatness, renderGoalTable, renderViews } from './bench-gas/tables.ts';
import { fillBlocks } from './schema/fill-blocks.ts';

const PATH = 'docs/gas.md';
const DOCUMENT = new URL(`../${PATH}`, import.meta.url);

// Two more than a multiple of 8, as the 10 of the small state: see flatness.ts.
const QUICK = { tokens: 1_002, owned: 402 };
const FULL = { tokens: 100_002, owned: 10_002 };

const bench = defineBench({
  name: 'gas',
  what: 'Measures the gas of every method on the localnet, pre-initialised and as near-sdk-js would build it; the full form writes the tables of docs/gas.md.',
  async run({ quick, log }) {
    const large = quick ? QUICK : FULL;
    log('every method on our build');
    const fast = await playStory(false);
    log('every method on the stock build');
    const pairs = pairRows(fast, await playStory(true));
    log(`the same calls on 10 and on ${large.tokens} tokens`);
    const flatness = await measureFlatness(large);
    const [ours, stock] = await Promise.all([builtContract(false), builtContract(true)]);
    const goals = judge({ pairs, flatness, wasm_bytes: ours.wasm.length });
    const sizes = { wasm_bytes: ours.wasm.length, stock_wasm_bytes: stock.wasm.length };
    if (!quick) {
      const blocks = {
        goals: `${renderGoalTable(goals)}\n\nOur module has ${sizes.wasm_bytes} bytes, the stock one ${sizes.stock_wasm_bytes}.`,
        calls: renderCalls(pairs.filter(({ fast: row }) => row.kind !== 'view')),
        views: renderViews(pairs.filter(({ fast: row }) => row.kind === 'view')),
        flatness: renderFlatness(flatness, { small: 'of 10', large: `of ${large.tokens}` }),
      };
      const document = await readFile(DOCUMENT, 'utf8');
      await writeFile(DOCUMENT, fillBlocks({ path: PATH, document, blocks }));
      log(`wrote the tables of ${PATH}`);
    }
    return { results: { large, ...sizes, measured_calls: pairs.length }, goals };
  },
});

await runBench(bench);
