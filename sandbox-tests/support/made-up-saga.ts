// Owns a made-up saga whose steps leave rows and call somebody outside, with a place in each where a spec can interfere; leaves
// the rules that it shows to the specs.

import { sql, type Transaction } from 'kysely';
import type pg from 'pg';
import {
  defineSaga,
  defineStep,
  done,
  type SagaDefinition,
  type Step,
  wait,
} from '../../api/sagas/define.ts';
import type { DB } from '../../core/db/types.ts';

/** Where a worker may be cut off: in a step's transaction, before and after the call, and while compensating. */
export const POINTS = [
  'reserve:run',
  'send:ask',
  'send:called',
  'send:run',
  'settle:ask',
  'settle:called',
  'settle:run',
  'close:run',
] as const;

export type Interfere = (point: string) => Promise<void>;

export async function leaveEffect(trx: Transaction<DB>, subject: string, step: string): Promise<void> {
  await sql`insert into public.effects (subject, step) values (${subject}, ${step})`.execute(trx);
}

export function makeUpSaga(about: { outside: pg.Pool; at: Interfere }): SagaDefinition {
  const { outside, at } = about;
  // As a chain does by purpose: however often it is asked, it happens once.
  const callOutside = async (purpose: string): Promise<{ purpose: string }> => {
    await outside.query(
      `insert into public.outside (purpose, times) values ($1, 1)
        on conflict (purpose) do update set times = outside.times`,
      [purpose],
    );
    return { purpose };
  };
  const asking = (name: string, is_irreversible: boolean) =>
    defineStep<string, { purpose: string }>({
      name,
      timeout: 60,
      is_irreversible,
      ask: async (_trx, { subject }) => {
        await at(`${name}:ask`);
        return `${name}:${subject}`;
      },
      call: async (purpose) => {
        const answer = await callOutside(purpose);
        await at(`${name}:called`);
        return answer;
      },
      run: async (trx, { subject }, answer) => {
        if (answer === undefined) return wait('an answer');
        await leaveEffect(trx, subject, name);
        await at(`${name}:run`);
        return done(answer);
      },
    });
  return defineSaga({
    type: 'credit_retirement',
    process_type: 'credit_retirement',
    timeout: 120,
    steps: [
      {
        name: 'reserve',
        timeout: 60,
        run: async (trx, { subject }) => {
          await leaveEffect(trx, subject, 'reserve');
          await at('reserve:run');
          return done({ reserved: subject });
        },
        compensate: (trx, { subject }) => leaveEffect(trx, subject, 'undo reserve'),
      },
      asking('send', false),
      asking('settle', true),
      {
        name: 'close',
        timeout: 60,
        run: async (trx, { subject, results }) => {
          await leaveEffect(trx, subject, 'close');
          await at('close:run');
          return done({ settled: results.settle?.purpose });
        },
      },
    ],
  });
}

/** The shortest way to a saga of these steps. */
export function sagaOf(...steps: [Step, ...Step[]]): SagaDefinition {
  return defineSaga({ type: 'credit_retirement', process_type: 'credit_retirement', timeout: 120, steps });
}

/** A step that leaves a row, and can be undone. */
export function leaves(name: string): Step {
  return {
    name,
    timeout: 60,
    run: async (trx, { subject }) => {
      await leaveEffect(trx, subject, name);
      return done({ name });
    },
    compensate: (trx, { subject }) => leaveEffect(trx, subject, `undo ${name}`),
  };
}
