// Owns the public page of one credit: what it is, what happened to it, what it was made of and became; leaves retirements to
// their certificates.

import { type ApiClient, clientFor } from '../client.ts';
import type { PageProps } from '../main.tsx';
import { eventWords } from '../parts/event-words.ts';
import { Facts, Hash, State, Time, Tonnes } from '../parts/facts.tsx';
import { Shown } from '../parts/notice.tsx';
import { Table } from '../parts/table.tsx';
import { useAsk } from '../use-ask.ts';

const LOOK_AGAIN_MS = 10_000;

type View = Awaited<ReturnType<ApiClient['getPublicCredit']>>;

export default function CreditPage({ params: { token_id = '' } }: PageProps) {
  const client = clientFor();
  const asked = useAsk(() => client.getPublicCredit({ params: { token_id } }), [token_id], LOOK_AGAIN_MS);
  return (
    <Shown ask={asked} title="A credit">
      {({ credit, timeline, lineage }) => (
        <>
          <h1>
            <Tonnes value={credit.tonnage_co2e} /> of {credit.registry}, {credit.vintage_year}
          </h1>
          <p class="lead">
            <State value={credit.status} />
          </p>
          <section class="sheet">
            <h2>The credit</h2>
            <Facts
              facts={[
                ['Hash', <Hash value={credit.mrv_hash} />],
                ['Owner', credit.ended_at === null ? credit.owner_account_id : undefined],
                ['Last owner', credit.ended_at === null ? undefined : credit.owner_account_id],
                ['Project', credit.registry_project_id],
                ['Methodology', credit.methodology],
                ['Unit', `${credit.unit} t`],
                [
                  'Serial numbers',
                  credit.serial === null
                    ? undefined
                    : `${credit.serial.namespace}: ${credit.serial.start} to ${credit.serial.end}`,
                ],
                ['Consent', credit.consent_ref],
                ['Minted by', credit.minter_account_id],
                ['Born by', credit.birth],
                ['Born at', <Time value={credit.minted_at} />],
                ['Ended at', credit.ended_at === null ? undefined : <Time value={credit.ended_at} />],
                ['Last day', credit.expires_on],
                ['Contract', credit.near_contract_id],
              ]}
            />
            {credit.status === 'retired' ? (
              <a href={`/certificates/${token_id}`}>Certificate of retirement</a>
            ) : null}
          </section>
          <section class="sheet">
            <h2>What happened to it</h2>
            <ol class="timeline">
              {timeline.map((event, index) => (
                <Event key={`${event.event_identity} ${event.leg}`} event={event} is_first={index === 0} />
              ))}
            </ol>
          </section>
          <Lineage token_id={token_id} lineage={lineage} />
        </>
      )}
    </Shown>
  );
}

function Event({ event, is_first }: { event: View['timeline'][number]; is_first: boolean }) {
  const { from_account_id, to_account_id, transaction_hash } = event;
  const way = [from_account_id, to_account_id].filter((one) => one !== null).join(' to ');
  return (
    <li>
      <strong>{eventWords(event, is_first)}</strong> {way}
      <br />
      <small class="hint">
        <Time value={event.happened_at} />, block {event.block_height}
        {transaction_hash === null ? null : (
          <>
            , transaction <Hash value={transaction_hash} />
          </>
        )}
      </small>
    </li>
  );
}

function Lineage({ token_id, lineage }: { token_id: string; lineage: View['lineage'] }) {
  return (
    <section class="sheet">
      <Table
        caption="What it was made of, and what it became"
        rows={lineage}
        keyOf={(one) => `${one.parent_token_id} ${one.token_id}`}
        empty="It was minted whole, and nobody has divided or merged it."
        columns={[
          {
            name: 'Of',
            cell: ({ parent_token_id: id }) =>
              id === token_id ? 'this credit' : <Hash value={id} href={`/credits/${id}`} />,
          },
          { name: 'By', cell: ({ lineage_type }) => lineage_type },
          {
            name: 'Came',
            cell: ({ token_id: id }) =>
              id === token_id ? 'this credit' : <Hash value={id} href={`/credits/${id}`} />,
          },
          { name: 'State', cell: ({ status }) => <State value={status} /> },
          { name: 'Tonnes', is_number: true, cell: ({ tonnage_co2e }) => <Tonnes value={tonnage_co2e} /> },
        ]}
      />
    </section>
  );
}
