// Owns showing what lies at the registries behind the credits on chain, and what the figures do not cover; leaves comparing to the
// server.

import type { ApiClient } from '../client.ts';
import { Time, Tonnes } from './facts.tsx';
import { Notice } from './notice.tsx';
import { Table } from './table.tsx';

type BackingView = Awaited<ReturnType<ApiClient['getBacking']>>;

export function Backing({ backing }: { backing: BackingView }) {
  const { registries, block_height, compared_at, in_words } = backing;
  return (
    <section class="sheet">
      {compared_at === null ? (
        <Notice kind="plain">Nothing was compared with the registries yet.</Notice>
      ) : (
        <p class="hint">
          Compared at block {block_height}, <Time value={compared_at} />
        </p>
      )}
      <Table
        caption="Supply and backing"
        rows={registries}
        keyOf={({ registry_type, registry_name }) => registry_name ?? registry_type}
        empty="There are no credits on chain."
        columns={[
          { name: 'Registry', cell: ({ registry_name, registry_type }) => registry_name ?? registry_type },
          {
            name: 'Active',
            is_number: true,
            cell: ({ on_chain }) => <Tonnes value={on_chain.active_co2e} />,
          },
          {
            name: 'Impaired',
            is_number: true,
            cell: ({ on_chain }) => <Tonnes value={on_chain.impaired_co2e} />,
          },
          {
            name: 'Retired, pending',
            is_number: true,
            cell: ({ on_chain }) => <Tonnes value={on_chain.retired_unconfirmed_co2e} />,
          },
          {
            name: 'Retired, confirmed',
            is_number: true,
            cell: ({ on_chain }) => <Tonnes value={on_chain.retired_confirmed_co2e} />,
          },
          { name: 'Held there', is_number: true, cell: ({ held_co2e }) => <Tonnes value={held_co2e} /> },
          {
            name: 'Missing',
            is_number: true,
            cell: ({ difference_co2e }) => <Tonnes value={difference_co2e} />,
          },
          {
            name: 'Not covered',
            is_number: true,
            cell: ({ not_covered_co2e }) => <Tonnes value={not_covered_co2e} />,
          },
        ]}
      />
      <ul class="hint">
        {in_words.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </section>
  );
}
