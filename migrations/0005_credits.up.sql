-- Owns the tenant's view of credits: state, ownership, transfers, retirements, lineage, buffers, Article 6.
-- Leaves what the chain itself says to 0008_chain.up.sql.

CREATE TABLE credit.credits (
  credit_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  project_id uuid NOT NULL,
  mrv_submission_id uuid NOT NULL,
  mrv_hash app.sha256_hex NOT NULL,
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  registry_serial text,
  serial_block uuid,
  token_id app.sha256_hex,
  near_contract_id app.near_account_id,
  near_minter_account_id app.near_account_id,
  tonnage_co2e app.amount NOT NULL CHECK (tonnage_co2e >= 0),
  unit app.amount NOT NULL CHECK (unit > 0),
  vintage_year integer NOT NULL CHECK (vintage_year BETWEEN 1900 AND 3000),
  issuance_date date NOT NULL,
  expires_on date,
  expiry_date date GENERATED ALWAYS AS (expires_on) VIRTUAL,
  status text NOT NULL DEFAULT 'active'
    CHECK (status IN ('active', 'retired', 'impaired', 'invalidated', 'expired', 'void')),
  void_cause text CHECK (void_cause IN ('divided', 'merged', 'redeemed', 'cancelled')),
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  minted_at timestamptz,
  retired_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, mrv_hash) REFERENCES registry.global_hash_registry (first_seen_tenant_id, mrv_hash),
  FOREIGN KEY (tenant_id, project_id, mrv_submission_id)
    REFERENCES mrv.mrv_submissions (tenant_id, project_id, mrv_submission_id),
  FOREIGN KEY (tenant_id, serial_block) REFERENCES registry.serial_blocks (tenant_id, serial_block_id),
  CONSTRAINT credits_tenant_id_mrv_hash_key UNIQUE (tenant_id, mrv_hash),
  CONSTRAINT credits_tenant_id_credit_id_key UNIQUE (tenant_id, credit_id),
  CONSTRAINT credits_other_is_named CHECK ((registry_type = 'other') = (registry_name IS NOT NULL)),
  CONSTRAINT credits_token_is_hash CHECK (token_id = mrv_hash),
  CONSTRAINT credits_minted_whole CHECK (num_nonnulls(token_id, near_contract_id, minted_at) IN (0, 3)),
  CONSTRAINT credits_whole_units CHECK (mod(tonnage_co2e, unit) = 0),
  CONSTRAINT credits_void_has_cause CHECK ((status = 'void') = (void_cause IS NOT NULL)),
  CONSTRAINT credits_retired_has_time CHECK ((status = 'retired') = (retired_at IS NOT NULL)),
  CONSTRAINT credits_expiry_check CHECK (expires_on > issuance_date)
);
CREATE UNIQUE INDEX credits_near_contract_id_token_id_key
  ON credit.credits (near_contract_id, token_id) WHERE token_id IS NOT NULL;
CREATE UNIQUE INDEX credits_registry_type_registry_serial_key
  ON credit.credits (registry_type, registry_name, registry_serial)
  NULLS NOT DISTINCT WHERE registry_serial IS NOT NULL;
CREATE INDEX idx_credits_tenant_status ON credit.credits (tenant_id, status, created_at DESC);
CREATE INDEX idx_credits_project ON credit.credits (project_id, created_at DESC);
CREATE INDEX idx_credits_registry ON credit.credits (registry_type, created_at DESC);
CREATE INDEX idx_credits_registry_retired ON credit.credits (registry_type, retired_at DESC) WHERE status = 'retired';
CREATE INDEX idx_credits_hash ON credit.credits (mrv_hash);

-- Stays when a credit is burnt: it then names the last owner, and ended_at says since when.
CREATE TABLE credit.credit_ownership (
  credit_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  owner_account_id text NOT NULL CHECK (char_length(owner_account_id) BETWEEN 1 AND 128),
  owner_type text NOT NULL CHECK (owner_type IN ('near', 'custodial', 'internal')),
  ended_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, credit_id) REFERENCES credit.credits (tenant_id, credit_id)
);
-- Holds all that a wallet's policies ask for, in the order of its pages: 10,000 credits of one wallet are then named
-- in 1 ms, where their rows lie on 10,000 pages.
CREATE INDEX idx_credit_ownership_owner
  ON credit.credit_ownership (owner_account_id, credit_id) INCLUDE (owner_type);

