// Owns gathering what is on chain and at registries by blocks of serial numbers, as ranges; leaves what differs to
// api/reconcile/rules.

import { sql, type Transaction } from 'kysely';
import type { DB } from '../types.ts';
import { ROW_IS_OF_KIND, STANDING, tonnesText } from './standing.ts';

/** All tokens of a tenant in one namespace of a registry; without a namespace those without serial numbers. */
export type SerialGroup = {
  /** Null where no tenant knows the hashes. */
  tenant_id: string | null;
  registry_type: string;
  registry_name: string | null;
  namespace: string | null;
  unit: string;
  active_co2e: string;
  impaired_co2e: string;
  retired_unconfirmed_co2e: string;
  retired_confirmed_co2e: string;
  /** Of tokens without serial numbers: what holdings without serial numbers add up to. */
  held_co2e: string;
  /** How many serial numbers of what is outstanding lie in holdings. */
  held_units: string;
  /** Of the oldest statement that covers the tenant's holdings; null where none does. */
  covered_as_of: string | null;
  /** Ranges as PostgreSQL writes them, null where there are none: outstanding and neither held nor ended at the registry. */
  missing: string | null;
  /** Ended on chain and held all the same. */
  surplus: string | null;
  /** Live on chain, and retired or cancelled at the registry. */
  ended_at_registry: string | null;
  /** Claimed by more than one credit. */
  overlapping: string | null;
};

