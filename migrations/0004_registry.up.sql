-- Owns hashes and what registries know: submissions, serial blocks, consents, statements, requirements.
-- Leaves credits to 0005_credits.up.sql.

-- Every hash ever held, by anyone: minted hashes and those of their parts. The way of a hash through its
-- states is DESIGN's table: locked, approved, rejected, retired.
CREATE TABLE registry.global_hash_registry (
  mrv_hash app.sha256_hex PRIMARY KEY,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  first_seen_tenant_id uuid REFERENCES core.tenants,
  status text NOT NULL DEFAULT 'locked' CHECK (status IN ('locked', 'approved', 'rejected', 'retired')),
  registry_type registry.registry_type,
  registry_name text,
  registry_serial text,
  evidence_hash app.sha256_hex UNIQUE,
  origin app.sha256_hex NOT NULL REFERENCES registry.global_hash_registry (mrv_hash),
  notes text,
  -- Whoever held a hash first is its holder. The keys of tenant tables contain it, so that no tenant can build on
  -- another's hash.
  CONSTRAINT global_hash_registry_holder_key UNIQUE (first_seen_tenant_id, mrv_hash),
  FOREIGN KEY (first_seen_tenant_id, origin)
    REFERENCES registry.global_hash_registry (first_seen_tenant_id, mrv_hash),
  CONSTRAINT global_hash_registry_other_is_named
    CHECK (coalesce(registry_type = 'other', false) = (registry_name IS NOT NULL)),
  CONSTRAINT global_hash_registry_parts_have_no_evidence CHECK (origin = mrv_hash OR evidence_hash IS NULL)
);
CREATE INDEX idx_global_hash_registry_origin ON registry.global_hash_registry (origin);

CREATE TABLE hashing.mrv_hashes (
  mrv_hash_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  mrv_submission_id uuid NOT NULL UNIQUE,
  mrv_hash app.sha256_hex NOT NULL UNIQUE,
  canonical_payload jsonb NOT NULL CHECK (jsonb_typeof(canonical_payload) = 'object'),
  canonical_payload_uri text,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, mrv_hash) REFERENCES registry.global_hash_registry (first_seen_tenant_id, mrv_hash),
  FOREIGN KEY (tenant_id, mrv_submission_id) REFERENCES mrv.mrv_submissions (tenant_id, mrv_submission_id)
);
CREATE INDEX idx_mrv_hashes_tenant_created ON hashing.mrv_hashes (tenant_id, created_at DESC);

-- Evidence that backs an approved submission. The same primary file cannot back two; other types only warn.
CREATE TABLE registry.global_artifact_hashes (
  mrv_submission_id uuid NOT NULL,
  sha256_hash app.sha256_hex NOT NULL,
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  is_primary boolean NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (mrv_submission_id, sha256_hash),
  FOREIGN KEY (tenant_id, mrv_submission_id) REFERENCES mrv.mrv_submissions (tenant_id, mrv_submission_id)
);
CREATE UNIQUE INDEX global_artifact_hashes_primary_once
  ON registry.global_artifact_hashes (sha256_hash) WHERE is_primary;
CREATE INDEX idx_global_artifact_hashes_hash ON registry.global_artifact_hashes (sha256_hash);

-- Runs as the owner: no login may write or release a claim by itself.
CREATE FUNCTION mrv.claim_artifacts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF NEW.status = 'approved' THEN
    INSERT INTO registry.global_artifact_hashes (mrv_submission_id, sha256_hash, tenant_id, is_primary)
    SELECT NEW.mrv_submission_id, a.sha256_hash, NEW.tenant_id, bool_or(a.artifact_type IN
      ('sensor_data', 'lab_report', 'satellite_imagery', 'monitoring_report'))
    FROM mrv.mrv_artifacts a WHERE a.mrv_submission_id = NEW.mrv_submission_id
    GROUP BY a.sha256_hash;
  ELSE
    DELETE FROM registry.global_artifact_hashes WHERE mrv_submission_id = NEW.mrv_submission_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER claim_artifacts AFTER UPDATE OF status ON mrv.mrv_submissions FOR EACH ROW
  WHEN ((OLD.status = 'approved') <> (NEW.status = 'approved')) EXECUTE FUNCTION mrv.claim_artifacts();
