-- Owns processes, sagas and the event store with its outbox; leaves partitions ahead to 0010_audit.up.sql.

CREATE TABLE process.processes (
  process_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  process_type text NOT NULL CHECK (process_type IN ('credit_issuance', 'credit_retirement', 'batch_minting',
    'tenant_onboarding', 'data_migration', 'reversal_handling')),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN
    ('pending', 'processing', 'completed', 'failed', 'compensating', 'compensated', 'cancelled')),
  current_step integer NOT NULL DEFAULT 0 CHECK (current_step >= 0),
  total_steps integer NOT NULL CHECK (total_steps > 0),
  progress_percent integer NOT NULL DEFAULT 0 CHECK (progress_percent BETWEEN 0 AND 100),
  started_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  estimated_completion timestamptz,
  error jsonb CHECK (jsonb_typeof(error) = 'object'),
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT processes_tenant_id_process_id_key UNIQUE (tenant_id, process_id),
  CONSTRAINT processes_step_within_total CHECK (current_step <= total_steps)
);
CREATE INDEX idx_processes_tenant_status ON process.processes (tenant_id, status, started_at DESC);

CREATE TABLE process.process_steps (
  step_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  process_id uuid NOT NULL,
  step_number integer NOT NULL CHECK (step_number >= 0),
  step_name text NOT NULL CHECK (char_length(step_name) BETWEEN 1 AND 255),
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'in_progress', 'completed', 'failed', 'retrying', 'skipped')),
  started_at timestamptz,
  completed_at timestamptz,
  error jsonb CHECK (jsonb_typeof(error) = 'object'),
  result jsonb CHECK (jsonb_typeof(result) = 'object'),
  retry_count integer NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
  max_retries integer NOT NULL DEFAULT 3 CHECK (max_retries >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, process_id) REFERENCES process.processes (tenant_id, process_id),
  CONSTRAINT process_steps_process_id_step_number_key UNIQUE (process_id, step_number)
);
CREATE INDEX idx_process_steps_process ON process.process_steps (process_id, step_number);

CREATE TABLE saga.sagas (
  saga_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  saga_type text NOT NULL CHECK (saga_type IN ('credit_issuance', 'credit_retirement')),
  status text NOT NULL DEFAULT 'not_started'
    CHECK (status IN ('not_started', 'in_progress', 'completed', 'failed', 'compensating')),
  timeout integer NOT NULL CHECK (timeout > 0),
  started_at timestamptz,
  completed_at timestamptz,
  error jsonb CHECK (jsonb_typeof(error) = 'object'),
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT sagas_tenant_id_saga_id_key UNIQUE (tenant_id, saga_id)
);
CREATE INDEX idx_sagas_tenant_status ON saga.sagas (tenant_id, status, started_at DESC);

CREATE TABLE saga.saga_steps (
  saga_step_id uuid PRIMARY KEY DEFAULT uuidv7(),
  tenant_id uuid NOT NULL REFERENCES core.tenants,
  saga_id uuid NOT NULL,
  step_name text NOT NULL CHECK (char_length(step_name) BETWEEN 1 AND 255),
  step_order integer NOT NULL CHECK (step_order >= 0),
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'in_progress', 'completed', 'failed', 'compensating')),
  started_at timestamptz,
  completed_at timestamptz,
  error jsonb CHECK (jsonb_typeof(error) = 'object'),
  compensation_status text NOT NULL DEFAULT 'not_required'
    CHECK (compensation_status IN ('not_required', 'required', 'in_progress', 'completed')),
  compensation_error jsonb CHECK (jsonb_typeof(compensation_error) = 'object'),
  retry_count integer NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, saga_id) REFERENCES saga.sagas (tenant_id, saga_id),
  CONSTRAINT saga_steps_saga_id_step_order_key UNIQUE (saga_id, step_order)
);
CREATE INDEX idx_saga_steps_saga ON saga.saga_steps (saga_id, step_order);

-- The unique rules of the event store. A partitioned table can only promise what contains its partition key,
-- so the promises live here, in one narrow table, and every event takes its key as it is stored.
CREATE TABLE eventing.event_keys (
  event_id uuid PRIMARY KEY,
  sequence_number bigint NOT NULL UNIQUE,
  tenant_id uuid REFERENCES core.tenants,
  aggregate_id text NOT NULL CHECK (char_length(aggregate_id) BETWEEN 1 AND 255),
  aggregate_version bigint NOT NULL CHECK (aggregate_version >= 0),
  CONSTRAINT event_keys_tenant_id_event_id_key UNIQUE (tenant_id, event_id),
  CONSTRAINT event_keys_aggregate_version_key UNIQUE NULLS NOT DISTINCT (tenant_id, aggregate_id, aggregate_version)
);

CREATE TABLE eventing.event_store (
  sequence_number bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
  event_id uuid NOT NULL DEFAULT uuidv7(),
  event_type text NOT NULL CHECK (event_type ~ '^[a-z0-9_]+(\.[a-z0-9_]+)+\.v[0-9]+$'),
  aggregate_id text NOT NULL,
  aggregate_version bigint NOT NULL,
  tenant_id uuid REFERENCES core.tenants,
  payload jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sequence_number, created_at),
  -- A month before or after these has no partition name, and would stop the making of all others.
  CONSTRAINT event_store_time_check CHECK (created_at >= '1970-01-01Z' AND created_at < '3000-01-01Z')
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_event_store_tenant_type_time ON eventing.event_store (tenant_id, event_type, created_at);
CREATE INDEX idx_event_store_aggregate ON eventing.event_store (aggregate_id, aggregate_version);
CREATE INDEX idx_event_store_event ON eventing.event_store (event_id);
CREATE TABLE eventing.event_store_default PARTITION OF eventing.event_store DEFAULT;

-- Runs as the owner: a login that could take keys by itself could take the numbers of others' next events. It runs
-- after the row's policy has spoken, so that a key that is taken tells nothing about another tenant.
CREATE FUNCTION eventing.take_event_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO eventing.event_keys (event_id, sequence_number, tenant_id, aggregate_id, aggregate_version)
  VALUES (NEW.event_id, NEW.sequence_number, NEW.tenant_id, NEW.aggregate_id, NEW.aggregate_version);
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION eventing.take_event_key() FROM PUBLIC;
CREATE TRIGGER take_event_key AFTER INSERT ON eventing.event_store
  FOR EACH ROW EXECUTE FUNCTION eventing.take_event_key();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON eventing.event_store
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- Events on their way out, written in the transaction of the change they speak of.
CREATE TABLE eventing.outbox (
  outbox_id bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
  event_id uuid NOT NULL UNIQUE REFERENCES eventing.event_keys,
  tenant_id uuid REFERENCES core.tenants,
  event_type text NOT NULL,
  payload jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object'),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  last_error text,
  published_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, event_id) REFERENCES eventing.event_keys (tenant_id, event_id)
);
CREATE INDEX idx_outbox_unpublished ON eventing.outbox (outbox_id) WHERE published_at IS NULL;

-- What each consumer has done already, so that a second delivery changes nothing.
CREATE TABLE eventing.processed_events (
  consumer text NOT NULL CHECK (char_length(consumer) BETWEEN 1 AND 128),
  event_id uuid NOT NULL,
  tenant_id uuid REFERENCES core.tenants,
  processed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, event_id),
  FOREIGN KEY (tenant_id, event_id) REFERENCES eventing.event_keys (tenant_id, event_id)
);
