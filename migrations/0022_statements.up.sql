-- Owns what statements need to be imported from files, corrected and compared. Leaves reading the files to api/registries.

ALTER TABLE registry.statements
  -- By which columns the file was read; null where a statement was not made of a file.
  ADD COLUMN layout text,
  DROP CONSTRAINT statements_file_once,
  -- The same file may come again with other facts, as the correction of what was said of it.
  ADD CONSTRAINT statements_file_once UNIQUE NULLS NOT DISTINCT
    (tenant_id, registry_type, registry_name, account, file_sha256, replaces_statement_id),
  ADD CONSTRAINT statements_not_its_own_correction CHECK (replaces_statement_id <> statement_id);

-- What counts is what nothing replaces: of two corrections of one statement both would count.
CREATE UNIQUE INDEX statements_replaced_once ON registry.statements (replaces_statement_id)
  WHERE replaces_statement_id IS NOT NULL;

ALTER TABLE registry.statement_rows
  -- What the registry calls the row by: a serial number or an id. Two files are compared by it.
  ADD COLUMN row_key text;

GRANT SELECT (row_key, row_sha256) ON registry.statement_rows TO dmrv_operator, dmrv_reconciler;

-- What a row says is written once. Whether it repeats another of its file is seen when all are there: in the transaction that
-- brought them, and never later.
GRANT UPDATE (error) ON registry.statement_rows TO dmrv_app;
CREATE FUNCTION registry.refuse_late_judgement() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF OLD.created_at <> now() OR OLD.error IS NOT NULL THEN
    RAISE EXCEPTION 'registry.statement_rows: line % of statement % stays as it was imported', OLD.line_number,
      OLD.statement_id USING ERRCODE = 'restrict_violation', CONSTRAINT = 'statement_rows_judged_at_once',
      SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_late_judgement BEFORE UPDATE ON registry.statement_rows
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION registry.refuse_late_judgement();
