// Owns carrying out sagas inside the product's process; leaves the worker itself to api/sagas.

import type { Registry } from 'prom-client';
import type { SagaServices } from '../../api/sagas/define.ts';
import { countSagas } from '../../api/sagas/metrics.ts';
import { MOVED_AT_ONCE, startWorker, type Worker } from '../../api/sagas/worker.ts';
import type { Services } from '../../api/services.ts';
import { createPool } from '../../core/db/pool.ts';
import type { UrlFor } from './database.ts';

/** Each saga that moves has one to hold its lock and one to work with; one more looks for others. */
const CONNECTIONS = 2 * MOVED_AT_ONCE + 1;

export type RunningWorker = Pick<Worker, 'lastSweptAt' | 'stop'>;

export async function runWorker(about: {
  urlFor: UrlFor;
  services: SagaServices & Pick<Services, 'sagas'>;
  metrics: Registry;
  note: (line: string) => void;
  tell: (error: unknown, words: string, facts: object) => void;
}): Promise<RunningWorker> {
  const { urlFor, services, metrics, note, tell } = about;
  const url = urlFor('app');
  const pool = createPool({
    url,
    max: CONNECTIONS,
    on_idle_error: (error) => note(`A worker's database connection was lost: ${error.message}`),
  });
  let worker: Worker | undefined;
  const counted = countSagas(metrics, () => worker?.lastSweptAt());
  worker = await startWorker({
    pool,
    url,
    sagas: services.sagas,
    services,
    eyes: {
      ...counted,
      onError: (error, facts) => tell(error, 'A step of a saga failed.', facts),
      onTrouble: (error) => tell(error, 'A worker of sagas met trouble and goes on.', {}),
    },
  });
  const { lastSweptAt, stop } = worker;
  return {
    lastSweptAt,
    stop: async () => {
      await stop();
      await pool.end();
    },
  };
}
