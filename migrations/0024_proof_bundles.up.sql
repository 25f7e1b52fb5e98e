-- Owns what keeps retirements provable after nodes have forgotten them: the proven outcome of each receipt that a proof may need,
-- whose file is still to be made, and the two logins that make such files and show them to anybody.
-- Leaves proving to api/proofs and the files' form to core/proofs.

-- How far the log of events was looked through for receipts to prove.
CREATE TABLE chain.proof_cursor (
  near_contract_id app.near_account_id PRIMARY KEY,
  last_position app.event_position NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Of mints, parts, retirements and what registries said of them. `forgotten`: no node that was asked knows it any more.
CREATE TABLE chain.outcome_proofs (
  near_contract_id app.near_account_id NOT NULL,
  receipt_id app.near_hash NOT NULL,
  block_height bigint NOT NULL CHECK (block_height >= 0),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'proven', 'forgotten')),
  outcome jsonb CHECK (jsonb_typeof(outcome) = 'object'),
  head jsonb CHECK (jsonb_typeof(head) = 'object'),
  head_block_height bigint CHECK (head_block_height > block_height),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_try_at timestamptz,
  note text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (near_contract_id, receipt_id),
  CONSTRAINT outcome_proofs_proven_is_whole CHECK ((status = 'proven') = (outcome IS NOT NULL)
    AND (outcome IS NULL) = (head IS NULL) AND (head IS NULL) = (head_block_height IS NULL)),
  CONSTRAINT outcome_proofs_pending_has_time CHECK ((status = 'pending') = (next_try_at IS NOT NULL))
);
CREATE INDEX idx_outcome_proofs_due ON chain.outcome_proofs (near_contract_id, next_try_at) WHERE status = 'pending';

-- A retirement whose file is to be made, or made anew as something more was told of it. Done, the row goes.
CREATE TABLE chain.proof_tasks (
  near_contract_id app.near_account_id NOT NULL,
  token_id app.sha256_hex NOT NULL,
  -- Counts what was told: a task that grew while its file was made stays.
  asked integer NOT NULL DEFAULT 1 CHECK (asked >= 1),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- Null where something that is needed was forgotten: a start of the worker asks once more.
  next_try_at timestamptz,
  note text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (near_contract_id, token_id)
);

ALTER TABLE chain.proof_bundles ADD revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1);

SELECT app.stamp_updates('chain.proof_cursor');
SELECT app.stamp_updates('chain.outcome_proofs');
SELECT app.stamp_updates('chain.proof_tasks');

GRANT SELECT ON chain.proof_cursor, chain.outcome_proofs, chain.proof_tasks
  TO dmrv_app, dmrv_reconciler, dmrv_registry_reader, dmrv_holder, dmrv_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON chain.proof_cursor, chain.outcome_proofs, chain.proof_tasks TO dmrv_indexer;

-- Whoever makes the files: all of the chain, of the tenants' tables the payload of what was retired, and nothing else.
GRANT USAGE ON SCHEMA app, chain, hashing TO dmrv_prover;
GRANT SELECT ON ALL TABLES IN SCHEMA chain TO dmrv_prover;
GRANT INSERT, UPDATE ON chain.proof_cursor, chain.outcome_proofs, chain.proof_tasks, chain.proof_bundles TO dmrv_prover;
GRANT DELETE ON chain.proof_tasks TO dmrv_prover;
GRANT SELECT (mrv_hash, canonical_payload) ON hashing.mrv_hashes TO dmrv_prover;

-- Whoever asks without a key: the chain, and what a retirement publishes of the credit that it ends.
GRANT USAGE ON SCHEMA app, chain, credit, hashing TO dmrv_visitor;
GRANT SELECT ON ALL TABLES IN SCHEMA chain TO dmrv_visitor;
GRANT SELECT (mrv_hash, canonical_payload) ON hashing.mrv_hashes TO dmrv_visitor;
GRANT SELECT (credit_id, token_id, project_id, status) ON credit.credits TO dmrv_visitor;
GRANT SELECT (article6_id, project_id, credit_id, kind, host_country, authorised_use, tonnage_co2e, effective_on, reference,
  document_sha256, created_at) ON credit.article6 TO dmrv_visitor;

-- The payload is what the retired hash is the hash of: whoever is to check it must have it.
CREATE POLICY retired_is_published ON hashing.mrv_hashes FOR SELECT TO dmrv_prover, dmrv_visitor
  USING (EXISTS (SELECT FROM chain.tokens t WHERE t.origin = mrv_hashes.mrv_hash AND t.status = 'retired'));
CREATE POLICY retired_is_published ON credit.credits FOR SELECT TO dmrv_visitor USING (status = 'retired');
-- Of the project of what was retired, and of no other credit of it.
CREATE POLICY retired_is_published ON credit.article6 FOR SELECT TO dmrv_visitor
  USING (EXISTS (SELECT FROM credit.credits c WHERE c.project_id = article6.project_id
    AND (article6.credit_id IS NULL OR article6.credit_id = c.credit_id)));