/** One scan of all tokens. Ranges are compared as wholes: what agrees costs no row. */
export async function gatherSerialGroups(trx: Transaction<DB>, contract_id: string): Promise<SerialGroup[]> {
  const { rows } = await sql<SerialGroup>`with ${STANDING},
    covered as (
      select tenant_id, registry_type, registry_name, min(as_of) as as_of from standing
      where kind = 'holdings' and is_complete group by 1, 2, 3
    ), found as (
      select s.registry_type, s.registry_name, r.serial_namespace as namespace,
        range_agg(r.serial_range) filter (where r.kind = 'holding') as held,
        range_agg(r.serial_range) filter (where r.kind <> 'holding') as ended
      from registry.statement_rows r join standing s on s.statement_id = r.statement_id and ${ROW_IS_OF_KIND}
      where r.error is null and r.kind <> 'issuance' and r.serial_range is not null
      group by 1, 2, 3
    ), unnumbered as (
      select s.tenant_id, s.registry_type, s.registry_name, sum(r.tonnage_co2e) as held
      from registry.statement_rows r join standing s on s.statement_id = r.statement_id and s.kind = 'holdings'
      where r.error is null and r.kind = 'holding' and r.serial_range is null
      group by 1, 2, 3
    ), grouped as (
      select h.tenant_id, t.registry_type, t.registry_name, t.serial_namespace as namespace, min(t.unit) as unit,
        sum(t.tonnage_co2e) filter (where t.status = 'active') as active,
        sum(t.tonnage_co2e) filter (where t.status = 'impaired') as impaired,
        sum(t.tonnage_co2e) filter (where t.status = 'retired' and r.token_id is null) as unconfirmed,
        sum(t.tonnage_co2e) filter (where r.token_id is not null) as confirmed,
        range_agg(t.serial_range) filter (where t.status in ('active', 'impaired')) as live_ranges,
        range_agg(t.serial_range) filter (where t.status = 'retired' and r.token_id is null) as unconfirmed_ranges,
        range_agg(t.serial_range) filter (where r.token_id is not null) as confirmed_ranges,
        range_agg(t.serial_range) filter (where t.status not in ('active', 'impaired', 'retired')) as gone_ranges,
        sum(upper(t.serial_range) - lower(t.serial_range)) filter (where t.status in ('active', 'impaired', 'retired'))
          as claimed_units
      from chain.tokens t
        left join hashing.mrv_hashes h on h.mrv_hash = t.origin
        left join chain.retirements r on r.near_contract_id = t.near_contract_id and r.token_id = t.token_id
          and r.registry_outcome = 'confirmed'
      where t.near_contract_id = ${contract_id} and t.status not in ('divided', 'merged')
      group by 1, 2, 3, 4
    ), whole as (
      select tenant_id, registry_type, registry_name, namespace, unit, active, impaired, unconfirmed, confirmed,
        coalesce(live_ranges, '{}') as live, coalesce(live_ranges, '{}') + coalesce(unconfirmed_ranges, '{}') as outstanding,
        coalesce(live_ranges, '{}') + coalesce(unconfirmed_ranges, '{}') + coalesce(confirmed_ranges, '{}') as claimed,
        coalesce(confirmed_ranges, '{}') + coalesce(gone_ranges, '{}') as ended, claimed_units
      from grouped
    ), claims as (
      -- Over all tenants: numbers that are claimed twice are fewer than their claims.
      select registry_type, registry_name, namespace, sum(claimed_units)
          > (select coalesce(sum(upper(p) - lower(p)), 0) from unnest(range_agg(claimed)) as p) as overlap,
        range_agg(claimed) as claimed
      from whole where namespace is not null group by 1, 2, 3
    )
    select w.tenant_id, w.registry_type, w.registry_name, w.namespace, trim_scale(w.unit)::text as unit,
      ${tonnesText(sql`w.active`)} as active_co2e, ${tonnesText(sql`w.impaired`)} as impaired_co2e,
      ${tonnesText(sql`w.unconfirmed`)} as retired_unconfirmed_co2e,
      ${tonnesText(sql`w.confirmed`)} as retired_confirmed_co2e,
      ${tonnesText(sql`case when w.namespace is null then u.held end`)} as held_co2e,
      (select coalesce(sum(upper(p) - lower(p)), 0)::text from unnest(w.outstanding * coalesce(f.held, '{}')) as p)
        as held_units,
      c.as_of as covered_as_of,
      nullif(w.outstanding - coalesce(f.held, '{}') - coalesce(f.ended, '{}'), '{}')::text as missing,
      nullif(w.ended * coalesce(f.held, '{}') - w.outstanding, '{}')::text as surplus,
      nullif(w.live * coalesce(f.ended, '{}'), '{}')::text as ended_at_registry,
      case when k.overlap then nullif(w.claimed, '{}')::text end as overlapping
    from whole w
      left join found f on f.registry_type = w.registry_type and f.namespace = w.namespace
        and f.registry_name is not distinct from w.registry_name
      left join covered c on c.tenant_id = w.tenant_id and c.registry_type = w.registry_type
        and c.registry_name is not distinct from w.registry_name
      left join unnumbered u on u.tenant_id = w.tenant_id and u.registry_type = w.registry_type
        and u.registry_name is not distinct from w.registry_name
      left join claims k on k.registry_type = w.registry_type and k.namespace = w.namespace
        and k.registry_name is not distinct from w.registry_name`.execute(trx);
  return rows;
}

export type RangeAsked = {
  registry_type: string;
  registry_name: string | null;
  namespace: string;
  ranges: string;
};

/** A token that has numbers in a range that was asked for. */
export type TokenInRange = {
  token_id: string;
  origin: string;
  origin_co2e: string;
  /** When its origin was minted: parts are as old as what they were parted from. */
  minted_at: string;
  tenant_id: string | null;
  registry_type: string;
  registry_name: string | null;
  namespace: string;
  serial_range: string;
  /** What of its range was asked for. */
  part: string;
  unit: string;
  status: string;
  /** Of a retired one: what its registry said. */
  registry_outcome: string | null;
  ended_at: string | null;
  confirmed_at: string | null;
  owner_account_id: string;
};

