// Owns gathering where the tenants' books are not what the chain says: rows of credits, serial numbers, sums by origin, expired
// and unknown tokens; leaves what that means to api/reconcile/rules.

import { sql, type Transaction } from 'kysely';
import type { DB } from '../types.ts';

export type UnequalCredit = {
  token_id: string;
  origin: string;
  tenant_id: string;
  registry_type: string;
  registry_name: string | null;
  chain_status: string;
  chain_co2e: string;
  chain_owner: string;
  /** Null where the tenant has no row. */
  book_status: string | null;
  book_co2e: string | null;
  book_owner: string | null;
};

export async function gatherUnequalCredits(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<UnequalCredit[]> {
  const { rows } = await sql<UnequalCredit>`select t.token_id, t.origin, h.tenant_id,
      t.registry_type::text as registry_type, t.registry_name, t.status as chain_status,
      trim_scale(t.tonnage_co2e)::text as chain_co2e, t.owner_account_id as chain_owner,
      coalesce(c.void_cause, c.status) as book_status, trim_scale(c.tonnage_co2e)::text as book_co2e,
      o.owner_account_id as book_owner
    from chain.tokens t
      join hashing.mrv_hashes h on h.mrv_hash = t.origin
      left join credit.credits c on c.token_id = t.token_id and c.near_contract_id = t.near_contract_id
      left join credit.credit_ownership o on o.credit_id = c.credit_id
    where t.near_contract_id = ${contract_id} and (c.credit_id is null or coalesce(c.void_cause, c.status) <> t.status
      or c.tonnage_co2e <> t.tonnage_co2e
      or o.owner_type = 'near' and o.owner_account_id <> t.owner_account_id)`.execute(trx);
  return rows;
}

export type UnequalSerial = {
  token_id: string;
  tenant_id: string;
  registry_type: string;
  registry_name: string | null;
  tonnage_co2e: string;
  chain_serial: string | null;
  book_serial: string | null;
};

/** Of minted credits and of parts; a block that another credit has is the matter of overlaps. */
export async function gatherUnequalSerials(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<UnequalSerial[]> {
  const { rows } =
    await sql<UnequalSerial>`select t.token_id, h.tenant_id, t.registry_type::text as registry_type,
      t.registry_name, trim_scale(t.tonnage_co2e)::text as tonnage_co2e,
      t.serial_namespace || ' ' || t.serial_range::text as chain_serial,
      b.namespace || ' ' || b.serial_range::text as book_serial
    from chain.tokens t
      join hashing.mrv_hashes h on h.mrv_hash = t.origin
      join registry.serial_blocks b on b.mrv_hash = t.token_id
    where t.near_contract_id = ${contract_id} and (t.serial_range is distinct from b.serial_range
        or t.serial_namespace is distinct from b.namespace)
      and not exists (select from registry.serial_blocks right_one where right_one.mrv_hash = t.token_id
        and right_one.namespace = t.serial_namespace and right_one.serial_range = t.serial_range)`.execute(
      trx,
    );
  return rows;
}

export type BrokenOrigin = {
  origin: string;
  tenant_id: string | null;
  registry_type: string;
  registry_name: string | null;
  minted_co2e: string;
  parts_co2e: string;
};

/** Each minted tonne is in exactly one credit that was not divided or merged. */
export async function gatherBrokenOrigins(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<BrokenOrigin[]> {
  const { rows } =
    await sql<BrokenOrigin>`select s.origin, h.tenant_id, s.registry_type::text as registry_type,
      s.registry_name, trim_scale(coalesce(s.minted, 0))::text as minted_co2e, trim_scale(s.parts)::text as parts_co2e
    from (
      select origin, min(registry_type::text) as registry_type, min(registry_name) as registry_name,
        sum(tonnage_co2e) filter (where birth = 'issue') as minted,
        coalesce(sum(tonnage_co2e) filter (where status not in ('divided', 'merged')), 0) as parts
      from chain.tokens where near_contract_id = ${contract_id} group by 1) as s
      left join hashing.mrv_hashes h on h.mrv_hash = s.origin
    where s.minted is distinct from s.parts`.execute(trx);
  return rows;
}

export type ExpiredToken = {
  token_id: string;
  origin: string;
  tenant_id: string | null;
  registry_type: string;
  registry_name: string | null;
  tonnage_co2e: string;
  expires_on: string;
  status: string;
};

/** A last day counts to its end in UTC, by the clock of the chain. */
export async function gatherExpired(
  trx: Transaction<DB>,
  about: { contract_id: string; block_time: string },
): Promise<ExpiredToken[]> {
  const { rows } = await sql<ExpiredToken>`select t.token_id, t.origin, h.tenant_id,
      t.registry_type::text as registry_type, t.registry_name, trim_scale(t.tonnage_co2e)::text as tonnage_co2e,
      t.expires_on, t.status
    from chain.tokens t left join hashing.mrv_hashes h on h.mrv_hash = t.origin
    where t.near_contract_id = ${about.contract_id} and t.status in ('active', 'impaired')
      and t.expires_on < (${about.block_time}::timestamptz at time zone 'UTC')::date`.execute(trx);
  return rows;
}

export type UnknownToken = {
  token_id: string;
  registry_type: string;
  registry_name: string | null;
  registry_project_id: string;
  tonnage_co2e: string;
  minter_account_id: string;
  owner_account_id: string;
  minted_at: string;
};

/** Parts of it are known by their origin, and so are not told again. */
export async function gatherUnknown(trx: Transaction<DB>, contract_id: string): Promise<UnknownToken[]> {
  const { rows } =
    await sql<UnknownToken>`select t.token_id, t.registry_type::text as registry_type, t.registry_name,
      t.registry_project_id, trim_scale(t.tonnage_co2e)::text as tonnage_co2e, t.minter_account_id,
      t.owner_account_id, t.minted_at
    from chain.tokens t
    where t.near_contract_id = ${contract_id} and t.birth = 'issue'
      and not exists (select from hashing.mrv_hashes h where h.mrv_hash = t.token_id)`.execute(trx);
  return rows;
}

/** What the minted credits have, of those that are asked for. */
export async function listOriginTonnes(
  trx: Transaction<DB>,
  about: { contract_id: string; token_ids: readonly string[] },
): Promise<{ token_id: string; origin: string; origin_co2e: string }[]> {
  const { rows } = await sql<{
    token_id: string;
    origin: string;
    origin_co2e: string;
  }>`select t.token_id, t.origin,
      trim_scale(o.tonnage_co2e)::text as origin_co2e
    from chain.tokens t join chain.tokens o on o.near_contract_id = t.near_contract_id and o.token_id = t.origin
    where t.near_contract_id = ${about.contract_id} and t.token_id = any(${[...about.token_ids]}::text[])`.execute(
    trx,
  );
  return rows;
}
