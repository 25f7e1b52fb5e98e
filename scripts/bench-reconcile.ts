// Owns the bench of reconciliation: all database rules against bare sequential reads of the tables they need; leaves filling to
// scripts/fill and the rules to api/reconcile.

import { Client } from 'pg';
import { lookAtEverything } from '../api/reconcile/gather.ts';
import { createPool } from '../core/db/pool.ts';
import { databaseUrl } from '../core/db/prepare.ts';
import { withClient } from '../core/db/with-client.ts';
import { type BenchRun, defineBench, runBench } from './bench/bench.ts';
import { atMost, type Goal } from './bench/goal.ts';
import { compare, type Spread, spread, time } from './bench/measure.ts';
import { withServer } from './bench-db/server.ts';
import { makeAgreeing } from './bench-reconcile/agreeing.ts';
import { countAll, readAll } from './bench-reconcile/reading.ts';
import { countCredits, fillDatabase } from './fill/fill-database.ts';

type Size = { credits: number; rounds: number; where: 'memory' | 'disk' };

const QUICK: readonly Size[] = [{ credits: 10_000, rounds: 3, where: 'memory' }];
const FULL: readonly Size[] = [
  { credits: 10_000, rounds: 7, where: 'memory' },
  { credits: 100_000, rounds: 5, where: 'memory' },
  { credits: 1_000_000, rounds: 3, where: 'disk' },
];
const CONTRACT_ID = 'credits.dmrv.near';
const SEED = 1;
const WORKERS = 2;
const GOAL = 3;

type Measured = {
  credits: number;
  rules_ms: Spread;
  read_ms: Spread;
  count_ms: Spread;
  ratio: number;
  ratio_to_count: number;
  findings: Record<string, number>;
};

const bench = defineBench({
  name: 'reconcile',
  what: 'Compares all database rules of reconciliation with bare sequential reads of the tables they need.',
  async run({ quick, log }) {
    const measured: Measured[] = [];
    for (const size of quick ? QUICK : FULL) measured.push(await measure(size, log));
    return { results: { measured }, goals: measured.map(judge) };
  },
});

async function measure(size: Size, log: BenchRun['log']): Promise<Measured> {
  const { credits, rounds, where } = size;
  // The largest takes longer to fill than to measure: a folder may keep it, also for the bench of the API.
  const kept_in = where === 'disk' ? process.env['DMRV_BENCH_DATA'] : undefined;
  return withServer({ where, log, kept_in }, async (server) => {
    const database = server.template;
    const admin_url = databaseUrl(server.admin_url, database);
    if ((await countCredits(admin_url)) === credits) log(`found ${credits} credits in ${kept_in}`);
    else {
      log(`filling ${credits} credits`);
      await fillDatabase({ admin_url, credits, seed: SEED, workers: WORKERS });
    }
    await withClient(admin_url, (client) => makeAgreeing(client, log));
    const client = new Client({ connectionString: admin_url });
    await client.connect();
    const pool = createPool({
      url: server.urlFor({ database, login: 'reconciler' }),
      max: 1,
      on_idle_error: () => undefined,
    });
    try {
      const findings = new Map<string, number>();
      const now = await clockOf(client);
      const rules = () =>
        time(async () => {
          const { outcome } = await lookAtEverything({
            pool,
            contract_id: CONTRACT_ID,
            ask: undefined,
            now: () => now,
          });
          findings.clear();
          for (const { code } of outcome.findings) findings.set(code, (findings.get(code) ?? 0) + 1);
        });
      log(`${rounds} rounds of all rules and of reading their tables`);
      const compared = await compare({ a: rules, b: () => readAll(client), rounds });
      const counts: number[] = [];
      for (let round = 0; round < rounds; round++) counts.push(await countAll(client));
      const count_ms = spread(counts);
      const { a: rules_ms, b: read_ms, ratio } = compared;
      const ratio_to_count = rules_ms.median / count_ms.median;
      log(`${credits} credits: ${ratio.toFixed(2)} x reading, ${ratio_to_count.toFixed(2)} x counting`);
      const found = Object.fromEntries(findings);
      return { credits, rules_ms, read_ms, count_ms, ratio, ratio_to_count, findings: found };
    } finally {
      await pool.end();
      await client.end();
    }
  });
}

/** The moment of the last block: nothing has been waiting since. */
async function clockOf(client: Client): Promise<Date> {
  const { rows } = await client.query<{ at: string }>(
    'select extract(epoch from block_timestamp)::text as at from chain.cursor',
  );
  return new Date(Math.ceil(Number(rows[0]?.at) * 1000));
}

function judge({ credits, ratio }: Measured): Goal {
  return atMost({
    id: `reconcile-${credits}`,
    what: `all database rules at ${credits} credits`,
    value: ratio,
    unit: 'x a bare read of their tables',
    goal: GOAL,
  });
}

await runBench(bench);