export async function listTokensInRanges(
  trx: Transaction<DB>,
  about: { contract_id: string; asked: readonly RangeAsked[]; statuses: readonly string[]; limit: number },
): Promise<TokenInRange[]> {
  const { asked, contract_id, statuses, limit } = about;
  if (asked.length === 0) return [];
  const { rows } = await sql<TokenInRange>`with asked as materialized (
      select * from unnest(${asked.map((one) => one.registry_type)}::text[],
        ${asked.map((one) => one.registry_name)}::text[], ${asked.map((one) => one.namespace)}::text[],
        ${asked.map((one) => one.ranges)}::nummultirange[]) as a (registry_type, registry_name, namespace, ranges)
    )
    select t.token_id, t.origin, trim_scale(o.tonnage_co2e)::text as origin_co2e, o.minted_at, h.tenant_id,
      t.registry_type::text as registry_type, t.registry_name, t.serial_namespace as namespace,
      t.serial_range::text as serial_range, (t.serial_range::nummultirange * a.ranges)::text as part,
      trim_scale(t.unit)::text as unit, t.status, r.registry_outcome, t.ended_at, r.confirmed_at, t.owner_account_id
    from asked a
      join chain.tokens t on t.serial_namespace = a.namespace and t.registry_type = a.registry_type
        and t.registry_name is not distinct from a.registry_name and t.serial_range && a.ranges
      join chain.tokens o on o.near_contract_id = t.near_contract_id and o.token_id = t.origin
      left join hashing.mrv_hashes h on h.mrv_hash = t.origin
      left join chain.retirements r on r.near_contract_id = t.near_contract_id and r.token_id = t.token_id
    where t.near_contract_id = ${contract_id} and t.status = any(${[...statuses]}::text[])
    order by t.registry_type, t.registry_name, t.serial_namespace, lower(t.serial_range), t.token_id
    limit ${limit}`.execute(trx);
  return rows;
}

/** What a registry says that ended, of the ranges asked for. */
export type EndedRow = {
  registry_type: string;
  registry_name: string | null;
  namespace: string;
  kind: string;
  serial_range: string;
  registry_retirement_id: string | null;
  /** Where the row has no day, that of its statement. */
  happened_on: string;
  file_name: string;
  line_number: number;
};

export async function listEndedRows(
  trx: Transaction<DB>,
  { asked, limit }: { asked: readonly RangeAsked[]; limit: number },
): Promise<EndedRow[]> {
  if (asked.length === 0) return [];
  const { rows } = await sql<EndedRow>`with ${STANDING}, asked as materialized (
      select * from unnest(${asked.map((one) => one.registry_type)}::text[],
        ${asked.map((one) => one.registry_name)}::text[], ${asked.map((one) => one.namespace)}::text[],
        ${asked.map((one) => one.ranges)}::nummultirange[]) as a (registry_type, registry_name, namespace, ranges)
    )
    select distinct a.registry_type, a.registry_name, a.namespace, r.kind, r.serial_range::text as serial_range,
      r.registry_retirement_id, coalesce(r.happened_on, (s.as_of at time zone 'UTC')::date) as happened_on, f.file_name,
      r.line_number
    from asked a
      join registry.statement_rows r on r.serial_namespace = a.namespace and r.serial_range && a.ranges
        and r.kind in ('retirement', 'cancellation', 'retired_or_cancelled') and r.error is null
      join standing s on s.statement_id = r.statement_id and ${ROW_IS_OF_KIND} and s.registry_type = a.registry_type
        and s.registry_name is not distinct from a.registry_name
      join registry.statements f on f.statement_id = s.statement_id
    order by happened_on, serial_range limit ${limit}`.execute(trx);
  return rows;
}

export type HoldingStatements = {
  registry_type: string;
  registry_name: string | null;
  statements: number;
  oldest_as_of: string;
  newest_as_of: string;
};

export async function listHoldingStatements(trx: Transaction<DB>): Promise<HoldingStatements[]> {
  const { rows } = await sql<HoldingStatements>`with ${STANDING}
    select registry_type::text as registry_type, registry_name, count(*)::int as statements,
      min(as_of) as oldest_as_of, max(as_of) as newest_as_of
    from standing where kind = 'holdings' and is_complete group by 1, 2`.execute(trx);
  return rows;
}
