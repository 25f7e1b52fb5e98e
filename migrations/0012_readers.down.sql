-- Owns the way back from 0012_readers.up.sql; leaves the app's rules alone.

DO $$
DECLARE
  guard record;
BEGIN
  FOR guard IN SELECT p.polname, p.polrelid::regclass AS target FROM pg_policy p
    WHERE p.polname IN ('indexer_projects', 'indexer_matches', 'reconciler_compares', 'reconciler_finds',
      'registry_reads', 'account_reads')
  LOOP
    EXECUTE format('DROP POLICY %I ON %s', guard.polname, guard.target);
  END LOOP;
END $$;
DROP FUNCTION app.open_to(text, regclass, text, text);
REVOKE ALL ON ALL TABLES IN SCHEMA core, project, mrv, verification, hashing, registry, credit, process, saga,
  reconciliation FROM dmrv_indexer, dmrv_reconciler, dmrv_registry_reader, dmrv_holder;
REVOKE ALL ON eventing.event_keys, eventing.event_store, eventing.outbox, eventing.processed_events FROM dmrv_indexer;
