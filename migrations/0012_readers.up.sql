-- Owns what indexer, reconciler, registry reader and holder may see; leaves the app's rules to 0011.

-- The indexer projects the chain for every tenant: exactly these tables, exactly these columns.
CREATE FUNCTION app.open_to(login text, target regclass, policy_name text, command text) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  EXECUTE format('CREATE POLICY %I ON %s FOR %s TO %I USING (true)', policy_name, target, command, login);
END $$;
REVOKE EXECUTE ON FUNCTION app.open_to(text, regclass, text, text) FROM PUBLIC;

SELECT app.open_to('dmrv_indexer', t::regclass, 'indexer_projects', 'ALL') FROM unnest(ARRAY[
  'registry.global_hash_registry', 'registry.serial_blocks', 'registry.consents', 'credit.credits',
  'credit.credit_ownership', 'credit.credit_transfers', 'credit.retirements', 'credit.credit_lineage',
  'credit.buffer_entries', 'eventing.event_keys', 'eventing.event_store', 'eventing.outbox', 'eventing.processed_events']) AS t;
SELECT app.open_to('dmrv_indexer', t::regclass, 'indexer_matches', 'SELECT') FROM unnest(ARRAY[
  'hashing.mrv_hashes', 'mrv.mrv_submissions', 'registry.registry_submissions', 'credit.buffer_pools']) AS t;
GRANT SELECT, INSERT, UPDATE (status, registry_type, registry_name, registry_serial)
  ON registry.global_hash_registry TO dmrv_indexer;
GRANT SELECT, INSERT, UPDATE (status, updated_at) ON registry.serial_blocks TO dmrv_indexer;
GRANT SELECT, INSERT, UPDATE (debited_co2e, recorded_at, withdrawn_at, updated_at)
  ON registry.consents TO dmrv_indexer;
GRANT SELECT, INSERT, UPDATE (token_id, near_contract_id, near_minter_account_id, status, void_cause, serial_block,
  registry_serial, minted_at, retired_at, updated_at) ON credit.credits TO dmrv_indexer;
GRANT SELECT, INSERT, UPDATE (owner_account_id, owner_type, ended_at, updated_at)
  ON credit.credit_ownership TO dmrv_indexer;
GRANT SELECT, INSERT ON credit.credit_transfers, credit.credit_lineage, credit.buffer_entries,
  eventing.event_store, eventing.outbox, eventing.processed_events TO dmrv_indexer;
GRANT SELECT ON eventing.event_keys TO dmrv_indexer;
GRANT SELECT, INSERT, UPDATE (beneficiary, registry_confirmed, registry_confirmed_at, registry_retirement_id,
  registry_retired_on, attested_by, registry_refused_at, registry_refusal_reason)
  ON credit.retirements TO dmrv_indexer;
GRANT SELECT (mrv_hash_id, tenant_id, mrv_submission_id, mrv_hash, canonical_payload)
  ON hashing.mrv_hashes TO dmrv_indexer;
GRANT SELECT (mrv_submission_id, tenant_id, project_id, period_start_on, period_end_on)
  ON mrv.mrv_submissions TO dmrv_indexer;
GRANT SELECT (registry_submission_id, tenant_id, mrv_submission_id, mrv_hash, registry_type, registry_name, status,
  registry_serial) ON registry.registry_submissions TO dmrv_indexer;
GRANT SELECT ON credit.buffer_pools TO dmrv_indexer;

-- The reconciler compares everything, reads no secret and no person, and writes only what it found.
SELECT app.open_to('dmrv_reconciler', t::regclass, 'reconciler_compares', 'SELECT') FROM unnest(ARRAY[
  'core.tenants', 'project.projects', 'mrv.mrv_submissions', 'mrv.mrv_computations', 'mrv.mrv_artifacts',
  'verification.verifications', 'hashing.mrv_hashes', 'registry.global_hash_registry',
  'registry.global_artifact_hashes', 'registry.registry_submissions', 'registry.serial_blocks',
  'registry.consents', 'registry.statements', 'registry.statement_rows', 'credit.credits',
  'credit.credit_ownership', 'credit.credit_transfers', 'credit.retirements', 'credit.credit_lineage',
  'credit.buffer_pools', 'credit.buffer_entries', 'credit.reversal_events', 'credit.reversal_affected_credits',
  'credit.article6', 'credit.custodial_positions', 'process.processes', 'saga.sagas', 'saga.saga_steps']) AS t;
