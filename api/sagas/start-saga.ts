// Owns starting a saga, trying a failed one again and cancelling one, each inside the transaction of whoever asks; leaves
// moving it to the workers.

import type { Transaction } from 'kysely';
import { findProcess } from '../../core/db/processes.ts';
import {
  changeSaga,
  changeStep,
  findNewestSaga,
  findSagaOfProcess,
  findWholeSaga,
  insertSaga,
  lockSubject,
  tellWorkers,
  type WholeSaga,
} from '../../core/db/sagas.ts';
import type { DB } from '../../core/db/types.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { present } from '../acting.ts';
import { type JsonObject, MAX_RETRIES, type SagaDefinition, type SagaDefinitions } from './define.ts';
import { isBeyondReturn, stepsToUndo } from './next-move.ts';
import { type Move, tell, undoOrEnd } from './record-move.ts';

const WHAT = 'process';

export type Started = { process_id: string; saga_id: string; is_new: boolean };

export type StartAsked = {
  /** What it is about: at most one living saga of the type has it. */
  subject: string;
  input: JsonObject;
  /** What people are shown of it, beside its steps. */
  shown?: JsonObject;
  now: Date;
  /** Also one that has come to its good end is answered instead of beginning another. */
  once?: boolean;
};

/** Asked again while it lives, or at the same time by another, it answers the first one's process. */
export async function startSaga(
  trx: Transaction<DB>,
  definition: SagaDefinition,
  asked: StartAsked,
): Promise<Started> {
  const { subject, input, shown = {}, now, once = false } = asked;
  const { type: saga_type, process_type, timeout, steps, max_retries = MAX_RETRIES } = definition;
  await lockSubject(trx, { saga_type, subject });
  const stood = await findNewestSaga(trx, { saga_type, subject });
  if (stood !== undefined && stood.process_id !== null) {
    const counts = stood.status !== 'failed' && (once || stood.status !== 'completed');
    if (counts) return { process_id: stood.process_id, saga_id: stood.saga_id, is_new: false };
  }
  const names = steps.map(({ name }) => name);
  const about = { saga_type, process_type, subject, timeout, steps: names, max_retries, input, shown, now };
  return { ...(await insertSaga(trx, about)), is_new: true };
}

type Asked = { process_id: string; sagas: SagaDefinitions; now: Date };

/** The step that failed is tried as if for the first time, and the saga's time begins anew. */
export async function retryProcess(trx: Transaction<DB>, asked: Asked): Promise<void> {
  const move = await lockProcess(trx, asked);
  const { saga, now } = move;
  if (saga.process_status !== 'failed') throw illegal(saga, 'retry');
  const { saga_type, subject } = saga;
  await lockSubject(trx, { saga_type, subject });
  const newest = await findNewestSaga(trx, { saga_type, subject });
  // Another has begun since: that is the one which goes on.
  if (newest?.saga_id !== saga.saga_id) {
    throw new DmrvError('CONFLICT', { facts: { rule: 'it is the newest process of its kind and subject' } });
  }
  const owes = saga.steps.some(({ compensation_status }) => compensation_status === 'required');
  for (const step of saga.steps) {
    if (step.status !== 'failed') continue;
    await changeStep(trx, {
      saga,
      step_order: step.step_order,
      change: {
        status: 'pending',
        shown: 'pending',
        started_at: null,
        completed_at: null,
        error: null,
        retry_count: 0,
      },
    });
  }
  await changeSaga(trx, {
    saga,
    change: {
      // What was to be undone when it failed is undone first, and that ends it.
      status: owes ? 'compensating' : 'in_progress',
      process_status: owes ? 'compensating' : 'processing',
      started_at: now,
      ended_at: null,
      due_at: now,
      error: owes ? saga.error : null,
    },
  });
  await tell(trx, move, 'retried', {});
  await tellWorkers(trx, 'due');
}

/** Only while nothing has begun that cannot be taken back; what was done is undone. */
export async function cancelProcess(trx: Transaction<DB>, asked: Asked): Promise<void> {
  const move = await lockProcess(trx, asked);
  const { saga, definition } = move;
  if (saga.status !== 'not_started' && saga.status !== 'in_progress') throw illegal(saga, 'cancel');
  if (isBeyondReturn(saga, definition)) {
    throw new DmrvError('CONFLICT', { facts: { rule: 'nothing has begun that cannot be taken back' } });
  }
  const error = { code: 'CANCELLED', message: 'It was cancelled before anything that cannot be taken back.' };
  await undoOrEnd(trx, move, { undo: stepsToUndo(saga, definition), error, cancelled: true });
  await tellWorkers(trx, 'due');
}

async function lockProcess(trx: Transaction<DB>, asked: Asked): Promise<Move> {
  const { process_id, sagas, now } = asked;
  const about = { what: WHAT, id: process_id };
  present(await findProcess(trx, process_id), about);
  const found = await findSagaOfProcess(trx, process_id);
  const saga = found && (await findWholeSaga(trx, found.saga_id, { lock: true }));
  const definition = saga && sagas.get(saga.saga_type);
  if (saga === undefined || definition === undefined) {
    throw new DmrvError('CONFLICT', { facts: { rule: 'a process of a kind that is carried out here' } });
  }
  return { saga, definition, now };
}

function illegal(saga: WholeSaga, move: 'retry' | 'cancel'): DmrvError {
  const { process_id: id, process_status: state } = saga;
  const is_alive = saga.status === 'not_started' || saga.status === 'in_progress';
  const legal = state === 'failed' ? 'retry' : is_alive ? 'cancel' : 'none';
  return new DmrvError('MOVE_ILLEGAL', { facts: { what: WHAT, id, state, move, legal } });
}
