// Owns the list of findings and the one that is looked at; leaves minding it to finding.tsx.

import { useState } from 'preact/hooks';
import type { ApiClient } from '../client.ts';
import { useAsk } from '../use-ask.ts';
import { State, Time, Tonnes } from './facts.tsx';
import { FindingSheet } from './finding.tsx';
import { Shown } from './notice.tsx';
import { Table } from './table.tsx';

const STATUSES = ['open', 'waived', 'closed'] as const;
const SHOWN = 100;

export type Finding = Awaited<ReturnType<ApiClient['listFindings']>>['findings'][number];

export function Findings({ client, about }: { client: ApiClient; about: string }) {
  const [status, setStatus] = useState<(typeof STATUSES)[number]>('open');
  const [chosen, choose] = useState<string | undefined>();
  const list = useAsk(
    () => client.listFindings({ query: { status: [status], page_size: SHOWN } }),
    [client, status, about],
  );
  return (
    <>
      {chosen === undefined ? null : (
        <FindingSheet
          key={chosen}
          finding_id={chosen}
          client={client}
          onChanged={() => list.again()}
          onClose={() => choose(undefined)}
        />
      )}
      <section class="sheet">
        <fieldset class="row" aria-label="Which findings">
          {STATUSES.map((one) => (
            <button type="button" key={one} aria-pressed={one === status} onClick={() => setStatus(one)}>
              {one}
            </button>
          ))}
        </fieldset>
        <Shown ask={list}>
          {({ findings }) => (
            <Table
              caption={`Findings: ${status}`}
              rows={findings}
              keyOf={({ finding_id }) => finding_id}
              empty={status === 'open' ? 'Everything agrees.' : `There is none that is ${status}.`}
              columns={[
                { name: 'What', cell: ({ title }) => title },
                { name: 'How grave', cell: ({ severity }) => <State value={severity} /> },
                {
                  name: 'Registry',
                  cell: ({ registry_name, registry_type }) => registry_name ?? registry_type ?? 'none',
                },
                { name: 'Since', cell: ({ first_seen_at }) => <Time value={first_seen_at} /> },
                {
                  name: 'Tonnes',
                  is_number: true,
                  cell: ({ tonnes_at_stake }) => <Tonnes value={tonnes_at_stake} />,
                },
                {
                  name: 'Do',
                  cell: ({ finding_id }) => (
                    <button type="button" onClick={() => choose(finding_id)}>
                      Look
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
