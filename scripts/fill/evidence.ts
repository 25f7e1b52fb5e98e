// Owns one chunk's rows from evidence to the registry's answer; leaves credits to credits.ts.
import type { Step } from './step.ts';

const MEASURED: readonly Step[] = [
  {
    // Evidence comes before approval: an approved submission takes no more files.
    table: 'mrv.mrv_submissions',
    sql: `insert into mrv.mrv_submissions (mrv_submission_id, tenant_id, project_id, submitted_by_user_id, source_type,
        source_ref, raw_payload, period_start_on, period_end_on, received_at, status, created_at, updated_at)
      select mrv_submission_id, tenant_id, project_id, pg_temp.fill_uuid('user/' || tenant_no, 1, '2023-06-03Z'),
        (array['sensor', 'lab', 'satellite'])[s % 3 + 1], 'device-' || s % 500,
        jsonb_build_object('readings', s % 10000, 'gross_removal', (1000 + s % 9000)::text),
        (date '2019-01-01' + make_interval(months => 3 * period_no))::date,
        (date '2019-01-01' + make_interval(months => 3 * period_no + 3))::date - 1, received_at,
        case status when 'approved' then 'in_verification' else status end, received_at, received_at
      from fill_chunk`,
  },
  {
    table: 'mrv.mrv_artifacts',
    sql: `insert into mrv.mrv_artifacts (artifact_id, tenant_id, mrv_submission_id, artifact_type, file_name, file_size,
        mime_type, storage_uri, sha256_hash, uploaded_by_user_id, created_at)
      select pg_temp.fill_uuid('artifact ' || n, s, received_at), tenant_id, mrv_submission_id,
        (array['sensor_data', 'photo'])[n], 'file-' || s || '-' || n, 1000 + s, 'text/csv',
        's3://evidence/' || s || '/' || n, pg_temp.fill_hash('artifact ' || n, s),
        pg_temp.fill_uuid('user/' || tenant_no, 1, '2023-06-03Z'), received_at
      from fill_chunk, generate_series(1, 2) as n`,
  },
  {
    table: 'mrv.mrv_computations',
    sql: `insert into mrv.mrv_computations (computation_id, tenant_id, mrv_submission_id, methodology_code,
        methodology_version, computed_tonnage, uncertainty_lower, uncertainty_upper, computed_payload, computed_at,
        created_at, updated_at)
      select pg_temp.fill_uuid('computation', s, received_at), c.tenant_id, mrv_submission_id, m.code, m.version,
        1000 + s % 9000, 900, 11000, jsonb_build_object('net_removal', (1000 + s % 9000)::text, 'buffer_rate', '0.1'),
        received_at + interval '1 day', received_at, received_at
      from fill_chunk c join project.methodologies m
        on m.methodology_id = pg_temp.fill_uuid('methodology', 1 + c.registry_draw, '2023-05-01Z')
      where c.status <> 'received'`,
  },
];

