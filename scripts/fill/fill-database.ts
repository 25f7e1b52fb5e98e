// Owns the order of a filling, its chunks and its continuation; leaves the rows to the SQL beside it.
import pg from 'pg';
import { withClient } from '../../core/db/with-client.ts';
import { CALLER_STEPS } from './callers.ts';
import { ANALYZE_CHUNK, DRAW_CHUNK, DRAW_CREDITS, DRAW_LEGS } from './chunk-tables.ts';
import { ADVANCE_COUNTERS, CLOSING_STEPS } from './closing.ts';
import { CREDIT_STEPS } from './credits.ts';
import { EVENT_STEPS } from './events.ts';
import { EVIDENCE_STEPS } from './evidence.ts';
import { PEOPLE_STEPS } from './people.ts';
import { CREDITS_PER_BLOCK, type FillPlan, planFill, TENANTS, TENANTS_WITH_CREDITS } from './plan.ts';
import * as session from './session.ts';
import type { Step } from './step.ts';

export type FillProgress = { credits: number; of: number; rows: number };

export type FillOptions = {
  /** A migrated database, and someone who may pass its row security: it writes for all tenants. */
  admin_url: string;
  credits: number;
  seed: number;
  /** How many connections write at once. */
  workers: number;
  on_progress?: (progress: FillProgress) => void;
  /** Ends after the chunks that are under way; what is committed stays, and a next call goes on from there. */
  signal?: AbortSignal;
};

export type FillResult = { rows: number; rows_by_table: ReadonlyMap<string, number>; is_whole: boolean };

/** The platform's months, those of the last confirmations included. */
const FIRST_MONTH = '2024-01-01';
const MONTHS = 27;

/** Each part is one transaction, and every trigger and constraint of the schema watches each row. */
export async function fillDatabase(options: FillOptions): Promise<FillResult> {
  const plan = planFill(options);
  const clients = Array.from({ length: options.workers }, () => new pg.Client(options.admin_url));
  // A connection that breaks fails the query that needs it; the event alone would end the process without a word.
  for (const client of clients) client.on('error', () => undefined);
  const rows_by_table = new Map<string, number>();
  const count = (table: string, rows: number): void => {
    rows_by_table.set(table, (rows_by_table.get(table) ?? 0) + rows);
  };
  const sum = (): number => [...rows_by_table.values()].reduce((total, rows) => total + rows, 0);
  try {
    for (const client of clients) {
      await client.connect();
      await openSession(client, plan);
    }
    const [first] = clients;
    if (first === undefined) throw new RangeError('Asked to fill with 0 workers; give at least 1.');
    await refuseUnlessOurs(first, plan);
    if (!(await hasPeople(first))) await fillPeople(first, count);
    const left = [...plan.chunks];
    let credits = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (let chunk = left.shift(); chunk !== undefined; chunk = left.shift()) {
          if (options.signal?.aborted) return;
          if (!(await hasChunk(client, chunk))) await fillChunk(client, chunk, count);
          credits += (chunk.end - chunk.first) * CREDITS_PER_BLOCK;
          options.on_progress?.({ credits, of: plan.credits, rows: sum() });
        }
      }),
    );
    if (options.signal?.aborted) return { rows: sum(), rows_by_table, is_whole: false };
    if (!(await isClosed(first)))
      await runSteps(first, { steps: CLOSING_STEPS, count, after: ADVANCE_COUNTERS });
    await first.query('vacuum (analyze)');
    return { rows: sum(), rows_by_table, is_whole: true };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function openSession(client: pg.Client, plan: FillPlan): Promise<void> {
  const role = await client.query<{ passes: boolean }>(
    'select rolsuper or rolbypassrls as passes from pg_roles where rolname = current_user',
  );
  if (role.rows[0]?.passes !== true) {
    throw new Error(
      'The login may not pass row security, so it cannot write for all tenants. Use a superuser of a test server.',
    );
  }
  await client.query(session.SETTINGS, [String(plan.seed), String(plan.credits), String(plan.blocks)]);
  await client.query(session.FUNCTIONS);
  await client.query(session.TENANTS_TABLE, [TENANTS, TENANTS_WITH_CREDITS]);
  await client.query(session.SUBMISSIONS_TABLE, [TENANTS_WITH_CREDITS, plan.tenant_slots]);
  await client.query(session.PROJECTS_TABLE);
  await client.query(session.LAYOUT_TABLE);
  await client.query(session.CHUNK_TABLES);
  await client.query(session.PLANNED_TABLES);
}

