-- Owns runs and findings: where chain, platform, registries and buffers differ, since when, and who minds it.
-- Leaves the comparison itself to api/reconcile.

CREATE TABLE reconciliation.runs (
  run_id uuid PRIMARY KEY DEFAULT uuidv7(),
  trigger text NOT NULL CHECK (trigger IN ('schedule', 'command', 'api', 'shadow')),
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'failed')),
  near_contract_id app.near_account_id,
  block_height bigint CHECK (block_height >= 0),
  rules_checked text[] NOT NULL DEFAULT '{}',
  rules_not_checked jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(rules_not_checked) = 'object'),
  unreconciled_co2e app.amount NOT NULL DEFAULT 0 CHECK (unreconciled_co2e >= 0),
  in_transit_co2e app.amount NOT NULL DEFAULT 0 CHECK (in_transit_co2e >= 0),
  error text,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CONSTRAINT runs_finished_check CHECK ((status = 'running') = (finished_at IS NULL)),
  CONSTRAINT runs_failed_has_error CHECK ((status = 'failed') = (error IS NOT NULL))
);
CREATE INDEX idx_runs_time ON reconciliation.runs (started_at DESC);

CREATE TABLE reconciliation.findings (
  finding_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid REFERENCES core.tenants,
  code text NOT NULL CHECK (code ~ '^[A-Z][A-Z0-9_]+$'),
  severity text NOT NULL CHECK (severity IN ('info', 'minor', 'major', 'critical')),
  subject text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 255),
  registry_type registry.registry_type,
  registry_name text,
  mrv_hash app.sha256_hex,
  tonnes_at_stake app.amount NOT NULL CHECK (tonnes_at_stake >= 0),
  values_found jsonb NOT NULL CHECK (jsonb_typeof(values_found) = 'object'),
  next_step text NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'waived', 'closed')),
  opened_by text NOT NULL,
  owner_user_id uuid,
  waived_by text,
  waived_reason text,
  waived_until timestamptz,
  opened_by_run_id uuid NOT NULL REFERENCES reconciliation.runs,
  last_run_id uuid NOT NULL REFERENCES reconciliation.runs,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  closed_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, owner_user_id) REFERENCES iam.users (tenant_id, user_id),
  CONSTRAINT findings_tenant_id_finding_id_key UNIQUE (tenant_id, finding_id),
  CONSTRAINT findings_seen_check CHECK (last_seen_at >= first_seen_at),
  CONSTRAINT findings_closed_check CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
  CONSTRAINT findings_waiver_whole
    CHECK ((status <> 'waived' OR waived_by IS NOT NULL) AND num_nonnulls(waived_by, waived_reason, waived_until) IN (0, 3)),
  CONSTRAINT findings_waived_by_another CHECK (waived_by <> opened_by)
);
CREATE UNIQUE INDEX findings_open_once
  ON reconciliation.findings (tenant_id, code, subject) NULLS NOT DISTINCT WHERE status <> 'closed';
CREATE INDEX idx_findings_tenant_status ON reconciliation.findings (tenant_id, status, last_seen_at DESC);
CREATE INDEX idx_findings_open_code ON reconciliation.findings (code, first_seen_at) WHERE status <> 'closed';

CREATE TABLE reconciliation.finding_comments (
  finding_comment_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid REFERENCES core.tenants,
  finding_id uuid NOT NULL REFERENCES reconciliation.findings,
  author text NOT NULL,
  comment text NOT NULL CHECK (char_length(comment) BETWEEN 1 AND 10000),
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, finding_id) REFERENCES reconciliation.findings (tenant_id, finding_id)
);
CREATE INDEX idx_finding_comments_finding ON reconciliation.finding_comments (finding_id, created_at);
