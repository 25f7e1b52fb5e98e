-- Owns row security and grants: which login sees which rows and columns. Leaves identity to core/db/identity.ts.
-- Each login has at most one policy a command and table: two would be joined by OR, and no index serves an OR
-- of a tenant's rows and a wallet's. That is why a wallet and a registry have logins of their own.

-- The app's login works for one tenant at a time.
SELECT app.isolate_by_tenant('core.tenants');
SELECT app.isolate_by_tenant('core.tenant_plan_assignments');
SELECT app.isolate_by_tenant('core.tenant_feature_overrides', 'SELECT, INSERT, UPDATE, DELETE');
SELECT app.isolate_by_tenant('core.tenant_api_keys');
SELECT app.isolate_by_tenant('core.tenant_registry_connections');
SELECT app.isolate_by_tenant('iam.users');
SELECT app.isolate_by_tenant('iam.user_roles', 'SELECT, INSERT, DELETE');
SELECT app.isolate_by_tenant('iam.invitations');
SELECT app.isolate_by_tenant('iam.mfa_factors');
SELECT app.isolate_by_tenant('iam.sessions');
SELECT app.isolate_by_tenant('project.projects');
SELECT app.isolate_by_tenant('project.project_members', 'SELECT, INSERT, DELETE');
SELECT app.isolate_by_tenant('mrv.mrv_submissions');
SELECT app.isolate_by_tenant('mrv.mrv_computations');
SELECT app.isolate_by_tenant('mrv.mrv_artifacts', 'SELECT, INSERT, DELETE');
SELECT app.isolate_by_tenant('verification.verifications');
SELECT app.isolate_by_tenant('verification.verification_category_results');
SELECT app.isolate_by_tenant('verification.verification_clarifications');
SELECT app.isolate_by_tenant('verification.verification_reports', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('hashing.mrv_hashes');
SELECT app.isolate_by_tenant('registry.registry_submissions');
SELECT app.isolate_by_tenant('registry.serial_blocks');
SELECT app.isolate_by_tenant('registry.consents');
SELECT app.isolate_by_tenant('registry.statements');
SELECT app.isolate_by_tenant('registry.statement_rows', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('credit.credits');
SELECT app.isolate_by_tenant('credit.credit_ownership');
SELECT app.isolate_by_tenant('credit.credit_transfers', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('credit.retirements');
SELECT app.isolate_by_tenant('credit.credit_lineage', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('credit.buffer_pools', 'SELECT, UPDATE (buffer_rate)');
GRANT INSERT (buffer_pool_id, tenant_id, scope, project_id, registry_type, registry_name, buffer_rate)
  ON credit.buffer_pools TO dmrv_app;
SELECT app.isolate_by_tenant('credit.reversal_events');
SELECT app.isolate_by_tenant('credit.reversal_affected_credits', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('credit.buffer_entries', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('credit.article6', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('credit.custodial_positions');
SELECT app.isolate_by_tenant('process.processes');
SELECT app.isolate_by_tenant('process.process_steps');
SELECT app.isolate_by_tenant('saga.sagas');
SELECT app.isolate_by_tenant('saga.saga_steps');
SELECT app.isolate_by_tenant('eventing.outbox',
  'SELECT, INSERT (event_id, tenant_id, event_type, payload), UPDATE (attempts, last_error, published_at)');
SELECT app.isolate_by_tenant('eventing.processed_events', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('billing.usage_ledger', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('billing.invoices');
SELECT app.isolate_by_tenant('webhook.webhook_configurations');
SELECT app.isolate_by_tenant('webhook.webhook_deliveries');
SELECT app.isolate_by_tenant('reconciliation.findings',
  'SELECT, UPDATE (status, owner_user_id, waived_by, waived_reason, waived_until)');
SELECT app.isolate_by_tenant('reconciliation.finding_comments', 'SELECT, INSERT');
SELECT app.isolate_by_tenant('audit.audit_logs', 'SELECT');

-- System events have no tenant: everyone may read them, a tenant can only write its own.
-- Number and time of an event are the database's: they are shared by all tenants, so none may choose them.
SELECT app.isolate_by_tenant('eventing.event_store',
  'SELECT, INSERT (event_id, event_type, aggregate_id, aggregate_version, tenant_id, payload, metadata)');
SELECT app.isolate_by_tenant('eventing.event_keys', 'SELECT');
ALTER POLICY tenant_isolation ON eventing.event_store
  USING (tenant_id IS NULL OR tenant_id = app.current_tenant_id())
  WITH CHECK (tenant_id = app.current_tenant_id());
ALTER POLICY tenant_isolation ON eventing.event_keys
  USING (tenant_id IS NULL OR tenant_id = app.current_tenant_id())
  WITH CHECK (tenant_id = app.current_tenant_id());

-- Two tables are shared by all tenants on purpose: a hash or a file held by one is held against all.
-- Whose it is stays hidden: the column is not granted. Only its holder may change a hash.
ALTER TABLE registry.global_hash_registry ENABLE ROW LEVEL SECURITY;
ALTER TABLE registry.global_hash_registry FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON registry.global_hash_registry FOR SELECT TO dmrv_app USING (true);
CREATE POLICY holder_locks ON registry.global_hash_registry FOR INSERT TO dmrv_app
  WITH CHECK (first_seen_tenant_id = app.current_tenant_id());
CREATE POLICY holder_changes ON registry.global_hash_registry FOR UPDATE TO dmrv_app
  USING (first_seen_tenant_id = app.current_tenant_id());
GRANT SELECT (mrv_hash, first_seen_at, status, registry_type, registry_name, registry_serial, evidence_hash, origin),
  INSERT, UPDATE (status, registry_type, registry_name, registry_serial, evidence_hash, notes)
  ON registry.global_hash_registry TO dmrv_app;

ALTER TABLE registry.global_artifact_hashes ENABLE ROW LEVEL SECURITY;
ALTER TABLE registry.global_artifact_hashes FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON registry.global_artifact_hashes FOR SELECT TO dmrv_app USING (true);
GRANT SELECT (sha256_hash, is_primary) ON registry.global_artifact_hashes TO dmrv_app;

-- What the owner's own trigger functions need, and nothing more: FORCE holds for the owner too.
CREATE POLICY claims_are_kept ON registry.global_artifact_hashes TO dmrv_owner USING (true);
CREATE POLICY claims_read_artifacts ON mrv.mrv_artifacts FOR SELECT TO dmrv_owner USING (true);
CREATE POLICY ledger_reads_pool ON credit.buffer_pools FOR SELECT TO dmrv_owner USING (true);
CREATE POLICY ledger_keeps_pool ON credit.buffer_pools FOR UPDATE TO dmrv_owner USING (true);
CREATE POLICY event_keys_are_taken ON eventing.event_keys FOR INSERT TO dmrv_owner WITH CHECK (true);
-- A partition that rows moved into is checked against its keys when it is attached, with the owner's eyes.
CREATE POLICY partitions_check_keys ON core.tenants FOR SELECT TO dmrv_owner USING (true);
CREATE POLICY trail_is_written ON audit.audit_logs FOR INSERT TO dmrv_owner WITH CHECK (true);
ALTER TABLE audit.audit_logs_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.audit_logs_default FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_move_to_their_month ON audit.audit_logs_default TO dmrv_owner USING (true);
ALTER TABLE eventing.event_store_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE eventing.event_store_default FORCE ROW LEVEL SECURITY;
CREATE POLICY rows_move_to_their_month ON eventing.event_store_default TO dmrv_owner USING (true);

-- Tables without a tenant.
GRANT SELECT ON core.subscription_plans, core.features, core.plan_entitlements, iam.roles,
  project.methodologies, registry.requirements TO dmrv_app;
GRANT SELECT (run_id, trigger, status, near_contract_id, block_height, rules_checked, unreconciled_co2e,
  in_transit_co2e, started_at, finished_at) ON reconciliation.runs TO dmrv_app;
GRANT SELECT ON ALL TABLES IN SCHEMA chain TO dmrv_app, dmrv_reconciler, dmrv_registry_reader, dmrv_holder;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA chain TO dmrv_indexer;

-- updated_at is stamped wherever it stands, except where the indexer writes the block's time.
DO $$
DECLARE
  target regclass;
BEGIN
  FOR target IN
    SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'updated_at'
    WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text NOT IN ('chain', 'pg_catalog', 'information_schema')
      AND c.oid <> 'credit.credit_ownership'::regclass
    ORDER BY c.oid
  LOOP
    PERFORM app.stamp_updates(target);
  END LOOP;
END $$;

SELECT app.ensure_partitions(3);
