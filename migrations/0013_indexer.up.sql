-- Owns what the indexer needs beside the first tables of the chain: each token's history, lineage and consents, the
-- binding to one network, and the one way in which chain facts become a tenant's rows.
-- Leaves the fold of events to indexer/projectors and the writing of batches to indexer/write.

-- Nothing wrote chain.* before this migration, so that what must be known of every row can be asked for at once.
ALTER TABLE chain.contract_events ADD method_name text;

ALTER TABLE chain.dead_letters
  ADD shard_id bigint NOT NULL CHECK (shard_id >= 0),
  ADD outcome_index integer NOT NULL CHECK (outcome_index >= 0),
  ADD transaction_hash app.near_hash,
  ADD method_name text,
  ADD block_hash app.near_hash NOT NULL,
  ADD block_timestamp timestamptz NOT NULL;

ALTER TABLE chain.tokens
  -- All parts of one split are born by one event.
  DROP CONSTRAINT tokens_minted_identity_key,
  ADD methodology text NOT NULL,
  ADD minter_account_id app.near_account_id NOT NULL,
  ADD birth text NOT NULL CHECK (birth IN ('issue', 'split', 'merge')),
  ADD is_impaired boolean NOT NULL DEFAULT false,
  ADD origin_is_impaired boolean NOT NULL DEFAULT false,
  ADD buffer_tonnage_co2e app.amount CHECK (buffer_tonnage_co2e >= 0),
  ADD replaces app.sha256_hex,
  ADD reference text,
  ADD reference_hash text,
  ADD ended_at timestamptz,
  ADD token_version integer NOT NULL CHECK (token_version >= 0),
  ADD CONSTRAINT tokens_ended_has_time CHECK ((status IN ('active', 'impaired')) = (ended_at IS NULL)),
  ADD CONSTRAINT tokens_impaired_by_a_flag CHECK (status NOT IN ('active', 'impaired')
    OR (status = 'impaired') = (is_impaired OR origin_is_impaired)),
  ADD CONSTRAINT tokens_origin_bears_itself CHECK ((birth = 'issue') = (origin = token_id));

-- The history of each token: one row for each item of an event that names it, or its whole origin.
CREATE TABLE chain.token_events (
  near_contract_id app.near_account_id NOT NULL,
  token_id app.sha256_hex NOT NULL,
  token_version integer NOT NULL CHECK (token_version >= 1),
  event_identity app.event_identity NOT NULL REFERENCES chain.contract_events,
  event_position app.event_position NOT NULL,
  event text NOT NULL,
  leg text CHECK (leg IN ('mint', 'transfer', 'revert', 'split', 'merge', 'burn')),
  from_account_id app.near_account_id,
  to_account_id app.near_account_id,
  PRIMARY KEY (near_contract_id, token_id, token_version),
  FOREIGN KEY (near_contract_id, token_id) REFERENCES chain.tokens (near_contract_id, token_id),
  CONSTRAINT token_events_event_names_it_once UNIQUE (event_identity, token_id, near_contract_id),
  CONSTRAINT token_events_leg_has_two_ends CHECK (num_nonnulls(leg, from_account_id, to_account_id) IN (0, 3))
);

CREATE TABLE chain.lineage (
  near_contract_id app.near_account_id NOT NULL,
  token_id app.sha256_hex NOT NULL,
  parent_token_id app.sha256_hex NOT NULL,
  lineage_type text NOT NULL CHECK (lineage_type IN ('split', 'merge')),
  ordinal integer NOT NULL CHECK (ordinal >= 0),
  event_identity app.event_identity NOT NULL REFERENCES chain.contract_events,
  PRIMARY KEY (near_contract_id, token_id, parent_token_id),
  FOREIGN KEY (near_contract_id, token_id) REFERENCES chain.tokens (near_contract_id, token_id),
  FOREIGN KEY (near_contract_id, parent_token_id) REFERENCES chain.tokens (near_contract_id, token_id),
  CONSTRAINT lineage_not_its_own_parent CHECK (parent_token_id <> token_id)
);
CREATE INDEX idx_lineage_parent ON chain.lineage (near_contract_id, parent_token_id, ordinal);

CREATE TABLE chain.consents (
  near_contract_id app.near_account_id NOT NULL,
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  consent_ref text NOT NULL,
  mrv_hash app.sha256_hex,
  tonnage_co2e app.amount NOT NULL CHECK (tonnage_co2e > 0),
  debited_co2e app.amount NOT NULL DEFAULT 0 CHECK (debited_co2e >= 0),
  unit app.amount NOT NULL CHECK (unit > 0),
  serial_namespace text,
  serial_start numeric(78,0) CHECK (serial_start >= 0 AND serial_start <> 'NaN'),
  document_sha256 app.sha256_hex NOT NULL,
  immobilised_on date NOT NULL,
  valid_to date,
  account_id app.near_account_id NOT NULL,
  attested_by text NOT NULL CHECK (attested_by IN ('registry', 'registry_agent')),
  recorded_at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  recorded_identity app.event_identity NOT NULL,
  last_position app.event_position NOT NULL,
  -- The reference before the name: most registries have no name, and an equality with null finds nothing.
  CONSTRAINT consents_registry_ref_key
    UNIQUE NULLS NOT DISTINCT (near_contract_id, registry_type, consent_ref, registry_name),
  CONSTRAINT consents_other_is_named CHECK ((registry_type = 'other') = (registry_name IS NOT NULL)),
  CONSTRAINT consents_not_overdrawn CHECK (debited_co2e <= tonnage_co2e),
  CONSTRAINT consents_serial_check CHECK ((serial_namespace IS NULL) = (serial_start IS NULL))
);
CREATE INDEX idx_consents_hash ON chain.consents (mrv_hash) WHERE mrv_hash IS NOT NULL;

