-- Owns projects, what was measured (mrv) and who checked it (verification); leaves hashes to 0004_registry.up.sql.

CREATE TABLE project.methodologies (
  methodology_id uuid PRIMARY KEY DEFAULT uuidv7(),
  code text NOT NULL CHECK (char_length(code) BETWEEN 1 AND 64),
  version text NOT NULL CHECK (char_length(version) BETWEEN 1 AND 32),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  schema_uri text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT methodologies_code_version_key UNIQUE (code, version)
);

CREATE TABLE project.projects (
  project_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  project_type text NOT NULL CHECK (char_length(project_type) BETWEEN 1 AND 64),
  location jsonb NOT NULL,
  host_country app.country_code NOT NULL,
  target_registry registry.registry_type,
  target_registry_name text,
  previous_registry text,
  methodology_id uuid REFERENCES project.methodologies,
  status text NOT NULL DEFAULT 'setup' CHECK (status IN ('setup', 'data_collection', 'computation_pending',
    'computed', 'verification_pending', 'verified', 'hash_created', 'registry_submitted', 'nft_minted', 'active')),
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT projects_tenant_id_project_id_key UNIQUE (tenant_id, project_id),
  CONSTRAINT projects_location_check CHECK (
    jsonb_typeof(location) = 'object'
    AND coalesce(jsonb_typeof(location -> 'lat') = 'number' AND jsonb_typeof(location -> 'lon') = 'number', false)
    AND (location ->> 'lat')::numeric BETWEEN -90 AND 90
    AND (location ->> 'lon')::numeric BETWEEN -180 AND 180),
  CONSTRAINT projects_other_is_named
    CHECK (coalesce(target_registry = 'other', false) = (target_registry_name IS NOT NULL))
);
CREATE INDEX idx_projects_tenant_status ON project.projects (tenant_id, status, created_at DESC);
CREATE INDEX idx_projects_registry ON project.projects (target_registry) WHERE target_registry IS NOT NULL;

CREATE TABLE project.project_members (
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  project_id uuid NOT NULL,
  user_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'manager', 'contributor', 'viewer')),
  added_by_user_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, user_id),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project.projects (tenant_id, project_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES iam.users (tenant_id, user_id),
  FOREIGN KEY (tenant_id, added_by_user_id) REFERENCES iam.users (tenant_id, user_id)
);
CREATE INDEX idx_project_members_user ON project.project_members (user_id);

CREATE TABLE mrv.mrv_submissions (
  mrv_submission_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  project_id uuid NOT NULL,
  submitted_by_user_id uuid,
  source_type text NOT NULL CHECK (source_type IN ('sensor', 'lab', 'satellite', 'manual', 'api', 'other')),
  source_ref text,
  raw_payload jsonb NOT NULL CHECK (jsonb_typeof(raw_payload) = 'object'),
  period_start_on date NOT NULL,
  period_end_on date NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  status text NOT NULL DEFAULT 'received' CHECK (status IN
    ('received', 'validated', 'computed', 'in_verification', 'approved', 'rejected', 'archived')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project.projects (tenant_id, project_id),
  FOREIGN KEY (tenant_id, submitted_by_user_id) REFERENCES iam.users (tenant_id, user_id),
  CONSTRAINT mrv_submissions_tenant_id_mrv_submission_id_key UNIQUE (tenant_id, mrv_submission_id),
  CONSTRAINT mrv_submissions_in_project_key UNIQUE (tenant_id, project_id, mrv_submission_id),
  CONSTRAINT mrv_submissions_period_check CHECK (period_end_on >= period_start_on),
  CONSTRAINT mrv_submissions_period_approved_once EXCLUDE USING gist
    (project_id WITH =, daterange(period_start_on, period_end_on, '[]') WITH &&) WHERE (status = 'approved')
);
CREATE INDEX idx_mrv_submissions_tenant_project_time
  ON mrv.mrv_submissions (tenant_id, project_id, received_at DESC);
CREATE INDEX idx_mrv_submissions_status ON mrv.mrv_submissions (tenant_id, status);

CREATE TABLE mrv.mrv_computations (
  computation_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  mrv_submission_id uuid NOT NULL UNIQUE,
  methodology_code text NOT NULL,
  methodology_version text NOT NULL,
  computed_tonnage app.amount NOT NULL CHECK (computed_tonnage >= 0),
  uncertainty_lower app.amount,
  uncertainty_upper app.amount,
  computed_payload jsonb NOT NULL CHECK (jsonb_typeof(computed_payload) = 'object'),
  computed_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, mrv_submission_id) REFERENCES mrv.mrv_submissions (tenant_id, mrv_submission_id),
  FOREIGN KEY (methodology_code, methodology_version) REFERENCES project.methodologies (code, version),
  CONSTRAINT mrv_computations_uncertainty_check CHECK (uncertainty_lower <= uncertainty_upper)
);
CREATE INDEX idx_mrv_computations_tenant_time ON mrv.mrv_computations (tenant_id, computed_at DESC);

