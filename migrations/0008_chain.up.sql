-- Owns what the chain says: a pure fold of contract events, with no tenant and no opinion.
-- Leaves the tenants' view to 0005_credits.up.sql.

-- One row per followed contract; its lock elects the one active indexer.
CREATE TABLE chain.cursor (
  near_contract_id app.near_account_id PRIMARY KEY,
  block_height bigint NOT NULL CHECK (block_height >= 0),
  block_hash app.near_hash NOT NULL,
  block_timestamp timestamptz NOT NULL,
  last_position app.event_position,
  indexer_id text,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE chain.blocks (
  block_height bigint PRIMARY KEY CHECK (block_height >= 0),
  block_hash app.near_hash NOT NULL UNIQUE,
  prev_hash app.near_hash NOT NULL,
  block_timestamp timestamptz NOT NULL
);
CREATE INDEX idx_blocks_time ON chain.blocks (block_timestamp);

CREATE TABLE chain.contract_events (
  event_identity app.event_identity PRIMARY KEY,
  event_position app.event_position NOT NULL UNIQUE,
  near_contract_id app.near_account_id NOT NULL,
  block_height bigint NOT NULL CHECK (block_height >= 0),
  block_hash app.near_hash NOT NULL,
  block_timestamp timestamptz NOT NULL,
  transaction_hash app.near_hash,
  receipt_id app.near_hash NOT NULL,
  log_index integer NOT NULL CHECK (log_index BETWEEN 0 AND 99),
  item_index integer NOT NULL CHECK (item_index >= 0),
  standard text NOT NULL CHECK (standard IN ('nep171', 'dmrv')),
  version text NOT NULL,
  event text NOT NULL,
  token_id app.sha256_hex,
  data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
  CONSTRAINT contract_events_identity_parts
    CHECK (event_identity = receipt_id || ':' || log_index || ':' || item_index)
);
CREATE INDEX idx_contract_events_contract_position ON chain.contract_events (near_contract_id, event_position);
CREATE INDEX idx_contract_events_token ON chain.contract_events (token_id, event_position)
  WHERE token_id IS NOT NULL;
CREATE INDEX idx_contract_events_height ON chain.contract_events (block_height);

CREATE TABLE chain.tokens (
  near_contract_id app.near_account_id NOT NULL,
  token_id app.sha256_hex NOT NULL,
  origin app.sha256_hex NOT NULL,
  owner_account_id app.near_account_id NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'impaired', 'retired', 'invalidated', 'divided', 'merged',
    'redeemed', 'cancelled', 'expired')),
  tonnage_co2e app.amount NOT NULL CHECK (tonnage_co2e > 0),
  unit app.amount NOT NULL CHECK (unit > 0),
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  serial_namespace text,
  serial_range numrange,
  registry_project_id text NOT NULL,
  vintage_year integer NOT NULL CHECK (vintage_year BETWEEN 1900 AND 3000),
  issued_on date NOT NULL,
  expires_on date,
  consent_ref text NOT NULL,
  minted_at timestamptz NOT NULL,
  minted_identity app.event_identity NOT NULL UNIQUE,
  last_position app.event_position NOT NULL,
  PRIMARY KEY (near_contract_id, token_id),
  CONSTRAINT tokens_whole_units CHECK (mod(tonnage_co2e, unit) = 0),
  CONSTRAINT tokens_other_is_named CHECK ((registry_type = 'other') = (registry_name IS NOT NULL)),
  CONSTRAINT tokens_serial_check CHECK ((serial_namespace IS NULL) = (serial_range IS NULL))
);
CREATE INDEX idx_tokens_owner ON chain.tokens (owner_account_id) WHERE status IN ('active', 'impaired');
CREATE INDEX idx_tokens_origin ON chain.tokens (origin);
CREATE INDEX idx_tokens_registry_status ON chain.tokens (registry_type, status);

