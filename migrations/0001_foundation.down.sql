-- Owns the way back from 0001_foundation.up.sql; leaves the extensions, which others in the database may use.

DROP SCHEMA reconciliation, chain, webhook, billing, audit, eventing, saga, process, credit, hashing,
  verification, mrv, project, iam, core;
DROP FUNCTION app.isolate_by_tenant(regclass, text);
DROP FUNCTION app.refuse_change();
DROP FUNCTION app.refuse_undelete();
DROP FUNCTION app.stamp_updates(regclass);
DROP FUNCTION app.touch_updated_at();
DROP DOMAIN app.event_position;
DROP DOMAIN app.event_identity;
DROP DOMAIN app.country_code;
DROP DOMAIN app.amount;
DROP DOMAIN app.near_hash;
DROP DOMAIN app.near_account_id;
DROP DOMAIN app.sha256_hex;
DROP DOMAIN registry.registry_type;
DROP SCHEMA registry;
DROP FUNCTION app.current_request_id();
DROP FUNCTION app.current_actor();
DROP FUNCTION app.current_registry_name();
DROP FUNCTION app.current_registry_type();
DROP FUNCTION app.current_account_id();
DROP FUNCTION app.current_tenant_id();
DROP SCHEMA app;
