-- Owns the way back from 0004_registry.up.sql; leaves projects and their evidence alone.

DROP TABLE registry.requirements, registry.statement_rows, registry.statements, registry.consents,
  registry.serial_blocks, registry.registry_submissions, registry.global_artifact_hashes, hashing.mrv_hashes,
  registry.global_hash_registry;
DROP TRIGGER claim_artifacts ON mrv.mrv_submissions;
DROP TRIGGER claim_artifacts_at_birth ON mrv.mrv_submissions;
DROP TRIGGER refuse_late_artifact ON mrv.mrv_artifacts;
DROP FUNCTION mrv.refuse_late_artifact();
DROP FUNCTION mrv.claim_artifacts();
