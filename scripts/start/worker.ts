// Owns carrying out sagas and keeping proofs inside the product's process; leaves both to api/sagas and api/proofs.

import type { Registry } from 'prom-client';
import { proveAlways } from '../../api/proofs/prove-always.ts';
import type { SagaServices } from '../../api/sagas/define.ts';
import { countSagas } from '../../api/sagas/metrics.ts';
import { MOVED_AT_ONCE, startWorker, type Worker } from '../../api/sagas/worker.ts';
import type { Services } from '../../api/services.ts';
import { createPool } from '../../core/db/pool.ts';
import type { UrlFor } from './database.ts';

/** Each saga that moves has one to hold its lock and one to work with; one more looks for others. */
const CONNECTIONS = 2 * MOVED_AT_ONCE + 1;
/** One holds the lock of whoever proves, one works. */
const PROVER_CONNECTIONS = 2;

export type RunningWorker = Pick<Worker, 'lastSweptAt'>;

export async function runWorker(about: {
  urlFor: UrlFor;
  services: SagaServices & Pick<Services, 'sagas'>;
  metrics: Registry;
  note: (line: string) => void;
  tell: (error: unknown, words: string, facts: object) => void;
  /** Of what went well. */
  tellOf: (words: string, facts: object) => void;
  /** Each part has its own from when it is there, so that none is left where a later one does not start. */
  closers: (() => Promise<void>)[];
}): Promise<RunningWorker> {
  const { urlFor, services, metrics, note, tell, closers } = about;
  const url = urlFor('app');
  const pool = createPool({
    url,
    max: CONNECTIONS,
    on_idle_error: (error) => note(`A worker's database connection was lost: ${error.message}`),
  });
  closers.push(() => pool.end());
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
  closers.push(worker.stop);
  const prover = createPool({
    url: urlFor('prover'),
    max: PROVER_CONNECTIONS,
    on_idle_error: (error) => note(`The prover's database connection was lost: ${error.message}`),
  });
  closers.push(() => prover.end());
  const proving = proveAlways({
    pool: prover,
    chain: services.chain,
    now: services.now,
    log: about.tellOf,
    onTrouble: (error) => tell(error, 'Proofs could not be kept up; it is tried again.', {}),
  });
  closers.push(proving.stop);
  return { lastSweptAt: worker.lastSweptAt };
}
