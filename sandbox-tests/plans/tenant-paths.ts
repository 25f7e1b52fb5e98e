// Owns the access paths of tenants, people, projects and evidence; leaves credits to credit-paths.ts.

import type { AccessPath } from './path.ts';

const A_USER = 'select user_id from iam.users where tenant_id = $1 limit 1';
const A_SUBMISSION = 'select mrv_submission_id from verification.verifications where tenant_id = $1 limit 1';
const A_VERIFICATION =
  'select verification_id from verification.verification_clarifications where tenant_id = $1 limit 1';

const PEOPLE: readonly AccessPath[] = [
  {
    index: 'core.idx_plan_entitlements_feature',
    what: 'plans that include a feature',
    sql: `select plan_id from core.plan_entitlements where feature_key = 'feature_007'`,
    bound_by: ['feature_key'],
    or: { indexes: ['core.plan_entitlements_pkey'], because: 'four plans are skipped through as fast' },
  },
  {
    index: 'core.idx_tenant_plan_assignments_tenant',
    what: 'plans of a tenant, newest first',
    sql: 'select * from core.tenant_plan_assignments order by effective_from desc limit 10',
    bound_by: ['tenant_id'],
    is_ordered: true,
    or: {
      indexes: ['core.tenant_plan_assignments_one_at_a_time'],
      because: 'a tenant has few plans, and the rule against overlaps begins with the tenant',
    },
  },
  {
    index: 'core.idx_tenant_plan_assignments_active',
    what: 'the plan of a tenant that has no end',
    sql: 'select * from core.tenant_plan_assignments where effective_to is null',
    bound_by: ['tenant_id'],
  },
  {
    index: 'core.idx_tenant_api_keys_tenant',
    what: 'API keys of a tenant that hold',
    sql: 'select * from core.tenant_api_keys where revoked_at is null',
    bound_by: ['tenant_id'],
  },
  {
    index: 'core.idx_tenant_api_keys_hash',
    what: 'an API key by its hash',
    sql: 'select * from core.tenant_api_keys where key_hash = $1 and revoked_at is null',
    sample: 'select key_hash from core.tenant_api_keys where tenant_id = $1 and revoked_at is null limit 1',
    bound_by: ['key_hash'],
  },
  {
    index: 'iam.idx_users_tenant_status',
    what: 'people of a tenant by status',
    sql: `select * from iam.users where status = 'invited'`,
    bound_by: ['tenant_id', 'status'],
  },
  {
    index: 'iam.idx_user_roles_role',
    what: 'people of a rare role',
    sql: `select user_id from iam.user_roles where role_key = 'api_user'`,
    bound_by: ['role_key'],
  },
  {
    index: 'iam.idx_invitations_tenant_email',
    what: 'invitations of an address',
    sql: 'select * from iam.invitations where email = $1',
    sample: 'select email from iam.invitations where tenant_id = $1 limit 1',
    // Not by the address: the equality of citext is not leakproof, so row security lets it compare but not search.
    bound_by: ['tenant_id'],
  },
  {
    index: 'iam.idx_invitations_token_hash',
    what: 'an open invitation by its token',
    sql: 'select * from iam.invitations where token_hash = $1 and accepted_at is null and revoked_at is null',
    sample: 'select token_hash from iam.invitations where tenant_id = $1 and accepted_at is null limit 1',
    bound_by: ['token_hash'],
  },
  {
    index: 'iam.idx_mfa_factors_user',
    what: 'second factors of a person',
    sql: 'select * from iam.mfa_factors where user_id = $1 and enabled',
    sample: A_USER,
    bound_by: ['user_id'],
  },
  {
    index: 'iam.idx_sessions_user_active',
    what: 'open sessions of a person',
    sql: 'select * from iam.sessions where user_id = $1 and revoked_at is null',
    sample: A_USER,
    bound_by: ['user_id'],
  },
];