CREATE TRIGGER claim_artifacts_at_birth AFTER INSERT ON mrv.mrv_submissions FOR EACH ROW
  WHEN (NEW.status = 'approved') EXECUTE FUNCTION mrv.claim_artifacts();

-- Whoever may execute it could hang it on a table of its own and feed it another tenant's ids.
REVOKE EXECUTE ON FUNCTION mrv.claim_artifacts() FROM PUBLIC;

CREATE FUNCTION mrv.refuse_late_artifact() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  submission record;
BEGIN
  -- A moved artifact concerns two submissions. The lock makes an approval that runs at the same time wait, or be seen.
  FOR submission IN
    SELECT s.mrv_submission_id, s.status FROM mrv.mrv_submissions s
    WHERE s.mrv_submission_id IN (OLD.mrv_submission_id, NEW.mrv_submission_id)
    ORDER BY s.mrv_submission_id FOR SHARE
  LOOP
    IF submission.status = 'approved' THEN
      RAISE EXCEPTION 'mrv.mrv_artifacts: the evidence of approved submission % is frozen', submission.mrv_submission_id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'mrv_artifacts_frozen_once_approved',
          SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
  END LOOP;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER refuse_late_artifact BEFORE INSERT OR UPDATE OR DELETE ON mrv.mrv_artifacts
  FOR EACH ROW EXECUTE FUNCTION mrv.refuse_late_artifact();

CREATE TABLE registry.registry_submissions (
  registry_submission_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  mrv_submission_id uuid NOT NULL,
  mrv_hash app.sha256_hex NOT NULL,
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  status text NOT NULL DEFAULT 'submitted' CHECK (status IN ('submitted', 'approved', 'rejected',
    'cancel_requested', 'cancelled', 'retirement_requested', 'retired', 'error')),
  registry_serial text,
  registry_project_id text,
  request_payload jsonb NOT NULL CHECK (jsonb_typeof(request_payload) = 'object'),
  response_payload jsonb CHECK (jsonb_typeof(response_payload) = 'object'),
  last_error text,
  last_error_at timestamptz,
  submitted_at timestamptz NOT NULL DEFAULT now(),
  approved_at timestamptz,
  rejected_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, mrv_hash) REFERENCES registry.global_hash_registry (first_seen_tenant_id, mrv_hash),
  FOREIGN KEY (tenant_id, mrv_submission_id) REFERENCES mrv.mrv_submissions (tenant_id, mrv_submission_id),
  CONSTRAINT registry_submissions_other_is_named CHECK ((registry_type = 'other') = (registry_name IS NOT NULL)),
  CONSTRAINT registry_submissions_mrv_hash_registry_type_key
    UNIQUE NULLS NOT DISTINCT (mrv_hash, registry_type, registry_name),
  CONSTRAINT registry_submissions_decision_check CHECK (
    (status NOT IN ('approved', 'cancel_requested', 'retirement_requested', 'retired') OR approved_at IS NOT NULL)
    AND (status <> 'rejected' OR rejected_at IS NOT NULL))
);
CREATE UNIQUE INDEX registry_submissions_registry_type_registry_serial_key
  ON registry.registry_submissions (registry_type, registry_name, registry_serial)
  NULLS NOT DISTINCT WHERE registry_serial IS NOT NULL;
CREATE UNIQUE INDEX registry_submissions_one_live_approval ON registry.registry_submissions (mrv_hash)
  WHERE status IN ('approved', 'cancel_requested', 'retirement_requested', 'retired');
CREATE INDEX idx_registry_submissions_tenant_status
  ON registry.registry_submissions (tenant_id, status, submitted_at DESC);
CREATE INDEX idx_registry_submissions_mrv_submission ON registry.registry_submissions (mrv_submission_id);
CREATE INDEX idx_registry_submissions_registry_status
  ON registry.registry_submissions (registry_type, status, submitted_at DESC);

