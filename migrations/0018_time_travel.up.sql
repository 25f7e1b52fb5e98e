-- Owns the indexes by which the past of credits is asked: what came to an account, and which tokens were ever flagged.
-- Leaves the questions to core/db/credit-history.ts.

-- The holdings of an account at any moment, those that came last first.
CREATE INDEX idx_token_events_receiver ON chain.token_events (to_account_id, event_position DESC)
  WHERE to_account_id IS NOT NULL;

-- Few tokens are ever impaired: asking this of a million others must not read their histories.
CREATE INDEX idx_token_events_flags ON chain.token_events (near_contract_id, token_id, token_version DESC)
  WHERE event IN ('credit_impair', 'credit_restore');
