-- Owns tenants, plans, features, keys (core) and people (iam); leaves row security to 0011_guards.up.sql.

CREATE TABLE core.tenants (
  tenant_id uuid PRIMARY KEY DEFAULT uuidv7(),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  status text NOT NULL DEFAULT 'active'
    CHECK (status IN ('active', 'grace_period', 'restricted', 'suspended', 'churned')),
  region text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE core.subscription_plans (
  plan_id uuid PRIMARY KEY DEFAULT uuidv7(),
  plan_code text NOT NULL UNIQUE CHECK (plan_code IN ('starter', 'professional', 'enterprise', 'custom')),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  description text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE core.features (
  feature_key text PRIMARY KEY CHECK (feature_key ~ '^[a-z][a-z0-9_]{0,62}$'),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  description text NOT NULL,
  category text NOT NULL CHECK (category IN ('core', 'enterprise', 'integration', 'advanced')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE core.plan_entitlements (
  plan_id uuid NOT NULL REFERENCES core.subscription_plans,
  feature_key text NOT NULL REFERENCES core.features,
  enabled boolean NOT NULL,
  config jsonb CHECK (jsonb_typeof(config) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (plan_id, feature_key)
);
CREATE INDEX idx_plan_entitlements_feature ON core.plan_entitlements (feature_key);

CREATE TABLE core.tenant_plan_assignments (
  tenant_plan_assignment_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  plan_id uuid NOT NULL REFERENCES core.subscription_plans,
  effective_from timestamptz NOT NULL,
  effective_to timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT tenant_plan_assignments_period_check CHECK (effective_to > effective_from),
  CONSTRAINT tenant_plan_assignments_one_at_a_time
    EXCLUDE USING gist (tenant_id WITH =, tstzrange(effective_from, effective_to) WITH &&)
);
CREATE INDEX idx_tenant_plan_assignments_tenant
  ON core.tenant_plan_assignments (tenant_id, effective_from DESC);
CREATE INDEX idx_tenant_plan_assignments_active
  ON core.tenant_plan_assignments (tenant_id) WHERE effective_to IS NULL;

CREATE TABLE core.tenant_feature_overrides (
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  feature_key text NOT NULL REFERENCES core.features,
  enabled boolean NOT NULL,
  config jsonb CHECK (jsonb_typeof(config) = 'object'),
  override_reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, feature_key)
);

CREATE TABLE core.tenant_api_keys (
  api_key_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  key_prefix text NOT NULL CHECK (key_prefix ~ '^[a-z0-9_]{1,32}$'),
  key_hash app.sha256_hex NOT NULL,
  permissions jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(permissions) = 'array'),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_tenant_api_keys_tenant
  ON core.tenant_api_keys (tenant_id, revoked_at) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX idx_tenant_api_keys_hash ON core.tenant_api_keys (key_hash) WHERE revoked_at IS NULL;

CREATE TABLE core.tenant_registry_connections (
  tenant_registry_connection_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  credentials_ref text NOT NULL,
  status text NOT NULL DEFAULT 'inactive' CHECK (status IN ('active', 'inactive', 'error')),
  last_test_at timestamptz,
  last_test_result text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT tenant_registry_connections_other_is_named
    CHECK ((registry_type = 'other') = (registry_name IS NOT NULL)),
  CONSTRAINT tenant_registry_connections_once
    UNIQUE NULLS NOT DISTINCT (tenant_id, registry_type, registry_name)
);

CREATE TABLE iam.users (
  user_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  email public.citext NOT NULL CHECK (
    char_length(email::text) >= 3 AND char_length(email::text) <= 320 AND position('@' IN email::text) > 1),
  display_name text CHECK (char_length(display_name) BETWEEN 1 AND 255),
  status text NOT NULL DEFAULT 'invited' CHECK (status IN ('invited', 'active', 'suspended', 'deleted')),
  password_hash text,
  mfa_required boolean NOT NULL DEFAULT false,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT users_tenant_id_email_key UNIQUE (tenant_id, email),
  CONSTRAINT users_tenant_id_user_id_key UNIQUE (tenant_id, user_id),
  CONSTRAINT users_deleted_check CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))
);
CREATE INDEX idx_users_tenant_status ON iam.users (tenant_id, status);
CREATE TRIGGER refuse_undelete BEFORE UPDATE ON iam.users FOR EACH ROW
  WHEN (OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS DISTINCT FROM OLD.deleted_at)
  EXECUTE FUNCTION app.refuse_undelete();

CREATE TABLE iam.roles (
  role_key text PRIMARY KEY CHECK (role_key IN
    ('tenant_admin', 'project_manager', 'mrv_analyst', 'verifier', 'viewer', 'api_user')),
  description text NOT NULL
);

CREATE TABLE iam.user_roles (
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  user_id uuid NOT NULL,
  role_key text NOT NULL REFERENCES iam.roles,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, role_key),
  FOREIGN KEY (tenant_id, user_id) REFERENCES iam.users (tenant_id, user_id)
);
CREATE INDEX idx_user_roles_role ON iam.user_roles (role_key);

CREATE TABLE iam.invitations (
  invitation_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  email public.citext NOT NULL,
  invited_by_user_id uuid,
  token_hash app.sha256_hex NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, invited_by_user_id) REFERENCES iam.users (tenant_id, user_id),
  CONSTRAINT invitations_one_end CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);
CREATE INDEX idx_invitations_tenant_email ON iam.invitations (tenant_id, email);
CREATE INDEX idx_invitations_token_hash
  ON iam.invitations (token_hash) WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE TABLE iam.mfa_factors (
  mfa_factor_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  user_id uuid NOT NULL,
  type text NOT NULL CHECK (type IN ('totp', 'webauthn', 'sms', 'recovery_codes')),
  secret_ref text,
  enabled boolean NOT NULL DEFAULT false,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, user_id) REFERENCES iam.users (tenant_id, user_id)
);
CREATE INDEX idx_mfa_factors_user ON iam.mfa_factors (user_id, enabled);

CREATE TABLE iam.sessions (
  session_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  user_id uuid NOT NULL,
  refresh_token_hash app.sha256_hex NOT NULL,
  ip_address inet,
  user_agent text,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, user_id) REFERENCES iam.users (tenant_id, user_id)
);
CREATE INDEX idx_sessions_user_active ON iam.sessions (user_id) WHERE revoked_at IS NULL;
