-- Owns taking back 0019_sagas.up.sql.

DROP INDEX process.idx_processes_tenant_started;
DROP FUNCTION saga.list_due(timestamptz, integer);
DROP POLICY sagas_are_swept ON saga.sagas;
DROP INDEX saga.sagas_one_alive_per_subject, saga.idx_sagas_subject, saga.idx_sagas_due, saga.idx_sagas_wake;
ALTER TABLE saga.sagas
  DROP COLUMN process_id,
  DROP COLUMN subject,
  DROP COLUMN due_at,
  DROP COLUMN wake_topic,
  DROP COLUMN moves,
  DROP CONSTRAINT sagas_saga_type_check,
  ADD CONSTRAINT sagas_saga_type_check CHECK (saga_type IN ('credit_issuance', 'credit_retirement'));
ALTER TABLE process.process_steps DROP COLUMN waiting_for;
ALTER TABLE process.processes
  DROP CONSTRAINT processes_process_type_check,
  ADD CONSTRAINT processes_process_type_check CHECK (process_type IN ('credit_issuance', 'credit_retirement',
    'batch_minting', 'tenant_onboarding', 'data_migration', 'reversal_handling'));
