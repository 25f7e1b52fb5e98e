-- Owns the way back from 0016_api.up.sql; the keys of tenants stay, and so does the trail.

DO $$
DECLARE
  guard record;
BEGIN
  FOR guard IN SELECT p.polname, p.polrelid::regclass AS target FROM pg_policy p
    WHERE (SELECT oid FROM pg_roles WHERE rolname = 'dmrv_operator') = ANY (p.polroles)
      OR p.polname IN ('callers_are_recognised', 'use_is_noted', 'what_expired_goes')
  LOOP
    EXECUTE format('DROP POLICY %I ON %s', guard.polname, guard.target);
  END LOOP;
END $$;
DROP FUNCTION app.recognise_key(app.sha256_hex), app.note_key_use(text, uuid, timestamptz),
  app.issue_holder_nonce(app.sha256_hex, timestamptz),
  app.open_holder_session(app.sha256_hex, timestamptz, app.near_account_id, text, app.sha256_hex, timestamptz),
  app.close_holder_session(uuid, timestamptz), app.forget_expired(timestamptz, integer), app.latest_migration();
DROP TABLE audit.operator_reads, core.idempotency_keys, core.holder_sessions, core.holder_nonces, core.registry_keys,
  core.platform_keys;
REVOKE ALL ON ALL TABLES IN SCHEMA core, project, mrv, verification, hashing, registry, credit, process, saga, audit,
  chain, reconciliation FROM dmrv_operator;
REVOKE USAGE ON SCHEMA app, core, project, mrv, verification, hashing, registry, credit, process, saga, audit, chain,
  reconciliation FROM dmrv_operator;
DROP TRIGGER audit_trail ON core.tenant_api_keys;
SELECT audit.watch('core.tenant_api_keys', 'api_key_id', 'key_hash');
