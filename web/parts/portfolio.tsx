// Owns the lists of a signed-in holder: live credits, each with its retirement form, and past retirements; leaves signing to the wallet.

import { useState } from 'preact/hooks';
import { ApiError } from '../../api/client/client.ts';
import { type ApiClient, clientFor } from '../client.ts';
import type { Session } from '../session.ts';
import { useAsk } from '../use-ask.ts';
import { Beneficiary, Hash, State, Time, Tonnes } from './facts.tsx';
import { Notice, Shown } from './notice.tsx';
import { RetireForm } from './retire-form.tsx';
import { Table } from './table.tsx';

const LOOK_AGAIN_MS = 4_000;
const SHOWN = 200;

export type HeldCredit = Awaited<ReturnType<ApiClient['listCredits']>>['credits'][number];
type HeldRetirement = Awaited<ReturnType<ApiClient['listRetirements']>>['retirements'][number];

export function Portfolio({ session, onExpired }: { session: Session; onExpired: () => void }) {
  const client = clientFor(session.token);
  const [chosen, choose] = useState<HeldCredit | undefined>();
  const [sent, setSent] = useState<string | undefined>();
  const held = useAsk(
    async () => {
      try {
        const [{ credits }, { retirements }] = await Promise.all([
          client.listCredits({ query: { page_size: SHOWN } }),
          client.listRetirements({ query: { page_size: SHOWN } }),
        ]);
        return { credits, retirements };
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) onExpired();
        throw error;
      }
    },
    [session.token],
    LOOK_AGAIN_MS,
  );
  return (
    <>
      {sent === undefined ? null : (
        <Notice kind="good">
          Burnt in transaction <Hash value={sent} />. The certificate appears below once the block is indexed.
        </Notice>
      )}
      {chosen === undefined ? null : (
        <RetireForm
          credit={chosen}
          client={client}
          account_id={session.shown}
          onEnd={(transaction_hash) => {
            choose(undefined);
            setSent(transaction_hash);
            held.again();
          }}
        />
      )}
      <Shown ask={held}>
        {({ credits, retirements }) => (
          <>
            <LiveCredits credits={credits} onRetire={choose} />
            <PastRetirements retirements={retirements} />
          </>
        )}
      </Shown>
    </>
  );
}

function LiveCredits(props: { credits: readonly HeldCredit[]; onRetire: (credit: HeldCredit) => void }) {
  const live = props.credits.filter(({ status }) => status === 'active' || status === 'impaired');
  return (
    <section class="sheet">
      <Table
        caption="Live credits"
        rows={live}
        keyOf={({ credit_id }) => credit_id}
        empty="This account holds no live credit."
        columns={[
          {
            name: 'Credit',
            cell: ({ mrv_hash }) => <Hash value={mrv_hash} href={`/credits/${mrv_hash}`} />,
          },
          { name: 'Registry', cell: ({ registry_name, registry_type }) => registry_name ?? registry_type },
          { name: 'Vintage', cell: ({ vintage_year }) => vintage_year },
          { name: 'State', cell: ({ status }) => <State value={status} /> },
          { name: 'Tonnes', is_number: true, cell: ({ tonnage_co2e }) => <Tonnes value={tonnage_co2e} /> },
          {
            name: 'Do',
            cell: (credit) =>
              credit.status === 'active' ? (
                <button type="button" onClick={() => props.onRetire(credit)}>
                  Retire
                </button>
              ) : (
                'held by its registry'
              ),
          },
        ]}
      />
    </section>
  );
}

function PastRetirements({ retirements }: { retirements: readonly HeldRetirement[] }) {
  return (
    <section class="sheet">
      <Table
        caption="Retirements"
        rows={retirements}
        keyOf={({ retirement_id }) => retirement_id}
        empty="Nothing was retired from this account."
        columns={[
          { name: 'When', cell: ({ retired_at }) => <Time value={retired_at} /> },
          { name: 'For', cell: (one) => <Beneficiary {...one} /> },
          { name: 'Registry', cell: (one) => <State value={outcomeOf(one)} /> },
          { name: 'Tonnes', is_number: true, cell: ({ tonnage_co2e }) => <Tonnes value={tonnage_co2e} /> },
          {
            name: 'Certificate',
            cell: ({ token_id }) => <a href={`/certificates/${token_id}`}>certificate and proof</a>,
          },
        ]}
      />
    </section>
  );
}

export function outcomeOf(
  about: Pick<HeldRetirement, 'registry_confirmed' | 'registry_refused_at'>,
): 'confirmed' | 'refused' | 'pending' {
  if (about.registry_confirmed) return 'confirmed';
  return about.registry_refused_at === null ? 'pending' : 'refused';
}
