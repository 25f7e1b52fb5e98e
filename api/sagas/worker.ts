// Owns a worker: it hears of sagas that may move, looks for those that nobody told of, and has them moved; leaves each move to
// move-saga.ts and the jobs between to queue.ts.

import type pg from 'pg';
import { runAs } from '../../core/db/identity.ts';
import { createClient } from '../../core/db/pool.ts';
import { type DueSaga, listDueSagas, postponeSaga, SAGA_CHANNEL, wakeSagas } from '../../core/db/sagas.ts';
import type { SagaDefinitions, SagaServices } from './define.ts';
import { moveSaga, type SagaEyes } from './move-saga.ts';
import { openQueue } from './queue.ts';
import { MovedByAnother } from './record-move.ts';

/** Sagas that sleep are found when they are due by this, and so is whatever was told while nobody listened. */
const SWEEP_EVERY_MS = 500;
const MAX_SWEPT = 100;
const POSTPONED_MS = 5_000;
export const MOVED_AT_ONCE = 4;

export type WorkerDeps = {
  /** Of the login `app`: moving a saga takes two connections, one of which only holds its lock. */
  pool: pg.Pool;
  url: string;
  sagas: SagaDefinitions;
  services: SagaServices;
  eyes: WorkerEyes;
  at_once?: number;
};

export type WorkerEyes = SagaEyes & {
  onJob(outcome: 'moved' | 'taken' | 'failed'): void;
  /** Something of the worker itself failed; it goes on. */
  onTrouble(error: unknown): void;
};

export type Worker = {
  /** When it last looked for sagas that are due, which it does twice a second. */
  lastSweptAt(): Date | undefined;
  /** The steps that are running are finished. */
  stop(): Promise<void>;
};

export async function startWorker(deps: WorkerDeps): Promise<Worker> {
  const { pool, url, services, eyes, at_once = MOVED_AT_ONCE } = deps;
  const stop = new AbortController();
  const move = { ...deps, random: Math.random, stop: stop.signal };
  const queue = await openQueue({ url, at_once, work, log: eyes.onTrouble });
  let swept_at: Date | undefined;
  const sweep = takeTurns(async () => {
    const due = await listDueSagas(pool, { before: services.now(), limit: MAX_SWEPT });
    await queue.add(due);
    swept_at = services.now();
  }, eyes.onTrouble);
  const listener = keepListening({ url, onTrouble: eyes.onTrouble, hear });
  const timer = setInterval(sweep.ask, SWEEP_EVERY_MS);
  sweep.ask();
  return {
    lastSweptAt: () => swept_at,
    stop: async () => {
      stop.abort();
      clearInterval(timer);
      await listener.stop();
      await sweep.settled();
      await queue.stop();
    },
  };

  async function work(saga: DueSaga): Promise<void> {
    try {
      eyes.onJob((await moveSaga(move, saga)) ? 'moved' : 'taken');
    } catch (error) {
      eyes.onJob('failed');
      eyes.onTrouble(error);
      if (!(error instanceof MovedByAnother)) await postpone(saga);
    }
  }

  /** What no transaction could write, such as of a saga that this release does not know, or while the database is away. */
  async function postpone({ saga_id, tenant_id }: DueSaga): Promise<void> {
    const now = services.now();
    const until = new Date(now.getTime() + POSTPONED_MS);
    const identity = { kind: 'tenant', tenant_id, actor: `saga:${saga_id}` } as const;
    try {
      await runAs(pool, { identity }, (trx) => postponeSaga(trx, { saga_id, now, until }));
    } catch (error) {
      // The next sweep finds it as it was.
      eyes.onTrouble(error);
    }
  }

  function hear(message: string): void {
    const [kind, tenant_id, topic] = message.split(' ', 3);
    if (kind !== 'wake' || tenant_id === undefined || topic === undefined) {
      sweep.ask();
      return;
    }
    wake({ tenant_id, topic }).then(sweep.ask, eyes.onTrouble);
  }

  async function wake({ tenant_id, topic }: { tenant_id: string; topic: string }): Promise<void> {
    const identity = { kind: 'tenant', tenant_id, actor: 'saga:wake' } as const;
    await runAs(pool, { identity }, (trx) => wakeSagas(trx, { topic, now: services.now() }));
  }
}

/** One at a time; asked while it runs, it runs once more after that, however often it was asked. */
function takeTurns(work: () => Promise<void>, onTrouble: (error: unknown) => void) {
  let running: Promise<void> | undefined;
  let is_asked = false;
  const run = async (): Promise<void> => {
    while (is_asked) {
      is_asked = false;
      try {
        await work();
      } catch (error) {
        onTrouble(error);
      }
    }
    running = undefined;
  };
  return {
    ask: (): void => {
      is_asked = true;
      running ??= run();
    },
    settled: async (): Promise<void> => {
      await running;
    },
  };
}

const LISTEN_AGAIN_MS = 1_000;

/** A connection of its own; one that breaks is opened anew, and the sweep stands in for what was told meanwhile. */
function keepListening(about: {
  url: string;
  hear: (message: string) => void;
  onTrouble: (error: unknown) => void;
}): { stop(): Promise<void> } {
  const { url, hear, onTrouble } = about;
  let is_stopped = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  const again = (): void => {
    client = undefined;
    if (!is_stopped) timer ??= setTimeout(open, LISTEN_AGAIN_MS);
  };
  const open = (): void => {
    timer = undefined;
    const opened = createClient({ url, on_error: onTrouble });
    client = opened;
    opened.on('end', again);
    opened.on('notification', ({ payload }) => hear(payload ?? ''));
    opened
      .connect()
      .then(() => opened.query(`listen ${SAGA_CHANNEL}`))
      .then(() => hear('due'))
      .catch((error: unknown) => {
        onTrouble(error);
        again();
      });
  };
  open();
  return {
    stop: async () => {
      is_stopped = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
