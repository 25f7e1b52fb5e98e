// Owns what each move of a saga writes: both its rows, its step's, and the event, in the transaction of the move; leaves which
// move it is to next-move.ts and the SQL to core/db/sagas.ts.

import type { Transaction } from 'kysely';
import { tellEvent } from '../../core/db/domain-events.ts';
import type { StoredError } from '../../core/db/processes.ts';
import {
  changeSaga,
  changeStep,
  type SagaChange,
  type StepChange,
  type StoredStep,
  type WholeSaga,
} from '../../core/db/sagas.ts';
import type { DB } from '../../core/db/types.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { MAX_RETRIES, type SagaDefinition, type StepOutcome } from './define.ts';
import { stepOf, stepsToUndo } from './next-move.ts';
import { pollPause, retryPause } from './pauses.ts';

export type Move = { saga: WholeSaga; definition: SagaDefinition; now: Date };

/** The saga does not stand any more as it was read: its lock was lost, and another worker goes on with it. */
export class MovedByAnother extends Error {
  override readonly name = 'MovedByAnother';

  constructor(saga_id: string) {
    super(`The saga ${saga_id} was moved by somebody else meanwhile.`);
  }
}

export async function begin(trx: Transaction<DB>, move: Move, step: StoredStep): Promise<void> {
  const { saga, now } = move;
  await changeStep(trx, {
    saga,
    step_order: step.step_order,
    change: { status: 'in_progress', shown: 'in_progress', started_at: now },
  });
  await changeSaga(trx, {
    saga,
    change: { status: 'in_progress', process_status: 'processing', current_step: step.step_order },
  });
  if (saga.status === 'not_started') await tell(trx, move, 'started', {});
  await tell(trx, move, 'step_started', shownStep(step));
}

export async function outcome(
  trx: Transaction<DB>,
  move: Move,
  about: { step: StoredStep; outcome: StepOutcome },
): Promise<void> {
  const { step, outcome: come } = about;
  if (come.kind === 'done') return stepDone(trx, move, { step, result: come.result });
  const { saga, now } = move;
  const waited = now.getTime() - Date.parse(step.started_at ?? now.toISOString());
  const due_at = after(now, pollPause(waited));
  // Asked every few seconds: only what people see anew is written and told.
  if (step.waiting_for !== come.waiting_for || step.error !== null) {
    await changeStep(trx, {
      saga,
      step_order: step.step_order,
      change: { status: 'in_progress', shown: 'in_progress', waiting_for: come.waiting_for, error: null },
    });
    await tell(trx, move, 'step_waiting', { ...shownStep(step), waiting_for: come.waiting_for });
  }
  await changeSaga(trx, { saga, change: { due_at, wake_topic: come.topic ?? null } });
}

async function stepDone(
  trx: Transaction<DB>,
  move: Move,
  about: { step: StoredStep; result: Readonly<Record<string, unknown>> },
): Promise<void> {
  const { saga, now } = move;
  const { step, result } = about;
  await changeStep(trx, {
    saga,
    step_order: step.step_order,
    change: {
      status: 'completed',
      shown: 'completed',
      completed_at: now,
      error: null,
      result,
      waiting_for: null,
    },
  });
  const finished = saga.steps.filter(({ status }) => status === 'completed').length + 1;
  const progress_percent = Math.floor((finished * 100) / saga.steps.length);
  await changeSaga(trx, { saga, change: { due_at: now, wake_topic: null, progress_percent } });
  await tell(trx, move, 'step_completed', { ...shownStep(step), progress_percent, result });
}

type Failed = { step: StoredStep; error: DmrvError; is_final: boolean; random: () => number };

export async function failure(trx: Transaction<DB>, move: Move, about: Failed): Promise<void> {
  const { step, is_final, random } = about;
  const { saga, definition, now } = move;
  const error = storedError(about.error);
  const retry_count = step.retry_count + 1;
  if (is_final || retry_count > (definition.max_retries ?? MAX_RETRIES)) {
    await giveUp(trx, move, { step, error });
    return;
  }
  await changeStep(trx, {
    saga,
    step_order: step.step_order,
    change: { status: 'in_progress', shown: 'retrying', error, retry_count },
  });
  const due_at = after(now, retryPause(step.retry_count, random));
  await changeSaga(trx, { saga, change: { due_at } });
  await tell(trx, move, 'step_retrying', { ...shownStep(step), error, retry_count });
}

export async function timeOver(
  trx: Transaction<DB>,
  move: Move,
  about: { step: StoredStep; of: 'step' | 'saga'; seconds: number },
): Promise<void> {
  const { step, of, seconds } = about;
  const what = of === 'step' ? `step ${step.step_name}` : 'process';
  const waiting_for = step.waiting_for ?? 'its end';
  const error = new DmrvError('PROCESS_TIME_OVER', {
    facts: { what, id: move.saga.process_id, seconds, waiting_for },
  });
  // Nobody knows what became of it: then what stands is left for a person to look at.
  const is_unknown = step.started_at !== null && stepOf(move.definition, step).is_irreversible === true;
  await giveUp(trx, move, { step, error: storedError(error), keep: is_unknown });
}

