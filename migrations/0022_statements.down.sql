-- Owns taking back 0022_statements.up.sql.

DROP TRIGGER refuse_late_judgement ON registry.statement_rows;
DROP FUNCTION registry.refuse_late_judgement();
REVOKE UPDATE (error) ON registry.statement_rows FROM dmrv_app;
REVOKE SELECT (row_key, row_sha256) ON registry.statement_rows FROM dmrv_operator, dmrv_reconciler;
ALTER TABLE registry.statement_rows DROP COLUMN row_key;
DROP INDEX registry.statements_replaced_once;
ALTER TABLE registry.statements
  DROP CONSTRAINT statements_not_its_own_correction,
  DROP CONSTRAINT statements_file_once,
  ADD CONSTRAINT statements_file_once
    UNIQUE NULLS NOT DISTINCT (tenant_id, registry_type, registry_name, account, file_sha256),
  DROP COLUMN layout;
