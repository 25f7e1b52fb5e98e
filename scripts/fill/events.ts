// Owns one chunk's events, their way out, and the processes behind them; leaves the credits to credits.ts.
import type { Step } from './step.ts';

const EVENTS: readonly Step[] = [
  {
    table: 'eventing.event_store',
    sql: `insert into eventing.event_store
        (sequence_number, event_id, event_type, aggregate_id, aggregate_version, tenant_id, payload, metadata, created_at)
      select i * 2 + 1, pg_temp.fill_uuid('event 1', i, created_at),
        case kind when 'split' then 'credit.split.v1' when 'merge' then 'credit.merged.v1'
          when 'reissue' then 'credit.reissued.v1' else 'credit.minted.v1' end,
        'credit:' || credit_id, 1, tenant_id,
        jsonb_build_object('credit_id', credit_id, 'mrv_hash', mrv_hash, 'tonnage_co2e', units::text),
        jsonb_build_object('correlation_id', s), created_at
      from fill_credits
      union all
      select i * 2 + 2, pg_temp.fill_uuid('event 2', i, ended_at), 'credit.retired.v1', 'credit:' || credit_id, 2, tenant_id,
        jsonb_build_object('credit_id', credit_id, 'mrv_hash', mrv_hash, 'tonnage_co2e', units::text), '{}', ended_at
      from fill_credits where status = 'retired'
      order by 1`,
  },
  {
    table: 'eventing.outbox',
    sql: `insert into eventing.outbox (outbox_id, event_id, tenant_id, event_type, payload, published_at, created_at)
      select i * 2 + 2, pg_temp.fill_uuid('event 2', i, ended_at), tenant_id, 'credit.retired.v1',
        jsonb_build_object('credit_id', credit_id), case when i % 50 <> 0 then ended_at + interval '1 second' end, ended_at
      from fill_credits where status = 'retired'`,
  },
  {
    table: 'eventing.processed_events',
    sql: `insert into eventing.processed_events (consumer, event_id, processed_at)
      select 'webhooks', pg_temp.fill_uuid('event 2', i, ended_at), ended_at from fill_credits where status = 'retired'`,
  },
  {
    table: 'webhook.webhook_deliveries',
    sql: `insert into webhook.webhook_deliveries (delivery_id, tenant_id, webhook_id, event_id, status, response_status,
        delivered_at, next_retry_at, created_at, updated_at)
      select pg_temp.fill_uuid('delivery', i, ended_at), tenant_id,
        pg_temp.fill_uuid('webhook/' || tenant_no, 0, '2023-06-05Z'), pg_temp.fill_uuid('event 2', i, ended_at),
        case when i % 50 = 0 then 'retrying' else 'delivered' end, case when i % 50 = 0 then 503 else 200 end,
        case when i % 50 <> 0 then ended_at end, case when i % 50 = 0 then ended_at + interval '5 minutes' end, ended_at,
        ended_at
      from fill_credits where status = 'retired'`,
  },
  {
    table: 'billing.usage_ledger',
    sql: `insert into billing.usage_ledger (usage_id, tenant_id, metric, quantity, unit_price, total_amount,
        billing_period, event_id, created_at)
      select pg_temp.fill_uuid('usage', i, ended_at), tenant_id, 'credits_retired', units, 0.25, units * 0.25,
        to_char(ended_at, 'YYYY-MM'), pg_temp.fill_uuid('event 2', i, ended_at), ended_at
      from fill_credits where status = 'retired'`,
  },
];

const PROCESSES: readonly Step[] = [
  {
    table: 'process.processes',
    sql: `insert into process.processes (process_id, tenant_id, process_type, status, current_step, total_steps,
        progress_percent, started_at, completed_at, created_at, updated_at)
      select pg_temp.fill_uuid('process', s, created_at), tenant_id, 'credit_issuance',
        case when s % 50 = 0 then 'failed' when s % 50 = 1 then 'processing' else 'completed' end,
        case when s % 50 < 2 then 1 else 3 end, 3, case when s % 50 < 2 then 33 else 100 end, created_at,
        case when s % 50 > 1 then created_at end, created_at, created_at
      from fill_credits where k = 0`,
  },
  {
    table: 'process.process_steps',
    sql: `insert into process.process_steps
        (step_id, tenant_id, process_id, step_number, step_name, status, started_at, created_at, updated_at)
      select pg_temp.fill_uuid('process step ' || n, s, created_at), tenant_id,
        pg_temp.fill_uuid('process', s, created_at), n, (array['approve', 'submit', 'mint'])[n + 1],
        case when s % 50 < 2 and n > 0 then 'pending' else 'completed' end, created_at, created_at, created_at
      from fill_credits, generate_series(0, 2) as n where k = 0`,
  },
  {
    table: 'saga.sagas',
    sql: `insert into saga.sagas
        (saga_id, tenant_id, process_id, saga_type, subject, status, timeout, due_at, wake_topic, started_at, completed_at,
        created_at, updated_at)
      select pg_temp.fill_uuid('saga', s, created_at), tenant_id, pg_temp.fill_uuid('process', s, created_at),
        'credit_issuance', 'submission ' || s,
        case when s % 50 = 0 then 'failed' when s % 50 = 1 then 'in_progress' else 'completed' end, 3600,
        case when s % 50 = 1 then created_at end, case when s % 50 = 1 then 'decision:' || s end, created_at,
        case when s % 50 > 1 then created_at end, created_at, created_at
      from fill_credits where k = 0`,
  },
  {
    table: 'saga.saga_steps',
    sql: `insert into saga.saga_steps
        (saga_step_id, tenant_id, saga_id, step_name, step_order, status, started_at, created_at, updated_at)
      select pg_temp.fill_uuid('saga step ' || n, s, created_at), tenant_id, pg_temp.fill_uuid('saga', s, created_at),
        (array['hashCreation', 'registrySubmission', 'nftMinting'])[n + 1], n, 'completed', created_at, created_at, created_at
      from fill_credits, generate_series(0, 2) as n where k = 0`,
  },
];

export const EVENT_STEPS: readonly Step[] = [...EVENTS, ...PROCESSES];
