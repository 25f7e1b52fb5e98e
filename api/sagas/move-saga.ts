// Owns moving one saga as far as it goes now, each move one transaction with what the step did; leaves which saga and when to
// worker.ts and the steps themselves to their sagas.

import type { Transaction } from 'kysely';
import type pg from 'pg';
import { runAs } from '../../core/db/identity.ts';
import { withLock } from '../../core/db/lock.ts';
import { findWholeSaga, type StoredStep, type WholeSaga } from '../../core/db/sagas.ts';
import type { DB } from '../../core/db/types.ts';
import { fromDatabaseError } from '../../core/errors/index.ts';
import type { JsonObject, SagaDefinitions, SagaServices, StepContext, StepOutcome } from './define.ts';
import { type NextMove, nextMove, stepOf } from './next-move.ts';
import * as record from './record-move.ts';

export type SagaEyes = {
  /** One run of a step has come to this. */
  onStep(about: { saga_type: string; step: string; outcome: string }): void;
  /** The cause of a failure, which nobody outside is told. */
  onError(error: unknown, about: { saga_id: string; step: string }): void;
};

export type MoveDeps = {
  pool: pg.Pool;
  sagas: SagaDefinitions;
  services: SagaServices;
  random: () => number;
  eyes: SagaEyes;
  /** Aborted when the worker stops: what has begun is finished, nothing else is begun. */
  stop: AbortSignal;
};

/** A step may wait for days; one question to the outside may not. */
const LONGEST_CALL_MS = 5 * 60 * 1000;
/** Far above what a saga can do without sleeping once; beyond it a step says "done" without being so. */
const MAX_MOVES = 1_000;

/** Returns whether it was ours to move: false where another worker has it. */
export async function moveSaga(
  deps: MoveDeps,
  about: { saga_id: string; tenant_id: string },
): Promise<boolean> {
  const done = await withLock(deps.pool, { kind: 'saga', name: about.saga_id }, async () => {
    for (let moves = 0; moves < MAX_MOVES && !deps.stop.aborted; moves++) {
      if (!(await moveOnce(deps, about))) return;
    }
  });
  return done.is_ours;
}

type Move = record.Move & { move: NextMove };

/** One transaction, or two with a call between them. False where the saga rests. */
async function moveOnce(deps: MoveDeps, ids: { saga_id: string; tenant_id: string }): Promise<boolean> {
  const { move, ...about } = await actAs(deps, ids, (trx) => readMove(trx, { deps, ...ids }));
  switch (move.kind) {
    case 'rest':
      return false;
    case 'run':
      await runStep(deps, { ...about, step: move.step });
      return true;
    case 'compensate':
      await compensateStep(deps, { ...about, step: move.step });
      return true;
    default:
      await write(deps, about, (trx, fresh) => recordSimple(trx, fresh, move));
      return true;
  }
}

async function readMove(
  trx: Transaction<DB>,
  { deps, saga_id }: { deps: MoveDeps; saga_id: string },
): Promise<Move> {
  const saga = await findWholeSaga(trx, saga_id);
  if (saga === undefined) throw new Error(`There is no saga ${saga_id} with a process.`);
  const definition = deps.sagas.get(saga.saga_type);
  if (definition === undefined) throw new Error(`This worker knows no saga ${saga.saga_type}.`);
  const now = deps.services.now();
  return { saga, definition, now, move: nextMove(saga, { definition, now }) };
}

async function recordSimple(
  trx: Transaction<DB>,
  about: record.Move,
  move: Exclude<NextMove, { kind: 'rest' | 'run' | 'compensate' }>,
): Promise<void> {
  switch (move.kind) {
    case 'begin':
      return record.begin(trx, about, move.step);
    case 'time_over':
      return record.timeOver(trx, about, move);
    case 'compensated':
      return record.compensated(trx, about);
    case 'complete':
      return record.complete(trx, about);
  }
}

type StepMove = record.Move & { step: StoredStep };

