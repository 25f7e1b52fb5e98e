// Owns deciding what comes next for a saga, from its rows alone; leaves doing it to move-saga.ts.

import type { StoredStep, WholeSaga } from '../../core/db/sagas.ts';
import type { SagaDefinition } from './define.ts';

export type NextMove =
  /** Ended, or not due yet. */
  | { kind: 'rest' }
  | { kind: 'begin'; step: StoredStep }
  | { kind: 'run'; step: StoredStep }
  | { kind: 'time_over'; step: StoredStep; of: 'step' | 'saga'; seconds: number }
  | { kind: 'compensate'; step: StoredStep }
  /** All that had to be compensated is. */
  | { kind: 'compensated' }
  | { kind: 'complete' };

type SagaRows = Pick<WholeSaga, 'status' | 'due_at' | 'started_at' | 'timeout' | 'steps'>;

export function nextMove(saga: SagaRows, about: { definition: SagaDefinition; now: Date }): NextMove {
  const { definition, now } = about;
  if (saga.due_at === null || Date.parse(saga.due_at) > now.getTime()) return { kind: 'rest' };
  if (saga.status === 'compensating') {
    const step = saga.steps.findLast(({ compensation_status }) => compensation_status === 'required');
    return step === undefined ? { kind: 'compensated' } : { kind: 'compensate', step };
  }
  const step = saga.steps.find(({ status }) => status !== 'completed');
  if (step === undefined) return { kind: 'complete' };
  if (isOver(saga.started_at, saga.timeout, now))
    return { kind: 'time_over', step, of: 'saga', seconds: saga.timeout };
  if (step.started_at === null) return { kind: 'begin', step };
  const { timeout } = stepOf(definition, step);
  if (isOver(step.started_at, timeout, now)) return { kind: 'time_over', step, of: 'step', seconds: timeout };
  return { kind: 'run', step };
}

export function stepOf(definition: SagaDefinition, { step_name }: Pick<StoredStep, 'step_name'>) {
  const found = definition.steps.find(({ name }) => name === step_name);
  if (found === undefined) throw new Error(`The saga ${definition.type} has no step ${step_name} any more.`);
  return found;
}

/** Steps to undo once this one has failed for good: none where something cannot be undone any more. */
export function stepsToUndo(saga: Pick<WholeSaga, 'steps'>, definition: SagaDefinition): StoredStep[] {
  const finished = saga.steps.filter(({ status }) => status === 'completed');
  if (finished.some((step) => stepOf(definition, step).is_irreversible === true)) return [];
  return finished.filter((step) => stepOf(definition, step).compensate !== undefined);
}

/** Whether something has begun that cannot be taken back. */
export function isBeyondReturn(saga: Pick<WholeSaga, 'steps'>, definition: SagaDefinition): boolean {
  return saga.steps.some(
    (step) => step.status !== 'pending' && stepOf(definition, step).is_irreversible === true,
  );
}

function isOver(started_at: string | null, seconds: number, now: Date): boolean {
  return started_at !== null && now.getTime() - Date.parse(started_at) > seconds * 1000;
}
