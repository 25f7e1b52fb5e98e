// Owns a worker of the product's sagas as a process of its own, which kills itself where it is told to; leaves what must come of
// it to the specs.

import type { SagaServices, Step } from '../../api/sagas/define.ts';
import { defineSaga, type SagaDefinition, sagasByType } from '../../api/sagas/define.ts';
import { ALL_SAGAS } from '../../api/sagas/index.ts';
import { startWorker } from '../../api/sagas/worker.ts';
import { createPool } from '../../core/db/pool.ts';
import { servicesOf } from './issuance-world.ts';

const [url = '', rpc_url = '', kill_at = ''] = process.argv.slice(2);

function dieAt(point: string): void {
  if (point === kill_at) process.kill(process.pid, 'SIGKILL');
}

/** The step as it is, with a death after its call, or in its transaction before the commit. */
function deadly(step: Step): Step {
  const { name, call } = step;
  return {
    ...step,
    ...(call === undefined
      ? {}
      : {
          call: async (question, context) => {
            const answer = await call(question, context);
            dieAt(`${name}:called`);
            return answer;
          },
        }),
    run: async (trx, context, answer) => {
      const outcome = await step.run(trx, context, answer);
      if (outcome.kind === 'done') dieAt(`${name}:run`);
      return outcome;
    },
  };
}

function allDeadly(saga: SagaDefinition): SagaDefinition {
  const [first, ...rest] = saga.steps;
  return defineSaga({ ...saga, steps: [deadly(first), ...rest.map(deadly)] });
}

const pool = createPool({ url, max: 12, on_idle_error: () => undefined });
await startWorker({
  pool,
  url,
  sagas: sagasByType([...ALL_SAGAS.values()].map(allDeadly)),
  services: servicesOf({ pool, rpc_url }) as SagaServices,
  eyes: {
    onStep: () => undefined,
    onError: (error) => console.error(error),
    onJob: () => undefined,
    onTrouble: (error) => console.error(error),
  },
});
console.log('works');
