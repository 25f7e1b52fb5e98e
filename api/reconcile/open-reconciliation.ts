// Owns the reconciler's connections in one process, and runs that somebody asks for there; leaves a run to run.ts.

import { createPool } from '../../core/db/pool.ts';
import type { AskChain } from '../chain/json-rpc.ts';
import { beginRun, type Ran, type RunDeps } from './run.ts';

/** One reads, one writes down; the lock has a connection of its own. */
const CONNECTIONS = 2;

export type Reconciliation = {
  deps: RunDeps;
  begin(started_by: string): Promise<{ run_id: string }>;
  close(): Promise<void>;
};

export function openReconciliation(about: {
  /** The way in of the login `reconciler`. */
  url: string;
  contract_id: string;
  ask: AskChain | undefined;
  now: () => Date;
  /** Of a run that failed: its row has the reason, too. */
  log: (error: unknown) => void;
  onRan?: (ran: Ran) => void;
}): Reconciliation {
  const { url, contract_id, ask, now, log, onRan = () => undefined } = about;
  const pool = createPool({ url, max: CONNECTIONS, on_idle_error: log });
  const deps: RunDeps = { pool, url, contract_id, ask, now };
  const under_way = new Set<Promise<void>>();
  return {
    deps,
    begin: async (started_by) => {
      const { run_id, ended } = await beginRun(deps, { trigger: 'api', started_by });
      const settled = ended.then(onRan, log);
      under_way.add(settled);
      void settled.finally(() => under_way.delete(settled));
      return { run_id };
    },
    close: async () => {
      await Promise.all(under_way);
      await pool.end();
    },
  };
}
