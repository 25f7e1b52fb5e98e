// Owns the rows of runs: begun, ended, their sums by tenant and registry, and what backed each registry; leaves what they found to
// findings.ts.

import { sql, type Transaction } from 'kysely';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from '../list-page.ts';
import type { DB } from '../types.ts';

export type RunTrigger = 'schedule' | 'command' | 'api' | 'shadow';

export type Run = {
  run_id: string;
  trigger: RunTrigger;
  status: 'running' | 'completed' | 'failed';
  near_contract_id: string | null;
  block_height: string | null;
  rules_checked: string[];
  unreconciled_co2e: string;
  in_transit_co2e: string;
  findings_open: number;
  started_by: string;
  started_at: string;
  finished_at: string | null;
};

/** What tenants are not shown, as it may speak of others. */
export type WholeRun = Run & {
  rules_not_checked: Record<string, string>;
  views_checked: number;
  error: string | null;
};

const COLUMNS = sql`run_id, trigger, status, near_contract_id, block_height::text as block_height, rules_checked,
  trim_scale(unreconciled_co2e)::text as unreconciled_co2e, trim_scale(in_transit_co2e)::text as in_transit_co2e,
  findings_open, started_by, started_at, finished_at`;
const WHOLE = sql`${COLUMNS}, rules_not_checked, views_checked, error`;

export async function insertRun(
  trx: Transaction<DB>,
  made: { trigger: RunTrigger; started_by: string; started_at: Date },
): Promise<string> {
  const { run_id } = await oneOf(
    trx,
    sql<{ run_id: string }>`insert into reconciliation.runs (trigger, started_by, started_at)
      values (${made.trigger}, ${made.started_by}, ${made.started_at}) returning run_id`,
  );
  return run_id;
}

export type RunEnd = {
  run_id: string;
  near_contract_id: string;
  block_height: string;
  rules_checked: readonly string[];
  rules_not_checked: Readonly<Record<string, string>>;
  unreconciled_co2e: string;
  in_transit_co2e: string;
  findings_open: number;
  views_checked: number;
  last_viewed_token_id: string | null;
  finished_at: Date;
};

/** False where another process has marked it as failed meanwhile, and what it found is out of date. */
export async function completeRun(trx: Transaction<DB>, end: RunEnd): Promise<boolean> {
  const { numAffectedRows = 0n } =
    await sql`update reconciliation.runs set status = 'completed', near_contract_id = ${end.near_contract_id},
      block_height = ${end.block_height}::bigint, rules_checked = ${[...end.rules_checked]}::text[],
      rules_not_checked = ${JSON.stringify(end.rules_not_checked)}::jsonb,
      unreconciled_co2e = ${end.unreconciled_co2e}::numeric, in_transit_co2e = ${end.in_transit_co2e}::numeric,
      findings_open = ${end.findings_open}, views_checked = ${end.views_checked},
      last_viewed_token_id = ${end.last_viewed_token_id}, finished_at = ${end.finished_at}
    where run_id = ${end.run_id} and status = 'running'`.execute(trx);
  return numAffectedRows === 1n;
}

export async function failRun(
  trx: Transaction<DB>,
  about: { run_id: string; error: string; finished_at: Date },
): Promise<void> {
  await sql`update reconciliation.runs set status = 'failed', error = ${about.error}, finished_at = ${about.finished_at}
    where run_id = ${about.run_id} and status = 'running'`.execute(trx);
}

/** Whoever has the lock knows that no other run is alive. */
export async function failLeftRuns(trx: Transaction<DB>, about: { but: string; now: Date }): Promise<void> {
  await sql`update reconciliation.runs set status = 'failed', error = 'its process ended without a word',
      finished_at = ${about.now}
    where status = 'running' and run_id <> ${about.but}`.execute(trx);
}

export type LastRun = {
  block_height: string;
  unreconciled_co2e: string;
  in_transit_co2e: string;
  finished_at: string;
};

