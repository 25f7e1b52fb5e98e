// Owns what Prometheus is told of reconciliation, asked of the database when it looks; leaves alarms to whoever watches.

import type pg from 'pg';
import { Gauge, type Registry } from 'prom-client';
import { runAs } from '../../core/db/identity.ts';
import { countOpenFindings, type OpenCount } from '../../core/db/reconciliation/findings.ts';
import { findLastRun, type LastRun } from '../../core/db/reconciliation/runs.ts';

type Watched = { pool: pg.Pool; contract_id: string; now: () => Date; onTrouble: (error: unknown) => void };

type Standing = { last: LastRun | undefined; open: OpenCount[] };

/** Figures are numbers here, exact ones are in the API. */
export function watchReconciliation(registry: Registry, watched: Watched): void {
  let asked: Promise<Standing | undefined> | undefined;
  // All gauges of one look are of one moment.
  const look = (): Promise<Standing | undefined> => {
    asked ??= ask(watched).finally(() => {
      asked = undefined;
    });
    return asked;
  };
  new Gauge({
    name: 'dmrv_reconciliation_unreconciled_tonnes',
    help: 'Tonnes on which chain, database, registries or buffers differ, by the last run',
    registers: [registry],
    async collect() {
      const standing = await look();
      if (standing?.last !== undefined) this.set(Number(standing.last.unreconciled_co2e));
    },
  });
  new Gauge({
    name: 'dmrv_reconciliation_in_transit_tonnes',
    help: 'Tonnes that chain and registry may still come to show alike, by the last run',
    registers: [registry],
    async collect() {
      const standing = await look();
      if (standing?.last !== undefined) this.set(Number(standing.last.in_transit_co2e));
    },
  });
  new Gauge({
    name: 'dmrv_reconciliation_last_run_age_seconds',
    help: 'Since the last run came to its end; nothing while there was none',
    registers: [registry],
    async collect() {
      const standing = await look();
      if (standing?.last === undefined) return;
      this.set((watched.now().getTime() - new Date(standing.last.finished_at).getTime()) / MS_PER_S);
    },
  });
  new Gauge({
    name: 'dmrv_reconciliation_open_findings',
    help: 'Findings that are open, by code and severity',
    labelNames: ['code', 'severity'],
    registers: [registry],
    async collect() {
      const standing = await look();
      if (standing === undefined) return;
      this.reset();
      for (const { code, severity, findings } of standing.open)
        this.set({ code, severity }, Number(findings));
    },
  });
}

const MS_PER_S = 1000;

/** A database that is away must not take the other figures with it. */
async function ask({ pool, contract_id, onTrouble }: Watched): Promise<Standing | undefined> {
  try {
    return await runAs(pool, { identity: { kind: 'anyone', actor: 'metrics' } }, async (trx) => ({
      last: await findLastRun(trx, contract_id),
      open: await countOpenFindings(trx),
    }));
  } catch (error) {
    onTrouble(error);
    return undefined;
  }
}
