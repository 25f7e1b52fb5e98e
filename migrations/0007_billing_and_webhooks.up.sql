-- Owns what tenants use and pay (billing) and whom we tell (webhook); leaves the events to 0006.

CREATE TABLE billing.usage_ledger (
  usage_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  metric text NOT NULL CHECK (metric IN ('credits_minted', 'credits_retired', 'api_calls', 'storage_gb',
    'registry_submissions', 'verifications')),
  quantity app.amount NOT NULL CHECK (quantity >= 0),
  unit_price app.amount NOT NULL CHECK (unit_price >= 0),
  total_amount app.amount NOT NULL,
  billing_period text NOT NULL CHECK (billing_period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  event_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, event_id) REFERENCES eventing.event_keys (tenant_id, event_id),
  CONSTRAINT usage_ledger_total_check CHECK (total_amount = round(quantity * unit_price, 8)),
  CONSTRAINT usage_ledger_event_once UNIQUE (event_id, metric)
);
CREATE INDEX idx_usage_ledger_tenant_period ON billing.usage_ledger (tenant_id, billing_period, created_at DESC);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON billing.usage_ledger
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TABLE billing.invoices (
  invoice_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  billing_period_start timestamptz NOT NULL,
  billing_period_end timestamptz NOT NULL,
  subtotal numeric(20,2) NOT NULL CHECK (subtotal >= 0 AND subtotal <> 'NaN'),
  tax numeric(20,2) NOT NULL CHECK (tax >= 0 AND tax <> 'NaN'),
  total numeric(20,2) NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'issued', 'paid', 'overdue', 'cancelled')),
  issued_at timestamptz,
  due_at timestamptz,
  paid_at timestamptz,
  payment_method text,
  payment_reference text,
  invoice_uri text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT invoices_period_check CHECK (billing_period_end > billing_period_start),
  CONSTRAINT invoices_total_check CHECK (total = subtotal + tax),
  CONSTRAINT invoices_paid_has_time CHECK ((status = 'paid') = (paid_at IS NOT NULL))
);
CREATE INDEX idx_invoices_tenant_period ON billing.invoices (tenant_id, billing_period_start DESC);
CREATE INDEX idx_invoices_status ON billing.invoices (tenant_id, status, due_at)
  WHERE status IN ('issued', 'overdue');

CREATE TABLE webhook.webhook_configurations (
  webhook_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  endpoint_url text NOT NULL CHECK (endpoint_url ~ '^https://[^[:space:]]+$'),
  secret text NOT NULL,
  events jsonb NOT NULL CHECK (jsonb_typeof(events) = 'array'),
  active boolean NOT NULL DEFAULT true,
  retry_policy jsonb NOT NULL DEFAULT '{"max_attempts": 3, "backoff_ms": [1000, 60000, 300000]}'
    CHECK (jsonb_typeof(retry_policy) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT webhook_configurations_tenant_id_webhook_id_key UNIQUE (tenant_id, webhook_id)
);
CREATE INDEX idx_webhook_configurations_tenant ON webhook.webhook_configurations (tenant_id, active);

CREATE TABLE webhook.webhook_deliveries (
  delivery_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  webhook_id uuid NOT NULL,
  event_id uuid NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed', 'retrying')),
  attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  response_status integer CHECK (response_status BETWEEN 100 AND 599),
  response_body text,
  error text,
  delivered_at timestamptz,
  next_retry_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook.webhook_configurations (tenant_id, webhook_id),
  FOREIGN KEY (tenant_id, event_id) REFERENCES eventing.event_keys (tenant_id, event_id),
  CONSTRAINT webhook_deliveries_delivered_has_time CHECK ((status = 'delivered') = (delivered_at IS NOT NULL))
);
CREATE INDEX idx_webhook_deliveries_webhook ON webhook.webhook_deliveries (webhook_id, created_at DESC);
CREATE INDEX idx_webhook_deliveries_status ON webhook.webhook_deliveries (status, next_retry_at)
  WHERE status IN ('pending', 'retrying');
