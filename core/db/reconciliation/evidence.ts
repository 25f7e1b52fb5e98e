// Owns gathering evidence that backs two submissions, and two submissions of one place and time; leaves what that means to
// api/reconcile/rules.

import { sql, type Transaction } from 'kysely';
import type { DB } from '../types.ts';
import { tonnesText } from './standing.ts';

export type ClaimedTwice = {
  sha256_hash: string;
  claims: {
    tenant_id: string;
    mrv_submission_id: string;
    mrv_hash: string;
    tonnage_co2e: string;
    artifact_type: string;
  }[];
};

/** Of submissions with a hash: only what is on its way to a registry claims tonnes. */
export async function gatherSharedEvidence(trx: Transaction<DB>): Promise<ClaimedTwice[]> {
  const { rows } = await sql<ClaimedTwice>`with shared as (
      select a.sha256_hash
      from mrv.mrv_artifacts a join hashing.mrv_hashes h using (mrv_submission_id)
      where a.artifact_type in ('sensor_data', 'lab_report', 'satellite_imagery', 'monitoring_report')
      group by 1 having count(distinct a.mrv_submission_id) > 1)
    select s.sha256_hash, jsonb_agg(jsonb_build_object('tenant_id', a.tenant_id,
        'mrv_submission_id', a.mrv_submission_id, 'mrv_hash', h.mrv_hash, 'artifact_type', a.artifact_type,
        'tonnage_co2e', ${tonnesText(sql`v.verified`)}) order by a.mrv_submission_id) as claims
    from shared s
      join mrv.mrv_artifacts a on a.sha256_hash = s.sha256_hash
        and a.artifact_type in ('sensor_data', 'lab_report', 'satellite_imagery', 'monitoring_report')
      join hashing.mrv_hashes h on h.mrv_submission_id = a.mrv_submission_id
      left join (select mrv_submission_id, max(verified_tonnage) as verified from verification.verifications
        where status = 'approved' group by 1) v on v.mrv_submission_id = a.mrv_submission_id
    group by 1`.execute(trx);
  return rows;
}

export type SamePlace = {
  place: string;
  first: PlacedClaim;
  second: PlacedClaim;
};

export type PlacedClaim = {
  tenant_id: string;
  project_id: string;
  mrv_submission_id: string;
  mrv_hash: string;
  tonnage_co2e: string;
  period_start_on: string;
  period_end_on: string;
};

/** A place is a square of about 11 m. Each claim is compared with the one before it that lasts longest. */
const PLACE_DECIMALS = 4;

export async function gatherSamePlaces(trx: Transaction<DB>): Promise<SamePlace[]> {
  const { rows } = await sql<SamePlace>`with claims as (
      select h.tenant_id, p.project_id, s.mrv_submission_id, h.mrv_hash, s.period_start_on, s.period_end_on,
        p.project_type, round((p.location ->> 'lat')::numeric, ${PLACE_DECIMALS}) as lat,
        round((p.location ->> 'lon')::numeric, ${PLACE_DECIMALS}) as lon
      from hashing.mrv_hashes h
        join mrv.mrv_submissions s on s.mrv_submission_id = h.mrv_submission_id
        join project.projects p on p.project_id = s.project_id
    ), running as (
      select *, max(period_end_on) over before as latest_end,
        right(max(to_char(period_end_on, 'YYYYMMDD') || mrv_hash) over before, 64) as latest_hash
      from claims
      window before as (partition by project_type, lat, lon order by period_start_on, mrv_hash
        rows between unbounded preceding and 1 preceding)
    ), late as (select * from running where latest_end >= period_start_on)
    select l.lat::text || ' ' || l.lon::text as place, ${claimOf('c')} as first, ${claimOf('l')} as second
    from late l
      join claims c on c.mrv_hash = l.latest_hash
      left join verification.verifications vc on vc.mrv_submission_id = c.mrv_submission_id and vc.status = 'approved'
      left join verification.verifications vl on vl.mrv_submission_id = l.mrv_submission_id and vl.status = 'approved'`.execute(
    trx,
  );
  return rows;
}

function claimOf(alias: 'c' | 'l') {
  const row = sql.raw(alias);
  const verification = sql.raw(`v${alias}`);
  return sql`jsonb_build_object('tenant_id', ${row}.tenant_id, 'project_id', ${row}.project_id,
    'mrv_submission_id', ${row}.mrv_submission_id, 'mrv_hash', ${row}.mrv_hash,
    'tonnage_co2e', ${tonnesText(sql`${verification}.verified_tonnage`)},
    'period_start_on', ${row}.period_start_on, 'period_end_on', ${row}.period_end_on)`;
}
