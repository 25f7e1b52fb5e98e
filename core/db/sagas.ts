// Owns the rows of sagas and their steps, and writing each move to both what workers and what people see of it; leaves which
// move is next to api/sagas.

import { sql, type Transaction } from 'kysely';
import type pg from 'pg';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from './list-page.ts';
import { LOCKED } from './lock.ts';
import type { StoredError } from './processes.ts';
import type {
  CompensationStatus,
  ProcessStatus,
  ProcessStepStatus,
  ProcessType,
  SagaStatus,
  SagaStepStatus,
  SagaType,
} from './statuses.ts';
import type { DB } from './types.ts';

/** Workers listen here: `due` when a saga may move, `wake <tenant_id> <topic>` when what some wait for has come. */
export const SAGA_CHANNEL = 'dmrv_sagas';

export type Saga = {
  saga_id: string;
  tenant_id: string;
  process_id: string | null;
  saga_type: SagaType;
  subject: string | null;
  status: SagaStatus;
  timeout: number;
  started_at: string | null;
  completed_at: string | null;
  due_at: string | null;
  wake_topic: string | null;
  error: StoredError | null;
  metadata: Record<string, unknown>;
  moves: number;
  created_at: string;
  updated_at: string;
};

export type SagaStep = {
  saga_step_id: string;
  saga_id: string;
  step_name: string;
  step_order: number;
  status: SagaStepStatus;
  started_at: string | null;
  completed_at: string | null;
  error: StoredError | null;
  compensation_status: CompensationStatus;
  compensation_error: StoredError | null;
  retry_count: number;
};

export type StoredStep = SagaStep & { result: Record<string, unknown> | null; waiting_for: string | null };

/** A saga that has a process, as those of the engine all have. */
export type WholeSaga = Saga & {
  process_id: string;
  subject: string;
  steps: StoredStep[];
  process_status: ProcessStatus;
};

const COLUMNS = sql`s.saga_id, s.tenant_id, s.process_id, s.saga_type, s.subject, s.status, s.timeout, s.started_at,
  s.completed_at, s.due_at, s.wake_topic, s.error, s.metadata, s.moves, s.created_at, s.updated_at`;
const STEP_COLUMNS = sql`t.saga_step_id, t.saga_id, t.step_name, t.step_order, t.status, t.started_at, t.completed_at,
  t.error, t.compensation_status, t.compensation_error, t.retry_count`;

export type NewSaga = {
  saga_type: SagaType;
  process_type: ProcessType;
  subject: string;
  timeout: number;
  steps: readonly string[];
  max_retries: number;
  /** What the steps are given. */
  input: Readonly<Record<string, unknown>>;
  /** What people are shown of it. */
  shown: Readonly<Record<string, unknown>>;
  now: Date;
};