async function runStep(deps: MoveDeps, about: StepMove): Promise<void> {
  const { saga, definition, step } = about;
  const declared = stepOf(definition, step);
  const label = { saga_type: saga.saga_type, step: step.step_name };
  try {
    const answer = await askOutside(deps, about);
    let outcome: StepOutcome | undefined;
    await write(deps, about, async (trx, fresh) => {
      outcome = await declared.run(trx, contextOf(deps, fresh), answer as never);
      await record.outcome(trx, fresh, { step, outcome });
    });
    deps.eyes.onStep({ ...label, outcome: outcome?.kind ?? 'lost' });
  } catch (error) {
    if (error instanceof record.MovedByAnother) throw error;
    const known = fromDatabaseError(error);
    deps.eyes.onError(error, { saga_id: saga.saga_id, step: step.step_name });
    deps.eyes.onStep({ ...label, outcome: 'error' });
    await write(deps, about, (trx, fresh) =>
      record.failure(trx, fresh, { step, error: known, is_final: isFinal(error), random: deps.random }),
    );
  }
}

/** What is no error of ours may be a hiccup or a mistake: it is tried again, and then it is final as well. */
function isFinal(error: unknown): boolean {
  const known = fromDatabaseError(error);
  return known.code !== 'INTERNAL' && !known.retryable;
}

async function askOutside(deps: MoveDeps, about: StepMove): Promise<unknown> {
  const { ask, call, timeout } = stepOf(about.definition, about.step);
  if (ask === undefined || call === undefined) return undefined;
  const question = await actAs(deps, about.saga, (trx) => ask(trx, contextOf(deps, about)));
  if (question === undefined) return undefined;
  // A worker that stops finishes what it has begun, so that only the step's own time ends a call.
  const signal = AbortSignal.timeout(Math.min(timeout * 1000, LONGEST_CALL_MS));
  return call(question as never, { ...contextOf(deps, about), signal });
}

async function compensateStep(deps: MoveDeps, about: StepMove): Promise<void> {
  const { saga, definition, step } = about;
  const { compensate } = stepOf(definition, step);
  const label = { saga_type: saga.saga_type, step: step.step_name };
  try {
    await write(deps, about, async (trx, fresh) => {
      await compensate?.(trx, contextOf(deps, fresh));
      await record.stepCompensated(trx, fresh, step);
    });
    deps.eyes.onStep({ ...label, outcome: 'compensated' });
  } catch (error) {
    if (error instanceof record.MovedByAnother) throw error;
    deps.eyes.onError(error, { saga_id: saga.saga_id, step: step.step_name });
    deps.eyes.onStep({ ...label, outcome: 'compensation_error' });
    const known = fromDatabaseError(error);
    await write(deps, about, (trx, fresh) =>
      record.compensationFailure(trx, fresh, {
        step,
        error: known,
        is_final: isFinal(error),
        random: deps.random,
      }),
    );
  }
}

/** With the saga's row locked, and only where it still stands as it was read. */
async function write(
  deps: MoveDeps,
  about: record.Move,
  work: (trx: Transaction<DB>, fresh: record.Move) => Promise<void>,
): Promise<void> {
  await actAs(deps, about.saga, async (trx) => {
    const saga = await findWholeSaga(trx, about.saga.saga_id, { lock: true });
    if (saga === undefined || saga.moves !== about.saga.moves) {
      throw new record.MovedByAnother(about.saga.saga_id);
    }
    await work(trx, { ...about, saga, now: deps.services.now() });
  });
}

function actAs<T>(
  deps: MoveDeps,
  { saga_id, tenant_id }: { saga_id: string; tenant_id: string },
  work: (trx: Transaction<DB>) => Promise<T>,
): Promise<T> {
  const identity = { kind: 'tenant', tenant_id, actor: `saga:${saga_id}` } as const;
  return runAs(deps.pool, { identity }, work);
}

function contextOf(deps: MoveDeps, { saga, now }: Pick<record.Move, 'saga' | 'now'>): StepContext {
  const { tenant_id, saga_id, process_id, subject, metadata } = saga;
  return {
    tenant_id,
    saga_id,
    process_id,
    subject,
    input: metadata,
    results: resultsOf(saga),
    services: deps.services,
    now,
  };
}

function resultsOf({ steps }: WholeSaga): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(
    steps.filter(({ status }) => status === 'completed').map((step) => [step.step_name, step.result ?? {}]),
  );
}
