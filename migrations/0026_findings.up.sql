-- Owns dropping an index of findings that no question uses: those of a registry are asked for in the order in which they were first
-- seen, closed ones too. Leaves their other indexes as they are.

DROP INDEX reconciliation.idx_findings_registry;
