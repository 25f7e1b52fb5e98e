// Owns the rights that each login is meant to have, by hand; leaves comparing them with the catalogue to rights.spec.ts.

import type { Login } from '../../core/db/logins.ts';
import { OPERATOR_RIGHTS } from './operator-rights.ts';
import type { Rights } from './rights.ts';

// A right that is missing here, or one more than stands here, is a decision: change it here as well, and say why.
export const EXPECTED_RIGHTS: Readonly<Record<Login, Rights>> = {
  indexer: {
    ...chain('SELECT, INSERT, UPDATE, DELETE'),
    'credit.buffer_entries': 'SELECT, INSERT',
    'credit.buffer_pools': 'SELECT',
    'credit.credit_lineage': 'SELECT, INSERT',
    'credit.credit_ownership': 'SELECT, INSERT, UPDATE (owner_account_id, owner_type, ended_at, updated_at)',
    'credit.credit_transfers': 'SELECT, INSERT',
    'credit.credits':
      'SELECT, INSERT, UPDATE (registry_serial, serial_block, token_id, near_contract_id, ' +
      'near_minter_account_id, status, void_cause, minted_at, retired_at, updated_at)',
    'credit.retirements':
      'SELECT, INSERT, UPDATE (beneficiary, registry_confirmed, registry_confirmed_at, ' +
      'registry_retirement_id, registry_retired_on, attested_by, registry_refused_at, ' +
      'registry_refusal_reason)',
    'eventing.event_keys': 'SELECT',
    'eventing.event_store': 'SELECT, INSERT',
    'eventing.outbox': 'SELECT, INSERT',
    'eventing.processed_events': 'SELECT, INSERT',
    'hashing.mrv_hashes': 'SELECT (mrv_hash_id, tenant_id, mrv_submission_id, mrv_hash, canonical_payload)',
    'mrv.mrv_submissions':
      'SELECT (mrv_submission_id, tenant_id, project_id, period_start_on, period_end_on)',
    'registry.consents': 'SELECT, INSERT, UPDATE (debited_co2e, recorded_at, withdrawn_at, updated_at)',
    'registry.global_hash_registry':
      'SELECT, INSERT, UPDATE (status, registry_type, registry_name, registry_serial)',
    'registry.registry_submissions':
      'SELECT (registry_submission_id, tenant_id, mrv_submission_id, mrv_hash, registry_type, ' +
      'registry_name, status, registry_serial)',
    'registry.serial_blocks': 'SELECT, INSERT, UPDATE (status, updated_at)',
  },
  reconciler: {
    ...chain('SELECT'),
    'core.tenants': 'SELECT (tenant_id, slug, name, status)',
    'credit.article6': 'SELECT',
    'credit.buffer_entries': 'SELECT',
    'credit.buffer_pools': 'SELECT',
    'credit.credit_lineage': 'SELECT',
    'credit.credit_ownership': 'SELECT',
    'credit.credit_transfers': 'SELECT',
    'credit.credits': 'SELECT',
    'credit.custodial_positions':
      'SELECT (custodial_position_id, tenant_id, credit_id, custodian_account_id, tonnage_co2e)',
    'credit.retirements':
      'SELECT (retirement_id, tenant_id, credit_id, token_id, tonnage_co2e, beneficiary_kind, ' +
      'registry_confirmed, registry_confirmed_at, registry_retirement_id, registry_retired_on, attested_by, ' +
      'registry_refused_at, event_identity, blockchain_tx_hash, blockchain_receipt_id, ' +
      'blockchain_block_height, retired_at)',
    'credit.reversal_affected_credits': 'SELECT',
    'credit.reversal_events': 'SELECT',
    'hashing.mrv_hashes': 'SELECT (mrv_hash_id, tenant_id, mrv_submission_id, mrv_hash, created_at)',
    'mrv.mrv_artifacts': 'SELECT (artifact_id, tenant_id, mrv_submission_id, artifact_type, sha256_hash)',
    'mrv.mrv_computations': 'SELECT (computation_id, tenant_id, mrv_submission_id, computed_tonnage)',
    'mrv.mrv_submissions':
      'SELECT (mrv_submission_id, tenant_id, project_id, period_start_on, period_end_on, received_at, ' +
      'status)',
    'process.processes': 'SELECT (process_id, tenant_id, process_type, status, started_at, updated_at)',
    'project.projects':
      'SELECT (project_id, tenant_id, project_type, location, host_country, target_registry, ' +
      'target_registry_name, status)',
    'reconciliation.finding_comments': 'SELECT, INSERT',
    'reconciliation.findings':
      'SELECT, INSERT, UPDATE (severity, tonnes_at_stake, values_found, next_step, status, waived_by, ' +
      'waived_reason, waived_until, last_run_id, last_seen_at, closed_at, owner_actor)',
    'reconciliation.backing': 'SELECT, INSERT',
    'reconciliation.run_totals': 'SELECT, INSERT',
    'reconciliation.runs': 'SELECT, INSERT, UPDATE',
    'registry.consents': 'SELECT',
    'registry.global_artifact_hashes': 'SELECT',
    'registry.global_hash_registry': 'SELECT',
    'registry.registry_submissions':
      'SELECT (registry_submission_id, tenant_id, mrv_submission_id, mrv_hash, registry_type, ' +
      'registry_name, status, registry_serial, registry_project_id, submitted_at, approved_at, ' +
      'rejected_at, updated_at, left_untokenised_at)',
    'registry.serial_blocks': 'SELECT',
    'registry.statement_rows':
      'SELECT (statement_row_id, tenant_id, statement_id, line_number, kind, row_sha256, registry_serial, ' +
      'serial_namespace, serial_range, tonnage_co2e, registry_project_id, registry_retirement_id, ' +
      'happened_on, error, row_key)',
    'registry.statements': 'SELECT',
    'saga.saga_steps':
      'SELECT (saga_step_id, tenant_id, saga_id, step_name, step_order, status, compensation_status, ' +
      'retry_count, updated_at)',
    'saga.sagas':
      'SELECT (saga_id, tenant_id, saga_type, status, timeout, started_at, completed_at, updated_at, ' +
      'process_id, due_at)',
    'verification.verifications':
      'SELECT (verification_id, tenant_id, project_id, mrv_submission_id, status, overall_status, ' +
      'verified_tonnage)',
  },
  registry_reader: {
    ...chain('SELECT'),
    'credit.credits':
      'SELECT (credit_id, mrv_hash, registry_type, registry_name, registry_serial, serial_block, ' +
      'token_id, near_contract_id, tonnage_co2e, unit, vintage_year, issuance_date, expires_on, ' +
      'expiry_date, status, void_cause, minted_at, retired_at, created_at, updated_at)',
    'credit.retirements': 'SELECT',
    'reconciliation.backing': 'SELECT',
    'reconciliation.runs':
      'SELECT (run_id, trigger, status, near_contract_id, block_height, started_at, finished_at)',
    'registry.consents': 'SELECT',
    'registry.registry_submissions':
      'SELECT (registry_submission_id, mrv_submission_id, mrv_hash, registry_type, registry_name, ' +
      'status, registry_serial, registry_project_id, request_payload, response_payload, submitted_at, ' +
      'approved_at, rejected_at, updated_at)',
    'registry.serial_blocks': 'SELECT',
    'registry.statement_rows': 'SELECT',
    'registry.statements': 'SELECT',
  },
  holder: {
    ...chain('SELECT'),
    'credit.credit_lineage': 'SELECT',
    'credit.credit_ownership': 'SELECT',
    'credit.credit_transfers': 'SELECT',
    'credit.credits':
      'SELECT (credit_id, mrv_hash, registry_type, registry_name, registry_serial, token_id, ' +
      'near_contract_id, tonnage_co2e, unit, vintage_year, issuance_date, expires_on, expiry_date, status, ' +
      'void_cause, minted_at, retired_at, created_at, updated_at)',
    'credit.retirements': 'SELECT',
    'reconciliation.backing': 'SELECT',
    'reconciliation.runs':
      'SELECT (run_id, trigger, status, near_contract_id, block_height, started_at, finished_at)',
  },
  operator: { ...chain('SELECT'), ...OPERATOR_RIGHTS },
  app: {
    'audit.audit_logs': 'SELECT',
    'audit.operator_reads': 'SELECT',
    'billing.invoices': 'SELECT, INSERT, UPDATE',
    'billing.usage_ledger': 'SELECT, INSERT',
    ...chain('SELECT'),
    'core.features': 'SELECT',
    'core.idempotency_keys': 'SELECT, INSERT, UPDATE',
    'core.plan_entitlements': 'SELECT',
    'core.subscription_plans': 'SELECT',
    'core.tenant_api_keys': 'SELECT, INSERT, UPDATE',
    'core.tenant_feature_overrides': 'SELECT, INSERT, UPDATE, DELETE',
    'core.tenant_plan_assignments': 'SELECT, INSERT, UPDATE',
    'core.tenant_registry_connections': 'SELECT, INSERT, UPDATE',
    'core.tenants': 'SELECT, INSERT, UPDATE',
    'credit.article6': 'SELECT, INSERT',
    'credit.buffer_entries': 'SELECT, INSERT',
    'credit.buffer_pools':
      'SELECT, INSERT (buffer_pool_id, tenant_id, scope, project_id, registry_type, registry_name, ' +
      'buffer_rate), UPDATE (buffer_rate)',
    'credit.credit_lineage': 'SELECT, INSERT',
    'credit.credit_ownership': 'SELECT, INSERT, UPDATE',
    'credit.credit_transfers': 'SELECT, INSERT',
    'credit.credits': 'SELECT, INSERT, UPDATE',
    'credit.custodial_positions': 'SELECT, INSERT, UPDATE',
    'credit.retirements': 'SELECT, INSERT, UPDATE',
    'credit.reversal_affected_credits': 'SELECT, INSERT',
    'credit.reversal_events': 'SELECT, INSERT, UPDATE',
    'eventing.event_keys': 'SELECT',
    'eventing.event_store':
      'SELECT, INSERT (event_id, event_type, aggregate_id, aggregate_version, tenant_id, payload, ' +
      'metadata)',
    'eventing.outbox':
      'SELECT, INSERT (event_id, tenant_id, event_type, payload), UPDATE (attempts, last_error, ' +
      'published_at)',
    'eventing.processed_events': 'SELECT, INSERT',
    'hashing.mrv_hashes': 'SELECT, INSERT, UPDATE',
    'iam.invitations': 'SELECT, INSERT, UPDATE',
    'iam.mfa_factors': 'SELECT, INSERT, UPDATE',
    'iam.roles': 'SELECT',
    'iam.sessions': 'SELECT, INSERT, UPDATE',
    'iam.user_roles': 'SELECT, INSERT, DELETE',
    'iam.users': 'SELECT, INSERT, UPDATE',
    'mrv.mrv_artifacts': 'SELECT, INSERT, DELETE',
    'mrv.mrv_computations': 'SELECT, INSERT, UPDATE',
    'mrv.mrv_submissions': 'SELECT, INSERT, UPDATE',
    // The queue of jobs, without a tenant: see protection.ts.
    'pgboss.job': 'SELECT, INSERT, UPDATE, DELETE',
    'pgboss.job_common': 'SELECT, INSERT, UPDATE, DELETE',
    'pgboss.job_dependency': 'SELECT, DELETE',
    'pgboss.queue': 'SELECT, UPDATE',
    'pgboss.version': 'SELECT, UPDATE',
    'process.process_steps': 'SELECT, INSERT, UPDATE',
    'process.processes': 'SELECT, INSERT, UPDATE',
    'project.methodologies': 'SELECT',
    'project.project_members': 'SELECT, INSERT, DELETE',
    'project.projects': 'SELECT, INSERT, UPDATE',
    'reconciliation.finding_comments': 'SELECT, INSERT',
    'reconciliation.findings':
      'SELECT, UPDATE (status, owner_user_id, waived_by, waived_reason, waived_until, owner_actor)',
    'reconciliation.backing': 'SELECT',
    'reconciliation.run_totals': 'SELECT',
    'reconciliation.runs':
      'SELECT (run_id, trigger, status, near_contract_id, block_height, rules_checked, unreconciled_co2e, ' +
      'in_transit_co2e, started_at, finished_at, started_by, findings_open)',
    'registry.consents': 'SELECT, INSERT, UPDATE',
    'registry.global_artifact_hashes': 'SELECT (sha256_hash, is_primary)',
    'registry.global_hash_registry':
      'SELECT (mrv_hash, first_seen_at, status, registry_type, registry_name, registry_serial, ' +
      'evidence_hash, origin), INSERT, UPDATE (status, registry_type, registry_name, registry_serial, ' +
      'evidence_hash, notes)',
    'registry.registry_submissions': 'SELECT, INSERT, UPDATE',
    'registry.requirements': 'SELECT',
    'registry.serial_blocks': 'SELECT, INSERT, UPDATE',
    'registry.statement_rows': 'SELECT, INSERT, UPDATE (error)',
    'registry.statements': 'SELECT, INSERT, UPDATE',
    'saga.saga_steps': 'SELECT, INSERT, UPDATE',
    'saga.sagas': 'SELECT, INSERT, UPDATE',
    'signing.keys': 'SELECT, INSERT (public_key, account_id, last_nonce), UPDATE (last_nonce, busy_since)',
    'signing.transactions':
      'SELECT, INSERT, UPDATE (valid_until_height, status, sent_at, value, block_height, failure_code, ' +
      'failure_message, settled_at)',
    'verification.verification_category_results': 'SELECT, INSERT, UPDATE',
    'verification.verification_clarifications': 'SELECT, INSERT, UPDATE',
    'verification.verification_reports': 'SELECT, INSERT',
    'verification.verifications': 'SELECT, INSERT, UPDATE',
    'webhook.webhook_configurations': 'SELECT, INSERT, UPDATE',
    'webhook.webhook_deliveries': 'SELECT, INSERT, UPDATE',
  },
};

/** What the chain says is public: everybody reads it, the indexer alone writes it. */
function chain(right: string): Rights {
  const tables = [
    'binding',
    'blocks',
    'consents',
    'contract_events',
    'cursor',
    'dead_letters',
    'lineage',
    'proof_bundles',
    'retirements',
    'token_events',
    'tokens',
  ];
  return Object.fromEntries(tables.map((table) => [`chain.${table}`, right]));
}
