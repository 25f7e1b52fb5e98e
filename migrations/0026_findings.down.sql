-- Owns taking back 0026_findings.up.sql.

CREATE INDEX idx_findings_registry ON reconciliation.findings (registry_type, last_seen_at DESC) WHERE status <> 'closed';
