// Owns the rows that speak of everything before them: buffers, reversals, findings, the cursor; leaves the credits
// to credits.ts.
import type { Step } from './step.ts';

const BUFFERS: readonly Step[] = [
  {
    table: 'credit.buffer_entries',
    sql: `insert into credit.buffer_entries
        (buffer_entry_id, tenant_id, buffer_pool_id, kind, amount_tco2e, credit_id, event_identity, occurred_at, created_at)
      select pg_temp.fill_uuid('buffer entry', s.s, c.created_at), s.tenant_id,
        pg_temp.fill_uuid('pool/' || s.tenant_no, s.project_no, '2023-07-02Z'), 'contribution', c.tonnage_co2e / 10,
        c.credit_id, pg_temp.fill_near('buffer entry', s.s) || ':0:0', c.created_at, c.created_at
      from fill_submissions s join credit.credits c on c.tenant_id = s.tenant_id and c.mrv_hash = s.mrv_hash
      order by s.tenant_no, s.project_no, s.s`,
  },
  {
    table: 'credit.reversal_events',
    sql: `insert into credit.reversal_events (reversal_event_id, tenant_id, project_id, event_type, event_date,
        estimated_tco2e_lost, verified_tco2e_lost, description, reported_by_user_id, verified_by_user_id, status,
        created_at, updated_at)
      select pg_temp.fill_uuid('reversal ' || n || '/' || tenant_no, project_no, '2025-06-01Z'), tenant_id, project_id,
        (array['fire', 'disease'])[n], date '2025-05-01' + n, 10, 10, 'A fire in the north',
        pg_temp.fill_uuid('user/' || tenant_no, 1, '2023-06-03Z'), pg_temp.fill_uuid('user/' || tenant_no, 0, '2023-06-03Z'),
        case when project_no % 20 = 0 then 'verified' else 'buffer_applied' end, '2025-06-01Z', '2025-06-01Z'
      from fill_projects, generate_series(1, 2) as n where has_submissions`,
  },
  {
    table: 'credit.buffer_entries',
    sql: `insert into credit.buffer_entries (buffer_entry_id, tenant_id, buffer_pool_id, kind, amount_tco2e,
        reversal_event_id, occurred_at, created_at)
      select pg_temp.fill_uuid('cancellation/' || tenant_no, project_no, '2025-06-02Z'), tenant_id,
        pg_temp.fill_uuid('pool/' || tenant_no, project_no, '2023-07-02Z'), 'cancellation', -10,
        pg_temp.fill_uuid('reversal 1/' || tenant_no, project_no, '2025-06-01Z'), '2025-06-02Z', '2025-06-02Z'
      from fill_projects where has_submissions`,
  },
  {
    table: 'credit.reversal_affected_credits',
    sql: `insert into credit.reversal_affected_credits
        (tenant_id, reversal_event_id, credit_id, impact_tco2e, buffer_used_tco2e, created_at)
      select c.tenant_id, pg_temp.fill_uuid('reversal 1/' || p.tenant_no, p.project_no, '2025-06-01Z'), c.credit_id, 1, 1,
        '2025-06-01Z'
      from fill_projects p join credit.credits c using (project_id) where p.has_submissions and c.status = 'impaired'`,
  },
  {
    table: 'credit.article6',
    sql: `insert into credit.article6 (article6_id, tenant_id, project_id, credit_id, kind, host_country, authorised_use,
        effective_on, reference, document_sha256, created_at)
      select pg_temp.fill_uuid('article 6', s.s, c.created_at), s.tenant_id, s.project_id, c.credit_id, 'authorisation', 'KE',
        'ndc', c.issuance_date, 'LoA-' || s.s, pg_temp.fill_hash('letter', s.s), c.created_at
      from fill_submissions s join credit.credits c on c.tenant_id = s.tenant_id and c.mrv_hash = s.mrv_hash`,
  },
];