/** The step has failed for good: what can be undone is, and where there is nothing to undo the process ends here. */
async function giveUp(
  trx: Transaction<DB>,
  move: Move,
  about: { step: StoredStep; error: StoredError; keep?: boolean },
): Promise<void> {
  const { saga, definition, now } = move;
  const { step, error, keep = false } = about;
  await changeStep(trx, {
    saga,
    step_order: step.step_order,
    change: { status: 'failed', shown: 'failed', completed_at: now, error, waiting_for: null },
  });
  await tell(trx, move, 'step_failed', { ...shownStep(step), error });
  const undo = keep ? [] : stepsToUndo(saga, definition);
  await undoOrEnd(trx, move, { undo, error });
}

/** Used by cancelling as well. */
export async function undoOrEnd(
  trx: Transaction<DB>,
  move: Move,
  about: { undo: readonly StoredStep[]; error: StoredError; cancelled?: boolean },
): Promise<void> {
  const { saga, now } = move;
  const { undo, error, cancelled = false } = about;
  const metadata = cancelled ? { is_cancelled: true } : {};
  if (undo.length === 0) {
    await end(trx, move, { process_status: cancelled ? 'cancelled' : 'failed', error });
    return;
  }
  for (const { step_order } of undo) {
    await changeStep(trx, {
      saga,
      step_order,
      change: { status: 'completed', shown: 'completed', compensation_status: 'required' },
    });
  }
  await changeSaga(trx, {
    saga,
    change: {
      status: 'compensating',
      process_status: 'compensating',
      due_at: now,
      wake_topic: null,
      error,
      metadata,
    },
  });
  await tell(trx, move, 'compensating', { error, steps: undo.map(({ step_name }) => step_name) });
}

export async function stepCompensated(trx: Transaction<DB>, move: Move, step: StoredStep): Promise<void> {
  const change: StepChange = {
    status: 'completed',
    shown: 'completed',
    compensation_status: 'completed',
    compensation_error: null,
  };
  await changeStep(trx, { saga: move.saga, step_order: step.step_order, change });
  await changeSaga(trx, { saga: move.saga, change: {} });
  await tell(trx, move, 'step_compensated', shownStep(step));
}

export async function compensationFailure(trx: Transaction<DB>, move: Move, about: Failed): Promise<void> {
  const { saga, definition, now } = move;
  const { step, is_final, random } = about;
  const tried = Number(step.compensation_error?.details?.tried ?? 0) + 1;
  const error = { ...storedError(about.error), details: { tried } };
  const { step_order } = step;
  const change: StepChange = { status: 'completed', shown: 'completed', compensation_error: error };
  await changeStep(trx, { saga, step_order, change });
  await tell(trx, move, 'step_compensation_failed', { ...shownStep(step), error });
  if (is_final || tried > (definition.max_retries ?? MAX_RETRIES)) {
    // The step says that it still has to be undone: a person must.
    await end(trx, move, { process_status: 'failed', error: saga.error ?? error });
    return;
  }
  await changeSaga(trx, { saga, change: { due_at: after(now, retryPause(tried, random)) } });
}

export async function compensated(trx: Transaction<DB>, move: Move): Promise<void> {
  const { saga } = move;
  const cancelled = saga.metadata.is_cancelled === true;
  await end(trx, move, { process_status: cancelled ? 'cancelled' : 'compensated', error: saga.error });
}

export async function complete(trx: Transaction<DB>, move: Move): Promise<void> {
  const { saga, now } = move;
  const change: SagaChange = {
    status: 'completed',
    process_status: 'completed',
    ended_at: now,
    due_at: null,
    wake_topic: null,
    error: null,
    progress_percent: 100,
  };
  await changeSaga(trx, { saga, change });
  await tell(trx, move, 'completed', {});
}

async function end(
  trx: Transaction<DB>,
  move: Move,
  about: { process_status: 'failed' | 'compensated' | 'cancelled'; error: StoredError | null },
): Promise<void> {
  const { saga, now } = move;
  const { process_status, error } = about;
  await changeSaga(trx, {
    saga,
    change: { status: 'failed', process_status, ended_at: now, due_at: null, wake_topic: null, error },
  });
  await tell(trx, move, process_status, { error });
}

/** Versions of one process have neither gap nor double, since its saga's row is locked. */
export async function tell(
  trx: Transaction<DB>,
  { saga }: Pick<Move, 'saga'>,
  what: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { process_id, saga_type, subject } = saga;
  await tellEvent(trx, {
    event_type: `process.${what}.v1`,
    aggregate_id: process_id,
    payload: { process_id, process_type: saga_type, subject, ...payload },
  });
}

/** Only facts of the catalogue are details; the words of INTERNAL point to the log. */
function storedError({ code, message, facts }: DmrvError): StoredError {
  const details = Object.entries(facts).filter(([, fact]) => typeof fact !== 'bigint');
  return { code, message, ...(details.length === 0 ? {} : { details: Object.fromEntries(details) }) };
}

function shownStep({ step_name, step_order }: StoredStep): { step_name: string; step_number: number } {
  return { step_name, step_number: step_order };
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
