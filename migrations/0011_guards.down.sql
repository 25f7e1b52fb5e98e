-- Owns the way back from 0011_guards.up.sql; leaves the partitions, which go with their tables.

DO $$
DECLARE
  guard record;
  target regclass;
BEGIN
  FOR guard IN SELECT p.polname, p.polrelid::regclass AS target FROM pg_policy p LOOP
    EXECUTE format('DROP POLICY %I ON %s', guard.polname, guard.target);
  END LOOP;
  FOR target IN SELECT c.oid FROM pg_class c WHERE c.relrowsecurity LOOP
    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', target);
  END LOOP;
  FOR target IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'touch_updated_at' LOOP
    EXECUTE format('DROP TRIGGER touch_updated_at ON %s', target);
  END LOOP;
  FOR target IN SELECT inhrelid FROM pg_inherits
    WHERE inhparent IN ('eventing.event_store'::regclass, 'audit.audit_logs'::regclass)
      AND inhrelid::regclass::text NOT LIKE '%\_default'
  LOOP
    IF (SELECT relkind FROM pg_class WHERE oid = target) = 'r' THEN
      EXECUTE format('DROP TABLE %s', target);
    END IF;
  END LOOP;
END $$;
REVOKE ALL ON ALL TABLES IN SCHEMA core, iam, project, mrv, verification, hashing, registry, credit, process, saga,
  eventing, audit, billing, webhook, chain, reconciliation FROM dmrv_app, dmrv_indexer, dmrv_reconciler,
  dmrv_registry_reader, dmrv_holder;
