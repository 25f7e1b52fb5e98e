// Owns gathering what custody, buffers, proofs, processes and the indexer's own tables say against themselves; leaves what that
// means to api/reconcile/rules.

import { sql, type Transaction } from 'kysely';
import type { DB } from '../types.ts';
import { tonnesText } from './standing.ts';

export type UnequalCustody = {
  tenant_id: string;
  custodian_account_id: string;
  owed_co2e: string;
  held_co2e: string;
};

/** What a custodian owes a tenant, and what its account has of the tenant's credits. */
export async function gatherUnequalCustody(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<UnequalCustody[]> {
  const { rows } = await sql<UnequalCustody>`with owed as materialized (
      select tenant_id, custodian_account_id, sum(tonnage_co2e) as tonnes from credit.custodial_positions group by 1, 2
    ), held as (
      select h.tenant_id, t.owner_account_id as custodian_account_id, sum(t.tonnage_co2e) as tonnes
      from chain.tokens t join hashing.mrv_hashes h on h.mrv_hash = t.origin
      where t.near_contract_id = ${contract_id} and t.status in ('active', 'impaired')
        and t.owner_account_id in (select custodian_account_id from owed)
      group by 1, 2
    )
    select tenant_id, custodian_account_id, ${tonnesText(sql`o.tonnes`)} as owed_co2e,
      ${tonnesText(sql`h.tonnes`)} as held_co2e
    from owed o full join held h using (tenant_id, custodian_account_id)
    where coalesce(o.tonnes, 0) <> coalesce(h.tonnes, 0)`.execute(trx);
  return rows;
}

export type MissingContribution = {
  token_id: string;
  tenant_id: string;
  registry_type: string;
  registry_name: string | null;
  minted_at: string;
  due_co2e: string;
  contributed_co2e: string;
};

export async function gatherMissingContributions(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<MissingContribution[]> {
  const { rows } = await sql<MissingContribution>`select t.token_id, c.tenant_id,
      t.registry_type::text as registry_type, t.registry_name, t.minted_at,
      trim_scale(t.buffer_tonnage_co2e)::text as due_co2e, ${tonnesText(sql`e.tonnes`)} as contributed_co2e
    from chain.tokens t
      join credit.credits c on c.near_contract_id = t.near_contract_id and c.token_id = t.token_id
      left join (select credit_id, sum(amount_tco2e) as tonnes from credit.buffer_entries
        where kind = 'contribution' and credit_id is not null group by 1) e on e.credit_id = c.credit_id
    where t.near_contract_id = ${contract_id} and t.birth = 'issue' and t.buffer_tonnage_co2e > 0
      and coalesce(e.tonnes, 0) < t.buffer_tonnage_co2e`.execute(trx);
  return rows;
}

export type UnequalPool = {
  buffer_pool_id: string;
  tenant_id: string;
  registry_type: string | null;
  registry_name: string | null;
  pool: { contributed: string; used: string; released: string; available: string };
  ledger: { contributed: string; used: string; released: string; available: string };
  difference_co2e: string;
};

export async function gatherUnequalPools(trx: Transaction<DB>): Promise<UnequalPool[]> {
  const { rows } = await sql<UnequalPool>`with ledger as (
      select buffer_pool_id, coalesce(sum(amount_tco2e) filter (where kind = 'contribution'), 0) as contributed,
        coalesce(-sum(amount_tco2e) filter (where kind = 'cancellation'), 0) as used,
        coalesce(-sum(amount_tco2e) filter (where kind = 'release'), 0) as released, sum(amount_tco2e) as available
      from credit.buffer_entries group by 1
    ), both_sides as (
      select p.buffer_pool_id, p.tenant_id, p.registry_type, p.registry_name, p.total_contributed_tco2e as pc,
        p.used_for_reversals_tco2e as pu, p.released_tco2e as pr, p.available_tco2e as pa,
        coalesce(l.contributed, 0) as lc, coalesce(l.used, 0) as lu, coalesce(l.released, 0) as lr,
        coalesce(l.available, 0) as la
      from credit.buffer_pools p left join ledger l using (buffer_pool_id)
    )
    select buffer_pool_id, tenant_id, registry_type::text as registry_type, registry_name,
      jsonb_build_object('contributed', ${tonnesText(sql`pc`)}, 'used', ${tonnesText(sql`pu`)},
        'released', ${tonnesText(sql`pr`)}, 'available', ${tonnesText(sql`pa`)}) as pool,
      jsonb_build_object('contributed', ${tonnesText(sql`lc`)}, 'used', ${tonnesText(sql`lu`)},
        'released', ${tonnesText(sql`lr`)}, 'available', ${tonnesText(sql`la`)}) as ledger,
      trim_scale(greatest(abs(pc - lc), abs(pu - lu), abs(pr - lr), abs(pa - la)))::text as difference_co2e
    from both_sides where (pc, pu, pr, pa) <> (lc, lu, lr, la)`.execute(trx);
  return rows;
}

export type UnappliedReversal = {
  reversal_event_id: string;
  tenant_id: string;
  project_id: string;
  registry_type: string | null;
  registry_name: string | null;
  status: string;
  updated_at: string;
  lost_co2e: string;
  applied_co2e: string;
  /** In the pools that have to bear it. */
  available_co2e: string;
};

export async function gatherUnappliedReversals(trx: Transaction<DB>): Promise<UnappliedReversal[]> {
  const { rows } = await sql<UnappliedReversal>`select v.reversal_event_id, v.tenant_id, v.project_id,
      p.target_registry::text as registry_type, p.target_registry_name as registry_name, v.status, v.updated_at,
      trim_scale(v.verified_tco2e_lost)::text as lost_co2e, ${tonnesText(sql`e.applied`)} as applied_co2e,
      ${tonnesText(sql`b.available`)} as available_co2e
    from credit.reversal_events v
      join project.projects p on p.project_id = v.project_id
      left join (select reversal_event_id, -sum(amount_tco2e) as applied from credit.buffer_entries
        where kind = 'cancellation' group by 1) e on e.reversal_event_id = v.reversal_event_id
      left join lateral (select sum(available_tco2e) as available from credit.buffer_pools b
        where b.tenant_id = v.tenant_id and (b.project_id = v.project_id
          or b.scope = 'registry' and b.registry_type = p.target_registry
            and b.registry_name is not distinct from p.target_registry_name)) b on true
    where v.status in ('verified', 'buffer_applied', 'resolved') and v.verified_tco2e_lost > coalesce(e.applied, 0)
    order by v.reversal_event_id`.execute(trx);
  return rows;
}

export type NegativePool = {
  buffer_pool_id: string;
  tenant_id: string;
  registry_type: string | null;
  registry_name: string | null;
  available_co2e: string;
};

export async function gatherNegativePools(trx: Transaction<DB>): Promise<NegativePool[]> {
  const { rows } =
    await sql<NegativePool>`select buffer_pool_id, tenant_id, registry_type::text as registry_type,
      registry_name, trim_scale(available_tco2e)::text as available_co2e
    from credit.buffer_pools where available_tco2e < 0`.execute(trx);
  return rows;
}

export type UnprovenRetirement = {
  token_id: string;
  origin: string;
  tenant_id: string | null;
  registry_type: string;
  registry_name: string | null;
  tonnage_co2e: string;
  retired_at: string;
  block_height: string;
};

export async function gatherUnproven(
  trx: Transaction<DB>,
  about: { contract_id: string; before: Date },
): Promise<UnprovenRetirement[]> {
  const { rows } = await sql<UnprovenRetirement>`select r.token_id, t.origin, h.tenant_id,
      t.registry_type::text as registry_type, t.registry_name, trim_scale(r.tonnage_co2e)::text as tonnage_co2e,
      r.retired_at, r.block_height::text as block_height
    from chain.retirements r
      join chain.tokens t on t.near_contract_id = r.near_contract_id and t.token_id = r.token_id
      left join hashing.mrv_hashes h on h.mrv_hash = t.origin
    where r.near_contract_id = ${about.contract_id} and r.retired_at < ${about.before}
      and not exists (select from chain.proof_bundles b where b.near_contract_id = r.near_contract_id
        and b.token_id = r.token_id)`.execute(trx);
  return rows;
}

export type StuckSaga = {
  saga_id: string;
  process_id: string | null;
  tenant_id: string;
  saga_type: string;
  status: string;
  step_name: string | null;
  started_at: string | null;
  updated_at: string;
  due_at: string | null;
};

/** Past the time that it may take, or past the moment when a worker should have moved it. */
export async function gatherStuckSagas(
  trx: Transaction<DB>,
  about: { now: Date; unmoved_since: Date },
): Promise<StuckSaga[]> {
  const { rows } = await sql<StuckSaga>`select s.saga_id, s.process_id, s.tenant_id, s.saga_type, s.status,
      (select p.step_name from saga.saga_steps p where p.saga_id = s.saga_id and p.status in ('in_progress', 'pending',
        'compensating') order by p.step_order limit 1) as step_name,
      s.started_at, s.updated_at, s.due_at
    from saga.sagas s
    where s.status in ('not_started', 'in_progress', 'compensating')
      and (s.started_at + make_interval(secs => s.timeout) < ${about.now} or s.due_at < ${about.unmoved_since})`.execute(
    trx,
  );
  return rows;
}