export async function findLastRun(trx: Transaction<DB>, contract_id: string): Promise<LastRun | undefined> {
  return firstOf(
    trx,
    sql<LastRun>`select block_height::text as block_height, unreconciled_co2e::text as unreconciled_co2e,
        in_transit_co2e::text as in_transit_co2e, finished_at
      from reconciliation.runs
      where status = 'completed' and trigger <> 'shadow' and near_contract_id = ${contract_id}
      order by started_at desc, run_id desc limit 1`,
  );
}

export type LastViews = { block_height: string; last_viewed_token_id: string | null };

/** The last one in which the contract answered all that it was asked: from there on it is asked again. */
export async function findLastViews(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<LastViews | undefined> {
  return firstOf(
    trx,
    sql<LastViews>`select block_height::text as block_height, last_viewed_token_id
      from reconciliation.runs
      where status = 'completed' and trigger <> 'shadow' and near_contract_id = ${contract_id}
        and not rules_not_checked ? 'CONTRACT_DIFFERS'
      order by started_at desc, run_id desc limit 1`,
  );
}

export type RunTotal = {
  tenant_id: string | null;
  registry_type: string | null;
  registry_name: string | null;
  unreconciled_co2e: string;
  in_transit_co2e: string;
  findings_open: number;
};

export async function insertTotals(
  trx: Transaction<DB>,
  about: { run_id: string; counted_at: Date; totals: readonly RunTotal[] },
): Promise<void> {
  await sql`insert into reconciliation.run_totals (run_id, tenant_id, registry_type, registry_name, unreconciled_co2e,
      in_transit_co2e, findings_open, counted_at)
    select ${about.run_id}, t.tenant_id, t.registry_type, t.registry_name, t.unreconciled_co2e, t.in_transit_co2e,
      t.findings_open, ${about.counted_at}
    from jsonb_to_recordset(${JSON.stringify(about.totals)}::jsonb) as t (tenant_id uuid, registry_type text,
      registry_name text, unreconciled_co2e numeric, in_transit_co2e numeric, findings_open integer)`.execute(
    trx,
  );
}

export type Backing = {
  registry_type: string;
  registry_name: string | null;
  active_co2e: string;
  impaired_co2e: string;
  retired_unconfirmed_co2e: string;
  retired_confirmed_co2e: string;
  held_co2e: string;
  missing_co2e: string;
  not_covered_co2e: string;
  surplus_co2e: string;
  statements: number;
  oldest_as_of: string | null;
  newest_as_of: string | null;
};

export async function insertBacking(
  trx: Transaction<DB>,
  about: { run_id: string; backing: readonly Backing[] },
): Promise<void> {
  await sql`insert into reconciliation.backing (run_id, registry_type, registry_name, active_co2e, impaired_co2e,
      retired_unconfirmed_co2e, retired_confirmed_co2e, held_co2e, missing_co2e, not_covered_co2e, surplus_co2e,
      statements, oldest_as_of, newest_as_of)
    select ${about.run_id}, b.registry_type, b.registry_name, b.active_co2e, b.impaired_co2e, b.retired_unconfirmed_co2e,
      b.retired_confirmed_co2e, b.held_co2e, b.missing_co2e, b.not_covered_co2e, b.surplus_co2e, b.statements,
      b.oldest_as_of, b.newest_as_of
    from jsonb_to_recordset(${JSON.stringify(about.backing)}::jsonb) as b (registry_type text, registry_name text,
      active_co2e numeric, impaired_co2e numeric, retired_unconfirmed_co2e numeric, retired_confirmed_co2e numeric,
      held_co2e numeric, missing_co2e numeric, not_covered_co2e numeric, surplus_co2e numeric, statements integer,
      oldest_as_of timestamptz, newest_as_of timestamptz)`.execute(trx);
}

export type RunEyes = 'whole' | 'tenant';

export async function listRuns(
  trx: Transaction<DB>,
  about: {
    filters: { status?: readonly string[] | undefined; trigger?: readonly string[] | undefined };
    eyes: RunEyes;
    page: PageAsked;
  },
): Promise<Page<Run>> {
  const { filters, eyes, page } = about;
  return listPage(trx, {
    columns: eyes === 'whole' ? WHOLE : COLUMNS,
    from: sql`reconciliation.runs`,
    where: [
      ...given(filters.status, (values) => sql`status = any(${[...values]}::text[])`),
      ...given(filters.trigger, (values) => sql`trigger = any(${[...values]}::text[])`),
    ],
    at: sql`started_at`,
    id: sql`run_id`,
    page,
  });
}

export async function findRun(
  trx: Transaction<DB>,
  about: { id: string; eyes: RunEyes },
): Promise<Run | undefined> {
  return firstOf(
    trx,
    sql<Run>`select ${about.eyes === 'whole' ? WHOLE : COLUMNS} from reconciliation.runs where run_id = ${about.id}`,
  );
}

export type TotalAt = RunTotal & { run_id: string; counted_at: string };

/** The newest first; a tenant sees its own. */
export async function listTotals(
  trx: Transaction<DB>,
  about: {
    filters: {
      run_id?: string | undefined;
      tenant_id?: string | undefined;
      registry?: readonly string[] | undefined;
      since?: string | undefined;
    };
    limit: number;
  },
): Promise<TotalAt[]> {
  const { filters, limit } = about;
  const where = [
    sql`true`,
    ...given(filters.run_id, (value) => sql`run_id = ${value}`),
    ...given(filters.tenant_id, (value) => sql`tenant_id = ${value}`),
    ...given(filters.registry, (values) => sql`registry_type = any(${[...values]}::text[])`),
    ...given(filters.since, (value) => sql`counted_at >= ${value}::timestamptz`),
  ];
  const { rows } =
    await sql<TotalAt>`select run_id, tenant_id, registry_type::text as registry_type, registry_name,
      trim_scale(unreconciled_co2e)::text as unreconciled_co2e, trim_scale(in_transit_co2e)::text as in_transit_co2e,
      findings_open, counted_at
    from reconciliation.run_totals where ${sql.join(where, sql` and `)}
    order by counted_at desc, tenant_id, registry_type, registry_name limit ${limit}`.execute(trx);
  return rows;
}

export type BackingRun = {
  run_id: string;
  near_contract_id: string;
  block_height: string;
  finished_at: string;
};

/** Of the last run that came to its end; for anyone. */
export async function findBacking(
  trx: Transaction<DB>,
): Promise<{ run: BackingRun; backing: Backing[] } | undefined> {
  const run = await firstOf(
    trx,
    sql<BackingRun>`select run_id, near_contract_id, block_height::text as block_height, finished_at
      from reconciliation.runs where status = 'completed' and trigger <> 'shadow'
      order by started_at desc, run_id desc limit 1`,
  );
  if (run === undefined) return undefined;
  const { rows } = await sql<Backing>`select registry_type::text as registry_type, registry_name,
      trim_scale(active_co2e)::text as active_co2e, trim_scale(impaired_co2e)::text as impaired_co2e,
      trim_scale(retired_unconfirmed_co2e)::text as retired_unconfirmed_co2e,
      trim_scale(retired_confirmed_co2e)::text as retired_confirmed_co2e, trim_scale(held_co2e)::text as held_co2e,
      trim_scale(missing_co2e)::text as missing_co2e, trim_scale(not_covered_co2e)::text as not_covered_co2e,
      trim_scale(surplus_co2e)::text as surplus_co2e, statements, oldest_as_of, newest_as_of
    from reconciliation.backing where run_id = ${run.run_id} order by registry_type, registry_name`.execute(
    trx,
  );
  return { run, backing: rows };
}
