-- Owns the way back from 0002_tenants_and_people.up.sql; leaves the schemas to 0001_foundation.down.sql.

DROP TABLE iam.sessions, iam.mfa_factors, iam.invitations, iam.user_roles, iam.roles, iam.users,
  core.tenant_registry_connections, core.tenant_api_keys, core.tenant_feature_overrides,
  core.tenant_plan_assignments, core.plan_entitlements, core.features, core.subscription_plans, core.tenants;
