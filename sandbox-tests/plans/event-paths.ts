// Owns the access paths of processes, events, the chain, reconciliation and the audit trail; leaves credits to
// credit-paths.ts.

import type { AccessPath } from './path.ts';

const TWIN = 'the unique rule has the same columns';

const PROCESSES: readonly AccessPath[] = [
  {
    index: 'process.idx_processes_tenant_status',
    what: 'processes of a tenant by status, newest first',
    sql: `select * from process.processes where status = 'completed' order by started_at desc limit 50`,
    bound_by: ['tenant_id', 'status'],
    is_ordered: true,
  },
  {
    index: 'process.idx_processes_tenant_started',
    what: 'processes of a tenant, newest first',
    sql: 'select * from process.processes order by started_at desc, process_id desc limit 50',
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
  {
    index: 'saga.idx_sagas_subject',
    what: 'the newest saga about a thing',
    sql: `select * from saga.sagas where saga_type = 'credit_issuance' and subject = $1
      order by created_at desc limit 1`,
    sample: 'select subject from saga.sagas where tenant_id = $1 limit 1',
    bound_by: ['tenant_id', 'saga_type', 'subject'],
    is_ordered: true,
  },
  {
    index: 'saga.idx_sagas_due',
    what: 'sagas that may move, those that waited longest first',
    sql: `select saga_id, tenant_id from saga.sagas where due_at <= '2024-01-01' order by due_at limit 100`,
    bound_by: ['due_at'],
    is_ordered: true,
    as: 'owner',
  },
  {
    index: 'saga.idx_sagas_wake',
    what: 'sagas of a tenant that wait for something',
    sql: 'select saga_id from saga.sagas where wake_topic = $1',
    sample: 'select wake_topic from saga.sagas where tenant_id = $1 and wake_topic is not null limit 1',
    bound_by: ['tenant_id', 'wake_topic'],
  },
  {
    index: 'process.idx_process_steps_process',
    what: 'steps of a process in their order',
    sql: 'select * from process.process_steps where process_id = $1 order by step_number',
    sample: 'select process_id from process.process_steps where tenant_id = $1 limit 1',
    bound_by: ['process_id'],
    is_ordered: true,
    or: { indexes: ['process.process_steps_process_id_step_number_key'], because: TWIN },
  },
  {
    index: 'saga.idx_sagas_tenant_status',
    what: 'sagas of a tenant by status, newest first',
    sql: `select * from saga.sagas where status = 'completed' order by started_at desc limit 50`,
    bound_by: ['tenant_id', 'status'],
    is_ordered: true,
  },
  {
    index: 'saga.idx_saga_steps_saga',
    what: 'steps of a saga in their order',
    sql: 'select * from saga.saga_steps where saga_id = $1 order by step_order',
    sample: 'select saga_id from saga.saga_steps where tenant_id = $1 limit 1',
    bound_by: ['saga_id'],
    is_ordered: true,
    or: { indexes: ['saga.saga_steps_saga_id_step_order_key'], because: TWIN },
  },
];

const EVENTS: readonly AccessPath[] = [
  {
    // The tenant is named although row security adds it: that rule also lets system events through, by an OR.
    index: 'eventing.idx_event_store_tenant_type_time',
    what: 'events of a type in their order',
    sql: `select * from eventing.event_store where tenant_id = $1 and event_type = 'credit.retired.v1'
      and created_at >= '2025-03-01Z' and created_at < '2025-04-01Z' order by created_at limit 100`,
    sample: 'select $1::uuid',
    bound_by: ['tenant_id', 'event_type', 'created_at'],
    is_ordered: true,
    is_sorted_when_prepared: 'no index gives the order of the OR in the rule that lets system events through',
  },
  {
    index: 'eventing.idx_event_store_aggregate',
    // A few rows from all months: sorting them is nothing, and merging the months would cost more.
    what: 'the history of a credit',
    sql: 'select * from eventing.event_store where aggregate_id = $1 order by aggregate_version',
    sample: 'select aggregate_id from eventing.event_store where tenant_id = $1 limit 1',
    bound_by: ['aggregate_id'],
  },
  {
    index: 'eventing.idx_event_store_event',
    what: 'an event by its id',
    sql: 'select * from eventing.event_store where event_id = $1',
    sample: 'select event_id from eventing.event_store where tenant_id = $1 limit 1',
    bound_by: ['event_id'],
  },
  {
    index: 'eventing.idx_outbox_unpublished',
    what: 'what waits to be published, oldest first',
    sql: 'select * from eventing.outbox where published_at is null order by outbox_id limit 100',
    as: 'indexer',
    bound_by: [],
    is_ordered: true,
  },
  {
    index: 'billing.idx_usage_ledger_tenant_period',
    what: 'usage of a month, newest first',
    sql: `select * from billing.usage_ledger where billing_period = '2025-06' order by created_at desc limit 50`,
    bound_by: ['tenant_id', 'billing_period'],
    is_ordered: true,
  },
  {
    index: 'billing.idx_invoices_tenant_period',
    what: 'invoices of a tenant, newest first',
    sql: 'select * from billing.invoices order by billing_period_start desc limit 12',
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
  {
    index: 'billing.idx_invoices_status',
    what: 'open invoices of a tenant, the first to fall due first',
    sql: `select * from billing.invoices where status = 'issued' order by due_at`,
    bound_by: ['tenant_id', 'status'],
    is_ordered: true,
  },
  {
    index: 'webhook.idx_webhook_configurations_tenant',
    what: 'active webhooks of a tenant',
    sql: 'select * from webhook.webhook_configurations where active',
    bound_by: ['tenant_id'],
  },
  {
    index: 'webhook.idx_webhook_deliveries_webhook',
    what: 'deliveries of a webhook, newest first',
    is_sorted_when_prepared:
      'it is planned for the average webhook, which in the short form has less than a page',
    sql: 'select * from webhook.webhook_deliveries where webhook_id = $1 order by created_at desc limit 50',
    sample: 'select webhook_id from webhook.webhook_deliveries where tenant_id = $1 limit 1',
    bound_by: ['webhook_id'],
    is_ordered: true,
  },
  {
    index: 'webhook.idx_webhook_deliveries_status',
    what: 'deliveries to try again, the first due first',
    sql: `select * from webhook.webhook_deliveries
      where status = 'retrying' and next_retry_at <= '2025-03-01Z' order by next_retry_at limit 100`,
    bound_by: ['status', 'next_retry_at'],
    is_ordered: true,
  },
];

const CHAIN: readonly AccessPath[] = [
  {
    index: 'chain.idx_blocks_time',
    what: 'blocks of a time',
    sql: `select * from chain.blocks where block_timestamp >= '2025-03-01Z' and block_timestamp < '2025-03-02Z'`,
    bound_by: ['block_timestamp'],
  },
  {
    index: 'chain.idx_contract_events_contract_position',
    what: 'events of a contract after a position',
    sql: `select * from chain.contract_events
      where near_contract_id = 'credits.dmrv.near' and event_position > $1 order by event_position limit 1000`,
    sample: 'select event_position from chain.contract_events limit 1',
    bound_by: ['event_position'],
    is_ordered: true,
    or: {
      indexes: ['chain.contract_events_event_position_key'],
      because: 'with one contract the position alone finds the same rows',
    },
  },
  {
    index: 'chain.idx_contract_events_token',
    what: 'events of a token in their order',
    sql: 'select * from chain.contract_events where token_id = $1 order by event_position',
    sample: 'select token_id from chain.tokens limit 1',
    bound_by: ['token_id'],
    is_ordered: true,
  },
  {
    index: 'chain.idx_contract_events_height',
    what: 'events of a block',
    sql: 'select * from chain.contract_events where block_height = $1',
    sample: 'select block_height from chain.contract_events limit 1',
    bound_by: ['block_height'],
  },
  {
    index: 'chain.idx_tokens_owner',
    what: 'living tokens of an account',
    sql: `select * from chain.tokens where owner_account_id = $1 and status in ('active', 'impaired')`,
    sample: `select owner_account_id from chain.tokens where owner_account_id like 'wallet-%' limit 1`,
    bound_by: ['owner_account_id'],
  },
  {
    index: 'chain.idx_tokens_origin',
    what: 'all parts of a minted token',
    sql: 'select * from chain.tokens where origin = $1',
    sample: 'select origin from chain.tokens limit 1',
    bound_by: ['origin'],
  },
  {
    index: 'chain.idx_tokens_registry_status',
    what: 'tokens of a registry by status',
    sql: `select * from chain.tokens where registry_type = 'isometric' and status = 'impaired'`,
    bound_by: ['registry_type', 'status'],
  },
  {
    index: 'chain.idx_lineage_parent',
    what: 'what became of a token, in its order',
    sql: `select * from chain.lineage where near_contract_id = 'credits.dmrv.near' and parent_token_id = $1
      order by ordinal`,
    sample: 'select parent_token_id from chain.lineage limit 1',
    bound_by: ['near_contract_id', 'parent_token_id'],
    is_ordered: true,
  },
  {
    index: 'chain.idx_consents_hash',
    what: 'consents that name a hash',
    sql: 'select * from chain.consents where mrv_hash = $1',
    sample: 'select mrv_hash from chain.consents limit 1',
    bound_by: ['mrv_hash'],
  },
  {
    index: 'chain.idx_retirements_position',
    what: 'all retirements, newest first',
    sql: 'select * from chain.retirements order by event_position desc limit 50',
    bound_by: [],
    is_ordered: true,
  },
  {
    index: 'chain.idx_retirements_account',
    what: 'retirements of an account, newest first',
    sql: 'select * from chain.retirements where account_id = $1 order by event_position desc limit 50',
    sample: `select account_id from chain.retirements where account_id like 'wallet-%' limit 1`,
    bound_by: ['account_id'],
    is_ordered: true,
  },
  {
    index: 'chain.idx_outcome_proofs_due',
    what: 'receipts that are to be proven now',
    sql: `select * from chain.outcome_proofs where near_contract_id = 'credits.dmrv.near' and status = 'pending'
      and next_try_at <= now() order by next_try_at limit 50`,
    bound_by: ['near_contract_id', 'next_try_at'],
    is_ordered: true,
    as: 'prover',
  },
  {
    index: 'chain.idx_retirements_beneficiary_id',
    what: 'retirements for a beneficiary',
    sql: 'select * from chain.retirements where beneficiary_id = $1',
    sample: 'select beneficiary_id from chain.retirements where beneficiary_id is not null limit 1',
    bound_by: ['beneficiary_id'],
  },
  {
    index: 'chain.idx_dead_letters_open',
    what: 'logs that nobody could read yet, oldest first',
    sql: `select * from chain.dead_letters
      where near_contract_id = 'credits.dmrv.near' and redriven_at is null order by block_height`,
    bound_by: ['near_contract_id'],
    is_ordered: true,
  },
];

const FINDINGS: readonly AccessPath[] = [
  {
    index: 'reconciliation.idx_runs_time',
    what: 'runs, newest first',
    sql: 'select run_id, status, started_at from reconciliation.runs order by started_at desc limit 20',
    bound_by: [],
    is_ordered: true,
  },
  {
    index: 'reconciliation.idx_findings_tenant_status',
    // Of the closed ones, which grow for ever: those that are open are few, and indexes of their own find them as fast.
    what: 'findings of a tenant by status, newest first',
    sql: `select * from reconciliation.findings where status = 'closed' order by last_seen_at desc limit 50`,
    bound_by: ['tenant_id', 'status'],
    is_ordered: true,
  },
  {
    index: 'reconciliation.idx_findings_open_code',
    what: 'open findings of a code, oldest first',
    sql: `select * from reconciliation.findings
      where code = 'RETIREMENT_UNCONFIRMED' and status <> 'closed' order by first_seen_at limit 100`,
    as: 'reconciler',
    bound_by: ['code'],
    is_ordered: true,
  },
  {
    index: 'reconciliation.idx_run_totals_tenant',
    what: 'sums of a tenant over all runs, newest first',
    sql: 'select * from reconciliation.run_totals order by counted_at desc limit 50',
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
  {
    index: 'reconciliation.idx_finding_comments_finding',
    what: 'comments on a finding in their order',
    sql: 'select * from reconciliation.finding_comments where finding_id = $1 order by created_at',
    sample: 'select finding_id from reconciliation.finding_comments where tenant_id = $1 limit 1',
    bound_by: ['finding_id'],
    is_ordered: true,
  },
  {
    index: 'audit.idx_audit_logs_tenant_time',
    // The largest tenant's rows lie so close together that reading by time alone finds them as fast.
    what: 'the trail of a middling tenant, newest first',
    is_middle_tenant: true,
    sql: 'select * from audit.audit_logs order by created_at desc limit 50',
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
  {
    index: 'audit.idx_audit_logs_resource',
    what: 'the trail of a row, newest first',
    sql: `select * from audit.audit_logs
      where resource_type = 'project.projects' and resource_id = $1 order by created_at desc`,
    sample: 'select project_id::text from project.projects where tenant_id = $1 limit 1',
    bound_by: ['resource_type', 'resource_id'],
  },
  {
    index: 'audit.idx_audit_logs_actor',
    what: 'the trail of somebody who did little',
    sql: `select * from audit.audit_logs where actor = 'user:nobody' order by created_at desc limit 50`,
    bound_by: ['actor'],
  },
];

const PAST: readonly AccessPath[] = [
  {
    index: 'chain.idx_token_events_receiver',
    what: 'what came to an account, the last first',
    sql: `select * from chain.token_events where to_account_id = $1 order by event_position desc limit 50`,
    sample: `select to_account_id from chain.token_events where to_account_id is not null limit 1`,
    bound_by: ['to_account_id'],
    is_ordered: true,
  },
  {
    index: 'chain.idx_token_events_flags',
    what: 'the last flag of a token',
    sql: `select * from chain.token_events where near_contract_id = $1 and token_id = $2
      and event in ('credit_impair', 'credit_restore') order by token_version desc limit 1`,
    sample: 'select near_contract_id, token_id from chain.tokens limit 1',
    bound_by: ['token_id'],
    is_ordered: true,
    or: {
      indexes: ['chain.token_events_pkey'],
      because: 'the key has all events of the token, few as they are',
    },
  },
];

export const EVENT_PATHS: readonly AccessPath[] = [...PROCESSES, ...EVENTS, ...CHAIN, ...FINDINGS, ...PAST];
