-- Owns the schemas, the identity of a session, the domains and the helpers that later migrations call.
-- Leaves tables to the migrations that follow and logins to core/db/logins.ts.

CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA app;
CREATE SCHEMA core;
CREATE SCHEMA iam;
CREATE SCHEMA project;
CREATE SCHEMA mrv;
CREATE SCHEMA verification;
CREATE SCHEMA hashing;
CREATE SCHEMA registry;
CREATE SCHEMA credit;
CREATE SCHEMA process;
CREATE SCHEMA saga;
CREATE SCHEMA eventing;
CREATE SCHEMA audit;
CREATE SCHEMA billing;
CREATE SCHEMA webhook;
CREATE SCHEMA chain;
CREATE SCHEMA reconciliation;

-- Who asks. An identity ends with its transaction; PostgreSQL then leaves '' behind, hence nullif.
CREATE FUNCTION app.current_tenant_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.current_tenant_id', true), '')::uuid;

CREATE FUNCTION app.current_account_id() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.current_account_id', true), '');

-- A name goes with the type 'other' and with no other: an identity where it does not fit is nobody's.
CREATE FUNCTION app.current_registry_type() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN (nullif(current_setting('app.current_registry_type', true), '') = 'other')
      = (nullif(current_setting('app.current_registry_name', true), '') IS NOT NULL)
    THEN nullif(current_setting('app.current_registry_type', true), '') END;

CREATE FUNCTION app.current_registry_name() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.current_registry_name', true), '');

CREATE FUNCTION app.current_actor() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.current_actor', true), '');

CREATE FUNCTION app.current_request_id() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.current_request_id', true), '');

-- One spelling per kind of value, so that one constraint guards it everywhere.
CREATE DOMAIN registry.registry_type AS text CONSTRAINT registry_type_known CHECK (VALUE IN (
  'verra', 'puro', 'isometric', 'gold_standard', 'eu_ets', 'california_arb',
  'acr', 'car', 'art', 'icr', 'other'));

-- Lengths are checks of their own: a counted repeat such as {64} makes a regular expression ten times slower
-- (28 us a value against 2), and every event of the chain brings half a dozen such values.
CREATE DOMAIN app.sha256_hex AS text CONSTRAINT sha256_hex_form CHECK (
  octet_length(VALUE) = 64 AND VALUE ~ '^[0-9a-f]+$');

CREATE DOMAIN app.near_account_id AS text CONSTRAINT near_account_id_form CHECK (
  char_length(VALUE) >= 2 AND char_length(VALUE) <= 64
  AND VALUE ~ '^(([a-z0-9]+[-_])*[a-z0-9]+\.)*([a-z0-9]+[-_])*[a-z0-9]+$');

-- A 32-byte value in base58 has 32 to 44 characters.
CREATE DOMAIN app.near_hash AS text CONSTRAINT near_hash_form CHECK (
  octet_length(VALUE) >= 32 AND octet_length(VALUE) <= 44 AND VALUE ~ '^[1-9A-HJ-NP-Za-km-z]+$');

-- Tonnes and money. A numeric may be NaN, which passes every lower bound and poisons every sum it enters.
CREATE DOMAIN app.amount AS numeric(20,8) CONSTRAINT amount_is_a_number CHECK (VALUE <> 'NaN');

CREATE DOMAIN app.country_code AS text CONSTRAINT country_code_form CHECK (VALUE ~ '^[A-Z]{2}$');

-- One event of a contract: receipt id, index of the log, index of the item in its data.
CREATE DOMAIN app.event_identity AS text CONSTRAINT event_identity_form CHECK (
  position(':' IN VALUE) >= 33 AND position(':' IN VALUE) <= 45
  AND VALUE ~ '^[1-9A-HJ-NP-Za-km-z]+:[0-9]{1,3}:[0-9]{1,5}$');

-- Order of events, compared as text: height (12 digits: the chain makes about one block a second),
-- shard id (10: ids are small, but not contiguous), outcome in its chunk (6), log (3: at most 100 a receipt),
-- item (5: 16,384 log bytes cannot hold more).
CREATE DOMAIN app.event_position AS text COLLATE "C" CONSTRAINT event_position_form CHECK (
  VALUE LIKE '____________-__________-______-___-_____' AND VALUE ~ '^[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+$');

-- A writer that brings its own time (the indexer: the block's) keeps it; every other update is stamped here.
CREATE FUNCTION app.touch_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN
    NEW.updated_at := now();
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION app.stamp_updates(target regclass) RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER touch_updated_at BEFORE UPDATE ON %s
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()', target);
END $$;

CREATE FUNCTION app.refuse_undelete() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RAISE EXCEPTION '%.%: a deleted row stays deleted', TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_undelete_refused',
      SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END $$;

-- A rule of a partitioned table has the table's name, in whichever month the row lies.
CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  root text := (SELECT c.relname FROM pg_catalog.pg_class c
    WHERE c.oid = coalesce(pg_catalog.pg_partition_root(TG_RELID)::oid, TG_RELID));
BEGIN
  RAISE EXCEPTION '%.%: rows are only ever added', TG_TABLE_SCHEMA, root
    USING ERRCODE = 'restrict_violation', CONSTRAINT = root || '_append_only',
      SCHEMA = TG_TABLE_SCHEMA, TABLE = root;
END $$;

-- The rule of every table of a tenant: forced row security and one policy of the app's login.
CREATE FUNCTION app.isolate_by_tenant(target regclass, privileges text DEFAULT 'SELECT, INSERT, UPDATE')
RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant_isolation ON %s TO dmrv_app
    USING (tenant_id = app.current_tenant_id()) WITH CHECK (tenant_id = app.current_tenant_id())', target);
  EXECUTE format('GRANT %s ON %s TO dmrv_app', privileges, target);
END $$;

REVOKE EXECUTE ON FUNCTION app.stamp_updates(regclass), app.isolate_by_tenant(regclass, text) FROM PUBLIC;

GRANT USAGE ON SCHEMA app, core, iam, project, mrv, verification, hashing, registry, credit, process, saga,
  eventing, audit, billing, webhook, chain, reconciliation TO dmrv_app;
GRANT USAGE ON SCHEMA app, hashing, mrv, registry, credit, eventing, chain TO dmrv_indexer;
GRANT USAGE ON SCHEMA app, core, project, mrv, verification, hashing, registry, credit, process, saga, eventing,
  chain, reconciliation TO dmrv_reconciler;
GRANT USAGE ON SCHEMA app, registry, credit, chain TO dmrv_registry_reader;
GRANT USAGE ON SCHEMA app, credit, chain TO dmrv_holder;
