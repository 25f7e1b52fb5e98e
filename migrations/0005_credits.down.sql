-- Owns the way back from 0005_credits.up.sql; leaves the registry's tables alone.

DROP TABLE credit.custodial_positions, credit.article6, credit.buffer_entries, credit.reversal_affected_credits,
  credit.reversal_events, credit.buffer_pools, credit.credit_lineage, credit.retirements, credit.credit_transfers,
  credit.credit_ownership, credit.credits;
DROP FUNCTION credit.apply_buffer_entry();
DROP FUNCTION credit.refuse_other_token();