const VERIFIED: readonly Step[] = [
  {
    table: 'verification.verifications',
    sql: `insert into verification.verifications (verification_id, tenant_id, project_id, mrv_submission_id,
        verifier_user_id, status, overall_status, verified_tonnage, completed_at, created_at, updated_at)
      select pg_temp.fill_uuid('verification', s, received_at), tenant_id, project_id, mrv_submission_id,
        pg_temp.fill_uuid('user/' || tenant_no, 0, '2023-06-03Z'),
        case status when 'approved' then 'approved' else 'in_progress' end,
        case status when 'approved' then 'APPROVED' end, case status when 'approved' then 1000 + s % 9000 end,
        case status when 'approved' then received_at + interval '20 days' end, received_at + interval '2 days',
        received_at + interval '20 days'
      from fill_chunk where status in ('in_verification', 'approved')`,
  },
  {
    table: 'verification.verification_category_results',
    sql: `insert into verification.verification_category_results
        (category_result_id, tenant_id, verification_id, category_key, status, reviewed_at, created_at)
      select pg_temp.fill_uuid('category ' || k, s, received_at), tenant_id,
        pg_temp.fill_uuid('verification', s, received_at), k, 'passed', received_at + interval '10 days',
        received_at + interval '10 days'
      from fill_chunk, unnest(array['project_setup', 'general', 'project_design', 'facilities', 'carbon_accounting',
        'life_cycle_assessment', 'project_emissions', 'ghg_statements', 'removal_data']) as k
      where status = 'approved'`,
  },
  {
    table: 'verification.verification_clarifications',
    sql: `insert into verification.verification_clarifications (clarification_id, tenant_id, verification_id,
        category_key, question, raised_by_user_id, status, created_at, updated_at)
      select pg_temp.fill_uuid('clarification ' || n, s, received_at), tenant_id,
        pg_temp.fill_uuid('verification', s, received_at), 'general', 'Which meter was used?',
        pg_temp.fill_uuid('user/' || tenant_no, 0, '2023-06-03Z'), 'pending', received_at + interval '9 days',
        received_at + interval '9 days'
      from fill_chunk, generate_series(1, 2) as n where status = 'in_verification' or s % 3 = 0 and status = 'approved'`,
  },
  {
    table: 'verification.verification_reports',
    sql: `insert into verification.verification_reports
        (verification_report_id, tenant_id, verification_id, report_uri, report_hash, generated_at, created_at)
      select pg_temp.fill_uuid('report', s, received_at), tenant_id, pg_temp.fill_uuid('verification', s, received_at),
        's3://reports/' || s, pg_temp.fill_hash('report', s), received_at + interval '20 days',
        received_at + interval '20 days'
      from fill_chunk where status = 'approved'`,
  },
  {
    table: 'mrv.mrv_submissions',
    sql: `update mrv.mrv_submissions m set status = 'approved', updated_at = c.received_at + interval '20 days'
      from fill_chunk c where c.mrv_submission_id = m.mrv_submission_id and c.status = 'approved'`,
  },
];

// The hashes of parts are here too: the chain derives them, and nobody may hold them twice.
const HASHED: readonly Step[] = [
  {
    table: 'registry.global_hash_registry',
    sql: `insert into registry.global_hash_registry (mrv_hash, first_seen_at, first_seen_tenant_id, status,
        registry_type, registry_name, evidence_hash, origin)
      select coalesce(p.mrv_hash, c.mrv_hash), coalesce(p.created_at, c.received_at + interval '21 days'), c.tenant_id,
        case when p.i is null then case when c.b % 5 = 4 then 'rejected' else 'locked' end
          when p.status in ('active', 'impaired') then 'approved' when p.status = 'retired' then 'retired'
          when p.status = 'invalidated' then 'rejected' else 'locked' end,
        c.registry_type, c.registry_name,
        case when coalesce(p.k, 0) = 0 then pg_temp.fill_hash('evidence', c.s) end, c.mrv_hash
      from fill_chunk c left join fill_credits p using (s) where c.status = 'approved'`,
  },
  {
    table: 'hashing.mrv_hashes',
    sql: `insert into hashing.mrv_hashes (mrv_hash_id, tenant_id, mrv_submission_id, mrv_hash, canonical_payload, created_at)
      select pg_temp.fill_uuid('mrv hash', s, received_at), tenant_id, mrv_submission_id, mrv_hash,
        jsonb_build_object('registry_id', registry_type, 'methodology_code', 'FILL-001', 'methodology_version', 'v1.0',
          'computed_tonnage', (1000 + s % 9000)::text, 'evidence_hash', pg_temp.fill_hash('evidence', s),
          'host_country', 'KE', 'unit', '1'),
        received_at + interval '21 days'
      from fill_chunk where status = 'approved'`,
  },
  {
    table: 'registry.registry_submissions',
    sql: `insert into registry.registry_submissions (registry_submission_id, tenant_id, mrv_submission_id, mrv_hash,
        registry_type, registry_name, status, registry_serial, registry_project_id, request_payload, submitted_at,
        approved_at, rejected_at, created_at, updated_at)
      select pg_temp.fill_uuid('registry submission', s, received_at), tenant_id, mrv_submission_id, mrv_hash,
        registry_type, registry_name,
        case when j < 8 then 'approved' when b % 5 = 3 then 'submitted' else 'rejected' end,
        case when j < 8 then 'R' || tenant_no || '-' || project_no || ':' || period_no end,
        'R' || tenant_no || '-' || project_no, jsonb_build_object('mrv_hash', mrv_hash),
        received_at + interval '22 days', case when j < 8 then received_at + interval '50 days' end,
        case when j = 8 and b % 5 = 4 then received_at + interval '50 days' end, received_at + interval '22 days',
        received_at + interval '50 days'
      from fill_chunk where status = 'approved'`,
  },
];