/** Until the end of the transaction nobody else starts one of this type and subject for the tenant. */
export async function lockSubject(
  trx: Transaction<DB>,
  about: { saga_type: SagaType; subject: string },
): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCKED.saga_start}, hashtext(app.current_tenant_id()::text || ' '
    || ${about.saga_type}::text || ' ' || ${about.subject}::text))`.execute(trx);
}

export async function findNewestSaga(
  trx: Transaction<DB>,
  about: { saga_type: SagaType; subject: string },
): Promise<Saga | undefined> {
  return firstOf(
    trx,
    sql<Saga>`select ${COLUMNS} from saga.sagas s where s.tenant_id = app.current_tenant_id()
      and s.saga_type = ${about.saga_type} and s.subject = ${about.subject}
      order by s.created_at desc, s.saga_id desc limit 1`,
  );
}

/** The process, the saga and the steps of both, due at once. */
export async function insertSaga(
  trx: Transaction<DB>,
  made: NewSaga,
): Promise<{ saga_id: string; process_id: string }> {
  const { process_id } = await oneOf(
    trx,
    sql<{
      process_id: string;
    }>`insert into process.processes (tenant_id, process_type, status, total_steps, started_at,
        metadata)
      values (app.current_tenant_id(), ${made.process_type}, 'pending', ${made.steps.length}, ${made.now},
        ${JSON.stringify(made.shown)}::jsonb)
      returning process_id`,
  );
  const { saga_id } = await oneOf(
    trx,
    sql<{
      saga_id: string;
    }>`insert into saga.sagas (tenant_id, process_id, saga_type, subject, timeout, started_at, due_at,
        metadata)
      values (app.current_tenant_id(), ${process_id}, ${made.saga_type}, ${made.subject}, ${made.timeout}, ${made.now},
        ${made.now}, ${JSON.stringify(made.input)}::jsonb)
      returning saga_id`,
  );
  await sql`insert into process.process_steps (tenant_id, process_id, step_number, step_name, max_retries)
    select app.current_tenant_id(), ${process_id}, n, name, ${made.max_retries}
    from unnest(${[...made.steps]}::text[]) with ordinality as t (name, n)`.execute(trx);
  await sql`insert into saga.saga_steps (tenant_id, saga_id, step_order, step_name)
    select app.current_tenant_id(), ${saga_id}, n, name
    from unnest(${[...made.steps]}::text[]) with ordinality as t (name, n)`.execute(trx);
  await tellWorkers(trx, 'due');
  return { saga_id, process_id };
}

/** Sent with the commit; where nobody listens the sweep comes by. */
export async function tellWorkers(trx: Transaction<DB>, message: string): Promise<void> {
  await sql`select pg_notify(${SAGA_CHANNEL}, ${message})`.execute(trx);
}

/** Sagas of the tenant that wait for this need not sleep on. Told by whoever made it come, in the same transaction. */
export async function tellTopic(trx: Transaction<DB>, topic: string): Promise<void> {
  await sql`select pg_notify(${SAGA_CHANNEL}, 'wake ' || app.current_tenant_id() || ' ' || ${topic}::text)`.execute(
    trx,
  );
}

export async function wakeSagas(trx: Transaction<DB>, about: { topic: string; now: Date }): Promise<void> {
  await sql`update saga.sagas set due_at = ${about.now} where tenant_id = app.current_tenant_id()
    and wake_topic = ${about.topic} and due_at > ${about.now}`.execute(trx);
}

/** One that could not be moved at all: the others are not kept waiting for it. */
export async function postponeSaga(
  trx: Transaction<DB>,
  about: { saga_id: string; now: Date; until: Date },
): Promise<void> {
  await sql`update saga.sagas set due_at = ${about.until} where saga_id = ${about.saga_id}
    and due_at <= ${about.now}`.execute(trx);
}

export async function findWholeSaga(
  trx: Transaction<DB>,
  saga_id: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<WholeSaga | undefined> {
  const found = await firstOf(
    trx,
    sql<Omit<WholeSaga, 'steps'>>`select ${COLUMNS}, p.status as process_status
      from saga.sagas s join process.processes p on p.tenant_id = s.tenant_id and p.process_id = s.process_id
      where s.saga_id = ${saga_id} ${lock ? sql`for update of s` : sql``}`,
  );
  if (found === undefined) return undefined;
  const { rows: steps } = await sql<StoredStep>`select ${STEP_COLUMNS}, p.result, p.waiting_for
    from saga.saga_steps t left join process.process_steps p
      on p.process_id = ${found.process_id} and p.step_number = t.step_order
    where t.saga_id = ${saga_id} order by t.step_order`.execute(trx);
  return { ...found, steps };
}

export async function findSagaOfProcess(
  trx: Transaction<DB>,
  process_id: string,
): Promise<{ saga_id: string } | undefined> {
  return firstOf(
    trx,
    sql<{ saga_id: string }>`select saga_id from saga.sagas where process_id = ${process_id}`,
  );
}

export type SagaChange = {
  status?: SagaStatus;
  process_status?: ProcessStatus;
  started_at?: Date;
  ended_at?: Date | null;
  due_at?: Date | null;
  wake_topic?: string | null;
  error?: StoredError | null;
  current_step?: number;
  progress_percent?: number;
  metadata?: Readonly<Record<string, unknown>>;
};

const PLAIN = {
  status: sql.ref('status'),
  due_at: sql.ref('due_at'),
  wake_topic: sql.ref('wake_topic'),
  started_at: sql.ref('started_at'),
};

/** Both rows of it at once; what is not named stays. The saga's row is locked already. */
export async function changeSaga(
  trx: Transaction<DB>,
  { saga, change }: { saga: Pick<WholeSaga, 'saga_id' | 'process_id'>; change: SagaChange },
): Promise<void> {
  const error = change.error === undefined ? sql.ref('error') : jsonOf(change.error);
  const completed_at = change.ended_at === undefined ? sql.ref('completed_at') : sql`${change.ended_at}`;
  await sql`update saga.sagas set moves = moves + 1, status = ${orPlain(change, 'status')},
      due_at = ${orPlain(change, 'due_at')}, wake_topic = ${orPlain(change, 'wake_topic')},
      started_at = ${orPlain(change, 'started_at')}, completed_at = ${completed_at}, error = ${error},
      metadata = metadata || ${JSON.stringify(change.metadata ?? {})}::jsonb
    where saga_id = ${saga.saga_id}`.execute(trx);
  const { process_status, current_step, progress_percent } = change;
  await sql`update process.processes set status = coalesce(${process_status ?? null}, status),
      current_step = coalesce(${current_step ?? null}::integer, current_step),
      progress_percent = coalesce(${progress_percent ?? null}::integer, progress_percent),
      completed_at = ${completed_at}, error = ${error}
    where process_id = ${saga.process_id}`.execute(trx);
}

function orPlain(change: SagaChange, name: keyof typeof PLAIN) {
  return change[name] === undefined ? PLAIN[name] : sql`${change[name]}`;
}

export type StepChange = {
  status: SagaStepStatus;
  shown: ProcessStepStatus;
  started_at?: Date | null;
  completed_at?: Date | null;
  error?: StoredError | null;
  result?: Readonly<Record<string, unknown>> | null;
  waiting_for?: string | null;
  retry_count?: number;
  compensation_status?: CompensationStatus;
  compensation_error?: StoredError | null;
};

export async function changeStep(
  trx: Transaction<DB>,
  about: {
    saga: Pick<WholeSaga, 'saga_id' | 'process_id'>;
    step_order: number;
    change: StepChange;
  },
): Promise<void> {
  const { saga, step_order, change } = about;
  const error = change.error === undefined ? sql.ref('error') : jsonOf(change.error);
  const started_at = change.started_at === undefined ? sql.ref('started_at') : sql`${change.started_at}`;
  const completed_at =
    change.completed_at === undefined ? sql.ref('completed_at') : sql`${change.completed_at}`;
  const retry_count = sql`coalesce(${change.retry_count ?? null}::integer, retry_count)`;
  const compensation_error =
    change.compensation_error === undefined
      ? sql.ref('compensation_error')
      : jsonOf(change.compensation_error);
  await sql`update saga.saga_steps set status = ${change.status}, started_at = ${started_at},
      completed_at = ${completed_at}, error = ${error}, retry_count = ${retry_count},
      compensation_status = coalesce(${change.compensation_status ?? null}, compensation_status),
      compensation_error = ${compensation_error}
    where saga_id = ${saga.saga_id} and step_order = ${step_order}`.execute(trx);
  const result = change.result === undefined ? sql.ref('result') : jsonOf(change.result);
  const waiting_for = change.waiting_for === undefined ? sql.ref('waiting_for') : sql`${change.waiting_for}`;
  await sql`update process.process_steps set status = ${change.shown}, started_at = ${started_at},
      completed_at = ${completed_at}, error = ${error}, retry_count = ${retry_count}, result = ${result},
      waiting_for = ${waiting_for}
    where process_id = ${saga.process_id} and step_number = ${step_order}`.execute(trx);
}

function jsonOf(value: object | null) {
  return value === null ? sql`null` : sql`${JSON.stringify(value)}::jsonb`;
}

export async function listSagas(
  trx: Transaction<DB>,
  about: {
    filters: {
      status?: readonly string[] | undefined;
      saga_type?: readonly string[] | undefined;
      tenant_id?: string | undefined;
    };
    page: PageAsked;
  },
): Promise<Page<Saga>> {
  const { filters, page } = about;
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`saga.sagas s`,
    where: [
      ...given(filters.status, (values) => sql`s.status = any(${[...values]}::text[])`),
      ...given(filters.saga_type, (values) => sql`s.saga_type = any(${[...values]}::text[])`),
      ...given(filters.tenant_id, (value) => sql`s.tenant_id = ${value}`),
    ],
    at: sql`s.created_at`,
    id: sql`s.saga_id`,
    page,
  });
}

export async function findSaga(
  trx: Transaction<DB>,
  saga_id: string,
): Promise<{ saga: Saga; steps: SagaStep[] } | undefined> {
  const saga = await firstOf(
    trx,
    sql<Saga>`select ${COLUMNS} from saga.sagas s where s.saga_id = ${saga_id}`,
  );
  if (saga === undefined) return undefined;
  const { rows: steps } = await sql<SagaStep>`select ${STEP_COLUMNS} from saga.saga_steps t
    where t.saga_id = ${saga_id} order by t.step_order`.execute(trx);
  return { saga, steps };
}

export type DueSaga = { saga_id: string; tenant_id: string };

/** Over all tenants; those that somebody moves at this moment are left out. */
export async function listDueSagas(
  pool: pg.Pool,
  about: { before: Date; limit: number },
): Promise<DueSaga[]> {
  const { rows } = await pool.query<DueSaga>('select saga_id, tenant_id from saga.list_due($1, $2)', [
    about.before,
    about.limit,
  ]);
  return rows;
}
