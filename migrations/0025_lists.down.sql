-- Owns taking back 0025_lists.up.sql.

DROP INDEX credit.idx_credits_tenant_vintage;
DROP INDEX credit.idx_credits_tenant_time;
