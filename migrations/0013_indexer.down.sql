-- Owns the way back from 0013_indexer.up.sql; leaves the older tables of the chain as they were.

DROP FUNCTION credit.serial_text(text, numrange);
DROP FUNCTION credit.event_type(text);
DROP FUNCTION credit.void_cause(text);
DROP FUNCTION credit.block_status(text);
DROP FUNCTION credit.hash_status(text);

ALTER TABLE registry.consents
  DROP CONSTRAINT consents_validity_check,
  ADD CONSTRAINT consents_validity_check CHECK (valid_to >= immobilised_on);
ALTER TABLE credit.credits
  DROP CONSTRAINT credits_expiry_check,
  ADD CONSTRAINT credits_expiry_check CHECK (expires_on > issuance_date);
DROP INDEX credit.credits_registry_type_registry_serial_key;
CREATE UNIQUE INDEX credits_registry_type_registry_serial_key
  ON credit.credits (registry_type, registry_name, registry_serial)
  NULLS NOT DISTINCT WHERE registry_serial IS NOT NULL;
ALTER TABLE credit.credit_ownership DROP token_version;
ALTER TABLE credit.credit_transfers
  DROP CONSTRAINT credit_transfers_event_once,
  ADD CONSTRAINT credit_transfers_event_identity_key UNIQUE (event_identity),
  DROP CONSTRAINT credit_transfers_chain_facts_together,
  ADD CONSTRAINT credit_transfers_chain_facts_together
    CHECK (num_nonnulls(event_identity, blockchain_tx_hash, blockchain_block_height) IN (0, 3));

DROP TABLE chain.binding;
ALTER TABLE chain.retirements
  DROP CONSTRAINT retirements_revealed_is_named,
  DROP CONSTRAINT retirements_outcome_has_time,
  DROP refused_at, DROP confirmed_at, DROP revealed_at, DROP refusal_reason, DROP amendment, DROP evidence_sha256,
  DROP authorized_id;
DROP TABLE chain.consents;
DROP TABLE chain.lineage;
DROP TABLE chain.token_events;
ALTER TABLE chain.tokens
  DROP CONSTRAINT tokens_origin_bears_itself,
  DROP CONSTRAINT tokens_impaired_by_a_flag,
  DROP CONSTRAINT tokens_ended_has_time,
  DROP token_version, DROP ended_at, DROP reference_hash, DROP reference, DROP replaces, DROP buffer_tonnage_co2e,
  DROP origin_is_impaired, DROP is_impaired, DROP birth, DROP minter_account_id, DROP methodology,
  ADD CONSTRAINT tokens_minted_identity_key UNIQUE (minted_identity);
ALTER TABLE chain.dead_letters
  DROP block_timestamp, DROP block_hash, DROP method_name, DROP transaction_hash, DROP outcome_index, DROP shard_id;
ALTER TABLE chain.contract_events DROP method_name;