SELECT app.open_to('dmrv_reconciler', t::regclass, 'reconciler_finds', 'ALL') FROM unnest(ARRAY[
  'reconciliation.findings', 'reconciliation.finding_comments']) AS t;
GRANT SELECT (tenant_id, slug, name, status) ON core.tenants TO dmrv_reconciler;
GRANT SELECT (project_id, tenant_id, project_type, location, host_country, target_registry, target_registry_name, status)
  ON project.projects TO dmrv_reconciler;
GRANT SELECT (mrv_submission_id, tenant_id, project_id, period_start_on, period_end_on, status, received_at)
  ON mrv.mrv_submissions TO dmrv_reconciler;
GRANT SELECT (computation_id, tenant_id, mrv_submission_id, computed_tonnage) ON mrv.mrv_computations TO dmrv_reconciler;
GRANT SELECT (artifact_id, tenant_id, mrv_submission_id, artifact_type, sha256_hash) ON mrv.mrv_artifacts TO dmrv_reconciler;
GRANT SELECT (verification_id, tenant_id, project_id, mrv_submission_id, status, overall_status, verified_tonnage)
  ON verification.verifications TO dmrv_reconciler;
GRANT SELECT (mrv_hash_id, tenant_id, mrv_submission_id, mrv_hash, created_at) ON hashing.mrv_hashes TO dmrv_reconciler;
GRANT SELECT (registry_submission_id, tenant_id, mrv_submission_id, mrv_hash, registry_type, registry_name, status,
  registry_serial, registry_project_id, submitted_at, approved_at, rejected_at, updated_at)
  ON registry.registry_submissions TO dmrv_reconciler;
GRANT SELECT (statement_row_id, tenant_id, statement_id, line_number, kind, registry_serial, serial_namespace,
  serial_range, tonnage_co2e, registry_project_id, registry_retirement_id, happened_on, error)
  ON registry.statement_rows TO dmrv_reconciler;
GRANT SELECT (process_id, tenant_id, process_type, status, started_at, updated_at) ON process.processes TO dmrv_reconciler;
GRANT SELECT (retirement_id, tenant_id, credit_id, token_id, tonnage_co2e, beneficiary_kind, registry_confirmed,
  registry_confirmed_at, registry_retirement_id, registry_retired_on, attested_by, registry_refused_at, event_identity,
  blockchain_tx_hash, blockchain_receipt_id, blockchain_block_height, retired_at) ON credit.retirements
  TO dmrv_reconciler;
GRANT SELECT (custodial_position_id, tenant_id, credit_id, custodian_account_id, tonnage_co2e)
  ON credit.custodial_positions TO dmrv_reconciler;
GRANT SELECT (saga_id, tenant_id, saga_type, status, timeout, started_at, completed_at, updated_at)
  ON saga.sagas TO dmrv_reconciler;
GRANT SELECT (saga_step_id, tenant_id, saga_id, step_name, step_order, status, compensation_status, retry_count,
  updated_at) ON saga.saga_steps TO dmrv_reconciler;
GRANT SELECT ON registry.global_hash_registry, registry.global_artifact_hashes, registry.serial_blocks,
  registry.consents, registry.statements, credit.credits, credit.credit_ownership, credit.credit_transfers,
  credit.credit_lineage, credit.buffer_pools, credit.buffer_entries, credit.reversal_events,
  credit.reversal_affected_credits, credit.article6 TO dmrv_reconciler;
GRANT SELECT, INSERT, UPDATE ON reconciliation.runs TO dmrv_reconciler;
GRANT SELECT, INSERT, UPDATE (severity, tonnes_at_stake, values_found, next_step, status, waived_by, waived_reason,
  waived_until, last_run_id, last_seen_at, closed_at) ON reconciliation.findings TO dmrv_reconciler;
GRANT SELECT, INSERT ON reconciliation.finding_comments TO dmrv_reconciler;

