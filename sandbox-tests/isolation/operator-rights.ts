// Owns the rights that operators are meant to have, by hand; leaves comparing them with the catalogue to rights.spec.ts.

import type { Rights } from './rights.ts';

// Everything of every tenant but people, secrets, measurements and bills; what they may make is tenants and keys.
export const OPERATOR_RIGHTS: Rights = {
  'audit.operator_reads': 'SELECT, INSERT',
  'core.idempotency_keys': 'SELECT, INSERT, UPDATE',
  'core.platform_keys':
    'SELECT (platform_key_id, name, key_prefix, permissions, last_used_at, expires_at, ' +
    'revoked_at, created_at, updated_at), INSERT (platform_key_id, name, key_prefix, ' +
    'key_hash, permissions, expires_at), UPDATE (revoked_at)',
  'core.registry_keys':
    'SELECT (registry_key_id, registry_type, registry_name, name, key_prefix, permissions, ' +
    'last_used_at, expires_at, revoked_at, created_at, updated_at), INSERT (registry_key_id, ' +
    'registry_type, registry_name, name, key_prefix, key_hash, permissions, expires_at), ' +
    'UPDATE (revoked_at)',
  'core.subscription_plans': 'SELECT',
  'core.tenant_api_keys':
    'SELECT (api_key_id, tenant_id, name, key_prefix, permissions, last_used_at, expires_at, ' +
    'revoked_at, created_at, updated_at), INSERT (api_key_id, tenant_id, name, key_prefix, ' +
    'key_hash, permissions, expires_at), UPDATE (revoked_at)',
  'core.tenants': 'SELECT, INSERT (tenant_id, slug, name, region), UPDATE (name, status, region)',
  'credit.article6': 'SELECT',
  'credit.buffer_entries': 'SELECT',
  'credit.buffer_pools': 'SELECT',
  'credit.credit_lineage': 'SELECT',
  'credit.credit_ownership': 'SELECT',
  'credit.credit_transfers': 'SELECT',
  'credit.credits': 'SELECT',
  'credit.custodial_positions':
    'SELECT (custodial_position_id, tenant_id, credit_id, custodian_account_id, tonnage_co2e)',
  'credit.retirements': 'SELECT',
  'credit.reversal_affected_credits': 'SELECT',
  'credit.reversal_events': 'SELECT',
  'hashing.mrv_hashes': 'SELECT',
  'mrv.mrv_artifacts':
    'SELECT (artifact_id, tenant_id, mrv_submission_id, artifact_type, file_name, file_size, ' +
    'mime_type, sha256_hash, created_at)',
  'mrv.mrv_computations':
    'SELECT (computation_id, tenant_id, mrv_submission_id, methodology_code, ' +
    'methodology_version, computed_tonnage, uncertainty_lower, uncertainty_upper, ' +
    'computed_at, created_at, updated_at)',
  'mrv.mrv_submissions':
    'SELECT (mrv_submission_id, tenant_id, project_id, source_type, period_start_on, ' +
    'period_end_on, received_at, status, created_at, updated_at)',
  'process.process_steps': 'SELECT',
  'process.processes': 'SELECT',
  'project.methodologies': 'SELECT',
  'project.projects': 'SELECT',
  'reconciliation.backing': 'SELECT',
  'reconciliation.finding_comments': 'SELECT, INSERT',
  'reconciliation.findings':
    'SELECT, UPDATE (status, owner_user_id, waived_by, waived_reason, waived_until, owner_actor)',
  'reconciliation.run_totals': 'SELECT',
  'reconciliation.runs': 'SELECT',
  'registry.consents': 'SELECT',
  'registry.global_artifact_hashes': 'SELECT',
  'registry.global_hash_registry': 'SELECT',
  'registry.registry_submissions': 'SELECT',
  'registry.requirements': 'SELECT',
  'registry.serial_blocks': 'SELECT',
  'registry.statement_rows':
    'SELECT (statement_row_id, tenant_id, statement_id, line_number, kind, row_sha256, registry_serial, ' +
    'serial_namespace, serial_range, tonnage_co2e, registry_project_id, ' +
    'registry_retirement_id, happened_on, error, row_key)',
  'registry.statements': 'SELECT',
  'saga.saga_steps': 'SELECT',
  'saga.sagas': 'SELECT',
  'verification.verification_category_results': 'SELECT',
  'verification.verification_clarifications': 'SELECT',
  'verification.verification_reports': 'SELECT',
  'verification.verifications': 'SELECT',
};
