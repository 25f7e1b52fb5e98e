// Owns what a saga says of itself in one declaration: its steps, what each does in a transaction and what outside of one;
// leaves moving it to move-saga.ts and its rows to core/db/sagas.ts.

import type { Transaction } from 'kysely';
import type { ProcessType, SagaType } from '../../core/db/statuses.ts';
import type { DB } from '../../core/db/types.ts';
import type { OwnServices, Services } from '../services.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Nothing here belongs to one request. */
export type SagaServices = Omit<Services, keyof OwnServices | 'sagas'>;

export type StepContext = {
  tenant_id: string;
  saga_id: string;
  process_id: string;
  subject: string;
  /** What the saga was started with. */
  input: JsonObject;
  /** What the steps before this one answered, by their names. */
  results: Readonly<Record<string, JsonObject>>;
  services: SagaServices;
  now: Date;
};

/** Steps which call the outside do it without a transaction, which would hold its rows as long as the call takes. */
export type OutsideContext = StepContext & {
  /** Aborted when the call has taken too long. */
  signal: AbortSignal;
};

export type StepOutcome =
  | { kind: 'done'; result: JsonObject }
  | { kind: 'wait'; waiting_for: string; topic: string | undefined };

export function done(result: JsonObject = {}): StepOutcome {
  return { kind: 'done', result };
}

/** Asked again later, at once where somebody tells of the topic. */
export function wait(waiting_for: string, topic?: string): StepOutcome {
  return { kind: 'wait', waiting_for, topic };
}

type StepWords = {
  name: string;
  /** Seconds from its first run to its end, waiting and retries included. */
  timeout: number;
  /** What it does cannot be taken back: from its beginning on the saga is not cancelled and nothing is compensated. */
  is_irreversible?: boolean;
  /** Undoes what the step did, when a later one has failed for good. As idempotent as the step itself. */
  compensate?: (trx: Transaction<DB>, context: StepContext) => Promise<void>;
};

/** Three parts: what to ask, read in a transaction; asking it outside of one; and what the answer means, in another. */
type AskingStep<Question, Answer> = StepWords & {
  /** Nothing to ask: the answer is then not there either. */
  ask: (trx: Transaction<DB>, context: StepContext) => Promise<Question | undefined>;
  call: (question: Question, context: OutsideContext) => Promise<Answer>;
  run: (trx: Transaction<DB>, context: StepContext, answer: Answer | undefined) => Promise<StepOutcome>;
};

/**
 * Its rows and its record are one transaction. It may be run again after anything: what it finds done it does not do twice.
 * One with `ask` and `call` was made by defineStep, which checked their types.
 */
export type Step = StepWords & {
  ask?: (trx: Transaction<DB>, context: StepContext) => Promise<unknown>;
  call?: (question: never, context: OutsideContext) => Promise<unknown>;
  run: (trx: Transaction<DB>, context: StepContext, answer: never) => Promise<StepOutcome>;
};

export function defineStep<Question, Answer>(step: AskingStep<Question, Answer>): Step {
  return step;
}

export type SagaDefinition = {
  type: SagaType;
  process_type: ProcessType;
  /** Seconds from its start, or from its last retry by hand, to its end. */
  timeout: number;
  /** Runs of a step that may fail before it counts as failed; 3 more than the first where it is not said. */
  max_retries?: number;
  steps: readonly [Step, ...Step[]];
};

export const MAX_RETRIES = 3;

export function defineSaga(definition: SagaDefinition): SagaDefinition {
  const names = definition.steps.map(({ name }) => name);
  if (new Set(names).size !== names.length) {
    throw new TypeError(`The saga ${definition.type} has two steps of one name: ${names.join(', ')}.`);
  }
  return definition;
}

export type SagaDefinitions = ReadonlyMap<SagaType, SagaDefinition>;

export function sagasByType(definitions: readonly SagaDefinition[]): SagaDefinitions {
  return new Map(definitions.map((one) => [one.type, one]));
}