-- A registry reads what concerns it, over all tenants. 'other' registries are told apart by name; the checks of the
-- tables and app.current_registry_type() give a name to them and to no others. IS NOT DISTINCT FROM would say the
-- same, but the planner takes it for one row and then sorts all that the registry has.
CREATE POLICY registry_reads ON registry.registry_submissions FOR SELECT TO dmrv_registry_reader
  USING (registry_type = app.current_registry_type() AND (registry_name IS NULL OR registry_name = app.current_registry_name()));
CREATE POLICY registry_reads ON registry.serial_blocks FOR SELECT TO dmrv_registry_reader
  USING (registry_type = app.current_registry_type() AND (registry_name IS NULL OR registry_name = app.current_registry_name()));
CREATE POLICY registry_reads ON registry.consents FOR SELECT TO dmrv_registry_reader
  USING (registry_type = app.current_registry_type() AND (registry_name IS NULL OR registry_name = app.current_registry_name()));
CREATE POLICY registry_reads ON registry.statements FOR SELECT TO dmrv_registry_reader
  USING (registry_type = app.current_registry_type() AND (registry_name IS NULL OR registry_name = app.current_registry_name()));
CREATE POLICY registry_reads ON registry.statement_rows FOR SELECT TO dmrv_registry_reader
  USING (EXISTS (SELECT FROM registry.statements s WHERE s.statement_id = statement_rows.statement_id));
CREATE POLICY registry_reads ON credit.credits FOR SELECT TO dmrv_registry_reader
  USING (registry_type = app.current_registry_type() AND (registry_name IS NULL OR registry_name = app.current_registry_name()));
CREATE POLICY registry_reads ON credit.retirements FOR SELECT TO dmrv_registry_reader
  USING (EXISTS (SELECT FROM credit.credits c WHERE c.credit_id = retirements.credit_id));
GRANT SELECT (registry_submission_id, mrv_submission_id, mrv_hash, registry_type, registry_name, status, registry_serial,
  registry_project_id, request_payload, response_payload, submitted_at, approved_at, rejected_at, updated_at)
  ON registry.registry_submissions TO dmrv_registry_reader;
GRANT SELECT ON registry.serial_blocks, registry.consents, registry.statements, registry.statement_rows,
  credit.retirements TO dmrv_registry_reader;
GRANT SELECT (credit_id, mrv_hash, registry_type, registry_name, registry_serial, serial_block, token_id,
  near_contract_id, tonnage_co2e, unit, vintage_year, issuance_date, expires_on, expiry_date, status, void_cause,
  minted_at, retired_at, created_at, updated_at) ON credit.credits TO dmrv_registry_reader;

-- A wallet reads the credits that it owns or was the last to own, over all tenants. The array is made once a
-- query, so that the primary key serves it; EXISTS would read every credit there is.
CREATE POLICY account_reads ON credit.credit_ownership FOR SELECT TO dmrv_holder
  USING (owner_account_id = app.current_account_id() AND owner_type = 'near');
CREATE POLICY account_reads ON credit.credits FOR SELECT TO dmrv_holder
  USING (credit_id = ANY (ARRAY(SELECT o.credit_id FROM credit.credit_ownership o)));
CREATE POLICY account_reads ON credit.retirements FOR SELECT TO dmrv_holder
  USING (credit_id = ANY (ARRAY(SELECT o.credit_id FROM credit.credit_ownership o)));
CREATE POLICY account_reads ON credit.credit_lineage FOR SELECT TO dmrv_holder
  USING (credit_id = ANY (ARRAY(SELECT o.credit_id FROM credit.credit_ownership o)));
CREATE POLICY account_reads ON credit.credit_transfers FOR SELECT TO dmrv_holder
  USING ((from_account_id = app.current_account_id() OR to_account_id = app.current_account_id())
    AND event_identity IS NOT NULL);
GRANT SELECT ON credit.credit_ownership, credit.retirements, credit.credit_lineage, credit.credit_transfers
  TO dmrv_holder;
GRANT SELECT (credit_id, mrv_hash, registry_type, registry_name, registry_serial, token_id, near_contract_id,
  tonnage_co2e, unit, vintage_year, issuance_date, expires_on, expiry_date, status, void_cause, minted_at, retired_at,
  created_at, updated_at) ON credit.credits TO dmrv_holder;