CREATE TABLE credit.credit_transfers (
  transfer_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  credit_id uuid NOT NULL,
  event_identity app.event_identity UNIQUE,
  leg text NOT NULL CHECK (leg IN ('mint', 'transfer', 'revert', 'split', 'merge', 'burn')),
  from_account_id text NOT NULL CHECK (char_length(from_account_id) BETWEEN 1 AND 128),
  to_account_id text NOT NULL CHECK (char_length(to_account_id) BETWEEN 1 AND 128),
  tonnage_co2e app.amount NOT NULL CHECK (tonnage_co2e >= 0),
  blockchain_tx_hash app.near_hash,
  blockchain_block_height bigint CHECK (blockchain_block_height >= 0),
  transfer_reason text,
  transferred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, credit_id) REFERENCES credit.credits (tenant_id, credit_id),
  CONSTRAINT credit_transfers_chain_facts_together
    CHECK (num_nonnulls(event_identity, blockchain_tx_hash, blockchain_block_height) IN (0, 3))
);
CREATE INDEX idx_credit_transfers_credit ON credit.credit_transfers (credit_id, transferred_at DESC);
CREATE INDEX idx_credit_transfers_accounts ON credit.credit_transfers (from_account_id, to_account_id);
CREATE INDEX idx_credit_transfers_receiver ON credit.credit_transfers (to_account_id);

CREATE TABLE credit.retirements (
  retirement_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  credit_id uuid NOT NULL,
  token_id app.sha256_hex NOT NULL,
  tonnage_co2e app.amount NOT NULL CHECK (tonnage_co2e > 0),
  beneficiary text NOT NULL,
  beneficiary_kind text NOT NULL DEFAULT 'organisation' CHECK (beneficiary_kind IN ('organisation', 'individual')),
  beneficiary_commitment app.sha256_hex,
  retirement_reason text,
  certificate_uri text,
  registry_confirmed boolean NOT NULL DEFAULT false,
  registry_confirmed_at timestamptz,
  registry_retirement_id text,
  registry_retired_on date,
  attested_by text CHECK (attested_by IN ('registry', 'registry_agent')),
  registry_refused_at timestamptz,
  registry_refusal_reason text,
  event_identity app.event_identity UNIQUE,
  blockchain_tx_hash app.near_hash,
  blockchain_receipt_id app.near_hash,
  blockchain_block_height bigint CHECK (blockchain_block_height >= 0),
  retired_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, credit_id) REFERENCES credit.credits (tenant_id, credit_id),
  CONSTRAINT retirements_credit_id_key UNIQUE (credit_id),
  CONSTRAINT retirements_confirmation_check CHECK (registry_confirmed
    = (num_nonnulls(registry_confirmed_at, registry_retirement_id, registry_retired_on, attested_by) = 4)
    AND (registry_confirmed OR num_nonnulls(registry_confirmed_at, registry_retirement_id, registry_retired_on) = 0)),
  CONSTRAINT retirements_confirmed_or_refused CHECK (NOT (registry_confirmed AND registry_refused_at IS NOT NULL)),
  CONSTRAINT retirements_individual_is_committed
    CHECK (beneficiary_kind <> 'individual' OR beneficiary_commitment IS NOT NULL)
);
CREATE INDEX idx_retirements_tenant_time ON credit.retirements (tenant_id, retired_at DESC);
CREATE INDEX idx_retirements_registry_id ON credit.retirements (registry_retirement_id)
  WHERE registry_retirement_id IS NOT NULL;

-- A credit's token is its hash; the trigger spares the widest table one more unique index for a key.
CREATE FUNCTION credit.refuse_other_token() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  PERFORM FROM credit.credits c WHERE c.credit_id = NEW.credit_id AND c.mrv_hash = NEW.token_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'credit.retirements: token % is not the one of credit %', NEW.token_id, NEW.credit_id
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'retirements_token_is_its_credits',
        SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER refuse_other_token AFTER INSERT OR UPDATE OF credit_id, token_id ON credit.retirements
  FOR EACH ROW EXECUTE FUNCTION credit.refuse_other_token();

CREATE TABLE credit.credit_lineage (
  credit_lineage_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  credit_id uuid NOT NULL,
  parent_credit_id uuid,
  lineage_type text NOT NULL CHECK (lineage_type IN ('split', 'merge', 'correction', 'reissuance')),
  notes text,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, credit_id) REFERENCES credit.credits (tenant_id, credit_id),
  FOREIGN KEY (tenant_id, parent_credit_id) REFERENCES credit.credits (tenant_id, credit_id),
  CONSTRAINT credit_lineage_credit_id_parent_credit_id_key
    UNIQUE NULLS NOT DISTINCT (credit_id, parent_credit_id),
  CONSTRAINT credit_lineage_parent_unless_correction CHECK (parent_credit_id IS NOT NULL OR lineage_type = 'correction'),
  CONSTRAINT credit_lineage_not_its_own_parent CHECK (parent_credit_id <> credit_id)
);
CREATE INDEX idx_credit_lineage_parent ON credit.credit_lineage (parent_credit_id);