const PROJECTS: readonly AccessPath[] = [
  {
    index: 'project.idx_projects_tenant_status',
    what: 'projects of a tenant by status, newest first',
    sql: `select * from project.projects where status = 'active' order by created_at desc limit 50`,
    bound_by: ['tenant_id', 'status'],
    is_ordered: true,
  },
  {
    index: 'project.idx_projects_registry',
    what: 'projects that aim at a registry',
    sql: `select project_id from project.projects where target_registry = 'icr'`,
    as: 'reconciler',
    bound_by: ['target_registry'],
  },
  {
    index: 'project.idx_project_members_user',
    what: 'projects of a person',
    sql: 'select project_id from project.project_members where user_id = $1',
    sample: A_USER,
    bound_by: ['user_id'],
  },
  {
    index: 'mrv.idx_mrv_submissions_tenant_project_time',
    what: 'submissions of a project, newest first',
    sql: 'select * from mrv.mrv_submissions where project_id = $1 order by received_at desc limit 20',
    sample: 'select project_id from mrv.mrv_submissions where tenant_id = $1 limit 1',
    bound_by: ['tenant_id', 'project_id'],
    is_ordered: true,
  },
  {
    index: 'mrv.idx_mrv_submissions_status',
    what: 'submissions of a tenant by status',
    sql: `select * from mrv.mrv_submissions where status = 'received'`,
    bound_by: ['tenant_id', 'status'],
  },
  {
    index: 'mrv.idx_mrv_computations_tenant_time',
    what: 'computations of a tenant, newest first',
    sql: 'select * from mrv.mrv_computations order by computed_at desc limit 50',
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
  {
    index: 'mrv.idx_mrv_artifacts_submission',
    what: 'files of a submission, newest first',
    sql: 'select * from mrv.mrv_artifacts where mrv_submission_id = $1 order by created_at desc',
    sample: A_SUBMISSION,
    bound_by: ['mrv_submission_id'],
    is_ordered: true,
  },
  {
    index: 'mrv.idx_mrv_artifacts_hash',
    what: 'files with a hash',
    sql: 'select * from mrv.mrv_artifacts where sha256_hash = $1',
    sample: 'select sha256_hash from mrv.mrv_artifacts where tenant_id = $1 limit 1',
    bound_by: ['sha256_hash'],
  },
];

const VERIFICATION: readonly AccessPath[] = [
  {
    index: 'verification.idx_verifications_tenant_status',
    what: 'verifications of a tenant by status, newest first',
    sql: `select * from verification.verifications where status = 'approved' order by created_at desc limit 50`,
    bound_by: ['tenant_id', 'status'],
    is_ordered: true,
  },
  {
    index: 'verification.idx_verification_category_results_verification',
    what: 'the nine results of a verification',
    sql: 'select * from verification.verification_category_results where verification_id = $1',
    sample:
      'select verification_id from verification.verification_category_results where tenant_id = $1 limit 1',
    bound_by: ['verification_id'],
    or: {
      indexes: ['verification.verification_category_results_verification_id_category_key_key'],
      because: 'the unique rule begins with the same column',
    },
  },
  {
    index: 'verification.idx_verification_clarifications_verification',
    what: 'open questions of a verification, newest first',
    sql: `select * from verification.verification_clarifications
      where verification_id = $1 and status = 'pending' order by created_at desc`,
    sample: A_VERIFICATION,
    bound_by: ['verification_id', 'status'],
    is_ordered: true,
  },
];

const CALLERS: readonly AccessPath[] = [
  {
    index: 'core.idx_holder_nonces_expiry',
    what: 'nonces that have expired, the oldest first',
    sql: 'select nonce from core.holder_nonces where expires_at < $1 order by expires_at limit 100',
    sample: "select (min(expires_at) + interval '1 minute')::text from core.holder_nonces",
    as: 'owner',
    bound_by: ['expires_at'],
    is_ordered: true,
  },
  {
    index: 'core.idx_holder_sessions_expiry',
    what: 'sessions of holders that have expired, the oldest first',
    sql: 'select holder_session_id from core.holder_sessions where expires_at < $1 order by expires_at limit 100',
    sample: "select (min(expires_at) + interval '1 minute')::text from core.holder_sessions",
    as: 'owner',
    bound_by: ['expires_at'],
    is_ordered: true,
  },
  {
    index: 'core.idx_idempotency_keys_expiry',
    what: 'idempotency keys that have expired, the oldest first',
    sql: 'select idempotency_key_id from core.idempotency_keys where expires_at < $1 order by expires_at limit 100',
    sample: "select (min(expires_at) + interval '1 minute')::text from core.idempotency_keys",
    as: 'owner',
    bound_by: ['expires_at'],
    is_ordered: true,
  },
  {
    index: 'audit.idx_operator_reads_tenant_time',
    what: 'what operators asked about a tenant, newest first',
    sql: 'select * from audit.operator_reads order by created_at desc limit 50',
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
];

export const TENANT_PATHS: readonly AccessPath[] = [...PEOPLE, ...PROJECTS, ...VERIFICATION, ...CALLERS];