const CONSENTED: readonly Step[] = [
  {
    table: 'registry.consents',
    sql: `insert into registry.consents (consent_id, tenant_id, registry_type, registry_name, consent_ref, mrv_hash,
        tonnage_co2e, debited_co2e, unit, serial_namespace, serial_start, document_sha256, immobilised_on, recorded_at,
        created_at, updated_at)
      select pg_temp.fill_uuid('consent', s, created_at), tenant_id, registry_type, registry_name, 'consent-' || s,
        mrv_hash, units, units, 1, namespace, starts, pg_temp.fill_hash('consent', s),
        (created_at - interval '5 days')::date, created_at, created_at, created_at
      from fill_credits where k = 0`,
  },
  {
    table: 'registry.serial_blocks',
    sql: `insert into registry.serial_blocks (serial_block_id, tenant_id, registry_type, registry_name, namespace,
        serial_range, unit, mrv_hash, parent_block_id, status, created_at, updated_at)
      select block_id, tenant_id, registry_type, registry_name, namespace, numrange(starts, starts + units), 1, mrv_hash,
        case when k > 0 then root_block_id end,
        case when void_cause in ('divided', 'merged') then void_cause
          when void_cause is not null or j = 2 and k = 22 then 'released' else 'live' end,
        created_at, coalesce(ended_at, created_at)
      from fill_credits order by namespace, starts`,
  },
  {
    table: 'registry.statements',
    sql: `insert into registry.statements (statement_id, tenant_id, registry_type, registry_name, account, kinds, as_of,
        is_complete, file_name, file_sha256, row_count, imported_at, created_at)
      select pg_temp.fill_uuid('statement/' || registry_type || '/' || min(s), tenant_no, min(created_at)), tenant_id,
        registry_type, registry_name, 'account-' || tenant_no, array['issuances'], max(created_at), true,
        'issuances.csv', pg_temp.fill_hash('statement/' || registry_type || '/' || min(s), tenant_no), count(*),
        max(created_at), max(created_at)
      from fill_credits where k = 0 group by tenant_no, tenant_id, registry_type, registry_name`,
  },
  {
    table: 'registry.statement_rows',
    sql: `insert into registry.statement_rows (statement_row_id, tenant_id, statement_id, line_number, kind, row_sha256,
        raw, registry_serial, serial_namespace, serial_range, tonnage_co2e, registry_project_id, happened_on, created_at)
      select pg_temp.fill_uuid('statement row', s, created_at), tenant_id,
        pg_temp.fill_uuid('statement/' || registry_type || '/' || min(s) over file, tenant_no, min(created_at) over file),
        row_number() over (partition by tenant_no, registry_type order by s), 'issuance',
        pg_temp.fill_hash('statement row', s), jsonb_build_object('line', s), namespace || ':' || starts, namespace,
        numrange(starts, starts + units), units, namespace, created_at::date, created_at
      from fill_credits where k = 0 window file as (partition by tenant_no, registry_type)`,
  },
];

export const EVIDENCE_STEPS: readonly Step[] = [...MEASURED, ...VERIFIED, ...HASHED, ...CONSENTED];