ALTER TABLE chain.retirements
  ADD authorized_id app.near_account_id,
  ADD evidence_sha256 app.sha256_hex,
  ADD amendment integer CHECK (amendment >= 0),
  ADD refusal_reason text,
  ADD revealed_at timestamptz,
  ADD confirmed_at timestamptz,
  ADD refused_at timestamptz,
  ADD CONSTRAINT retirements_outcome_has_time CHECK (CASE registry_outcome
    WHEN 'pending' THEN num_nonnulls(confirmed_at, refused_at) = 0
    WHEN 'refused' THEN refused_at IS NOT NULL AND confirmed_at IS NULL
    ELSE num_nonnulls(confirmed_at, evidence_sha256, amendment) = 3 END),
  ADD CONSTRAINT retirements_revealed_is_named
    CHECK (revealed_at IS NULL OR num_nonnulls(beneficiary, beneficiary_commitment) = 2);

-- A database holds the events of one chain, told by the hash of its genesis; another's would mix with them unseen.
CREATE TABLE chain.binding (
  is_the_one boolean PRIMARY KEY DEFAULT true CONSTRAINT binding_is_the_one CHECK (is_the_one),
  network text NOT NULL CHECK (char_length(network) BETWEEN 1 AND 64),
  genesis_hash app.near_hash NOT NULL,
  bound_at timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT ON chain.token_events, chain.lineage, chain.consents, chain.binding
  TO dmrv_app, dmrv_reconciler, dmrv_registry_reader, dmrv_holder;
GRANT SELECT, INSERT, UPDATE, DELETE ON chain.token_events, chain.lineage, chain.consents, chain.binding
  TO dmrv_indexer;

-- One item of an event burns several credits of one owner, and a hash may be lost with the chain's past.
ALTER TABLE credit.credit_transfers
  DROP CONSTRAINT credit_transfers_event_identity_key,
  ADD CONSTRAINT credit_transfers_event_once UNIQUE (event_identity, credit_id),
  DROP CONSTRAINT credit_transfers_chain_facts_together,
  ADD CONSTRAINT credit_transfers_chain_facts_together CHECK (
    num_nonnulls(event_identity, blockchain_block_height) IN (0, 2)
    AND (blockchain_tx_hash IS NULL OR event_identity IS NOT NULL));

-- How many of the token's events the tenant's view holds.
ALTER TABLE credit.credit_ownership ADD token_version integer NOT NULL DEFAULT 0 CHECK (token_version >= 0);

-- A void credit has given its serial away: to its parts, to what it was merged into, or back.
DROP INDEX credit.credits_registry_type_registry_serial_key;
CREATE UNIQUE INDEX credits_registry_type_registry_serial_key
  ON credit.credits (registry_type, registry_name, registry_serial)
  NULLS NOT DISTINCT WHERE registry_serial IS NOT NULL AND status <> 'void';

-- The contract does not compare these days, and what stands on chain must find its place here.
ALTER TABLE credit.credits
  DROP CONSTRAINT credits_expiry_check,
  ADD CONSTRAINT credits_expiry_check CHECK (expires_on > issuance_date OR token_id IS NOT NULL);
ALTER TABLE registry.consents
  DROP CONSTRAINT consents_validity_check,
  ADD CONSTRAINT consents_validity_check CHECK (valid_to >= immobilised_on OR recorded_at IS NOT NULL);

-- DESIGN's table of states: what a token's state is to the registry of hashes, and to its serial block.
CREATE FUNCTION credit.hash_status(token_status text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN token_status IN ('active', 'impaired') THEN 'approved' WHEN token_status = 'retired' THEN 'retired'
  WHEN token_status = 'invalidated' THEN 'rejected' ELSE 'locked' END;

CREATE FUNCTION credit.block_status(token_status text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN token_status IN ('divided', 'merged') THEN token_status
  WHEN token_status IN ('redeemed', 'cancelled') THEN 'released' ELSE 'live' END;

CREATE FUNCTION credit.void_cause(token_status text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN token_status IN ('divided', 'merged', 'redeemed', 'cancelled') THEN token_status END;

CREATE FUNCTION credit.event_type(event text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'blockchain.' || CASE event
  WHEN 'nft_mint' THEN 'nft.minted' WHEN 'nft_transfer' THEN 'nft.transferred' WHEN 'nft_burn' THEN 'nft.burned'
  WHEN 'nft_metadata_update' THEN 'nft.metadata_updated'
  WHEN 'credit_issue' THEN 'credit.issued' WHEN 'credit_retire' THEN 'credit.retired'
  WHEN 'credit_split' THEN 'credit.split' WHEN 'credit_merge' THEN 'credit.merged'
  WHEN 'credit_impair' THEN 'credit.impaired' WHEN 'credit_restore' THEN 'credit.restored'
  WHEN 'credit_invalidate' THEN 'credit.invalidated' WHEN 'credit_redeem' THEN 'credit.redeemed'
  WHEN 'credit_cancel' THEN 'credit.cancelled' WHEN 'credit_expire' THEN 'credit.expired'
  WHEN 'retirement_confirm' THEN 'retirement.confirmed' WHEN 'retirement_refuse' THEN 'retirement.refused'
  WHEN 'beneficiary_reveal' THEN 'retirement.revealed' ELSE event END || '.v1';

-- As a registry writes a block: its namespace, its first and its last unit.
CREATE FUNCTION credit.serial_text(namespace text, serial_range numrange) RETURNS text LANGUAGE sql IMMUTABLE
RETURN namespace || ':' || lower(serial_range) || '-' || upper(serial_range) - 1;
