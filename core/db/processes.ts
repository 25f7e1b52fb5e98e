// Owns the rows of processes and their steps, which is what people see of a saga; leaves moving them to core/db/sagas.ts.

import { sql, type Transaction } from 'kysely';
import { firstOf, given, listPage, type Page, type PageAsked } from './list-page.ts';
import type { ProcessStatus, ProcessStepStatus, ProcessType } from './statuses.ts';
import type { DB } from './types.ts';

/** As it is stored and shown: a code of the catalogue or of the contract, and words for people. */
export type StoredError = { code: string; message: string; details?: Readonly<Record<string, unknown>> };

export type Process = {
  process_id: string;
  tenant_id: string;
  process_type: ProcessType;
  status: ProcessStatus;
  current_step: number;
  total_steps: number;
  progress_percent: number;
  started_at: string;
  completed_at: string | null;
  estimated_completion: string | null;
  error: StoredError | null;
  metadata: Record<string, unknown>;
  created_at: string;
  updated_at: string;
};

export type ProcessStep = {
  step_id: string;
  process_id: string;
  step_number: number;
  step_name: string;
  status: ProcessStepStatus;
  waiting_for: string | null;
  started_at: string | null;
  completed_at: string | null;
  error: StoredError | null;
  result: Record<string, unknown> | null;
  retry_count: number;
  max_retries: number;
};

const COLUMNS = sql`process_id, tenant_id, process_type, status, current_step, total_steps, progress_percent, started_at,
  completed_at, estimated_completion, error, metadata, created_at, updated_at`;
const STEP_COLUMNS = sql`step_id, process_id, step_number, step_name, status, waiting_for, started_at, completed_at, error,
  result, retry_count, max_retries`;

export async function findProcess(trx: Transaction<DB>, process_id: string): Promise<Process | undefined> {
  return firstOf(
    trx,
    sql<Process>`select ${COLUMNS} from process.processes where process_id = ${process_id}`,
  );
}

export async function listProcessSteps(trx: Transaction<DB>, process_id: string): Promise<ProcessStep[]> {
  const { rows } = await sql<ProcessStep>`select ${STEP_COLUMNS} from process.process_steps
    where process_id = ${process_id} order by step_number`.execute(trx);
  return rows;
}

export async function listProcesses(
  trx: Transaction<DB>,
  about: {
    filters: { status?: readonly string[] | undefined; process_type?: readonly string[] | undefined };
    page: PageAsked;
  },
): Promise<Page<Process>> {
  const { filters, page } = about;
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`process.processes`,
    where: [
      ...given(filters.status, (values) => sql`status = any(${[...values]}::text[])`),
      ...given(filters.process_type, (values) => sql`process_type = any(${[...values]}::text[])`),
    ],
    at: sql`started_at`,
    id: sql`process_id`,
    page,
  });
}

export type ProcessEvent = {
  aggregate_version: string;
  event_type: string;
  payload: Record<string, unknown>;
  created_at: string;
};

/** What was told of a process after a version, in order; without gap and without double, for its saga's row is locked. */
export async function listProcessEvents(
  trx: Transaction<DB>,
  about: { process_id: string; after: string; limit: number },
): Promise<ProcessEvent[]> {
  const { rows } = await sql<ProcessEvent>`select aggregate_version, event_type, payload, created_at
    from eventing.event_store where tenant_id = app.current_tenant_id() and aggregate_id = ${about.process_id}
      and aggregate_version > ${about.after}::bigint
    order by aggregate_version limit ${about.limit}`.execute(trx);
  return rows;
}