-- A range of a registry's units, half open: [first, last + 1). Its lowest unit comes first, also among the
-- children of a split. A divided or merged block lives on in its children; a retired one keeps its range.
CREATE TABLE registry.serial_blocks (
  serial_block_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  namespace text NOT NULL CHECK (char_length(namespace) BETWEEN 1 AND 255),
  serial_range numrange NOT NULL,
  unit app.amount NOT NULL CHECK (unit > 0),
  tonnage_co2e app.amount NOT NULL
    -- The coalesce leaves a range without ends to the rule that names what is wrong with it.
    GENERATED ALWAYS AS (coalesce((upper(serial_range) - lower(serial_range)) * unit, 0)) STORED,
  mrv_hash app.sha256_hex NOT NULL,
  parent_block_id uuid,
  status text NOT NULL DEFAULT 'live' CHECK (status IN ('live', 'divided', 'merged', 'released')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT serial_blocks_tenant_id_serial_block_id_key UNIQUE (tenant_id, serial_block_id),
  FOREIGN KEY (tenant_id, mrv_hash) REFERENCES registry.global_hash_registry (first_seen_tenant_id, mrv_hash),
  FOREIGN KEY (tenant_id, parent_block_id) REFERENCES registry.serial_blocks (tenant_id, serial_block_id),
  CONSTRAINT serial_blocks_other_is_named CHECK ((registry_type = 'other') = (registry_name IS NOT NULL)),
  CONSTRAINT serial_blocks_whole_units CHECK (
    NOT isempty(serial_range) AND NOT lower_inf(serial_range) AND NOT upper_inf(serial_range)
    AND lower_inc(serial_range) AND NOT upper_inc(serial_range) AND lower(serial_range) >= 0
    AND lower(serial_range) = trunc(lower(serial_range)) AND upper(serial_range) = trunc(upper(serial_range))),
  CONSTRAINT serial_blocks_overlap EXCLUDE USING gist (
    (registry_type::text) WITH =, (coalesce(registry_name, '')) WITH =, namespace WITH =, serial_range WITH &&)
    WHERE (status = 'live')
);
CREATE INDEX idx_serial_blocks_hash ON registry.serial_blocks (mrv_hash);
CREATE INDEX idx_serial_blocks_tenant ON registry.serial_blocks (tenant_id, registry_type, namespace);

CREATE TABLE registry.consents (
  consent_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  consent_ref text NOT NULL CHECK (char_length(consent_ref) BETWEEN 1 AND 128),
  mrv_hash app.sha256_hex,
  tonnage_co2e app.amount NOT NULL CHECK (tonnage_co2e > 0),
  debited_co2e app.amount NOT NULL DEFAULT 0 CHECK (debited_co2e >= 0),
  unit app.amount NOT NULL CHECK (unit > 0),
  serial_namespace text,
  serial_start numeric(78,0) CHECK (serial_start >= 0 AND serial_start <> 'NaN'),
  document_sha256 app.sha256_hex NOT NULL,
  immobilised_on date NOT NULL,
  valid_to date,
  recorded_at timestamptz,
  withdrawn_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, mrv_hash) REFERENCES registry.global_hash_registry (first_seen_tenant_id, mrv_hash),
  CONSTRAINT consents_other_is_named CHECK ((registry_type = 'other') = (registry_name IS NOT NULL)),
  CONSTRAINT consents_registry_ref_key UNIQUE NULLS NOT DISTINCT (registry_type, registry_name, consent_ref),
  CONSTRAINT consents_not_overdrawn CHECK (debited_co2e <= tonnage_co2e),
  CONSTRAINT consents_whole_units CHECK (mod(tonnage_co2e, unit) = 0 AND mod(debited_co2e, unit) = 0),
  CONSTRAINT consents_validity_check CHECK (valid_to >= immobilised_on),
  CONSTRAINT consents_serial_check CHECK ((serial_namespace IS NULL) = (serial_start IS NULL))
);
CREATE INDEX idx_consents_tenant ON registry.consents (tenant_id, created_at DESC);
CREATE INDEX idx_consents_hash ON registry.consents (mrv_hash) WHERE mrv_hash IS NOT NULL;