const FOUND: readonly Step[] = [
  {
    table: 'reconciliation.runs',
    sql: `insert into reconciliation.runs (run_id, trigger, status, started_at, finished_at)
      select pg_temp.fill_uuid('run', n, '2025-12-01Z'), 'schedule', 'completed', timestamptz '2024-01-01Z' + n * interval '6 hours',
        timestamptz '2024-01-01 00:01:00Z' + n * interval '6 hours' from generate_series(1, 2800) as n`,
  },
  {
    table: 'reconciliation.findings',
    sql: `insert into reconciliation.findings (finding_id, tenant_id, code, severity, subject, mrv_hash, tonnes_at_stake,
        values_found, next_step, status, opened_by, opened_by_run_id, last_run_id, first_seen_at, last_seen_at, closed_at,
        updated_at, registry_type, registry_name)
      select pg_temp.fill_uuid('finding ' || n, s.s, received_at), s.tenant_id,
        (array['APPROVED_NOT_MINTED', 'RETIRED_NOT_AT_REGISTRY'])[n], 'major', 'submission:' || s.s, mrv_hash, 10,
        '{"chain": "10", "registry": "0"}', 'Ask the registry', case when s.s % 5 = 0 then 'open' else 'closed' end, 'reconciler',
        pg_temp.fill_uuid('run', 1, '2025-12-01Z'), pg_temp.fill_uuid('run', 2, '2025-12-01Z'), received_at,
        received_at + interval '100 days', case when s.s % 5 <> 0 then received_at + interval '100 days' end,
        received_at + interval '100 days', p.registry_type, p.registry_name
      from fill_submissions s join fill_projects p using (project_id), generate_series(1, 2) as n where j = 8`,
  },
  {
    // Of every fourteenth run: enough to be worth an index.
    table: 'reconciliation.run_totals',
    sql: `insert into reconciliation.run_totals (run_total_id, run_id, tenant_id, registry_type, unreconciled_co2e,
        in_transit_co2e, findings_open, counted_at)
      select pg_temp.fill_uuid('totals ' || n, tenant_no, '2025-12-01Z'), pg_temp.fill_uuid('run', n, '2025-12-01Z'),
        tenant_id, 'verra', 0, 0, 0, timestamptz '2024-01-01 00:01:00Z' + n * interval '6 hours'
      from generate_series(14, 2800, 14) as n, fill_tenants where has_credits`,
  },
  {
    table: 'reconciliation.backing',
    sql: `insert into reconciliation.backing (run_id, registry_type, registry_name, active_co2e, impaired_co2e,
        retired_unconfirmed_co2e, retired_confirmed_co2e, held_co2e, missing_co2e, not_covered_co2e, surplus_co2e, statements,
        oldest_as_of, newest_as_of)
      select pg_temp.fill_uuid('run', n, '2025-12-01Z'), registry_type, registry_name, 10, 0, 0, 5, 10, 0, 0, 0, 1,
        '2025-11-30Z', '2025-11-30Z'
      from generate_series(14, 2800, 14) as n, (values ('verra', null), ('puro', null), ('other', 'Northern Registry'))
        as listed (registry_type, registry_name)`,
  },
  {
    table: 'reconciliation.finding_comments',
    sql: `insert into reconciliation.finding_comments (finding_comment_id, tenant_id, finding_id, author, comment, created_at)
      select pg_temp.fill_uuid('comment ' || n, s, received_at), tenant_id, pg_temp.fill_uuid('finding 1', s, received_at),
        'user:fill', 'Asked', received_at + n * interval '1 day'
      from fill_submissions, generate_series(1, 4) as n where j = 8`,
  },
  {
    table: 'chain.dead_letters',
    sql: `insert into chain.dead_letters (dead_letter_id, near_contract_id, block_height, block_hash, block_timestamp,
        shard_id, outcome_index, receipt_id, log_index, log, error_code, error_message, first_seen_at, redriven_at)
      select pg_temp.fill_uuid('dead letter', n, '2025-01-01Z'), 'credits.dmrv.near', 120000000 + n * 1000,
        pg_temp.fill_near('block', 120000000 + n * 1000), '2025-01-01Z', 0, n, pg_temp.fill_near('dead letter', n), 0, 'EVENT_JSON:{', 'EVENT_UNREADABLE', 'The log is cut', '2025-01-01Z',
        case when n % 20 <> 0 then timestamptz '2025-01-02Z' end from generate_series(1, 2000) as n`,
  },
  {
    table: 'chain.binding',
    sql: `insert into chain.binding (network, genesis_hash, bound_at)
      select 'localnet', pg_temp.fill_near('genesis', 0), '2024-01-01Z'`,
  },
  {
    table: 'chain.proof_cursor',
    sql: `insert into chain.proof_cursor (near_contract_id, last_position, updated_at)
      select 'credits.dmrv.near', max(event_position), '2025-01-01Z' from chain.contract_events`,
  },
  {
    // The last row of all: whoever finds it knows that the database is whole.
    table: 'chain.cursor',
    sql: `insert into chain.cursor (near_contract_id, block_height, block_hash, block_timestamp, last_position, updated_at)
      select 'credits.dmrv.near', block_height, block_hash, block_timestamp,
        (select max(event_position) from chain.contract_events), block_timestamp
      from chain.blocks order by block_height desc limit 1`,
  },
];

export const CLOSING_STEPS: readonly Step[] = [...BUFFERS, ...FOUND];

/** Ids were given by us; the counters go on after them. */
export const ADVANCE_COUNTERS = `select
  setval(pg_get_serial_sequence('eventing.event_store', 'sequence_number'), (select max(sequence_number) from eventing.event_keys)),
  setval(pg_get_serial_sequence('eventing.outbox', 'outbox_id'), (select max(outbox_id) from eventing.outbox))`;
