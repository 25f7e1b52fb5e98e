// Owns an operator's page: whether chain, books, registries and buffers agree, and what does not; leaves each finding to
// parts/finding.tsx.

import { useState } from 'preact/hooks';
import { ApiError } from '../../api/client/client.ts';
import { clientFor } from '../client.ts';
import { Findings } from '../parts/findings.tsx';
import { HistoryPlot } from '../parts/history-plot.tsx';
import { KeyForm } from '../parts/key-form.tsx';
import { Failure, Shown } from '../parts/notice.tsx';
import { RunTiles } from '../parts/run-tiles.tsx';
import { dropSession, readSession, type Session } from '../session.ts';
import { useAsk, useWork } from '../use-ask.ts';

const LOOK_AGAIN_MS = 10_000;
const RUNS_SHOWN = 200;

export default function OperationsPage() {
  const [session, setSession] = useState(() => readSession('operator'));
  if (session === undefined) {
    return (
      <>
        <h1>Does everything agree?</h1>
        <p class="lead">For operators of the platform. The key stays in this tab.</p>
        <KeyForm
          seat="operator"
          label="Operator key"
          prefix="dmrv_p_"
          offers={['operator']}
          onKept={() => setSession(readSession('operator'))}
        />
      </>
    );
  }
  const leave = (): void => {
    dropSession('operator');
    setSession(undefined);
  };
  return (
    <>
      <div class="row between">
        <h1>Does everything agree?</h1>
        <button type="button" onClick={leave}>
          Leave
        </button>
      </div>
      <p class="lead">Chain, books, registries and buffer pools, compared in one snapshot.</p>
      <Operations session={session} onRefused={leave} />
    </>
  );
}

function Operations({ session, onRefused }: { session: Session; onRefused: () => void }) {
  const client = clientFor(session.token);
  const { is_busy, error, run } = useWork();
  const [turn, setTurn] = useState(0);
  const runs = useAsk(
    async () => {
      try {
        const { runs } = await client.listReconciliationRuns({
          query: { page_size: RUNS_SHOWN, status: ['completed'] },
        });
        return runs;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) onRefused();
        throw error;
      }
    },
    [session.token, turn],
    LOOK_AGAIN_MS,
  );
  const compare = (): void =>
    run(async () => {
      await client.startReconciliationRun({ body: {} });
      setTurn(turn + 1);
    });
  return (
    <>
      <div class="row">
        <button type="button" class="main" disabled={is_busy} onClick={compare}>
          {is_busy ? 'Under way…' : 'Compare now'}
        </button>
      </div>
      <Failure error={error} />
      <Shown ask={runs}>
        {(known) => (
          <>
            <RunTiles run={known[0]} />
            <section class="sheet">
              <h2>How the drift came and went</h2>
              <HistoryPlot
                points={known.toReversed().map((one) => ({
                  at: one.finished_at ?? one.started_at,
                  unreconciled_co2e: one.unreconciled_co2e,
                  in_transit_co2e: one.in_transit_co2e,
                }))}
              />
            </section>
            <Findings client={client} about={known[0]?.run_id ?? ''} />
          </>
        )}
      </Shown>
    </>
  );
}
