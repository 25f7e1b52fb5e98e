// Owns an API with workers of made-up sagas on its database, and reading how a process ended; leaves the sagas to the specs.

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type SagaDefinition, type SagaDefinitions, sagasByType } from '../../api/sagas/define.ts';
import { startSaga } from '../../api/sagas/start-saga.ts';
import { startWorker, type Worker } from '../../api/sagas/worker.ts';
import type { Services } from '../../api/services.ts';
import { runAs } from '../../core/db/identity.ts';
import { createPool } from '../../core/db/pool.ts';
import type { ProcessStatus } from '../../core/db/statuses.ts';
import { type ApiClient, startApi, type TestApi, type TestTenant } from './api.ts';
import { askAdmin } from './api-way.ts';

const LOOK_EVERY_MS = 50;
const LONGEST_MS = 40_000;
const CONNECTIONS = 12;

export type View = Awaited<ReturnType<ApiClient['getProcess']>>;

export type Engine = {
  api: TestApi;
  pool: pg.Pool;
  /** What went wrong, as the worker told it. */
  troubles: unknown[];
  runs: { step: string; outcome: string }[];
  startWorker(services?: Partial<Services>): Promise<Worker>;
  start(asked: { subject: string; input?: Record<string, unknown>; tenant?: TestTenant }): Promise<string>;
  /** How it stands once it has come to its end. */
  ended(process_id: string): Promise<View>;
  until(process_id: string, holds: (view: View) => boolean): Promise<View>;
};

/** Where steps leave what they did: a row in the step's own transaction, and one that somebody outside keeps. */
const SCRATCH = `
  create table public.effects (effect_id bigint generated always as identity, subject text, step text);
  create table public.outside (purpose text primary key, times integer not null);
  grant select, insert, update, delete on public.effects, public.outside to dmrv_app;`;

export async function openEngine(
  t: { teardown(end: () => Promise<void>): void },
  definition: SagaDefinition,
): Promise<Engine> {
  const sagas: SagaDefinitions = sagasByType([definition]);
  const api = await startApi(t, { services: { sagas } });
  await askAdmin(api, SCRATCH);
  const url = api.database.urlFor('app');
  const pool = createPool({ url, max: CONNECTIONS, on_idle_error: () => undefined });
  t.teardown(() => pool.end());
  const troubles: unknown[] = [];
  const runs: Engine['runs'] = [];
  const until: Engine['until'] = async (process_id, holds) => {
    const give_up = Date.now() + LONGEST_MS;
    for (;;) {
      const view = await api.a.client.getProcess({ params: { process_id } });
      if (holds(view)) return view;
      if (Date.now() > give_up) throw new Error(`It stands still: ${JSON.stringify(view)} ${troubles}`);
      await sleep(LOOK_EVERY_MS);
    }
  };
  return {
    api,
    pool,
    troubles,
    runs,
    until,
    ended: (process_id) => until(process_id, ({ process }) => ENDS.has(process.status)),
    startWorker: async (services = {}) => {
      const worker = await startWorker({
        pool,
        url,
        sagas,
        services: { now: () => new Date(), ...services } as Services,
        eyes: {
          onStep: ({ step, outcome }) => runs.push({ step, outcome }),
          onError: () => undefined,
          onJob: () => undefined,
          onTrouble: (error) => troubles.push(error),
        },
      });
      t.teardown(() => worker.stop());
      return worker;
    },
    start: async ({ subject, input = {}, tenant = api.a }) => {
      const identity = { kind: 'tenant', tenant_id: tenant.tenant_id } as const;
      const { process_id } = await runAs(pool, { identity }, (trx) =>
        startSaga(trx, definition, { subject, input, now: new Date() }),
      );
      return process_id;
    },
  };
}

const ENDS: ReadonlySet<ProcessStatus> = new Set<ProcessStatus>([
  'completed',
  'failed',
  'compensated',
  'cancelled',
]);

/** The steps that left a row, in order. */
export async function effectsOf(api: TestApi, subject: string): Promise<string[]> {
  const rows = await askAdmin<{ step: string }>(
    api,
    `select step from public.effects where subject = '${subject}' order by effect_id`,
  );
  return rows.map(({ step }) => step);
}