// The seed and the size are part of every id, so a filling recognises its own first and last rows.
async function refuseUnlessOurs(client: pg.Client, plan: FillPlan): Promise<void> {
  const { rows } = await client.query<{ tenants: string; ours: boolean }>(`select
    (select count(*) from core.tenants) as tenants,
    exists (select from core.tenants join fill_tenants using (tenant_id)
      where tenant_no = 0 and region = 'fill-' || current_setting('fill.credits')) as ours`);
  const found = rows[0];
  if (found === undefined || found.tenants === '0' || found.ours) return;
  throw new Error(
    `The database holds ${found.tenants} tenants that are not of ${plan.credits} credits with seed ${plan.seed}. ` +
      'Use an empty database, or the same --credits and --seed to go on with a filling.',
  );
}

async function hasPeople(client: pg.Client): Promise<boolean> {
  return exists(client, 'select from core.tenants join fill_tenants using (tenant_id) where tenant_no = 0');
}

async function hasChunk(client: pg.Client, chunk: FillPlan['chunks'][number]): Promise<boolean> {
  return exists(
    client,
    `select from credit.credits where credit_id
      = pg_temp.fill_uuid('credit', $1::bigint * 100, pg_temp.fill_at($1::integer, 0))`,
    [chunk.first],
  );
}

async function isClosed(client: pg.Client): Promise<boolean> {
  return exists(client, `select from chain.cursor where near_contract_id = 'credits.dmrv.near'`);
}

async function exists(client: pg.Client, text: string, values: unknown[] = []): Promise<boolean> {
  return (await client.query(text, values)).rows.length > 0;
}

async function fillPeople(client: pg.Client, count: Count): Promise<void> {
  await client.query(
    `select app.make_month_partition(parent, ($1::date + make_interval(months => n))::date)
     from unnest(array['eventing.event_store']::regclass[]) as parent, generate_series(0, $2::integer - 1) as n`,
    [FIRST_MONTH, MONTHS],
  );
  await runSteps(client, { steps: [...PEOPLE_STEPS, ...CALLER_STEPS], count });
}

async function fillChunk(client: pg.Client, chunk: FillPlan['chunks'][number], count: Count): Promise<void> {
  const steps = [...EVIDENCE_STEPS, ...CREDIT_STEPS, ...EVENT_STEPS];
  await runSteps(client, { steps, count, chunk });
}

type Count = (table: string, rows: number) => void;

type StepsToRun = {
  steps: readonly Step[];
  count: Count;
  chunk?: FillPlan['chunks'][number];
  after?: string;
};

async function runSteps(client: pg.Client, { steps, count, chunk, after }: StepsToRun): Promise<void> {
  const counted: [string, number][] = [];
  await client.query('begin');
  try {
    if (chunk !== undefined) {
      await client.query(DRAW_CHUNK, [chunk.first, chunk.end]);
      await client.query(DRAW_CREDITS, [chunk.first, chunk.end]);
      await client.query(DRAW_LEGS);
      await client.query(ANALYZE_CHUNK);
    }
    for (const { table, sql } of steps) {
      const { rowCount, command } = await client.query(sql);
      if (command === 'INSERT') counted.push([table, rowCount ?? 0]);
    }
    if (after !== undefined) await client.query(after);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
  for (const [table, rows] of counted) count(table, rows);
}

export async function countCredits(admin_url: string): Promise<number> {
  return withClient(admin_url, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from credit.credits',
    );
    return rows[0]?.count ?? 0;
  });
}
