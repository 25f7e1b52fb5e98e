-- Owns taking back 0023_reconciliation.up.sql.

REVOKE SELECT (process_id, due_at) ON saga.sagas FROM dmrv_reconciler;
REVOKE SELECT (run_id, trigger, status, near_contract_id, block_height, started_at, finished_at)
  ON reconciliation.runs FROM dmrv_registry_reader, dmrv_holder;
REVOKE USAGE ON SCHEMA reconciliation FROM dmrv_registry_reader, dmrv_holder;
REVOKE SELECT (started_by, findings_open) ON reconciliation.runs FROM dmrv_app;
REVOKE INSERT ON reconciliation.finding_comments FROM dmrv_operator;
REVOKE UPDATE (status, owner_user_id, waived_by, waived_reason, waived_until)
  ON reconciliation.findings FROM dmrv_operator;
DROP POLICY operator_minds ON reconciliation.finding_comments;
DROP POLICY operator_minds ON reconciliation.findings;
ALTER TABLE registry.registry_submissions
  DROP COLUMN left_untokenised_at,
  DROP COLUMN left_untokenised_reason;
DROP INDEX reconciliation.idx_findings_registry;
ALTER TABLE reconciliation.findings DROP COLUMN owner_actor;
DROP TABLE reconciliation.backing, reconciliation.run_totals;
ALTER TABLE reconciliation.runs
  DROP COLUMN started_by,
  DROP COLUMN findings_open,
  DROP COLUMN views_checked,
  DROP COLUMN last_viewed_token_id;
