// Owns gathering retirements on chain that no row of a registry answers; leaves grace and words to api/reconcile/rules.

import { sql, type Transaction } from 'kysely';
import type { DB } from '../types.ts';
import { ROW_IS_OF_KIND, STANDING } from './standing.ts';

export type UnansweredRetirement = {
  token_id: string;
  origin: string;
  origin_co2e: string;
  tenant_id: string | null;
  registry_type: string;
  registry_name: string | null;
  registry_project_id: string;
  namespace: string | null;
  serial_range: string | null;
  unit: string;
  tonnage_co2e: string;
  retired_at: string;
  account_id: string;
  registry_outcome: 'pending' | 'confirmed' | 'refused';
  registry_retirement_id: string | null;
  confirmed_at: string | null;
  /** What of its range no row of a retirement has; null where it has no range. */
  unanswered: string | null;
  /** Of all retirements under the registry's id: what the chain and the registry add up to. */
  id_chain_co2e: string | null;
  id_registry_co2e: string | null;
  /** The latest whole statement of retirements that would show it. */
  covered_as_of: string | null;
};

/**
 * Many retirements may be one row and many rows one retirement: those of one registry id agree when they add up to the same,
 * and a range agrees when rows contain it, however it is cut.
 */
export async function gatherUnansweredRetirements(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<UnansweredRetirement[]> {
  const { rows } = await sql<UnansweredRetirement>`with ${STANDING},
    entries as materialized (
      -- The same row in two exports is one.
      select distinct s.registry_type, s.registry_name, r.kind, r.registry_retirement_id, r.serial_namespace,
        r.serial_range, r.tonnage_co2e, case when r.serial_range is null then r.row_sha256 end as row_sha256
      from registry.statement_rows r join standing s on s.statement_id = r.statement_id and ${ROW_IS_OF_KIND}
      where r.error is null and r.kind in ('retirement', 'retired_or_cancelled')
    ), ranges as (
      select registry_type, registry_name, serial_namespace, range_agg(serial_range) as ranges
      from entries where serial_range is not null group by 1, 2, 3
    ), by_id as materialized (
      select registry_type, registry_name, registry_retirement_id, sum(tonnage_co2e) as tonnes
      from entries where registry_retirement_id is not null group by 1, 2, 3
    ), on_chain as materialized (
      select r.token_id, r.tonnage_co2e, r.retired_at, r.account_id, r.registry_outcome, r.registry_retirement_id,
        r.confirmed_at, t.origin, t.registry_type, t.registry_name, t.registry_project_id, t.serial_namespace,
        t.serial_range, t.unit
      from chain.retirements r
        join chain.tokens t on t.near_contract_id = r.near_contract_id and t.token_id = r.token_id
      where r.near_contract_id = ${contract_id}
    ), chain_ids as materialized (
      select registry_type, registry_name, registry_retirement_id, sum(tonnage_co2e) as tonnes
      from on_chain where registry_outcome = 'confirmed' group by 1, 2, 3
    )
    select o.token_id, o.origin, trim_scale(p.tonnage_co2e)::text as origin_co2e, h.tenant_id,
      o.registry_type::text as registry_type, o.registry_name, o.registry_project_id, o.serial_namespace as namespace,
      o.serial_range::text as serial_range, trim_scale(o.unit)::text as unit,
      trim_scale(o.tonnage_co2e)::text as tonnage_co2e, o.retired_at, o.account_id, o.registry_outcome,
      o.registry_retirement_id, o.confirmed_at,
      (o.serial_range::nummultirange - coalesce(a.ranges, '{}'))::text as unanswered,
      trim_scale(c.tonnes)::text as id_chain_co2e, trim_scale(i.tonnes)::text as id_registry_co2e,
      (select max(s.as_of) from standing s where s.tenant_id = h.tenant_id and s.registry_type = o.registry_type
        and s.registry_name is not distinct from o.registry_name and s.kind = 'retirements' and s.is_complete
        and (s.period_start_on is null or s.period_start_on <= o.retired_at::date)
        and (s.period_end_on is null or s.period_end_on >= o.retired_at::date)) as covered_as_of
    from on_chain o
      join chain.tokens p on p.near_contract_id = ${contract_id} and p.token_id = o.origin
      left join hashing.mrv_hashes h on h.mrv_hash = o.origin
      left join ranges a on a.registry_type = o.registry_type and a.serial_namespace = o.serial_namespace
        and a.registry_name is not distinct from o.registry_name
      left join chain_ids c on c.registry_type = o.registry_type and o.registry_outcome = 'confirmed'
        and c.registry_name is not distinct from o.registry_name and c.registry_retirement_id = o.registry_retirement_id
      left join by_id i on i.registry_type = o.registry_type and i.registry_retirement_id = o.registry_retirement_id
        and i.registry_name is not distinct from o.registry_name
    where o.registry_outcome = 'refused'
      or not (coalesce(c.tonnes = i.tonnes, false) or coalesce(o.serial_range <@ a.ranges, false))
    order by o.retired_at, o.token_id`.execute(trx);
  return rows;
}

/** A row of a registry that may be what is looked for: of the same project, tonnes and nearly the same day. */
export type Candidate = {
  statement_row_id: string;
  line_number: number;
  registry_retirement_id: string | null;
  registry_serial: string | null;
  tonnage_co2e: string;
  happened_on: string | null;
};

const CANDIDATE_DAYS = 30;
const MAX_CANDIDATES = 5;

export async function listCandidates(
  trx: Transaction<DB>,
  about: Pick<
    UnansweredRetirement,
    'tenant_id' | 'registry_type' | 'registry_name' | 'registry_project_id' | 'tonnage_co2e' | 'retired_at'
  >,
): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`select r.statement_row_id, r.line_number, r.registry_retirement_id,
      r.registry_serial, trim_scale(r.tonnage_co2e)::text as tonnage_co2e, r.happened_on
    from registry.statement_rows r join registry.statements s using (statement_id)
    where s.tenant_id = ${about.tenant_id} and s.registry_type = ${about.registry_type}
      and s.registry_name is not distinct from ${about.registry_name} and r.error is null
      and r.kind in ('retirement', 'retired_or_cancelled') and r.registry_project_id = ${about.registry_project_id}
      and r.tonnage_co2e = ${about.tonnage_co2e}::numeric
      and abs(r.happened_on - ${about.retired_at}::timestamptz::date) <= ${CANDIDATE_DAYS}
    order by abs(r.happened_on - ${about.retired_at}::timestamptz::date), r.statement_row_id
    limit ${MAX_CANDIDATES}`.execute(trx);
  return rows;
}

