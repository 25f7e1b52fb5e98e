-- Owns the indexes by which long lists of credits are read in their order, a page at a time. Leaves the lists to core/db.

CREATE INDEX idx_credits_tenant_time ON credit.credits (tenant_id, created_at DESC, credit_id DESC);
CREATE INDEX idx_credits_tenant_vintage ON credit.credits (tenant_id, vintage_year, created_at DESC, credit_id DESC);
