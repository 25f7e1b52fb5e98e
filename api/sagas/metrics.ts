// Owns what Prometheus is told of sagas; leaves what it is told of requests to plugins/metrics.ts.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { SagaEyes } from './move-saga.ts';
import type { WorkerEyes } from './worker.ts';

type Counted = Pick<SagaEyes, 'onStep'> & Pick<WorkerEyes, 'onJob'>;

export function countSagas(registry: Registry, lastSweptAt: () => Date | undefined): Counted {
  const steps = new Counter({
    name: 'dmrv_saga_steps_total',
    help: 'Runs of a step, by what it came to: done, wait, error, compensated, compensation_error',
    labelNames: ['saga', 'step', 'outcome'],
    registers: [registry],
  });
  const jobs = new Counter({
    name: 'dmrv_saga_jobs_total',
    help: 'Jobs that said that a saga may move: moved, taken by another worker, failed',
    labelNames: ['outcome'],
    registers: [registry],
  });
  new Gauge({
    name: 'dmrv_saga_last_sweep_timestamp_seconds',
    help: 'When this worker last looked for sagas that are due',
    registers: [registry],
    collect() {
      const at = lastSweptAt();
      if (at !== undefined) this.set(at.getTime() / 1000);
    },
  });
  return {
    onStep: ({ saga_type: saga, step, outcome }) => steps.inc({ saga, step, outcome }),
    onJob: (outcome) => jobs.inc({ outcome }),
  };
}