/** Under one registry id the registry retired more than the chain did. */
export type ExcessRetirement = {
  registry_type: string;
  registry_name: string | null;
  registry_retirement_id: string;
  chain_co2e: string;
  registry_co2e: string;
  tenant_id: string | null;
  origin: string;
  origin_co2e: string;
  token_id: string;
};

/** Of rows without serial numbers: with them the range says which credit it is. */
export async function gatherExcessRetirements(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<ExcessRetirement[]> {
  const { rows } = await sql<ExcessRetirement>`with ${STANDING},
    by_id as (
      select registry_type, registry_name, registry_retirement_id, sum(tonnage_co2e) as tonnes from (
        select distinct s.registry_type, s.registry_name, r.registry_retirement_id, r.row_sha256, r.tonnage_co2e
        from registry.statement_rows r join standing s on s.statement_id = r.statement_id and ${ROW_IS_OF_KIND}
        where r.error is null and r.kind in ('retirement', 'retired_or_cancelled') and r.serial_range is null
          and r.registry_retirement_id is not null) as entries
      group by 1, 2, 3
    ), on_chain as (
      select t.registry_type, t.registry_name, r.registry_retirement_id, sum(r.tonnage_co2e) as tonnes,
        min(t.token_id) as token_id, min(t.origin) as origin
      from chain.retirements r join chain.tokens t on t.near_contract_id = r.near_contract_id and t.token_id = r.token_id
      where r.near_contract_id = ${contract_id} and r.registry_outcome = 'confirmed' group by 1, 2, 3
    )
    select o.registry_type::text as registry_type, o.registry_name, o.registry_retirement_id,
      trim_scale(o.tonnes)::text as chain_co2e, trim_scale(i.tonnes)::text as registry_co2e, h.tenant_id, o.origin,
      trim_scale(p.tonnage_co2e)::text as origin_co2e, o.token_id
    from on_chain o
      join by_id i on i.registry_type = o.registry_type and i.registry_retirement_id = o.registry_retirement_id
        and i.registry_name is not distinct from o.registry_name and i.tonnes > o.tonnes
      join chain.tokens p on p.near_contract_id = ${contract_id} and p.token_id = o.origin
      left join hashing.mrv_hashes h on h.mrv_hash = o.origin`.execute(trx);
  return rows;
}