-- What a registry says of one account: which kinds, of which period, as of when, and whether it is all.
CREATE TABLE registry.statements (
  statement_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  account text NOT NULL CHECK (char_length(account) BETWEEN 1 AND 255),
  kinds text[] NOT NULL,
  period_start_on date,
  period_end_on date,
  as_of timestamptz NOT NULL,
  is_complete boolean NOT NULL,
  file_name text NOT NULL,
  file_sha256 app.sha256_hex NOT NULL,
  replaces_statement_id uuid,
  row_count integer NOT NULL DEFAULT 0 CHECK (row_count >= 0),
  error_count integer NOT NULL DEFAULT 0 CHECK (error_count >= 0),
  imported_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT statements_tenant_id_statement_id_key UNIQUE (tenant_id, statement_id),
  FOREIGN KEY (tenant_id, replaces_statement_id) REFERENCES registry.statements (tenant_id, statement_id),
  CONSTRAINT statements_other_is_named CHECK ((registry_type = 'other') = (registry_name IS NOT NULL)),
  CONSTRAINT statements_kinds_check CHECK (
    cardinality(kinds) > 0 AND kinds <@ ARRAY['issuances', 'holdings', 'retirements', 'cancellations']),
  CONSTRAINT statements_period_check CHECK (period_end_on >= period_start_on),
  CONSTRAINT statements_file_once
    UNIQUE NULLS NOT DISTINCT (tenant_id, registry_type, registry_name, account, file_sha256)
);
CREATE INDEX idx_statements_tenant ON registry.statements (tenant_id, registry_type, as_of DESC);

CREATE TABLE registry.statement_rows (
  statement_row_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  statement_id uuid NOT NULL,
  line_number integer NOT NULL CHECK (line_number > 0),
  kind text NOT NULL CHECK (kind IN ('issuance', 'holding', 'retirement', 'cancellation', 'retired_or_cancelled')),
  row_sha256 app.sha256_hex NOT NULL,
  raw jsonb NOT NULL,
  registry_serial text,
  serial_namespace text,
  serial_range numrange,
  tonnage_co2e app.amount CHECK (tonnage_co2e >= 0),
  registry_project_id text,
  registry_retirement_id text,
  happened_on date,
  error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, statement_id) REFERENCES registry.statements (tenant_id, statement_id),
  CONSTRAINT statement_rows_statement_id_line_number_key UNIQUE (statement_id, line_number),
  CONSTRAINT statement_rows_readable_or_error CHECK (error IS NOT NULL OR tonnage_co2e IS NOT NULL)
);
CREATE INDEX idx_statement_rows_range ON registry.statement_rows USING gist (serial_namespace, serial_range)
  WHERE serial_range IS NOT NULL;
CREATE INDEX idx_statement_rows_retirement ON registry.statement_rows (registry_retirement_id)
  WHERE registry_retirement_id IS NOT NULL;

-- What a registry asks of a project under one methodology; the gap analysis reads it.
CREATE TABLE registry.requirements (
  requirement_id uuid PRIMARY KEY DEFAULT uuidv7(),
  registry_type registry.registry_type NOT NULL,
  methodology_code text NOT NULL,
  methodology_version text NOT NULL,
  required_fields jsonb NOT NULL CHECK (jsonb_typeof(required_fields) = 'array'),
  required_evidence_types jsonb NOT NULL CHECK (jsonb_typeof(required_evidence_types) = 'array'),
  recommended_fields jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(recommended_fields) = 'array'),
  conditional_requirements jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(conditional_requirements) = 'array'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (methodology_code, methodology_version) REFERENCES project.methodologies (code, version),
  CONSTRAINT requirements_registry_methodology_key UNIQUE (registry_type, methodology_code, methodology_version)
);
