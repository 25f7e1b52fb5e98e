// Owns the list of retirements that a registry has not answered, and the one that is being looked at; leaves the checks to
// proof-check.tsx and the answer to attest-form.tsx.

import { useState } from 'preact/hooks';
import { ApiError } from '../../api/client/client.ts';
import { type ApiClient, clientFor } from '../client.ts';
import type { Session } from '../session.ts';
import { useAsk } from '../use-ask.ts';
import { AttestForm } from './attest-form.tsx';
import { Beneficiary, Hash, State, Time, Tonnes } from './facts.tsx';
import { Notice, Shown } from './notice.tsx';
import { outcomeOf } from './portfolio.tsx';
import { ProofCheck } from './proof-check.tsx';
import { Table } from './table.tsx';

const LOOK_AGAIN_MS = 5_000;
const SHOWN = 100;
const OUTCOMES = ['pending', 'confirmed', 'refused'] as const;
type Outcome = (typeof OUTCOMES)[number];

export type InboxRetirement = Awaited<ReturnType<ApiClient['listRetirements']>>['retirements'][number];

export function Inbox({ session, onRefused }: { session: Session; onRefused: () => void }) {
  const client = clientFor(session.token);
  const [outcome, setOutcome] = useState<Outcome>('pending');
  const [chosen, choose] = useState<InboxRetirement | undefined>();
  const [told, setTold] = useState<string | undefined>();
  const list = useAsk(
    async () => {
      try {
        return await client.listRetirements({ query: { registry_outcome: outcome, page_size: SHOWN } });
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) onRefused();
        throw error;
      }
    },
    [session.token, outcome],
    LOOK_AGAIN_MS,
  );
  const end = (transaction_hash: string | undefined): void => {
    choose(undefined);
    setTold(transaction_hash);
    list.again();
  };
  return (
    <>
      {told === undefined ? null : (
        <Notice kind="good">
          Told on chain in transaction <Hash value={told} />. The list follows once the block is indexed.
        </Notice>
      )}
      {chosen === undefined ? null : (
        <section class="sheet" aria-label="The retirement">
          <h2>
            <Beneficiary {...chosen} />, <Tonnes value={chosen.tonnage_co2e} />
          </h2>
          <ProofCheck token_id={chosen.token_id} />
          <AttestForm retirement={chosen} client={client} onEnd={end} />
        </section>
      )}
      <section class="sheet">
        <fieldset class="row" aria-label="Which retirements">
          {OUTCOMES.map((one) => (
            <button type="button" key={one} aria-pressed={one === outcome} onClick={() => setOutcome(one)}>
              {one}
            </button>
          ))}
        </fieldset>
        <Shown ask={list}>
          {({ retirements }) => (
            <Table
              caption={`Retirements: ${outcome}`}
              rows={retirements}
              keyOf={({ retirement_id }) => retirement_id}
              empty={`There is none that is ${outcome}.`}
              columns={[
                { name: 'Burnt', cell: ({ retired_at }) => <Time value={retired_at} /> },
                {
                  name: 'Credit',
                  cell: ({ token_id }) => <Hash value={token_id} href={`/certificates/${token_id}`} />,
                },
                { name: 'For', cell: (one) => <Beneficiary {...one} /> },
                { name: 'State', cell: (one) => <State value={outcomeOf(one)} /> },
                {
                  name: 'Tonnes',
                  is_number: true,
                  cell: ({ tonnage_co2e }) => <Tonnes value={tonnage_co2e} />,
                },
                {
                  name: 'Do',
                  cell: (one) => (
                    <button type="button" onClick={() => choose(one)}>
                      Check
                    </button>
                  ),
                },
              ]}
            />
          )}
        </Shown>
      </section>
    </>
  );
}
