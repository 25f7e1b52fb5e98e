// Owns the list of rules that functions keep by raising an error; leaves trying each to the spec named beside it.

export const TRIGGER_RULES: readonly string[] = [
  // frozen.spec.ts
  'app.refuse_change on audit.audit_logs',
  'app.refuse_change on audit.operator_reads',
  'app.refuse_change on billing.usage_ledger',
  'app.refuse_change on credit.buffer_entries',
  'app.refuse_change on eventing.event_store',
  'app.refuse_undelete on iam.users',
  'credit.refuse_other_token on credit.retirements',
  'mrv.refuse_late_artifact on mrv.mrv_artifacts',
  'registry.refuse_late_judgement on registry.statement_rows',
  // buffer-ledger.spec.ts
  'credit.apply_buffer_entry on credit.buffer_entries',
  // partitions.spec.ts
  'app.ensure_partitions',
];
