// Owns the public list of retirements; leaves one of them to its certificate.

import type { ApiClient } from '../client.ts';
import { Hash, State, Time, Tonnes } from './facts.tsx';
import { Table } from './table.tsx';

type Retirement = Awaited<ReturnType<ApiClient['listPublicRetirements']>>['retirements'][number];

export function PublicRetirements({ retirements }: { retirements: readonly Retirement[] }) {
  return (
    <Table
      caption="Newest retirements"
      rows={retirements}
      keyOf={({ token_id }) => token_id}
      empty="Nothing was retired yet."
      columns={[
        { name: 'When', cell: ({ retired_at }) => <Time value={retired_at} /> },
        { name: 'For', cell: (one) => <ForWhom {...one} /> },
        { name: 'From', cell: ({ registry, vintage_year }) => `${registry}, ${vintage_year}` },
        { name: 'State', cell: ({ state }) => <State value={state}>{wordsOf(state)}</State> },
        { name: 'Tonnes', is_number: true, cell: ({ tonnage_co2e }) => <Tonnes value={tonnage_co2e} /> },
        {
          name: 'Certificate',
          cell: ({ token_id }) => <a href={`/certificates/${token_id}`}>certificate</a>,
        },
      ]}
    />
  );
}

export function ForWhom(about: Pick<Retirement, 'beneficiary' | 'beneficiary_commitment'>) {
  const { beneficiary, beneficiary_commitment } = about;
  if (beneficiary !== null) return <>{beneficiary}</>;
  return (
    <>
      a person <Hash value={beneficiary_commitment ?? ''} />
    </>
  );
}

export function wordsOf(state: Retirement['state']): string {
  if (state === 'confirmed') return 'confirmed';
  return state === 'refused' ? 'refused' : 'burnt, registry pending';
}
