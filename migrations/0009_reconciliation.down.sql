-- Owns the way back from 0009_reconciliation.up.sql; leaves what was compared alone.

DROP TABLE reconciliation.finding_comments, reconciliation.findings, reconciliation.runs;
