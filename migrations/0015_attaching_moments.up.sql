-- Owns the moments at which chain facts become a tenant's: a hash or a consent becomes known, and the sweep.
-- Leaves the attaching of tokens itself to 0014_attaching.up.sql.

-- What attach_tokens is for tokens, for consents, told by registry, name and reference. A row that the platform wrote gets the chain's facts,
-- where it means the same tonnes; one that it did not write is added for whoever holds the hash that the consent names.
CREATE FUNCTION registry.attach_consents_locked(
  contract text, registry_types text[], registry_names text[], consent_refs text[]) RETURNS integer
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = 'force_generic_plan' AS $$
DECLARE
  matched integer;
BEGIN
  WITH named AS MATERIALIZED (
    SELECT n.*, e.block_timestamp AS changed_at
    FROM unnest(registry_types, registry_names, consent_refs) AS k (registry_type, registry_name, consent_ref)
      JOIN chain.consents n ON n.near_contract_id = contract AND n.registry_type = k.registry_type
        AND n.consent_ref = k.consent_ref AND n.registry_name IS NOT DISTINCT FROM k.registry_name
      JOIN chain.contract_events e ON e.event_position = n.last_position
  ), filled AS (
    UPDATE registry.consents r SET recorded_at = n.recorded_at, debited_co2e = n.debited_co2e,
      withdrawn_at = n.withdrawn_at, updated_at = n.changed_at
    FROM named n
    WHERE r.registry_type = n.registry_type AND r.consent_ref = n.consent_ref
      AND (r.registry_name = n.registry_name OR r.registry_name IS NULL AND n.registry_name IS NULL)
      AND (r.tonnage_co2e, r.unit) = (n.tonnage_co2e, n.unit)
      AND coalesce(r.mrv_hash = n.mrv_hash, true)
      AND (r.recorded_at, r.debited_co2e, r.withdrawn_at, r.updated_at)
        IS DISTINCT FROM (n.recorded_at, n.debited_co2e, n.withdrawn_at, n.changed_at)
    RETURNING 1
  ), added AS (
    INSERT INTO registry.consents (consent_id, tenant_id, registry_type, registry_name, consent_ref, mrv_hash,
      tonnage_co2e, debited_co2e, unit, serial_namespace, serial_start, document_sha256, immobilised_on, valid_to,
      recorded_at, withdrawn_at, created_at, updated_at)
    SELECT credit.derive_id('consent', contract, n.recorded_identity, n.recorded_at), h.tenant_id, n.registry_type,
      n.registry_name, n.consent_ref, n.mrv_hash, n.tonnage_co2e, n.debited_co2e, n.unit, n.serial_namespace,
      n.serial_start, n.document_sha256, n.immobilised_on, n.valid_to, n.recorded_at, n.withdrawn_at, n.recorded_at,
      n.changed_at
    FROM named n JOIN hashing.mrv_hashes h ON h.mrv_hash = n.mrv_hash
    ON CONFLICT (registry_type, registry_name, consent_ref) DO NOTHING
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM filled) + (SELECT count(*) FROM added) INTO matched;
  RETURN matched;
END $$;

CREATE FUNCTION registry.attach_consents(contract text, registry_types text[], registry_names text[], consent_refs text[])
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = 'force_generic_plan' AS $$
BEGIN
  PERFORM credit.lock_hashes(ARRAY(
    SELECT concat_ws('/', k.registry_type, k.registry_name, k.consent_ref)
    FROM unnest(registry_types, registry_names, consent_refs) AS k (registry_type, registry_name, consent_ref)
    UNION ALL
    SELECT n.mrv_hash FROM unnest(registry_types, registry_names, consent_refs) AS k (registry_type, registry_name, consent_ref)
      JOIN chain.consents n ON n.near_contract_id = contract AND n.registry_type = k.registry_type
        AND n.consent_ref = k.consent_ref AND n.registry_name IS NOT DISTINCT FROM k.registry_name
    WHERE n.mrv_hash IS NOT NULL), false);

  RETURN registry.attach_consents_locked(contract, registry_types, registry_names, consent_refs);
END $$;

