// Owns the queue of jobs, each of which says that a saga may move; leaves the truth to the saga's rows and moving to worker.ts.

import { PgBoss } from 'pg-boss';
import type { DueSaga } from '../../core/db/sagas.ts';

const QUEUE = 'sagas';
/** The jobs' own connections: fetching them, and whatever pg-boss tidies up. */
const CONNECTIONS = 2;
/** A floor: new jobs of this process are fetched at once. */
const POLL_SECONDS = 2;

export type QueueDeps = {
  url: string;
  /** So many sagas move at once in this process. */
  at_once: number;
  work: (saga: DueSaga) => Promise<void>;
  log: (error: unknown) => void;
};

export type Queue = {
  /** A saga that has a job waiting gets no second one. */
  add(sagas: readonly DueSaga[]): Promise<void>;
  /** Fetches nothing more and waits for what is being worked on. */
  stop(): Promise<void>;
};

const STOP_GRACE_MS = 30_000;

export async function openQueue({ url, at_once, work, log }: QueueDeps): Promise<Queue> {
  // Its tables come from our migration, so that the login needs no right to make or change any.
  const boss = new PgBoss({
    connectionString: url,
    max: CONNECTIONS,
    application_name: 'dmrv-near queue',
    schema: 'pgboss',
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', log);
  const stop = () => boss.stop({ graceful: true, timeout: STOP_GRACE_MS });
  const workers: string[] = [];
  try {
    await boss.start();
    for (let count = 0; count < at_once; count++) {
      const id = await boss.work<DueSaga>(QUEUE, { pollingIntervalSeconds: POLL_SECONDS }, async (jobs) => {
        for (const { data } of jobs) await work(data);
      });
      workers.push(id);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    add: async (sagas) => {
      if (sagas.length === 0) return;
      await boss.insert(
        QUEUE,
        sagas.map(({ saga_id, tenant_id }) => ({ data: { saga_id, tenant_id }, singletonKey: saga_id })),
      );
      for (const id of workers) boss.notifyWorker(id);
    },
    stop,
  };
}
