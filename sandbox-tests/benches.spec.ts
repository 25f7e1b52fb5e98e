// Shows that benches still run through on today's tables, contract and chain; what they measure is no rule here.

import test from 'ava';
import { benchFile, listBenches } from '../scripts/bench/list-benches.ts';
import { runBenchProcess } from '../scripts/bench/run-process.ts';

/** They fill databases and chains for most of a minute each. */
const NAMES = process.env.DMRV_TEST_LONG === '1' ? listBenches() : [];

test('every bench is a script of its own', (t) => {
  t.deepEqual(listBenches(), ['api', 'db', 'gas', 'indexer', 'localnet', 'proof', 'reconcile']);
});

for (const name of NAMES) {
  test.serial(`the quick form of bench:${name} measures each of its goals`, async (t) => {
    t.timeout(120_000);
    const outcome = await runBenchProcess({ name, file: benchFile(name), quick: true });
    if ('failure' in outcome) return t.fail(outcome.failure);
    t.true(outcome.goals.length > 0);
    for (const { id, value } of outcome.goals) t.true(Number.isFinite(value), id);
  });
}
