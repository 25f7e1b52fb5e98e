-- Owns what the API needs to know its callers and to answer them once: keys of operators and registries, holders'
-- sessions, idempotency keys, the record of what operators read; and the login `operator`.
-- Leaves the keys of tenants to 0002 and who hashes and signs to api/callers.

CREATE TABLE core.platform_keys (
  platform_key_id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  key_prefix text NOT NULL CHECK (key_prefix ~ '^[a-z0-9_]{1,32}$'),
  key_hash app.sha256_hex NOT NULL UNIQUE,
  permissions jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(permissions) = 'array'),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE core.registry_keys (
  registry_key_id uuid PRIMARY KEY DEFAULT uuidv7(),
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  key_prefix text NOT NULL CHECK (key_prefix ~ '^[a-z0-9_]{1,32}$'),
  key_hash app.sha256_hex NOT NULL UNIQUE,
  permissions jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(permissions) = 'array'),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT registry_keys_other_is_named CHECK ((registry_type = 'other') = (registry_name IS NOT NULL))
);

-- A nonce is given out once and taken once: what a wallet signed cannot be sent a second time.
CREATE TABLE core.holder_nonces (
  nonce app.sha256_hex PRIMARY KEY,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_holder_nonces_expiry ON core.holder_nonces (expires_at);

CREATE TABLE core.holder_sessions (
  holder_session_id uuid PRIMARY KEY DEFAULT uuidv7(),
  account_id app.near_account_id NOT NULL,
  public_key text NOT NULL CHECK (char_length(public_key) BETWEEN 1 AND 128),
  token_hash app.sha256_hex NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_holder_sessions_expiry ON core.holder_sessions (expires_at);

-- Stands beside what the request did, in the same transaction. The answer is absent where it held a secret.
CREATE TABLE core.idempotency_keys (
  idempotency_key_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid REFERENCES core.tenants,
  idempotency_key text NOT NULL CHECK (char_length(idempotency_key) BETWEEN 1 AND 255),
  operation text NOT NULL CHECK (char_length(operation) BETWEEN 1 AND 255),
  request_hash app.sha256_hex NOT NULL,
  status integer NOT NULL CHECK (status BETWEEN 200 AND 299),
  answer text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  CONSTRAINT idempotency_keys_once UNIQUE NULLS NOT DISTINCT (tenant_id, idempotency_key)
);
CREATE INDEX idx_idempotency_keys_expiry ON core.idempotency_keys (expires_at);

-- Written and committed before the operator is shown anything, so that nothing is read without its record.
CREATE TABLE audit.operator_reads (
  operator_read_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid REFERENCES core.tenants,
  actor text NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 255),
  request_id text NOT NULL CHECK (char_length(request_id) BETWEEN 1 AND 255),
  operation text NOT NULL CHECK (char_length(operation) BETWEEN 1 AND 255),
  path text NOT NULL CHECK (char_length(path) BETWEEN 1 AND 2048),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_operator_reads_tenant_time ON audit.operator_reads (tenant_id, created_at DESC);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit.operator_reads
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

SELECT app.stamp_updates('core.platform_keys');
SELECT app.stamp_updates('core.registry_keys');
SELECT audit.watch('core.platform_keys', 'platform_key_id', 'key_hash');
SELECT audit.watch('core.registry_keys', 'registry_key_id', 'key_hash');

-- That a key was used is no decision of anybody: at one row a minute and key it would bury the trail.
CREATE FUNCTION audit.watch_key(target regclass, key_column text, decided text) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  EXECUTE format('DROP TRIGGER audit_trail ON %s', target);
  EXECUTE format('CREATE TRIGGER audit_trail AFTER INSERT OR DELETE OR UPDATE OF %s ON %s
    FOR EACH ROW EXECUTE FUNCTION audit.write(%L, %L)', decided, target, key_column, 'key_hash');
END $$;
SELECT audit.watch_key('core.tenant_api_keys', 'api_key_id',
  'api_key_id, tenant_id, name, key_prefix, key_hash, permissions, expires_at, revoked_at');
SELECT audit.watch_key('core.platform_keys', 'platform_key_id',
  'platform_key_id, name, key_prefix, key_hash, permissions, expires_at, revoked_at');
SELECT audit.watch_key('core.registry_keys', 'registry_key_id',
  'registry_key_id, registry_type, registry_name, name, key_prefix, key_hash, permissions, expires_at, revoked_at');
DROP FUNCTION audit.watch_key(regclass, text, text);

-- Row security. The app has no right on keys and sessions that are not its tenant's: it asks by the functions below.
SELECT app.isolate_by_tenant('core.idempotency_keys');
SELECT app.isolate_by_tenant('audit.operator_reads', 'SELECT');
DO $$
DECLARE
  target regclass;
BEGIN
  FOREACH target IN ARRAY ARRAY['core.platform_keys', 'core.registry_keys', 'core.holder_nonces',
    'core.holder_sessions']::regclass[] LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY callers_are_recognised ON %s TO dmrv_owner USING (true)', target);
  END LOOP;
END $$;
CREATE POLICY callers_are_recognised ON core.tenant_api_keys FOR SELECT TO dmrv_owner USING (true);
CREATE POLICY use_is_noted ON core.tenant_api_keys FOR UPDATE TO dmrv_owner USING (true);
CREATE POLICY what_expired_goes ON core.idempotency_keys TO dmrv_owner USING (true);

-- Who has this key. What is revoked is not found; what has expired is told with its time, by the caller's clock.
CREATE FUNCTION app.recognise_key(wanted_hash app.sha256_hex) RETURNS TABLE (kind text, key_id uuid, tenant_id uuid,
  tenant_status text, registry_type text, registry_name text, account_id text, permissions jsonb, expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  RETURN QUERY
    SELECT 'tenant', k.api_key_id, k.tenant_id, t.status, NULL, NULL, NULL, k.permissions, k.expires_at
      FROM core.tenant_api_keys k JOIN core.tenants t USING (tenant_id)
      WHERE k.key_hash = wanted_hash AND k.revoked_at IS NULL
    UNION ALL
    SELECT 'operator', k.platform_key_id, NULL, NULL, NULL, NULL, NULL, k.permissions, k.expires_at
      FROM core.platform_keys k WHERE k.key_hash = wanted_hash AND k.revoked_at IS NULL
    UNION ALL
    SELECT 'registry', k.registry_key_id, NULL, NULL, k.registry_type::text, k.registry_name, NULL, k.permissions,
        k.expires_at
      FROM core.registry_keys k WHERE k.key_hash = wanted_hash AND k.revoked_at IS NULL
    UNION ALL
    SELECT 'holder', s.holder_session_id, NULL, NULL, NULL, NULL, s.account_id::text, '[]', s.expires_at
      FROM core.holder_sessions s WHERE s.token_hash = wanted_hash AND s.revoked_at IS NULL;
END $$;

CREATE FUNCTION app.note_key_use(used_kind text, used_key_id uuid, used_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  CASE used_kind
    WHEN 'tenant' THEN UPDATE core.tenant_api_keys SET last_used_at = used_at
      WHERE api_key_id = used_key_id AND (last_used_at IS NULL OR last_used_at < used_at);
    WHEN 'operator' THEN UPDATE core.platform_keys SET last_used_at = used_at
      WHERE platform_key_id = used_key_id AND (last_used_at IS NULL OR last_used_at < used_at);
    WHEN 'registry' THEN UPDATE core.registry_keys SET last_used_at = used_at
      WHERE registry_key_id = used_key_id AND (last_used_at IS NULL OR last_used_at < used_at);
  END CASE;
END $$;

CREATE FUNCTION app.issue_holder_nonce(issued_nonce app.sha256_hex, ends_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO core.holder_nonces (nonce, expires_at) VALUES (issued_nonce, ends_at);
END $$;

-- No session where the nonce was never given out, was taken before, or has expired: one statement decides, so that of
-- two at the same time one goes empty.
CREATE FUNCTION app.open_holder_session(taken_nonce app.sha256_hex, opened_at timestamptz,
  holder_account_id app.near_account_id, holder_public_key text, session_token_hash app.sha256_hex,
  ends_at timestamptz) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  opened uuid;
BEGIN
  UPDATE core.holder_nonces SET used_at = opened_at
    WHERE nonce = taken_nonce AND used_at IS NULL AND expires_at > opened_at;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO core.holder_sessions (account_id, public_key, token_hash, expires_at)
    VALUES (holder_account_id, holder_public_key, session_token_hash, ends_at)
    RETURNING holder_session_id INTO opened;
  RETURN opened;
END $$;

-- An account closes its own sessions and no others.
CREATE FUNCTION app.close_holder_session(closed_id uuid, closed_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  UPDATE core.holder_sessions SET revoked_at = closed_at
    WHERE holder_session_id = closed_id AND account_id = app.current_account_id() AND revoked_at IS NULL;
  RETURN FOUND;
END $$;

CREATE FUNCTION app.forget_expired(before timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  forgotten integer := 0;
  gone integer;
BEGIN
  DELETE FROM core.idempotency_keys WHERE idempotency_key_id IN (
    SELECT k.idempotency_key_id FROM core.idempotency_keys k WHERE k.expires_at < before
    ORDER BY k.expires_at LIMIT most FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  forgotten := forgotten + gone;
  DELETE FROM core.holder_nonces WHERE nonce IN (
    SELECT n.nonce FROM core.holder_nonces n WHERE n.expires_at < before
    ORDER BY n.expires_at LIMIT most FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  forgotten := forgotten + gone;
  DELETE FROM core.holder_sessions WHERE holder_session_id IN (
    SELECT s.holder_session_id FROM core.holder_sessions s WHERE s.expires_at < before
    ORDER BY s.expires_at LIMIT most FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN forgotten + gone;
END $$;

-- Whether the code and the database fit is asked by a login that may not read the list itself.
CREATE FUNCTION app.latest_migration() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  RETURN (SELECT max(m.name) FROM migration.kysely_migration m);
END $$;

REVOKE EXECUTE ON FUNCTION app.recognise_key(app.sha256_hex), app.note_key_use(text, uuid, timestamptz),
  app.issue_holder_nonce(app.sha256_hex, timestamptz),
  app.open_holder_session(app.sha256_hex, timestamptz, app.near_account_id, text, app.sha256_hex, timestamptz),
  app.close_holder_session(uuid, timestamptz), app.forget_expired(timestamptz, integer), app.latest_migration()
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.recognise_key(app.sha256_hex), app.note_key_use(text, uuid, timestamptz),
  app.issue_holder_nonce(app.sha256_hex, timestamptz),
  app.open_holder_session(app.sha256_hex, timestamptz, app.near_account_id, text, app.sha256_hex, timestamptz),
  app.forget_expired(timestamptz, integer), app.latest_migration() TO dmrv_app;
GRANT EXECUTE ON FUNCTION app.close_holder_session(uuid, timestamptz) TO dmrv_holder;

-- The platform's operators read over all tenants, and of people, secrets, measurements and bills nothing. They make
-- tenants and keys. What they read is recorded, and the tenant whom it concerns can see that record.
GRANT USAGE ON SCHEMA app, core, project, mrv, verification, hashing, registry, credit, process, saga, audit, chain,
  reconciliation TO dmrv_operator;
SELECT app.open_to('dmrv_operator', t::regclass, 'operator_reads', 'SELECT') FROM unnest(ARRAY[
  'core.tenants', 'core.tenant_api_keys', 'project.projects', 'mrv.mrv_submissions', 'mrv.mrv_computations',
  'mrv.mrv_artifacts', 'verification.verifications', 'verification.verification_category_results',
  'verification.verification_clarifications', 'verification.verification_reports', 'hashing.mrv_hashes',
  'registry.global_hash_registry', 'registry.global_artifact_hashes', 'registry.registry_submissions',
  'registry.serial_blocks', 'registry.consents', 'registry.statements', 'registry.statement_rows', 'credit.credits',
  'credit.credit_ownership', 'credit.credit_transfers', 'credit.retirements', 'credit.credit_lineage',
  'credit.buffer_pools', 'credit.buffer_entries', 'credit.reversal_events', 'credit.reversal_affected_credits',
  'credit.article6', 'credit.custodial_positions', 'process.processes', 'process.process_steps', 'saga.sagas',
  'saga.saga_steps', 'reconciliation.findings', 'reconciliation.finding_comments', 'audit.operator_reads',
  'core.platform_keys', 'core.registry_keys']) AS t;
CREATE POLICY operator_makes ON core.tenants FOR INSERT TO dmrv_operator WITH CHECK (true);
CREATE POLICY operator_changes ON core.tenants FOR UPDATE TO dmrv_operator USING (true);
CREATE POLICY operator_makes ON core.tenant_api_keys FOR INSERT TO dmrv_operator WITH CHECK (true);
CREATE POLICY operator_revokes ON core.tenant_api_keys FOR UPDATE TO dmrv_operator USING (true);
CREATE POLICY operator_makes ON core.platform_keys FOR INSERT TO dmrv_operator WITH CHECK (true);
CREATE POLICY operator_revokes ON core.platform_keys FOR UPDATE TO dmrv_operator USING (true);
CREATE POLICY operator_makes ON core.registry_keys FOR INSERT TO dmrv_operator WITH CHECK (true);
CREATE POLICY operator_revokes ON core.registry_keys FOR UPDATE TO dmrv_operator USING (true);
CREATE POLICY operator_records ON audit.operator_reads FOR INSERT TO dmrv_operator WITH CHECK (true);
CREATE POLICY operator_repeats ON core.idempotency_keys TO dmrv_operator
  USING (tenant_id IS NULL) WITH CHECK (tenant_id IS NULL);

GRANT SELECT, INSERT (tenant_id, slug, name, region), UPDATE (name, status, region) ON core.tenants TO dmrv_operator;
GRANT SELECT (api_key_id, tenant_id, name, key_prefix, permissions, last_used_at, expires_at, revoked_at, created_at,
  updated_at), INSERT (api_key_id, tenant_id, name, key_prefix, key_hash, permissions, expires_at),
  UPDATE (revoked_at) ON core.tenant_api_keys TO dmrv_operator;
GRANT SELECT (platform_key_id, name, key_prefix, permissions, last_used_at, expires_at, revoked_at, created_at,
  updated_at), INSERT (platform_key_id, name, key_prefix, key_hash, permissions, expires_at), UPDATE (revoked_at)
  ON core.platform_keys TO dmrv_operator;
GRANT SELECT (registry_key_id, registry_type, registry_name, name, key_prefix, permissions, last_used_at, expires_at,
  revoked_at, created_at, updated_at), INSERT (registry_key_id, registry_type, registry_name, name, key_prefix,
  key_hash, permissions, expires_at), UPDATE (revoked_at) ON core.registry_keys TO dmrv_operator;
GRANT SELECT, INSERT, UPDATE ON core.idempotency_keys TO dmrv_operator;
GRANT SELECT, INSERT ON audit.operator_reads TO dmrv_operator;

GRANT SELECT (mrv_submission_id, tenant_id, project_id, source_type, period_start_on, period_end_on, status,
  received_at, created_at, updated_at) ON mrv.mrv_submissions TO dmrv_operator;
GRANT SELECT (computation_id, tenant_id, mrv_submission_id, methodology_code, methodology_version, computed_tonnage,
  uncertainty_lower, uncertainty_upper, computed_at, created_at, updated_at) ON mrv.mrv_computations TO dmrv_operator;
GRANT SELECT (artifact_id, tenant_id, mrv_submission_id, artifact_type, file_name, file_size, mime_type, sha256_hash,
  created_at) ON mrv.mrv_artifacts TO dmrv_operator;
GRANT SELECT (statement_row_id, tenant_id, statement_id, line_number, kind, registry_serial, serial_namespace,
  serial_range, tonnage_co2e, registry_project_id, registry_retirement_id, happened_on, error)
  ON registry.statement_rows TO dmrv_operator;
GRANT SELECT (custodial_position_id, tenant_id, credit_id, custodian_account_id, tonnage_co2e)
  ON credit.custodial_positions TO dmrv_operator;
GRANT SELECT ON project.projects, project.methodologies, registry.requirements, core.subscription_plans,
  verification.verifications, verification.verification_category_results, verification.verification_clarifications,
  verification.verification_reports, hashing.mrv_hashes, registry.global_hash_registry,
  registry.global_artifact_hashes, registry.registry_submissions, registry.serial_blocks, registry.consents,
  registry.statements, credit.credits, credit.credit_ownership, credit.credit_transfers, credit.retirements,
  credit.credit_lineage, credit.buffer_pools, credit.buffer_entries, credit.reversal_events,
  credit.reversal_affected_credits, credit.article6, process.processes, process.process_steps, saga.sagas,
  saga.saga_steps, reconciliation.runs, reconciliation.findings, reconciliation.finding_comments TO dmrv_operator;
GRANT SELECT ON ALL TABLES IN SCHEMA chain TO dmrv_operator;