CREATE TABLE credit.buffer_pools (
  buffer_pool_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  scope text NOT NULL DEFAULT 'project' CHECK (scope IN ('project', 'registry')),
  project_id uuid,
  registry_type registry.registry_type,
  registry_name text,
  total_contributed_tco2e app.amount NOT NULL DEFAULT 0 CHECK (total_contributed_tco2e >= 0),
  available_tco2e app.amount NOT NULL DEFAULT 0,
  used_for_reversals_tco2e app.amount NOT NULL DEFAULT 0 CHECK (used_for_reversals_tco2e >= 0),
  released_tco2e app.amount NOT NULL DEFAULT 0 CHECK (released_tco2e >= 0),
  buffer_rate numeric(5,4) NOT NULL CHECK (buffer_rate BETWEEN 0 AND 1),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project.projects (tenant_id, project_id),
  CONSTRAINT buffer_pools_tenant_id_buffer_pool_id_key UNIQUE (tenant_id, buffer_pool_id),
  CONSTRAINT buffer_pools_scope_key_check CHECK (CASE scope
    WHEN 'project' THEN project_id IS NOT NULL AND registry_type IS NULL AND registry_name IS NULL
    ELSE project_id IS NULL AND registry_type IS NOT NULL
      AND (registry_type = 'other') = (registry_name IS NOT NULL) END),
  CONSTRAINT buffer_pools_one_per_scope
    UNIQUE NULLS NOT DISTINCT (tenant_id, project_id, registry_type, registry_name),
  CONSTRAINT buffer_pools_balance CHECK
    (available_tco2e = total_contributed_tco2e - used_for_reversals_tco2e - released_tco2e)
);
CREATE INDEX idx_buffer_pools_project ON credit.buffer_pools (project_id);

CREATE TABLE credit.reversal_events (
  reversal_event_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  project_id uuid NOT NULL,
  event_type text NOT NULL CHECK (event_type IN ('fire', 'disease', 'harvest', 'policy_change', 'other')),
  event_date date NOT NULL,
  estimated_tco2e_lost app.amount NOT NULL CHECK (estimated_tco2e_lost >= 0),
  verified_tco2e_lost app.amount CHECK (verified_tco2e_lost >= 0),
  description text NOT NULL,
  reported_by_user_id uuid NOT NULL,
  verified_by_user_id uuid,
  status text NOT NULL DEFAULT 'reported'
    CHECK (status IN ('reported', 'investigating', 'verified', 'buffer_applied', 'resolved')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project.projects (tenant_id, project_id),
  FOREIGN KEY (tenant_id, reported_by_user_id) REFERENCES iam.users (tenant_id, user_id),
  FOREIGN KEY (tenant_id, verified_by_user_id) REFERENCES iam.users (tenant_id, user_id),
  CONSTRAINT reversal_events_tenant_id_reversal_event_id_key UNIQUE (tenant_id, reversal_event_id),
  CONSTRAINT reversal_events_verified_has_loss CHECK
    (status NOT IN ('verified', 'buffer_applied') OR num_nonnulls(verified_tco2e_lost, verified_by_user_id) = 2)
);
CREATE INDEX idx_reversal_events_project ON credit.reversal_events (project_id, event_date DESC);
CREATE INDEX idx_reversal_events_status ON credit.reversal_events (tenant_id, status);

CREATE TABLE credit.reversal_affected_credits (
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  reversal_event_id uuid NOT NULL,
  credit_id uuid NOT NULL,
  impact_tco2e app.amount NOT NULL CHECK (impact_tco2e >= 0),
  buffer_used_tco2e app.amount NOT NULL CHECK (buffer_used_tco2e >= 0),
  notes text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (reversal_event_id, credit_id),
  FOREIGN KEY (tenant_id, reversal_event_id) REFERENCES credit.reversal_events (tenant_id, reversal_event_id),
  FOREIGN KEY (tenant_id, credit_id) REFERENCES credit.credits (tenant_id, credit_id),
  CONSTRAINT reversal_affected_credits_buffer_within_impact CHECK (buffer_used_tco2e <= impact_tco2e)
);
CREATE INDEX idx_reversal_affected_credits_credit ON credit.reversal_affected_credits (credit_id);

-- The ledger of a pool: contributions add, cancellations and releases take away. Its sum is the balance.
CREATE TABLE credit.buffer_entries (
  buffer_entry_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  buffer_pool_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('contribution', 'cancellation', 'release')),
  amount_tco2e app.amount NOT NULL,
  credit_id uuid,
  reversal_event_id uuid,
  event_identity app.event_identity UNIQUE,
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, buffer_pool_id) REFERENCES credit.buffer_pools (tenant_id, buffer_pool_id),
  FOREIGN KEY (tenant_id, credit_id) REFERENCES credit.credits (tenant_id, credit_id),
  FOREIGN KEY (tenant_id, reversal_event_id) REFERENCES credit.reversal_events (tenant_id, reversal_event_id),
  CONSTRAINT buffer_entries_sign_check
    CHECK (amount_tco2e <> 0 AND (kind = 'contribution') = (amount_tco2e > 0)),
  CONSTRAINT buffer_entries_cancellation_has_reversal
    CHECK ((kind = 'cancellation') = (reversal_event_id IS NOT NULL))
);
CREATE INDEX idx_buffer_entries_pool ON credit.buffer_entries (buffer_pool_id, occurred_at DESC);

