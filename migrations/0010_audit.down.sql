-- Owns the way back from 0010_audit.up.sql. It takes the audit trail with it: keep a copy before.

DO $$
DECLARE
  watched regclass;
BEGIN
  FOR watched IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'audit_trail' AND tgparentid = 0 LOOP
    EXECUTE format('DROP TRIGGER audit_trail ON %s', watched);
  END LOOP;
END $$;
DROP FUNCTION app.ensure_partitions(integer);
DROP FUNCTION app.make_month_partition(regclass, date);
DROP FUNCTION audit.watch(regclass, text, text);
DROP FUNCTION audit.write();
DROP FUNCTION audit.redact(jsonb, text[], jsonb);
DROP TABLE audit.audit_logs;
