// Owns the bench of the database: writing, asking, cloning; leaves each measurement to scripts/bench-db/.

import { databaseUrl } from '../core/db/prepare.ts';
import { withClient } from '../core/db/with-client.ts';
import { type BenchRun, defineBench, runBench } from './bench/bench.ts';
import { atLeast, atMost, type Goal } from './bench/goal.ts';
import { type Comparison, time } from './bench/measure.ts';
import { type Asking, CONNECTIONS, compareAsking } from './bench-db/asking.ts';
import { measureClones } from './bench-db/cloning.ts';
import { EVENTS, type Holding, makeEvents, makeTransfers, TRANSFERS } from './bench-db/rows.ts';
import { type BenchServer, withServer } from './bench-db/server.ts';
import { compareWriting } from './bench-db/writing.ts';
import { fillDatabase } from './fill/fill-database.ts';

type Sizes = {
  rows: number;
  writing_rounds: number;
  questions: number;
  asking_rounds: number;
  clones: number;
};

const QUICK: Sizes = { rows: 5000, writing_rounds: 3, questions: 2000, asking_rounds: 5, clones: 5 };
const FULL: Sizes = { rows: 50_000, writing_rounds: 7, questions: 10_000, asking_rounds: 9, clones: 21 };
const CREDITS = 2000;
const SEED = 1;
const WORKERS = 2;

const bench = defineBench({
  name: 'db',
  what: 'Compares upserts with COPY and the tenant helper with plain queries, and times clones of the template.',
  async run({ quick, log }) {
    const sizes = quick ? QUICK : FULL;
    const in_memory = await withServer({ where: 'memory', log }, async (server) => {
      log(`${sizes.clones} clones in memory`);
      const clones = await measureClones(server, sizes);
      return { clones, ...(await measureFilled(server, { sizes, log })) };
    });
    log(`${sizes.clones} clones on disk`);
    const clones_on_disk = await withServer({ where: 'disk', log }, (server) => measureClones(server, sizes));
    const { events, transfers, asking, clones } = in_memory;
    return {
      results: {
        sizes,
        unnest_events: events,
        unnest_transfers: transfers,
        tenant_helper: asking.helper,
        naive_transaction: asking.naive,
        tenant_helper_and_prepared_plain: asking.prepared,
        clone_ms_in_memory: clones,
        clone_ms_on_disk: clones_on_disk,
      },
      goals: [...judgeWriting({ events, transfers }), ...judgeAsking(asking), judgeClones(clones.median)],
    };
  },
});

type Filled = { events: Comparison; transfers: Comparison; asking: Asking };

async function measureFilled(
  server: BenchServer,
  { sizes, log }: { sizes: Sizes; log: BenchRun['log'] },
): Promise<Filled> {
  const database = server.template;
  const admin_url = databaseUrl(server.admin_url, database);
  log(`filling ${CREDITS} credits`);
  const ms = await time(() => fillDatabase({ admin_url, credits: CREDITS, seed: SEED, workers: WORKERS }));
  log(`filled in ${Math.round(ms)} ms`);
  const holdings = await listHoldings(admin_url);
  log(`asking ${sizes.questions} times a round over ${CONNECTIONS} connections`);
  const asking = await compareAsking({
    url: server.urlFor({ database, login: 'app' }),
    holdings,
    questions: sizes.questions,
    rounds: sizes.asking_rounds,
  });
  const rounds = sizes.writing_rounds;
  log(`writing ${sizes.rows} contract events a round`);
  const events = await compareWriting({ admin_url, target: EVENTS, rows: makeEvents(sizes.rows), rounds });
  log(`writing ${sizes.rows} transfers a round`);
  const transfers = await compareWriting({
    admin_url,
    target: TRANSFERS,
    rows: makeTransfers(sizes.rows, holdings),
    rounds,
  });
  return { events, transfers, asking };
}

/** Credits of the largest tenant. */
async function listHoldings(admin_url: string): Promise<[Holding, ...Holding[]]> {
  const { rows } = await withClient(admin_url, (client) =>
    client.query<Holding>(`select tenant_id, credit_id from credit.credits where tenant_id =
      (select tenant_id from credit.credits group by tenant_id order by count(*) desc limit 1) order by credit_id`),
  );
  const [first, ...others] = rows;
  if (first === undefined) throw new Error('The filled database has no credits.');
  return [first, ...others];
}

function judgeWriting({ events, transfers }: { events: Comparison; transfers: Comparison }): Goal[] {
  const unit = 'of COPY';
  return [
    atLeast({
      id: 'unnest-events',
      what: 'unnest upserts of contract events',
      value: events.ratio,
      unit,
      goal: 0.6,
    }),
    atLeast({
      id: 'unnest-transfers',
      what: 'unnest upserts of transfers',
      value: transfers.ratio,
      unit,
      goal: 0.6,
    }),
  ];
}

function judgeAsking({ helper }: Asking): Goal[] {
  return [
    atLeast({
      id: 'tenant-helper',
      what: `the tenant helper at ${CONNECTIONS} connections`,
      value: helper.ratio,
      unit: 'of a plain query',
      goal: 0.8,
    }),
  ];
}

function judgeClones(median_ms: number): Goal {
  return atMost({
    id: 'clone',
    what: 'a clone of the template in memory',
    value: median_ms,
    unit: 'ms',
    goal: 100,
  });
}

await runBench(bench);
