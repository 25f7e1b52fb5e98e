// Owns the figures of one run of reconciliation, with what it could not check; leaves findings to findings.tsx.

import type { ApiClient } from '../client.ts';
import { Time, Tonnes } from './facts.tsx';
import { Notice } from './notice.tsx';

type Run = Awaited<ReturnType<ApiClient['listReconciliationRuns']>>['runs'][number];

export function RunTiles({ run }: { run: Run | undefined }) {
  if (run === undefined) return <Notice kind="plain">Nothing was compared yet.</Notice>;
  const open = Object.entries(run.rules_not_checked ?? {});
  return (
    <>
      <div class="tiles">
        <div class="tile">
          <span class="name">Unreconciled</span>
          <span class="figure">
            <Tonnes value={run.unreconciled_co2e} />
          </span>
        </div>
        <div class="tile">
          <span class="name">In transit</span>
          <span class="figure">
            <Tonnes value={run.in_transit_co2e} />
          </span>
        </div>
        <div class="tile">
          <span class="name">Open findings</span>
          <span class="figure">{run.findings_open}</span>
        </div>
        <div class="tile">
          <span class="name">As of block {run.block_height}</span>
          <span>
            <Time value={run.finished_at ?? run.started_at} />
          </span>
        </div>
      </div>
      {open.length === 0 ? null : (
        <section class="sheet">
          <h2>Not checked</h2>
          <ul>
            {open.map(([code, why]) => (
              <li key={code}>
                {code}: {why}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