CREATE TABLE mrv.mrv_artifacts (
  artifact_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  mrv_submission_id uuid NOT NULL,
  artifact_type text NOT NULL CHECK (artifact_type IN ('sensor_data', 'calibration_cert', 'lab_report',
    'satellite_imagery', 'photo', 'qa_qc_procedure', 'monitoring_report', 'other')),
  file_name text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 255),
  file_size bigint NOT NULL CHECK (file_size >= 0),
  mime_type text NOT NULL CHECK (char_length(mime_type) BETWEEN 1 AND 255),
  storage_uri text NOT NULL,
  sha256_hash app.sha256_hex NOT NULL,
  uploaded_by_user_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, mrv_submission_id) REFERENCES mrv.mrv_submissions (tenant_id, mrv_submission_id),
  FOREIGN KEY (tenant_id, uploaded_by_user_id) REFERENCES iam.users (tenant_id, user_id)
);
CREATE INDEX idx_mrv_artifacts_submission ON mrv.mrv_artifacts (mrv_submission_id, created_at DESC);
CREATE INDEX idx_mrv_artifacts_hash ON mrv.mrv_artifacts (sha256_hash);

CREATE TABLE verification.verifications (
  verification_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  project_id uuid NOT NULL,
  mrv_submission_id uuid NOT NULL UNIQUE,
  verifier_user_id uuid NOT NULL,
  status text NOT NULL DEFAULT 'started' CHECK (status IN
    ('started', 'in_progress', 'clarification_required', 'completed', 'approved', 'rejected')),
  overall_status text CHECK (overall_status IN ('APPROVED', 'REJECTED')),
  verified_tonnage app.amount CHECK (verified_tonnage >= 0),
  completed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, project_id, mrv_submission_id)
    REFERENCES mrv.mrv_submissions (tenant_id, project_id, mrv_submission_id),
  FOREIGN KEY (tenant_id, verifier_user_id) REFERENCES iam.users (tenant_id, user_id),
  CONSTRAINT verifications_tenant_id_verification_id_key UNIQUE (tenant_id, verification_id),
  CONSTRAINT verifications_approval_check CHECK
    (status <> 'approved' OR (overall_status = 'APPROVED' AND verified_tonnage IS NOT NULL) IS TRUE)
);
CREATE INDEX idx_verifications_tenant_status ON verification.verifications (tenant_id, status, created_at DESC);

CREATE DOMAIN verification.category_key AS text CONSTRAINT category_key_known CHECK (VALUE IN ('project_setup',
  'general', 'project_design', 'facilities', 'carbon_accounting', 'life_cycle_assessment', 'project_emissions',
  'ghg_statements', 'removal_data'));

CREATE TABLE verification.verification_category_results (
  category_result_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  verification_id uuid NOT NULL,
  category_key verification.category_key NOT NULL,
  status text NOT NULL CHECK (status IN
    ('passed', 'passed_with_comments', 'clarification_required', 'corrective_action', 'failed')),
  findings jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(findings) = 'array'),
  evidence_refs jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(evidence_refs) = 'array'),
  reviewed_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, verification_id) REFERENCES verification.verifications (tenant_id, verification_id),
  CONSTRAINT verification_category_results_verification_id_category_key_key UNIQUE (verification_id, category_key)
);
CREATE INDEX idx_verification_category_results_verification
  ON verification.verification_category_results (verification_id);

CREATE TABLE verification.verification_clarifications (
  clarification_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  verification_id uuid NOT NULL,
  category_key verification.category_key NOT NULL,
  question text NOT NULL CHECK (char_length(question) >= 1),
  raised_by_user_id uuid NOT NULL,
  response jsonb CHECK (jsonb_typeof(response) = 'object'),
  responded_by_user_id uuid,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'responded', 'accepted', 'escalated')),
  created_at timestamptz NOT NULL DEFAULT now(),
  responded_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, verification_id) REFERENCES verification.verifications (tenant_id, verification_id),
  FOREIGN KEY (tenant_id, raised_by_user_id) REFERENCES iam.users (tenant_id, user_id),
  FOREIGN KEY (tenant_id, responded_by_user_id) REFERENCES iam.users (tenant_id, user_id),
  CONSTRAINT verification_clarifications_answered_check
    CHECK ((response IS NULL) = (responded_at IS NULL) AND (status <> 'responded' OR response IS NOT NULL))
);
CREATE INDEX idx_verification_clarifications_verification
  ON verification.verification_clarifications (verification_id, status, created_at DESC);

CREATE TABLE verification.verification_reports (
  verification_report_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  verification_id uuid NOT NULL UNIQUE,
  report_uri text NOT NULL,
  report_hash app.sha256_hex NOT NULL,
  generated_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, verification_id) REFERENCES verification.verifications (tenant_id, verification_id)
);
