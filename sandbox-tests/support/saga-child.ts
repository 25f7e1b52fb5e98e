// Owns a worker as a process of its own that kills itself where it is told to; leaves what must come of it to the specs.

import { sagasByType } from '../../api/sagas/define.ts';
import { startWorker } from '../../api/sagas/worker.ts';
import type { Services } from '../../api/services.ts';
import { createPool } from '../../core/db/pool.ts';
import { makeUpSaga } from './made-up-saga.ts';

const [url = '', kill_at = ''] = process.argv.slice(2);
const pool = createPool({ url, max: 12, on_idle_error: () => undefined });
const saga = makeUpSaga({
  outside: pool,
  at: async (point) => {
    if (point === kill_at) process.kill(process.pid, 'SIGKILL');
  },
});
await startWorker({
  pool,
  url,
  sagas: sagasByType([saga]),
  services: { now: () => new Date() } as Services,
  eyes: {
    onStep: () => undefined,
    onError: () => undefined,
    onJob: () => undefined,
    onTrouble: (error) => console.error(error),
  },
});
console.log('works');