-- Runs as the owner: a pool's sums change through its ledger and in no other way.
CREATE FUNCTION credit.apply_buffer_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  UPDATE credit.buffer_pools SET
    total_contributed_tco2e = total_contributed_tco2e
      + CASE NEW.kind WHEN 'contribution' THEN NEW.amount_tco2e ELSE 0 END,
    used_for_reversals_tco2e = used_for_reversals_tco2e
      - CASE NEW.kind WHEN 'cancellation' THEN NEW.amount_tco2e ELSE 0 END,
    released_tco2e = released_tco2e - CASE NEW.kind WHEN 'release' THEN NEW.amount_tco2e ELSE 0 END,
    available_tco2e = available_tco2e + NEW.amount_tco2e
  WHERE buffer_pool_id = NEW.buffer_pool_id AND tenant_id = NEW.tenant_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'credit.buffer_entries: pool % is not there', NEW.buffer_pool_id
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
-- Whoever may execute it could hang it on a table of its own and feed it another tenant's pool.
REVOKE EXECUTE ON FUNCTION credit.apply_buffer_entry() FROM PUBLIC;
CREATE TRIGGER apply_buffer_entry AFTER INSERT ON credit.buffer_entries
  FOR EACH ROW EXECUTE FUNCTION credit.apply_buffer_entry();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON credit.buffer_entries
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- Article 6 of the Paris Agreement: what a host country authorised, adjusted or took back, dated.
CREATE TABLE credit.article6 (
  article6_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  project_id uuid NOT NULL,
  credit_id uuid,
  kind text NOT NULL CHECK (kind IN ('authorisation', 'corresponding_adjustment', 'revocation')),
  host_country app.country_code NOT NULL,
  authorised_use text NOT NULL CHECK (authorised_use IN ('ndc', 'international_mitigation', 'other_purposes')),
  tonnage_co2e app.amount CHECK (tonnage_co2e > 0),
  effective_on date NOT NULL,
  reference text NOT NULL,
  document_sha256 app.sha256_hex NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project.projects (tenant_id, project_id),
  FOREIGN KEY (tenant_id, credit_id) REFERENCES credit.credits (tenant_id, credit_id),
  CONSTRAINT article6_reference_once UNIQUE NULLS NOT DISTINCT (tenant_id, project_id, credit_id, kind, reference)
);
CREATE INDEX idx_article6_credit ON credit.article6 (credit_id, effective_on DESC) WHERE credit_id IS NOT NULL;
CREATE INDEX idx_article6_project ON credit.article6 (project_id, effective_on DESC);

-- Who holds what inside a custodian's account; its sum per custodian must match the chain.
CREATE TABLE credit.custodial_positions (
  custodial_position_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  credit_id uuid NOT NULL,
  custodian_account_id app.near_account_id NOT NULL,
  holder_ref text NOT NULL CHECK (char_length(holder_ref) BETWEEN 1 AND 255),
  tonnage_co2e app.amount NOT NULL CHECK (tonnage_co2e >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, credit_id) REFERENCES credit.credits (tenant_id, credit_id),
  CONSTRAINT custodial_positions_credit_id_holder_ref_key UNIQUE (credit_id, holder_ref)
);
CREATE INDEX idx_custodial_positions_custodian ON credit.custodial_positions (custodian_account_id);
