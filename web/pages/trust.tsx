// Owns the public page of what the contract is and who may do what in it; leaves asking the chain to the API.

import { clientFor } from '../client.ts';
import { Facts, Hash } from '../parts/facts.tsx';
import { Notice, Shown } from '../parts/notice.tsx';
import { Table } from '../parts/table.tsx';
import { useAsk } from '../use-ask.ts';

const NS_PER_HOUR = 3_600_000_000_000n;

export default function TrustPage() {
  const client = clientFor();
  const asked = useAsk(() => client.getTrust(), []);
  return (
    <>
      <h1>What the contract is</h1>
      <p class="lead">
        As the chain says it. Build the code from its sources and compare its hash; ask any node for the rest.
      </p>
      <Shown ask={asked}>
        {(trust) => (
          <>
            {trust.is_locked ? (
              <Notice kind="good">
                Nobody has a key of the contract’s account: its code changes by an announced upgrade alone,
                after {hoursOf(trust.upgrade_delay_ns)}.
              </Notice>
            ) : (
              <Notice kind="bad">
                {trust.keys.length} keys of the contract’s account are alive: whoever has one may replace the
                code.
              </Notice>
            )}
            {trust.pending_upgrade === null ? null : (
              <Notice kind="bad">
                An upgrade to the code <Hash value={trust.pending_upgrade.code_sha256} /> is announced.
              </Notice>
            )}
            <section class="sheet">
              <h2>The contract</h2>
              <Facts
                facts={[
                  ['Account', `${trust.near_contract_id} on ${trust.network}`],
                  ['SHA-256 of its code', <code class="hash">{trust.code_sha256}</code>],
                  ['Owner', trust.owner_id],
                  ['Proposed owner', trust.proposed_owner_id],
                  ['Paused', trust.paused.length === 0 ? 'nothing' : trust.paused.join(', ')],
                  ['Pending upgrade', trust.pending_upgrade === null ? 'none' : 'announced'],
                  ['Delay of upgrades', hoursOf(trust.upgrade_delay_ns)],
                  ['Registries', trust.registries.join(', ')],
                  ['As of block', trust.block_height],
                ]}
              />
            </section>
            <section class="sheet">
              <Table
                caption="Who may do what"
                rows={trust.roles}
                keyOf={({ role, account_id, registry }) => `${role} ${account_id} ${registry ?? ''}`}
                empty="Nobody has a role."
                columns={[
                  { name: 'Role', cell: ({ role }) => role.replaceAll('_', ' ') },
                  { name: 'Account', cell: ({ account_id }) => account_id },
                  { name: 'Registry', cell: ({ registry }) => registry ?? 'all' },
                  {
                    name: 'Tonnes a day',
                    is_number: true,
                    cell: ({ daily_tonnage }) => daily_tonnage ?? '',
                  },
                ]}
              />
            </section>
          </>
        )}
      </Shown>
    </>
  );
}

function hoursOf(ns: string): string {
  const hours = BigInt(ns) / NS_PER_HOUR;
  return hours === 0n ? `${BigInt(ns) / 1_000_000_000n} seconds` : `${hours} hours`;
}
