-- Owns what a run of reconciliation leaves beside its findings: sums by tenant and registry, what backs the credits of each
-- registry, how far its look at the contract went; that a credit stays untokenised by choice; who may mind findings.
-- Leaves the comparison itself to api/reconcile.

-- Whoever started a run opened what it found, and so may not waive it.
ALTER TABLE reconciliation.runs
  ADD started_by text NOT NULL DEFAULT 'reconciler' CHECK (char_length(started_by) BETWEEN 1 AND 255),
  ADD findings_open integer NOT NULL DEFAULT 0 CHECK (findings_open >= 0),
  ADD views_checked integer NOT NULL DEFAULT 0 CHECK (views_checked >= 0),
  -- The next sample of the contract's views begins behind it.
  ADD last_viewed_token_id app.sha256_hex;

-- Sums of one run by whose they are. Rows without a tenant are of what no tenant knows.
CREATE TABLE reconciliation.run_totals (
  run_total_id uuid PRIMARY KEY DEFAULT uuidv7(),
  run_id uuid NOT NULL REFERENCES reconciliation.runs,
  tenant_id uuid REFERENCES core.tenants,
  registry_type registry.registry_type,
  registry_name text,
  unreconciled_co2e app.amount NOT NULL CHECK (unreconciled_co2e >= 0),
  in_transit_co2e app.amount NOT NULL CHECK (in_transit_co2e >= 0),
  findings_open integer NOT NULL CHECK (findings_open >= 0),
  counted_at timestamptz NOT NULL,
  CONSTRAINT run_totals_key UNIQUE NULLS NOT DISTINCT (run_id, tenant_id, registry_type, registry_name),
  CONSTRAINT run_totals_other_is_named CHECK (coalesce(registry_type::text = 'other', false) = (registry_name IS NOT NULL))
);
CREATE INDEX idx_run_totals_tenant ON reconciliation.run_totals (tenant_id, counted_at DESC);

-- What a run saw behind the credits of each registry. Of nobody in particular, and open to everyone.
CREATE TABLE reconciliation.backing (
  run_id uuid NOT NULL REFERENCES reconciliation.runs,
  registry_type registry.registry_type NOT NULL,
  registry_name text,
  active_co2e app.amount NOT NULL CHECK (active_co2e >= 0),
  impaired_co2e app.amount NOT NULL CHECK (impaired_co2e >= 0),
  retired_unconfirmed_co2e app.amount NOT NULL CHECK (retired_unconfirmed_co2e >= 0),
  retired_confirmed_co2e app.amount NOT NULL CHECK (retired_confirmed_co2e >= 0),
  -- Of what is on chain: how much lies in holdings, how much a statement shows to be missing, how much none speaks of.
  held_co2e app.amount NOT NULL CHECK (held_co2e >= 0),
  missing_co2e app.amount NOT NULL CHECK (missing_co2e >= 0),
  not_covered_co2e app.amount NOT NULL CHECK (not_covered_co2e >= 0),
  -- Held, though the credit ended on chain.
  surplus_co2e app.amount NOT NULL CHECK (surplus_co2e >= 0),
  statements integer NOT NULL CHECK (statements >= 0),
  oldest_as_of timestamptz,
  newest_as_of timestamptz,
  CONSTRAINT backing_key UNIQUE NULLS NOT DISTINCT (run_id, registry_type, registry_name),
  CONSTRAINT backing_other_is_named CHECK ((registry_type::text = 'other') = (registry_name IS NOT NULL)),
  CONSTRAINT backing_statements_have_days CHECK (num_nonnulls(oldest_as_of, newest_as_of) IN (0, 2)
    AND (statements = 0) = (oldest_as_of IS NULL))
);

-- A finding that no tenant owns is minded by an operator, who is no person of a tenant.
ALTER TABLE reconciliation.findings
  ADD owner_actor text CHECK (char_length(owner_actor) BETWEEN 1 AND 255),
  ADD CONSTRAINT findings_one_owner CHECK (num_nonnulls(owner_user_id, owner_actor) <= 1);
CREATE INDEX idx_findings_registry ON reconciliation.findings (registry_type, last_seen_at DESC) WHERE status <> 'closed';

-- Approved by its registry, and left there: nobody is to mint it.
ALTER TABLE registry.registry_submissions
  ADD left_untokenised_at timestamptz,
  ADD left_untokenised_reason text CHECK (char_length(left_untokenised_reason) BETWEEN 1 AND 2000),
  ADD CONSTRAINT registry_submissions_left_with_reason
    CHECK ((left_untokenised_at IS NULL) = (left_untokenised_reason IS NULL));

SELECT app.isolate_by_tenant('reconciliation.run_totals', 'SELECT');
SELECT app.open_to('dmrv_reconciler', 'reconciliation.run_totals', 'reconciler_finds', 'ALL');
SELECT app.open_to('dmrv_operator', 'reconciliation.run_totals', 'operator_reads', 'SELECT');
SELECT app.open_to('dmrv_operator', 'reconciliation.findings', 'operator_minds', 'UPDATE');
CREATE POLICY operator_minds ON reconciliation.finding_comments FOR INSERT TO dmrv_operator WITH CHECK (true);
GRANT SELECT, INSERT ON reconciliation.run_totals, reconciliation.backing TO dmrv_reconciler;
GRANT SELECT ON reconciliation.run_totals, reconciliation.backing TO dmrv_operator;
-- What backs the credits is for everyone, whoever asks.
GRANT USAGE ON SCHEMA reconciliation TO dmrv_registry_reader, dmrv_holder;
GRANT SELECT ON reconciliation.backing TO dmrv_app, dmrv_registry_reader, dmrv_holder;
GRANT SELECT (run_id, trigger, status, near_contract_id, block_height, started_at, finished_at)
  ON reconciliation.runs TO dmrv_registry_reader, dmrv_holder;
GRANT SELECT (started_by, findings_open) ON reconciliation.runs TO dmrv_app;
GRANT UPDATE (owner_actor) ON reconciliation.findings TO dmrv_app, dmrv_reconciler;
GRANT UPDATE (status, owner_user_id, owner_actor, waived_by, waived_reason, waived_until)
  ON reconciliation.findings TO dmrv_operator;
GRANT INSERT ON reconciliation.finding_comments TO dmrv_operator;
GRANT SELECT (left_untokenised_at) ON registry.registry_submissions TO dmrv_reconciler;
GRANT SELECT (process_id, due_at) ON saga.sagas TO dmrv_reconciler;
