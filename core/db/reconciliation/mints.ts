// Owns gathering mints that miss an approval, a consent or verified tonnes, and approvals that nobody minted; leaves what that
// means to api/reconcile/rules.

import { sql, type Transaction } from 'kysely';
import type { DB } from '../types.ts';
import { STANDING, tonnesText } from './standing.ts';

/** An approval stands, whatever was asked of the registry since. */
const APPROVED = sql`approved_at is not null and status not in ('submitted', 'rejected', 'error')`;

const VERIFIED = sql`(select mrv_submission_id, max(verified_tonnage) as verified from verification.verifications
    where status = 'approved' group by 1)`;

export type DoubtfulMint = {
  token_id: string;
  tenant_id: string;
  registry_type: string;
  registry_name: string | null;
  tonnage_co2e: string;
  is_approved: boolean;
  consent_ref: string;
  /** Null where the registry recorded none of this name. */
  consent_document: string | null;
  /** The one hash that the consent is for, where it is for one. */
  consent_hash: string | null;
  verified_co2e: string | null;
};

export async function gatherDoubtfulMints(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<DoubtfulMint[]> {
  const { rows } =
    await sql<DoubtfulMint>`select t.token_id, h.tenant_id, t.registry_type::text as registry_type,
      t.registry_name, trim_scale(t.tonnage_co2e)::text as tonnage_co2e, a.mrv_hash is not null as is_approved,
      t.consent_ref, c.document_sha256 as consent_document, c.mrv_hash as consent_hash,
      trim_scale(v.verified)::text as verified_co2e
    from chain.tokens t
      join hashing.mrv_hashes h on h.mrv_hash = t.token_id
      left join (select mrv_hash, registry_type, registry_name from registry.registry_submissions where ${APPROVED}) a
        on a.mrv_hash = t.token_id and a.registry_type = t.registry_type
        and a.registry_name is not distinct from t.registry_name
      left join chain.consents c on c.near_contract_id = t.near_contract_id and c.registry_type = t.registry_type
        and c.registry_name is not distinct from t.registry_name and c.consent_ref = t.consent_ref
      left join ${VERIFIED} v on v.mrv_submission_id = h.mrv_submission_id
    where t.near_contract_id = ${contract_id} and t.birth = 'issue' and (a.mrv_hash is null or c.consent_ref is null
      or c.mrv_hash <> t.token_id or v.verified is null or v.verified < t.tonnage_co2e)`.execute(trx);
  return rows;
}

export type OverdrawnConsent = {
  registry_type: string;
  registry_name: string | null;
  consent_ref: string;
  consented_co2e: string;
  debited_co2e: string;
  minted_co2e: string;
  /** The tenant of the last mint, by which it went above. */
  tenant_id: string | null;
  last_token_id: string | null;
};

/** Where what was minted is above the consent, or other than what the consent counts as used. */
export async function gatherOverdrawnConsents(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<OverdrawnConsent[]> {
  const { rows } = await sql<OverdrawnConsent>`select c.registry_type::text as registry_type, c.registry_name,
      c.consent_ref, trim_scale(c.tonnage_co2e)::text as consented_co2e,
      trim_scale(c.debited_co2e)::text as debited_co2e, ${tonnesText(sql`m.minted`)} as minted_co2e, h.tenant_id,
      m.last_token_id
    from chain.consents c
      left join (select registry_type, registry_name, consent_ref, sum(tonnage_co2e) as minted,
          right(max(to_char(minted_at, 'YYYYMMDDHH24MISSUS') || token_id), 64) as last_token_id
        from chain.tokens where near_contract_id = ${contract_id} and birth = 'issue' group by 1, 2, 3) m
        on m.registry_type = c.registry_type and m.registry_name is not distinct from c.registry_name
        and m.consent_ref = c.consent_ref
      left join hashing.mrv_hashes h on h.mrv_hash = m.last_token_id
    where c.near_contract_id = ${contract_id}
      and (coalesce(m.minted, 0) > c.tonnage_co2e or coalesce(m.minted, 0) <> c.debited_co2e)`.execute(trx);
  return rows;
}

export type Unminted = {
  registry_submission_id: string;
  tenant_id: string;
  mrv_hash: string;
  registry_type: string;
  registry_name: string | null;
  approved_at: string;
  verified_co2e: string;
};

export async function gatherUnminted(trx: Transaction<DB>): Promise<Unminted[]> {
  const { rows } = await sql<Unminted>`select a.registry_submission_id, a.tenant_id, a.mrv_hash,
      a.registry_type::text as registry_type, a.registry_name, a.approved_at,
      ${tonnesText(sql`v.verified`)} as verified_co2e
    from registry.registry_submissions a
      left join ${VERIFIED} v on v.mrv_submission_id = a.mrv_submission_id
    where a.approved_at is not null and a.status = 'approved' and a.left_untokenised_at is null
      and not exists (select from chain.tokens t where t.token_id = a.mrv_hash)`.execute(trx);
  return rows;
}

export type UnequalComputation = {
  mrv_submission_id: string;
  tenant_id: string;
  mrv_hash: string | null;
  computed_co2e: string;
  verified_co2e: string;
};

export async function gatherUnequalComputations(trx: Transaction<DB>): Promise<UnequalComputation[]> {
  const { rows } = await sql<UnequalComputation>`select c.mrv_submission_id, c.tenant_id, h.mrv_hash,
      trim_scale(c.computed_tonnage)::text as computed_co2e, trim_scale(v.verified)::text as verified_co2e
    from mrv.mrv_computations c
      join ${VERIFIED} v on v.mrv_submission_id = c.mrv_submission_id
      left join hashing.mrv_hashes h on h.mrv_submission_id = c.mrv_submission_id
    where c.computed_tonnage <> v.verified`.execute(trx);
  return rows;
}

/** A minted credit whose block is not, word for word, one row of the registry's issuances. */
export type UnequalIssuance = {
  token_id: string;
  tenant_id: string;
  registry_type: string;
  registry_name: string | null;
  namespace: string;
  serial_range: string;
  tonnage_co2e: string;
  unit: string;
  minted_at: string;
  verified_co2e: string | null;
  /** What the registry issued under numbers that meet the credit's. */
  rows: { statement_row_id: string; serial_range: string; tonnage_co2e: string }[];
  /** Of the latest whole statement that would show it; null where there is none. */
  covered_as_of: string | null;
};

export async function gatherUnequalIssuances(
  trx: Transaction<DB>,
  contract_id: string,
): Promise<UnequalIssuance[]> {
  const { rows } = await sql<UnequalIssuance>`with ${STANDING},
    issued as materialized (
      -- The same row in two exports is one. A file of issued units says of each block what became of it, too.
      select distinct on (s.registry_type, s.registry_name, r.serial_namespace, r.serial_range) r.statement_row_id,
        s.registry_type, s.registry_name, r.serial_namespace, r.serial_range, r.tonnage_co2e
      from registry.statement_rows r join standing s on s.statement_id = r.statement_id and s.kind = 'issuances'
      where r.error is null and r.kind <> 'holding' and r.serial_range is not null
      order by s.registry_type, s.registry_name, r.serial_namespace, r.serial_range, s.as_of desc
    ), covered as (
      select tenant_id, registry_type, registry_name, max(as_of) as as_of from standing
      where kind = 'issuances' and is_complete and period_start_on is null and period_end_on is null group by 1, 2, 3
    ), minted as materialized (
      select t.token_id, h.tenant_id, t.registry_type, t.registry_name, t.serial_namespace, t.serial_range,
        t.tonnage_co2e, t.unit, t.minted_at, v.verified
      from chain.tokens t
        join hashing.mrv_hashes h on h.mrv_hash = t.token_id
        left join ${VERIFIED} v on v.mrv_submission_id = h.mrv_submission_id
        left join issued i on i.registry_type = t.registry_type and i.serial_namespace = t.serial_namespace
          and i.serial_range = t.serial_range and i.registry_name is not distinct from t.registry_name
      where t.near_contract_id = ${contract_id} and t.birth = 'issue' and t.serial_range is not null
        and (i.statement_row_id is null or i.tonnage_co2e is distinct from floor(v.verified / t.unit) * t.unit)
    )
    select m.token_id, m.tenant_id, m.registry_type::text as registry_type, m.registry_name,
      m.serial_namespace as namespace, m.serial_range::text as serial_range,
      trim_scale(m.tonnage_co2e)::text as tonnage_co2e, trim_scale(m.unit)::text as unit, m.minted_at,
      trim_scale(m.verified)::text as verified_co2e, c.as_of as covered_as_of,
      coalesce((select jsonb_agg(jsonb_build_object('statement_row_id', i.statement_row_id,
            'serial_range', i.serial_range::text, 'tonnage_co2e', trim_scale(i.tonnage_co2e)::text)
            order by lower(i.serial_range))
          from issued i where i.registry_type = m.registry_type and i.serial_namespace = m.serial_namespace
            and i.registry_name is not distinct from m.registry_name and i.serial_range && m.serial_range), '[]') as rows
    from minted m left join covered c on c.tenant_id = m.tenant_id and c.registry_type = m.registry_type
      and c.registry_name is not distinct from m.registry_name
    where c.as_of is not null or exists (select from issued i where i.registry_type = m.registry_type
      and i.serial_namespace = m.serial_namespace and i.registry_name is not distinct from m.registry_name
      and i.serial_range && m.serial_range)`.execute(trx);
  return rows;
}
