-- Owns the audit trail and the partitions of the two tables that grow by time; leaves who may read it to 0011.

CREATE TABLE audit.audit_logs (
  audit_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  tenant_id uuid REFERENCES core.tenants,
  actor text NOT NULL,
  login text NOT NULL,
  request_id text,
  action text NOT NULL CHECK (action IN ('INSERT', 'UPDATE', 'DELETE')),
  resource_type text NOT NULL,
  resource_id text NOT NULL,
  before jsonb,
  after jsonb,
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (created_at, audit_id),
  CONSTRAINT audit_logs_sides_check
    CHECK ((before IS NULL) = (action = 'INSERT') AND (after IS NULL) = (action = 'DELETE'))
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_audit_logs_tenant_time ON audit.audit_logs (tenant_id, created_at DESC);
CREATE INDEX idx_audit_logs_resource ON audit.audit_logs (resource_type, resource_id, created_at DESC);
CREATE INDEX idx_audit_logs_actor ON audit.audit_logs (actor, created_at DESC);
CREATE TABLE audit.audit_logs_default PARTITION OF audit.audit_logs DEFAULT;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit.audit_logs
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- Secrets never reach the trail: only that they changed.
CREATE FUNCTION audit.redact(row_data jsonb, secret_columns text[], other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = ''
RETURN (SELECT jsonb_object_agg(e.key, CASE
    WHEN NOT e.key = ANY (secret_columns) OR e.value = 'null'::jsonb THEN e.value
    WHEN other IS NOT NULL AND other -> e.key IS DISTINCT FROM e.value THEN '"[redacted, changed]"'::jsonb
    ELSE '"[redacted]"'::jsonb END)
  FROM jsonb_each(row_data) AS e);

-- Arguments: the key's columns, then the columns that hold secrets, each list separated by commas.
-- Runs as the owner, because no login may write the trail by itself.
CREATE FUNCTION audit.write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  key_columns text[] := string_to_array(TG_ARGV[0], ',');
  secret_columns text[] := string_to_array(coalesce(TG_ARGV[1], ''), ',');
  old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  subject jsonb := coalesce(new_row, old_row);
BEGIN
  INSERT INTO audit.audit_logs
    (tenant_id, actor, login, request_id, action, resource_type, resource_id, before, after)
  VALUES (
    (subject ->> 'tenant_id')::uuid,
    coalesce(app.current_actor(), 'login:' || session_user),
    session_user,
    app.current_request_id(),
    TG_OP,
    TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
    (SELECT string_agg(subject ->> c, '/' ORDER BY o) FROM unnest(key_columns) WITH ORDINALITY AS k (c, o)),
    audit.redact(old_row, secret_columns, NULL),
    audit.redact(new_row, secret_columns, old_row));
  RETURN NULL;
END $$;

CREATE FUNCTION audit.watch(target regclass, key_columns text, secret_columns text DEFAULT '')
RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER audit_trail AFTER INSERT OR UPDATE OR DELETE ON %s
    FOR EACH ROW EXECUTE FUNCTION audit.write(%L, %L)', target, key_columns, secret_columns);
END $$;
REVOKE EXECUTE ON FUNCTION audit.watch(regclass, text, text), audit.write(),
  audit.redact(jsonb, text[], jsonb) FROM PUBLIC;

-- What a person or an operator decides. The indexer's projections are not here: their events are their trail.
SELECT audit.watch('core.tenants', 'tenant_id');
SELECT audit.watch('core.tenant_plan_assignments', 'tenant_plan_assignment_id');
SELECT audit.watch('core.tenant_feature_overrides', 'tenant_id,feature_key');
SELECT audit.watch('core.tenant_api_keys', 'api_key_id', 'key_hash');
SELECT audit.watch('core.tenant_registry_connections', 'tenant_registry_connection_id', 'credentials_ref');
SELECT audit.watch('iam.users', 'user_id', 'password_hash');
SELECT audit.watch('iam.user_roles', 'user_id,role_key');
SELECT audit.watch('iam.invitations', 'invitation_id', 'token_hash');
SELECT audit.watch('iam.mfa_factors', 'mfa_factor_id', 'secret_ref');
SELECT audit.watch('project.projects', 'project_id');
SELECT audit.watch('project.project_members', 'project_id,user_id');
SELECT audit.watch('mrv.mrv_submissions', 'mrv_submission_id');
SELECT audit.watch('mrv.mrv_computations', 'computation_id');
SELECT audit.watch('mrv.mrv_artifacts', 'artifact_id');
SELECT audit.watch('verification.verifications', 'verification_id');
SELECT audit.watch('verification.verification_category_results', 'category_result_id');
SELECT audit.watch('verification.verification_clarifications', 'clarification_id');
SELECT audit.watch('verification.verification_reports', 'verification_report_id');
SELECT audit.watch('hashing.mrv_hashes', 'mrv_hash_id');
SELECT audit.watch('registry.registry_submissions', 'registry_submission_id');
SELECT audit.watch('registry.statements', 'statement_id');
SELECT audit.watch('credit.buffer_pools', 'buffer_pool_id');
SELECT audit.watch('credit.reversal_events', 'reversal_event_id');
SELECT audit.watch('credit.reversal_affected_credits', 'reversal_event_id,credit_id');
SELECT audit.watch('credit.article6', 'article6_id');
SELECT audit.watch('credit.custodial_positions', 'custodial_position_id');
SELECT audit.watch('billing.invoices', 'invoice_id');
SELECT audit.watch('webhook.webhook_configurations', 'webhook_id', 'secret');
SELECT audit.watch('reconciliation.findings', 'finding_id');

-- Makes the month's partition of one parent, and moves what waits for it in the default partition.
-- While the default partition holds rows of a month, PostgreSQL refuses to create that month.
CREATE FUNCTION app.make_month_partition(parent regclass, month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' AS $$
DECLARE
  partition_name text := parent::text || to_char(month, '_YYYY_MM');
  fallback text := parent::text || '_default';
  starts timestamptz := month;
  ends timestamptz := month + interval '1 month';
  waiting boolean;
BEGIN
  IF to_regclass(partition_name) IS NOT NULL THEN
    RETURN false;
  END IF;
  -- Rows on their way into the default partition must have arrived, or the month would be refused for them.
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', parent);
  EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE created_at >= $1 AND created_at < $2)', fallback)
    INTO waiting USING starts, ends;
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition_name, parent);
  IF waiting THEN
    EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', parent, fallback);
    EXECUTE format('WITH moved AS (DELETE FROM %s WHERE created_at >= $1 AND created_at < $2 RETURNING *)
      INSERT INTO %s SELECT * FROM moved', fallback, partition_name) USING starts, ends;
  END IF;
  EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
    parent, partition_name, starts, ends);
  IF waiting THEN
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s DEFAULT', parent, fallback);
  END IF;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', partition_name);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', partition_name);
  RETURN true;
END $$;

CREATE FUNCTION app.ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET timezone = 'UTC' AS $$
DECLARE
  parent regclass;
  month date;
  made integer := 0;
BEGIN
  IF (months_ahead BETWEEN 0 AND 24) IS NOT TRUE THEN
    RAISE EXCEPTION 'app.ensure_partitions: % months ahead; 0 to 24 are allowed', months_ahead
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('app.ensure_partitions', 0));
  FOREACH parent IN ARRAY ARRAY['eventing.event_store', 'audit.audit_logs']::regclass[] LOOP
    FOR month IN EXECUTE format(
      'SELECT generate_series(date_trunc(''month'', now()), now() + make_interval(months => $1), ''1 month'')::date
       UNION SELECT date_trunc(''month'', created_at)::date FROM %s_default WHERE isfinite(created_at)
       ORDER BY 1', parent)
      USING months_ahead
    LOOP
      made := made + app.make_month_partition(parent, month)::integer;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION app.make_month_partition(regclass, date), app.ensure_partitions(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.ensure_partitions(integer) TO dmrv_app, dmrv_indexer;
