// Owns that runs come by themselves, one at a time over all processes and no more often than asked; leaves a run to run.ts.

import { runAs } from '../../core/db/identity.ts';
import { findLastRun } from '../../core/db/reconciliation/runs.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { type Ran, type RunDeps, runOnce } from './run.ts';

/** Each process looks whether it is time; the lock leaves the run to one of them. */
const LOOK_EVERY_MS = 30_000;

export type Schedule = { stop(): Promise<void> };

export function startSchedule(about: {
  deps: RunDeps;
  every_ms: number;
  onRan: (ran: Ran) => void;
  onTrouble: (error: unknown) => void;
  look_every_ms?: number;
}): Schedule {
  const { deps, every_ms, onRan, onTrouble, look_every_ms = LOOK_EVERY_MS } = about;
  let timer: NodeJS.Timeout | undefined;
  let is_stopped = false;
  let running: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      if (await isTime(deps, every_ms)) {
        onRan(await runOnce(deps, { trigger: 'schedule', started_by: 'reconciler' }));
      }
    } catch (error) {
      // Another process runs it, or there is no chain to compare yet.
      if (!isExpected(error)) onTrouble(error);
    }
  };
  const again = (): void => {
    running = look().finally(() => {
      if (!is_stopped) timer = setTimeout(again, look_every_ms);
    });
  };
  timer = setTimeout(again, Math.min(look_every_ms, every_ms));
  return {
    stop: async () => {
      is_stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof DmrvError &&
    (error.code === 'RECONCILE_RUNNING' || error.code === 'RECONCILE_NOTHING_INDEXED')
  );
}

async function isTime({ pool, contract_id, now }: RunDeps, every_ms: number): Promise<boolean> {
  const last = await runAs(pool, { identity: { kind: 'anyone', actor: 'reconciler' } }, (trx) =>
    findLastRun(trx, contract_id),
  );
  return last === undefined || now().getTime() - new Date(last.finished_at).getTime() >= every_ms;
}
