-- Owns the keys that the platform signs with, each with its last nonce, and the transactions that it signed.
-- Leaves the secret halves to the deployment's file of keys and signing to api/signing.

CREATE SCHEMA signing;

-- A key has one transaction in flight: it is busy from before that is stored until its end is known.
CREATE TABLE signing.keys (
  public_key text PRIMARY KEY CHECK (public_key ~ '^ed25519:[1-9A-HJ-NP-Za-km-z]{32,44}$'),
  account_id app.near_account_id NOT NULL,
  last_nonce bigint NOT NULL CHECK (last_nonce >= 0),
  busy_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Stored before it is sent, as the very bytes that are sent: whatever becomes of the process, they can be sent again
-- and asked for by their hash. A purpose has one that lives or succeeded; what failed or expired may be signed anew.
CREATE TABLE signing.transactions (
  transaction_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  purpose text NOT NULL CHECK (char_length(purpose) BETWEEN 1 AND 512),
  account_id app.near_account_id NOT NULL,
  public_key text NOT NULL REFERENCES signing.keys,
  nonce bigint NOT NULL CHECK (nonce > 0),
  contract_id app.near_account_id NOT NULL,
  method text NOT NULL CHECK (char_length(method) BETWEEN 1 AND 255),
  args jsonb NOT NULL CHECK (jsonb_typeof(args) = 'object'),
  transaction_hash app.near_hash NOT NULL UNIQUE,
  signed_base64 text NOT NULL CHECK (char_length(signed_base64) BETWEEN 1 AND 4194304),
  -- No block above it may hold the transaction.
  valid_until_height bigint NOT NULL CHECK (valid_until_height >= 0),
  status text NOT NULL DEFAULT 'signed' CHECK (status IN ('signed', 'succeeded', 'failed', 'expired')),
  sent_at timestamptz,
  value jsonb,
  block_height bigint CHECK (block_height >= 0),
  failure_code text,
  failure_message text,
  settled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT transactions_nonce_once UNIQUE (public_key, nonce),
  CONSTRAINT transactions_end_has_time CHECK ((status = 'signed') = (settled_at IS NULL)),
  CONSTRAINT transactions_success_has_block CHECK ((status = 'succeeded') = (block_height IS NOT NULL)),
  CONSTRAINT transactions_failure_is_told CHECK ((status = 'failed') = (failure_code IS NOT NULL)
    AND (failure_code IS NULL) = (failure_message IS NULL))
);
CREATE UNIQUE INDEX transactions_purpose_once ON signing.transactions (purpose)
  WHERE status IN ('signed', 'succeeded');
CREATE UNIQUE INDEX transactions_key_has_one ON signing.transactions (public_key) WHERE status = 'signed';

SELECT app.stamp_updates('signing.keys');
SELECT app.stamp_updates('signing.transactions');
GRANT USAGE ON SCHEMA signing TO dmrv_app;

-- Keys serve all tenants. Who may use the app's login may see which are busy, and never whose work they do.
GRANT SELECT, INSERT (public_key, account_id, last_nonce), UPDATE (last_nonce, busy_since) ON signing.keys TO dmrv_app;

SELECT app.isolate_by_tenant('signing.transactions', 'SELECT, INSERT');
GRANT UPDATE (valid_until_height, status, sent_at, value, block_height, failure_code, failure_message, settled_at)
  ON signing.transactions TO dmrv_app;
CREATE POLICY unsettled_are_found ON signing.transactions FOR SELECT TO dmrv_owner USING (true);

-- Of all tenants, so that a key whose asker died is freed: who looks on does so as the tenant.
CREATE FUNCTION app.list_unsettled_transactions(before timestamptz, most integer)
  RETURNS TABLE (tenant_id uuid, transaction_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  RETURN QUERY SELECT t.tenant_id, t.transaction_id FROM signing.transactions t
    WHERE t.status = 'signed' AND coalesce(t.sent_at, t.created_at) < before
    ORDER BY t.created_at LIMIT most;
END $$;
REVOKE EXECUTE ON FUNCTION app.list_unsettled_transactions(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.list_unsettled_transactions(timestamptz, integer) TO dmrv_app;