-- A hash becomes known: what the chain has of it already is the tenant's from now on.
CREATE FUNCTION credit.attach_hash() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  found record;
BEGIN
  PERFORM credit.lock_hashes(ARRAY[NEW.mrv_hash::text], true);
  FOR found IN SELECT t.near_contract_id, array_agg(t.token_id::text) AS token_ids FROM chain.tokens t
    WHERE t.origin = NEW.mrv_hash GROUP BY t.near_contract_id ORDER BY t.near_contract_id
  LOOP
    PERFORM credit.attach_locked(found.near_contract_id, found.token_ids, false);
  END LOOP;
  FOR found IN SELECT n.near_contract_id, array_agg(n.registry_type::text) AS types, array_agg(n.registry_name) AS names,
      array_agg(n.consent_ref) AS refs FROM chain.consents n
    WHERE n.mrv_hash = NEW.mrv_hash GROUP BY n.near_contract_id ORDER BY n.near_contract_id
  LOOP
    PERFORM registry.attach_consents_locked(found.near_contract_id, found.types, found.names, found.refs);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER attach_hash AFTER INSERT OR UPDATE OF mrv_hash ON hashing.mrv_hashes
  FOR EACH ROW EXECUTE FUNCTION credit.attach_hash();

-- A consent that the platform writes down may stand on chain already.
CREATE FUNCTION registry.attach_consent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  contract text;
BEGIN
  PERFORM credit.lock_hashes(ARRAY[concat_ws('/', NEW.registry_type, NEW.registry_name, NEW.consent_ref)], true);
  FOR contract IN SELECT n.near_contract_id FROM chain.consents n
    WHERE n.registry_type = NEW.registry_type AND n.consent_ref = NEW.consent_ref
      AND n.registry_name IS NOT DISTINCT FROM NEW.registry_name ORDER BY 1
  LOOP
    PERFORM registry.attach_consents_locked(contract, ARRAY[NEW.registry_type::text], ARRAY[NEW.registry_name],
      ARRAY[NEW.consent_ref]);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER attach_consent AFTER INSERT ON registry.consents
  FOR EACH ROW WHEN (NEW.recorded_at IS NULL) EXECUTE FUNCTION registry.attach_consent();

-- Finds what the two sides missed of each other (a hash written under another isolation than read committed) and
-- attaches it; answers how many tokens. At most so many a call: it holds their locks to the end of the transaction.
CREATE FUNCTION credit.sweep_unattached(contract text, at_most integer DEFAULT 5000) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM registry.attach_consents(contract, array_agg(n.registry_type::text), array_agg(n.registry_name),
    array_agg(n.consent_ref)) FROM chain.consents n WHERE n.near_contract_id = contract HAVING count(*) > 0;
  RETURN coalesce((SELECT credit.attach_tokens(contract, array_agg(missed.token_id)) FROM (
    SELECT t.token_id::text
    FROM chain.tokens t
      JOIN hashing.mrv_hashes h ON h.mrv_hash = t.origin
      LEFT JOIN credit.credits c ON c.tenant_id = h.tenant_id AND c.mrv_hash = t.token_id
      LEFT JOIN credit.credit_ownership o ON o.credit_id = c.credit_id
      LEFT JOIN registry.global_hash_registry g ON g.mrv_hash = t.token_id
    WHERE t.near_contract_id = contract AND (c.token_id IS NULL OR o.token_version IS DISTINCT FROM t.token_version)
      AND (g.mrv_hash IS NULL OR g.first_seen_tenant_id = h.tenant_id)
      AND (c.near_contract_id IS NULL OR c.near_contract_id = contract)
    ORDER BY t.last_position, t.token_id LIMIT at_most) AS missed), 0);
END $$;

REVOKE EXECUTE ON FUNCTION registry.attach_consents_locked(text, text[], text[], text[]),
  registry.attach_consents(text, text[], text[], text[]), credit.attach_hash(),
  registry.attach_consent(), credit.sweep_unattached(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry.attach_consents(text, text[], text[], text[]),
  credit.sweep_unattached(text, integer) TO dmrv_indexer;
