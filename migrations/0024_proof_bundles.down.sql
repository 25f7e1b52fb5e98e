-- Owns taking back 0024_proof_bundles.up.sql.

DROP POLICY retired_is_published ON credit.article6;
DROP POLICY retired_is_published ON credit.credits;
DROP POLICY retired_is_published ON hashing.mrv_hashes;
REVOKE ALL ON ALL TABLES IN SCHEMA chain, credit, hashing FROM dmrv_visitor, dmrv_prover;
REVOKE USAGE ON SCHEMA app, chain, credit, hashing FROM dmrv_visitor;
REVOKE USAGE ON SCHEMA app, chain, hashing FROM dmrv_prover;
ALTER TABLE chain.proof_bundles DROP COLUMN revision;
DROP TABLE chain.proof_tasks;
DROP TABLE chain.outcome_proofs;
DROP TABLE chain.proof_cursor;