CREATE TABLE chain.retirements (
  near_contract_id app.near_account_id NOT NULL,
  token_id app.sha256_hex NOT NULL,
  event_identity app.event_identity NOT NULL UNIQUE,
  event_position app.event_position NOT NULL,
  transaction_hash app.near_hash,
  receipt_id app.near_hash NOT NULL,
  block_height bigint NOT NULL CHECK (block_height >= 0),
  retired_at timestamptz NOT NULL,
  account_id app.near_account_id NOT NULL,
  tonnage_co2e app.amount NOT NULL CHECK (tonnage_co2e > 0),
  beneficiary text,
  beneficiary_commitment app.sha256_hex,
  beneficiary_kind text NOT NULL CHECK (beneficiary_kind IN ('organisation', 'individual')),
  beneficiary_id text,
  reason text,
  purpose text,
  jurisdiction text,
  consumption_period text,
  registry_outcome text NOT NULL DEFAULT 'pending' CHECK (registry_outcome IN ('pending', 'confirmed', 'refused')),
  registry_retirement_id text,
  registry_retired_on date,
  attested_by text CHECK (attested_by IN ('registry', 'registry_agent')),
  outcome_identity app.event_identity,
  PRIMARY KEY (near_contract_id, token_id),
  FOREIGN KEY (near_contract_id, token_id) REFERENCES chain.tokens (near_contract_id, token_id),
  CONSTRAINT retirements_named_or_committed CHECK (num_nonnulls(beneficiary, beneficiary_commitment) >= 1),
  CONSTRAINT retirements_outcome_check CHECK (CASE registry_outcome
    WHEN 'pending' THEN outcome_identity IS NULL
    WHEN 'refused' THEN outcome_identity IS NOT NULL
    ELSE num_nonnulls(outcome_identity, registry_retirement_id, registry_retired_on, attested_by) = 4 END)
);
CREATE INDEX idx_retirements_position ON chain.retirements (event_position DESC);
CREATE INDEX idx_retirements_account ON chain.retirements (account_id, event_position DESC);
CREATE INDEX idx_retirements_beneficiary_id ON chain.retirements (beneficiary_id) WHERE beneficiary_id IS NOT NULL;

-- A log of our contract that could not be read, kept whole until it is driven again.
CREATE TABLE chain.dead_letters (
  dead_letter_id uuid PRIMARY KEY DEFAULT uuidv7(),
  near_contract_id app.near_account_id NOT NULL,
  block_height bigint NOT NULL CHECK (block_height >= 0),
  receipt_id app.near_hash NOT NULL,
  log_index integer NOT NULL CHECK (log_index BETWEEN 0 AND 99),
  log text NOT NULL,
  error_code text NOT NULL,
  error_message text NOT NULL,
  attempts integer NOT NULL DEFAULT 1 CHECK (attempts >= 1),
  first_seen_at timestamptz NOT NULL,
  redriven_at timestamptz,
  CONSTRAINT dead_letters_receipt_id_log_index_key UNIQUE (receipt_id, log_index)
);
CREATE INDEX idx_dead_letters_open ON chain.dead_letters (near_contract_id, block_height) WHERE redriven_at IS NULL;

-- The file that proves a retirement, stored as soon as it can be proven: ordinary nodes forget in a day or two.
CREATE TABLE chain.proof_bundles (
  near_contract_id app.near_account_id NOT NULL,
  token_id app.sha256_hex NOT NULL,
  form text NOT NULL CHECK (form = 'dmrv-retirement-proof/1'),
  head_block_hash app.near_hash NOT NULL,
  head_block_height bigint NOT NULL CHECK (head_block_height >= 0),
  bundle jsonb NOT NULL CHECK (jsonb_typeof(bundle) = 'object'),
  bundle_sha256 app.sha256_hex NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (near_contract_id, token_id),
  FOREIGN KEY (near_contract_id, token_id) REFERENCES chain.retirements (near_contract_id, token_id)
);
