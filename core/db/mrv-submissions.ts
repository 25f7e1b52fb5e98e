// Owns the rows of MRV submissions and their computations; leaves files to mrv-artifacts.ts and the way to api/ways.

import { sql, type Transaction } from 'kysely';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from './list-page.ts';
import type { SubmissionStatus } from './statuses.ts';
import type { DB } from './types.ts';

export type Submission = {
  mrv_submission_id: string;
  tenant_id: string;
  project_id: string;
  source_type: 'sensor' | 'lab' | 'satellite' | 'manual' | 'api' | 'other';
  period_start_on: string;
  period_end_on: string;
  received_at: string;
  status: SubmissionStatus;
  created_at: string;
  updated_at: string;
  /** What was measured, and by what: the tenant's own, and not shown to operators. */
  source_ref?: string | null;
  raw_payload?: Record<string, unknown>;
};

/** Whose eyes: a tenant sees all of its rows, an operator what 0016_api.up.sql grants. */
export type Eyes = 'tenant' | 'operator';

const SHARED = sql`mrv_submission_id, tenant_id, project_id, source_type, period_start_on, period_end_on, received_at,
  status, created_at, updated_at`;
const OWN = sql`${SHARED}, source_ref, raw_payload`;

function columnsFor(eyes: Eyes) {
  return eyes === 'tenant' ? OWN : SHARED;
}

export type NewSubmission = {
  project_id: string;
  source_type: string;
  source_ref?: string | undefined;
  raw_payload: Readonly<Record<string, unknown>>;
  period_start_on: string;
  period_end_on: string;
  received_at: Date;
};

export async function insertSubmission(trx: Transaction<DB>, made: NewSubmission): Promise<Submission> {
  return oneOf(
    trx,
    sql<Submission>`insert into mrv.mrv_submissions (tenant_id, project_id, source_type, source_ref, raw_payload,
        period_start_on, period_end_on, received_at)
      values (app.current_tenant_id(), ${made.project_id}, ${made.source_type}, ${made.source_ref ?? null},
        ${JSON.stringify(made.raw_payload)}::jsonb, ${made.period_start_on}, ${made.period_end_on}, ${made.received_at})
      returning ${OWN}`,
  );
}

/** A submission of the project whose period overlaps and that was neither rejected nor put away. */
export async function findOverlapping(
  trx: Transaction<DB>,
  about: { project_id: string; period_start_on: string; period_end_on: string },
): Promise<string | undefined> {
  const found = await firstOf(
    trx,
    sql<{ mrv_submission_id: string }>`select mrv_submission_id from mrv.mrv_submissions
      where project_id = ${about.project_id} and status not in ('rejected', 'archived')
        and daterange(period_start_on, period_end_on, '[]')
          && daterange(${about.period_start_on}::date, ${about.period_end_on}::date, '[]') limit 1`,
  );
  return found?.mrv_submission_id;
}

export async function findSubmission(
  trx: Transaction<DB>,
  { mrv_submission_id, eyes }: { mrv_submission_id: string; eyes: Eyes },
): Promise<Submission | undefined> {
  return firstOf(
    trx,
    sql<Submission>`select ${columnsFor(eyes)} from mrv.mrv_submissions where mrv_submission_id = ${mrv_submission_id}`,
  );
}

export async function lockSubmission(
  trx: Transaction<DB>,
  mrv_submission_id: string,
): Promise<Submission | undefined> {
  return firstOf(
    trx,
    sql<Submission>`select ${OWN} from mrv.mrv_submissions where mrv_submission_id = ${mrv_submission_id} for update`,
  );
}

/** The newest that still counts, of which a project's gaps speak. */
export async function findLatestSubmission(
  trx: Transaction<DB>,
  project_id: string,
): Promise<Submission | undefined> {
  return firstOf(
    trx,
    sql<Submission>`select ${OWN} from mrv.mrv_submissions
      where project_id = ${project_id} and status not in ('rejected', 'archived')
      order by received_at desc, mrv_submission_id desc limit 1`,
  );
}

