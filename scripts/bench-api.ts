// Owns the bench of the API: a credit by its id and a filtered list, in relation to bare routes over the same rows; leaves
// serving, loading and filling to the files beside it.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LOGINS, type Login } from '../core/db/logins.ts';
import { databaseUrl } from '../core/db/prepare.ts';
import { withClient } from '../core/db/with-client.ts';
import { defineBench, runBench } from './bench/bench.ts';
import { atLeast } from './bench/goal.ts';
import { type Comparison, compare, time } from './bench/measure.ts';
import { ask, percentile, type Question } from './bench-api/load.ts';
import type { Start, Started } from './bench-api/servers.ts';
import { type BenchServer, withServer } from './bench-db/server.ts';
import { countCredits, fillDatabase } from './fill/fill-database.ts';

type Sizes = { credits: number; questions: number; rounds: number };

// So many questions a round that the code is compiled by the end of the first, which is thrown away.
const QUICK: Sizes = { credits: 2_000, questions: 2_000, rounds: 3 };
const FULL: Sizes = { credits: 1_000_000, questions: 2_000, rounds: 7 };
const CONNECTIONS = 8;
const SEED = 1;
const WORKERS = 2;
const P99 = 0.99;
const BY_ID_GOAL = 0.6;
const LIST_GOAL = 0.5;
const STATUS = 'active,retired';

const bench = defineBench({
  name: 'api',
  what: 'Compares a credit by its id and a filtered list with bare routes over the same rows.',
  async run({ quick, log }) {
    const sizes = quick ? QUICK : FULL;
    // Filling takes longer than asking, so that a folder may keep what was filled for the next time.
    const kept_in = quick ? undefined : process.env['DMRV_BENCH_DATA'];
    return withServer({ where: quick ? 'memory' : 'disk', log, kept_in }, async (server) => {
      const admin_url = databaseUrl(server.admin_url, server.template);
      if ((await countCredits(admin_url)) === sizes.credits)
        log(`found ${sizes.credits} credits in ${kept_in}`);
      else await fill(admin_url, { sizes, log });
      const rows = await chooseRows(admin_url);
      return withServed({ server, tenant_id: rows.tenant_id }, (served) =>
        measure({ served, rows, sizes, log }),
      );
    });
  },
});

async function fill(
  admin_url: string,
  { sizes, log }: { sizes: Sizes; log: (line: string) => void },
): Promise<void> {
  const { credits } = sizes;
  log(`filling ${credits} credits`);
  const ms = await time(() => fillDatabase({ admin_url, credits, seed: SEED, workers: WORKERS }));
  log(`filled in ${Math.round(ms / 1000)} s`);
  await withClient(admin_url, (client) => client.query('vacuum analyze'));
}

type Rows = { tenant_id: string; credit_ids: string[]; vintages: number[] };

/** Of the largest tenant, and those of its vintages that have a full page. */
async function chooseRows(admin_url: string): Promise<Rows> {
  return withClient(admin_url, async (client) => {
    const tenants = await client.query<{ tenant_id: string }>(
      'select tenant_id from credit.credits group by tenant_id order by count(*) desc, tenant_id limit 1',
    );
    const tenant_id = tenants.rows[0]?.tenant_id ?? '';
    const chosen = await client.query<{ credit_id: string }>(
      `select credit_id from credit.credits where tenant_id = $1 order by md5(credit_id::text) limit 10000`,
      [tenant_id],
    );
    const years = await client.query<{ vintage_year: number }>(
      `select vintage_year from credit.credits where tenant_id = $1 and status in ('active', 'retired')
       group by 1 having count(*) >= 50 order by 1`,
      [tenant_id],
    );
    return {
      tenant_id,
      credit_ids: chosen.rows.map(({ credit_id }) => credit_id),
      vintages: years.rows.map(({ vintage_year }) => vintage_year),
    };
  });
}

async function withServed<T>(
  { server, tenant_id }: { server: BenchServer; tenant_id: string },
  work: (served: Started) => Promise<T>,
): Promise<T> {
  const urls = Object.fromEntries(
    LOGINS.map((login) => [login, server.urlFor({ database: server.template, login })]),
  ) as Record<Login, string>;
  const child = fork(join(import.meta.dirname, 'bench-api', 'servers.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  try {
    const start: Start = { urls, tenant_id, connections: CONNECTIONS };
    const answered = once(child, 'message');
    child.send(start);
    const [started] = await Promise.race([
      answered,
      ended.then(([code]) => Promise.reject(new Error(`the servers ended with ${code}`))),
    ]);
    return await work(started as Started);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

type Pair = { comparison: Comparison; api_p99_ms: number; bare_p99_ms: number };

async function measure(about: { served: Started; rows: Rows; sizes: Sizes; log: (line: string) => void }) {
  const { served, rows, sizes, log } = about;
  const headers = { authorization: `Bearer ${served.key}` };
  const idAt = (index: number) => rows.credit_ids[index % rows.credit_ids.length] ?? '';
  const listAt = (index: number) =>
    `credits?status=${STATUS}&vintage=${rows.vintages[index % rows.vintages.length] ?? 0}`;
  log(`asking ${sizes.questions} times a round for a credit`);
  const by_id = await measurePair({
    api: { origin: served.api, headers, pathOf: (index) => `/api/v1/credits/${idAt(index)}` },
    bare: { origin: served.bare, pathOf: (index) => `/credits/${idAt(index)}` },
    sizes,
  });
  log(`asking ${sizes.questions} times a round for a list`);
  const list = await measurePair({
    api: { origin: served.api, headers, pathOf: (index) => `/api/v1/${listAt(index)}` },
    bare: { origin: served.bare, pathOf: (index) => `/${listAt(index)}` },
    sizes,
  });
  const unit = 'of a bare route';
  return {
    results: { sizes, connections: CONNECTIONS, by_id, list },
    goals: [
      atLeast({
        id: 'credit-by-id',
        what: 'a credit by its id',
        value: by_id.comparison.ratio,
        unit,
        goal: BY_ID_GOAL,
      }),
      atLeast({
        id: 'filtered-list',
        what: 'a filtered list of 50',
        value: list.comparison.ratio,
        unit,
        goal: LIST_GOAL,
      }),
    ],
  };
}

async function measurePair(about: { api: Question; bare: Question; sizes: Sizes }): Promise<Pair> {
  const { api, bare, sizes } = about;
  const latencies = { api: [] as number[], bare: [] as number[] };
  const run = async (name: 'api' | 'bare', question: Question): Promise<number> => {
    const asked = await ask(question, { connections: CONNECTIONS, questions: sizes.questions });
    latencies[name].push(...asked.latencies_ms);
    return asked.per_second;
  };
  const comparison = await compare({
    a: () => run('api', api),
    b: () => run('bare', bare),
    rounds: sizes.rounds,
  });
  return {
    comparison,
    api_p99_ms: percentile(latencies.api, P99),
    bare_p99_ms: percentile(latencies.bare, P99),
  };
}

await runBench(bench);
