// Shows that benches still run through on today's tables, contract and chain; what they measure is no rule here.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { benchFile, listBenches } from '../scripts/bench/list-benches.ts';
import { runBenchProcess } from '../scripts/bench/run-process.ts';
import { PROJECT } from './support/product.ts';

/** They fill databases and chains for most of a minute each. */
const NAMES = process.env.DMRV_TEST_LONG === '1' ? listBenches() : [];

test('every bench has a script of its own, and every such script a bench', async (t) => {
  const { scripts } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
  const named = Object.keys(scripts).flatMap((name) => /^bench:(.+)$/.exec(name)?.[1] ?? []);
  t.deepEqual(named.sort(), listBenches());
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