export async function listSubmissions(
  trx: Transaction<DB>,
  about: { project_id: string; status: readonly string[] | undefined; eyes: Eyes; page: PageAsked },
): Promise<Page<Submission>> {
  return listPage(trx, {
    columns: columnsFor(about.eyes),
    from: sql`mrv.mrv_submissions`,
    where: [
      sql`project_id = ${about.project_id}`,
      ...given(about.status, (values) => sql`status = any(${[...values]}::text[])`),
    ],
    at: sql`received_at`,
    id: sql`mrv_submission_id`,
    page: about.page,
  });
}

export type SubmissionChange = {
  status?: SubmissionStatus;
  source_ref?: string | null | undefined;
  raw_payload?: Readonly<Record<string, unknown>> | undefined;
};

/** The submission is locked already. What is not named stays. */
export async function updateSubmission(
  trx: Transaction<DB>,
  { submission, change }: { submission: Submission; change: SubmissionChange },
): Promise<Submission> {
  const { mrv_submission_id } = submission;
  const next = { ...submission, ...change };
  return oneOf(
    trx,
    sql<Submission>`update mrv.mrv_submissions set status = ${next.status}, source_ref = ${next.source_ref ?? null},
        raw_payload = ${JSON.stringify(next.raw_payload ?? {})}::jsonb
      where mrv_submission_id = ${mrv_submission_id} returning ${OWN}`,
  );
}

export type ComputationParts = {
  gross_removal: string;
  baseline_emissions: string;
  project_emissions: string;
  leakage_deduction: string;
  buffer_deduction: string;
  net_removal: string;
};

export type Computation = {
  computation_id: string;
  tenant_id: string;
  mrv_submission_id: string;
  methodology_code: string;
  methodology_version: string;
  computed_tonnage: string;
  uncertainty_lower: string | null;
  uncertainty_upper: string | null;
  computed_at: string;
  created_at: string;
  updated_at: string;
  /** The parts; not shown to operators. */
  computed_payload?: ComputationParts & Record<string, unknown>;
};

const COMPUTATION_SHARED = sql`computation_id, tenant_id, mrv_submission_id, methodology_code, methodology_version,
  trim_scale(computed_tonnage)::text as computed_tonnage, trim_scale(uncertainty_lower)::text as uncertainty_lower,
  trim_scale(uncertainty_upper)::text as uncertainty_upper, computed_at, created_at, updated_at`;
const COMPUTATION_OWN = sql`${COMPUTATION_SHARED}, computed_payload`;

export type NewComputation = {
  mrv_submission_id: string;
  methodology_code: string;
  methodology_version: string;
  uncertainty_lower?: string | undefined;
  uncertainty_upper?: string | undefined;
  computed_payload: ComputationParts & Readonly<Record<string, unknown>>;
  computed_at: Date;
};

/** A computation that is made anew takes the place of the one before; the audit trail has both. */
export async function putComputation(trx: Transaction<DB>, made: NewComputation): Promise<Computation> {
  return oneOf(
    trx,
    sql<Computation>`insert into mrv.mrv_computations as c (tenant_id, mrv_submission_id, methodology_code,
        methodology_version, computed_tonnage, uncertainty_lower, uncertainty_upper, computed_payload, computed_at)
      values (app.current_tenant_id(), ${made.mrv_submission_id}, ${made.methodology_code},
        ${made.methodology_version}, ${made.computed_payload.net_removal}::numeric, ${made.uncertainty_lower ?? null},
        ${made.uncertainty_upper ?? null}, ${JSON.stringify(made.computed_payload)}::jsonb, ${made.computed_at})
      on conflict (mrv_submission_id) do update set methodology_code = excluded.methodology_code,
        methodology_version = excluded.methodology_version, computed_tonnage = excluded.computed_tonnage,
        uncertainty_lower = excluded.uncertainty_lower, uncertainty_upper = excluded.uncertainty_upper,
        computed_payload = excluded.computed_payload, computed_at = excluded.computed_at
      returning ${COMPUTATION_OWN}`,
  );
}

export async function findComputation(
  trx: Transaction<DB>,
  { mrv_submission_id, eyes }: { mrv_submission_id: string; eyes: Eyes },
): Promise<Computation | undefined> {
  const columns = eyes === 'tenant' ? COMPUTATION_OWN : COMPUTATION_SHARED;
  return firstOf(
    trx,
    sql<Computation>`select ${columns} from mrv.mrv_computations where mrv_submission_id = ${mrv_submission_id}`,
  );
}
