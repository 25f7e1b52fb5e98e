// Owns the rows of reversals and of the credits that they concern; leaves the way to api/ways and the ledger to buffers.ts.

import { sql, type Transaction } from 'kysely';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from './list-page.ts';
import type { ReversalStatus } from './statuses.ts';
import type { DB } from './types.ts';

export type Reversal = {
  reversal_event_id: string;
  tenant_id: string;
  project_id: string;
  event_type: 'fire' | 'disease' | 'harvest' | 'policy_change' | 'other';
  event_date: string;
  estimated_tco2e_lost: string;
  verified_tco2e_lost: string | null;
  description: string;
  reported_by_user_id: string;
  verified_by_user_id: string | null;
  status: ReversalStatus;
  created_at: string;
  updated_at: string;
};

export type AffectedCredit = {
  credit_id: string;
  impact_tco2e: string;
  buffer_used_tco2e: string;
  notes: string | null;
};

const COLUMNS = sql`reversal_event_id, tenant_id, project_id, event_type, event_date,
  trim_scale(estimated_tco2e_lost)::text as estimated_tco2e_lost,
  trim_scale(verified_tco2e_lost)::text as verified_tco2e_lost, description, reported_by_user_id, verified_by_user_id,
  status, created_at, updated_at`;

export type NewReversal = Pick<
  Reversal,
  'project_id' | 'event_type' | 'event_date' | 'estimated_tco2e_lost' | 'description' | 'reported_by_user_id'
>;

export async function insertReversal(trx: Transaction<DB>, made: NewReversal): Promise<Reversal> {
  return oneOf(
    trx,
    sql<Reversal>`insert into credit.reversal_events (tenant_id, project_id, event_type, event_date,
        estimated_tco2e_lost, description, reported_by_user_id)
      values (app.current_tenant_id(), ${made.project_id}, ${made.event_type}, ${made.event_date},
        ${made.estimated_tco2e_lost}::numeric, ${made.description}, ${made.reported_by_user_id})
      returning ${COLUMNS}`,
  );
}

export async function findReversal(trx: Transaction<DB>, id: string): Promise<Reversal | undefined> {
  return firstOf(
    trx,
    sql<Reversal>`select ${COLUMNS} from credit.reversal_events where reversal_event_id = ${id}`,
  );
}

export async function lockReversal(trx: Transaction<DB>, id: string): Promise<Reversal | undefined> {
  return firstOf(
    trx,
    sql<Reversal>`select ${COLUMNS} from credit.reversal_events where reversal_event_id = ${id} for update`,
  );
}

export async function listReversals(
  trx: Transaction<DB>,
  about: {
    filters: { status?: readonly string[] | undefined; project_id?: string | undefined };
    page: PageAsked;
  },
): Promise<Page<Reversal>> {
  const { filters, page } = about;
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`credit.reversal_events`,
    where: [
      ...given(filters.status, (values) => sql`status = any(${[...values]}::text[])`),
      ...given(filters.project_id, (value) => sql`project_id = ${value}`),
    ],
    at: sql`created_at`,
    id: sql`reversal_event_id`,
    page,
  });
}

export type ReversalChange = Partial<
  Pick<Reversal, 'status' | 'verified_tco2e_lost' | 'verified_by_user_id'>
>;

/** The reversal is locked already. What is not named stays. */
export async function updateReversal(
  trx: Transaction<DB>,
  { reversal, change }: { reversal: Reversal; change: ReversalChange },
): Promise<Reversal> {
  const next = { ...reversal, ...change };
  return oneOf(
    trx,
    sql<Reversal>`update credit.reversal_events set status = ${next.status},
        verified_tco2e_lost = ${next.verified_tco2e_lost}::numeric, verified_by_user_id = ${next.verified_by_user_id}
      where reversal_event_id = ${reversal.reversal_event_id} returning ${COLUMNS}`,
  );
}

const MAX_AFFECTED = 10_000;

export async function listAffectedCredits(trx: Transaction<DB>, id: string): Promise<AffectedCredit[]> {
  const { rows } = await sql<AffectedCredit>`select credit_id, trim_scale(impact_tco2e)::text as impact_tco2e,
      trim_scale(buffer_used_tco2e)::text as buffer_used_tco2e, notes
    from credit.reversal_affected_credits where reversal_event_id = ${id} order by credit_id
    limit ${MAX_AFFECTED}`.execute(trx);
  return rows;
}

/** How many of them are credits of the project. */
export async function countCreditsOfProject(
  trx: Transaction<DB>,
  { project_id, credit_ids }: { project_id: string; credit_ids: readonly string[] },
): Promise<number> {
  const { total } = await oneOf(
    trx,
    sql<{ total: number }>`select count(*)::int as total from credit.credits
      where project_id = ${project_id} and credit_id = any(${[...credit_ids]}::uuid[])`,
  );
  return total;
}

/** Only said beside the credits: they stay valid, whatever the buffer paid. */
export async function insertAffectedCredit(
  trx: Transaction<DB>,
  made: { reversal_event_id: string; credit_id: string; tonnes: string; notes?: string | undefined },
): Promise<void> {
  await sql`insert into credit.reversal_affected_credits (tenant_id, reversal_event_id, credit_id, impact_tco2e,
      buffer_used_tco2e, notes)
    values (app.current_tenant_id(), ${made.reversal_event_id}, ${made.credit_id}, ${made.tonnes}::numeric,
      ${made.tonnes}::numeric, ${made.notes ?? null})`.execute(trx);
}
