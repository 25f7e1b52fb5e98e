-- Owns what sagas need beside their first tables: what they are about, when they may move on, and the list of those that are
-- due. Leaves the queue of jobs to 0021_job_queue.up.sql and their steps to api/sagas.

ALTER TABLE process.processes
  DROP CONSTRAINT processes_process_type_check,
  ADD CONSTRAINT processes_process_type_check CHECK (process_type IN ('credit_issuance', 'credit_retirement',
    'batch_minting', 'tenant_onboarding', 'data_migration', 'reversal_handling', 'credit_cancellation',
    'credit_redemption'));
CREATE INDEX idx_processes_tenant_started ON process.processes (tenant_id, started_at DESC, process_id DESC);

-- What a step waits for, in words for whoever looks at it.
ALTER TABLE process.process_steps
  ADD waiting_for text CHECK (char_length(waiting_for) BETWEEN 1 AND 255);

ALTER TABLE saga.sagas
  DROP CONSTRAINT sagas_saga_type_check,
  ADD CONSTRAINT sagas_saga_type_check CHECK (saga_type IN ('credit_issuance', 'credit_retirement',
    'credit_cancellation', 'credit_redemption')),
  ADD process_id uuid,
  -- The thing it is about, which no second living saga of the type may have.
  ADD subject text CHECK (char_length(subject) BETWEEN 1 AND 255),
  -- When it may move next; none once it has ended.
  ADD due_at timestamptz,
  -- What wakes it before that.
  ADD wake_topic text CHECK (char_length(wake_topic) BETWEEN 1 AND 255),
  -- Counts its moves, so that whoever lost it meanwhile cannot write.
  ADD moves integer NOT NULL DEFAULT 0 CHECK (moves >= 0),
  ADD FOREIGN KEY (tenant_id, process_id) REFERENCES process.processes (tenant_id, process_id),
  ADD CONSTRAINT sagas_process_id_key UNIQUE (process_id),
  ADD CONSTRAINT sagas_due_while_alive CHECK (due_at IS NULL OR status IN ('not_started', 'in_progress', 'compensating'));
CREATE UNIQUE INDEX sagas_one_alive_per_subject ON saga.sagas (tenant_id, saga_type, subject)
  WHERE status IN ('not_started', 'in_progress', 'compensating');
CREATE INDEX idx_sagas_subject ON saga.sagas (tenant_id, saga_type, subject, created_at DESC);
CREATE INDEX idx_sagas_due ON saga.sagas (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX idx_sagas_wake ON saga.sagas (tenant_id, wake_topic) WHERE wake_topic IS NOT NULL;

-- A worker asks over all tenants which sagas may move, and learns their ids and nothing more. One that somebody moves at
-- this moment has its lock taken and is left out.
CREATE POLICY sagas_are_swept ON saga.sagas FOR SELECT TO dmrv_owner USING (due_at IS NOT NULL);
CREATE FUNCTION saga.list_due(before timestamptz, most integer) RETURNS TABLE (saga_id uuid, tenant_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  RETURN QUERY
    SELECT s.saga_id, s.tenant_id FROM saga.sagas s
    WHERE s.due_at <= before AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_locks l
      WHERE l.locktype = 'advisory' AND l.classid = 7341 AND l.objsubid = 2
        AND l.objid = (pg_catalog.hashtext(s.saga_id::text)::bigint & 4294967295)::oid
        AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
    ORDER BY s.due_at LIMIT most;
END $$;
REVOKE EXECUTE ON FUNCTION saga.list_due(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION saga.list_due(timestamptz, integer) TO dmrv_app;
