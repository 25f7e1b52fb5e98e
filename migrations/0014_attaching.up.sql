-- Owns how facts of the chain become rows of a tenant: one function for indexer, API, sweep and rebuild alike.
-- Leaves consents, and when it runs, to 0015_attaching_moments.up.sql, and the chain's own tables to indexer/write.

-- The indexer writes tokens and then looks for their hash; the platform writes a hash and then looks for its tokens. Each
-- takes the hash's lock before it looks, so that whoever comes second sees the first one's committed rows. This needs
-- read committed, where each statement sees what is committed by then; under other isolation the sweep finds the miss.
-- 1,024 locks stand for all hashes: a batch of thousands never fills the server's table of locks. They are taken in
-- order, so that two batches do not wait for each other. The platform shares them: a hash is written once, so that its
-- writers have nothing to hide from each other, and many hashes in one transaction hold up no other of their kind.
CREATE FUNCTION credit.lock_hashes(hashes text[], is_shared boolean) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  bucket integer;
BEGIN
  FOR bucket IN SELECT DISTINCT (hashtextextended(h, 0) & 1023)::integer AS b FROM unnest(hashes) AS h ORDER BY b LOOP
    IF is_shared THEN
      PERFORM pg_advisory_xact_lock_shared(1684106614, bucket);
    ELSE
      PERFORM pg_advisory_xact_lock(1684106614, bucket);
    END IF;
  END LOOP;
END $$;

-- An id that follows from what it names. It begins with a time, as those of version 7 do, so that ids of one time lie
-- together in an index; version 8 says that the rest is our own.
CREATE FUNCTION credit.derive_id(kind text, contract text, subject text, at timestamptz) RETURNS uuid
LANGUAGE sql STABLE
RETURN overlay(overlay(
    lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
      || left(encode(sha256(convert_to(kind || '/' || contract || '/' || subject, 'UTF8')), 'hex'), 20)
    PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid;

-- When a token last changed in what a credit shows: its birth, its end, or a flag. Transfers change its owner alone.
CREATE FUNCTION credit.changed_at(token chain.tokens) RETURNS timestamptz LANGUAGE sql STABLE
RETURN coalesce((token).ended_at, (
  SELECT e.block_timestamp FROM chain.token_events te JOIN chain.contract_events e USING (event_identity)
  WHERE te.near_contract_id = (token).near_contract_id AND te.token_id = (token).token_id
    AND te.event IN ('credit_impair', 'credit_restore') ORDER BY te.token_version DESC LIMIT 1), (token).minted_at);

-- Which of these new tokens find their serial numbers taken by a credit that lived at the same time. They stay without
-- a block, and a finding of reconciliation, for ever: what is decided at birth does not depend on where batches end.
CREATE FUNCTION credit.refuse_serials(contract text, fresh text[]) RETURNS text[]
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  refused text[];
  clash record;
BEGIN
  SELECT coalesce(array_agg(DISTINCT t.token_id), '{}') INTO refused
  FROM chain.tokens t
    JOIN registry.serial_blocks b ON b.status = 'live' AND b.registry_type::text = t.registry_type::text
      AND coalesce(b.registry_name, '') = coalesce(t.registry_name, '') AND b.namespace = t.serial_namespace
      AND b.serial_range && t.serial_range AND b.mrv_hash <> t.token_id
    LEFT JOIN chain.tokens o ON o.near_contract_id = contract AND o.token_id = b.mrv_hash
  WHERE t.near_contract_id = contract AND t.token_id = ANY (fresh)
    AND (o.token_id IS NULL OR credit.block_status(o.status) = 'live' OR o.ended_at > t.minted_at)
    AND (o.token_id IS NULL OR credit.block_status(t.status) = 'live' OR t.ended_at > o.minted_at);

  -- Among themselves. Only those whose ranges touch are compared: of thousands in one namespace these are few.
  FOR clash IN
    WITH marked AS (
      SELECT t.*, e.event_position AS born_position, coalesce(max(upper(t.serial_range)) OVER (
          PARTITION BY t.registry_type, t.registry_name, t.serial_namespace ORDER BY lower(t.serial_range), t.token_id
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > lower(t.serial_range), false) AS is_inside
      FROM chain.tokens t JOIN chain.contract_events e ON e.event_identity = t.minted_identity
      WHERE t.near_contract_id = contract AND t.token_id = ANY (fresh) AND t.serial_range IS NOT NULL
    ), placed AS (
      SELECT *, count(*) FILTER (WHERE NOT is_inside) OVER (
        PARTITION BY registry_type, registry_name, serial_namespace ORDER BY lower(serial_range), token_id) AS island
      FROM marked
    )
    SELECT t.token_id, array_agg(o.token_id) AS others
    FROM placed t JOIN placed o ON o.island = t.island AND o.registry_type = t.registry_type
      AND o.registry_name IS NOT DISTINCT FROM t.registry_name AND o.serial_namespace = t.serial_namespace
      AND o.serial_range && t.serial_range AND (o.born_position, o.token_id) < (t.born_position, t.token_id)
      AND (credit.block_status(o.status) = 'live' OR o.ended_at > t.minted_at)
    GROUP BY t.token_id, t.born_position ORDER BY t.born_position, t.token_id
  LOOP
    IF clash.token_id <> ALL (refused) AND NOT clash.others <@ refused THEN
      refused := refused || clash.token_id::text;
    END IF;
  END LOOP;
  RETURN refused;
END $$;

-- The rows that a credit gets at its birth: its hash, its serial block, itself, and what it came from.
CREATE FUNCTION credit.bear_credits(contract text, fresh text[], refused text[]) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO registry.global_hash_registry
    (mrv_hash, first_seen_at, first_seen_tenant_id, status, registry_type, registry_name, origin)
  SELECT t.token_id, t.minted_at, h.tenant_id, credit.hash_status(t.status), t.registry_type, t.registry_name, t.origin
  FROM chain.tokens t JOIN hashing.mrv_hashes h ON h.mrv_hash = t.origin
  WHERE t.near_contract_id = contract AND t.token_id = ANY (fresh) AND t.token_id <> t.origin
  ON CONFLICT (mrv_hash) DO NOTHING;

  INSERT INTO registry.serial_blocks (serial_block_id, tenant_id, registry_type, registry_name, namespace, serial_range,
    unit, mrv_hash, parent_block_id, status, created_at, updated_at)
  SELECT credit.derive_id('serial_block', contract, t.token_id, t.minted_at), h.tenant_id, t.registry_type,
    t.registry_name, t.serial_namespace, t.serial_range, t.unit, t.token_id, parent.serial_block_id,
    credit.block_status(t.status), t.minted_at,
    CASE WHEN credit.block_status(t.status) = 'live' THEN t.minted_at ELSE t.ended_at END
  FROM chain.tokens t JOIN hashing.mrv_hashes h ON h.mrv_hash = t.origin
    -- Of several that were merged the first, which has the lowest numbers.
    LEFT JOIN LATERAL (
      SELECT coalesce(
        (SELECT b.serial_block_id FROM registry.serial_blocks b
          WHERE b.mrv_hash = l.parent_token_id AND b.tenant_id = h.tenant_id ORDER BY b.serial_block_id LIMIT 1),
        CASE WHEN p.token_id = ANY (fresh) AND p.token_id <> ALL (refused) AND p.serial_range IS NOT NULL
          THEN credit.derive_id('serial_block', contract, p.token_id, p.minted_at) END) AS serial_block_id
      FROM chain.lineage l JOIN chain.tokens p ON p.near_contract_id = contract AND p.token_id = l.parent_token_id
      WHERE l.near_contract_id = contract AND l.token_id = t.token_id
      ORDER BY CASE l.lineage_type WHEN 'merge' THEN l.ordinal ELSE 0 END LIMIT 1) AS parent ON true
  WHERE t.near_contract_id = contract AND t.token_id = ANY (fresh) AND t.token_id <> ALL (refused)
    AND t.serial_range IS NOT NULL
    -- The API may have written it down when the registry assigned it.
    AND NOT EXISTS (SELECT FROM registry.serial_blocks b WHERE b.mrv_hash = t.token_id)
  ON CONFLICT DO NOTHING;

  INSERT INTO credit.credits AS c (credit_id, tenant_id, project_id, mrv_submission_id, mrv_hash, registry_type,
    registry_name, registry_serial, serial_block, token_id, near_contract_id, near_minter_account_id, tonnage_co2e, unit,
    vintage_year, issuance_date, expires_on, status, void_cause, metadata, minted_at, retired_at, created_at, updated_at)
  SELECT credit.derive_id('credit', contract, t.token_id, t.minted_at), h.tenant_id, s.project_id, s.mrv_submission_id,
    t.token_id, t.registry_type, t.registry_name,
    CASE WHEN b.serial_block_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM credit.credits other WHERE other.registry_type = t.registry_type
          AND (other.registry_name = t.registry_name OR other.registry_name IS NULL AND t.registry_name IS NULL)
          AND other.registry_serial = credit.serial_text(t.serial_namespace, t.serial_range) AND other.status <> 'void'
          AND other.mrv_hash <> t.token_id)
      THEN credit.serial_text(t.serial_namespace, t.serial_range) END,
    b.serial_block_id, t.token_id, contract, t.minter_account_id, t.tonnage_co2e, t.unit, t.vintage_year, t.issued_on,
    t.expires_on, CASE WHEN credit.void_cause(t.status) IS NULL THEN t.status ELSE 'void' END,
    credit.void_cause(t.status),
    jsonb_strip_nulls(jsonb_build_object('methodology', t.methodology, 'registry_project_id', t.registry_project_id,
      'consent_ref', t.consent_ref, 'buffer_tonnage_co2e', trim_scale(t.buffer_tonnage_co2e)::text,
      'replaces', t.replaces, 'reference', t.reference, 'reference_hash', t.reference_hash)),
    t.minted_at, CASE t.status WHEN 'retired' THEN t.ended_at END, t.minted_at, credit.changed_at(t)
  FROM chain.tokens t
    JOIN hashing.mrv_hashes h ON h.mrv_hash = t.origin
    JOIN mrv.mrv_submissions s ON s.mrv_submission_id = h.mrv_submission_id
    LEFT JOIN LATERAL (
      SELECT b.serial_block_id FROM registry.serial_blocks b WHERE b.mrv_hash = t.token_id
        AND b.tenant_id = h.tenant_id AND b.namespace = t.serial_namespace AND b.serial_range = t.serial_range
      ORDER BY b.status = 'live' DESC, b.serial_block_id LIMIT 1) AS b ON true
  WHERE t.near_contract_id = contract AND t.token_id = ANY (fresh)
  -- A row that the platform made before the mint becomes the minted one.
  ON CONFLICT (tenant_id, mrv_hash) DO UPDATE SET token_id = excluded.token_id,
    near_contract_id = excluded.near_contract_id, near_minter_account_id = excluded.near_minter_account_id,
    status = excluded.status, void_cause = excluded.void_cause, minted_at = excluded.minted_at,
    retired_at = excluded.retired_at, updated_at = excluded.updated_at,
    serial_block = coalesce(c.serial_block, excluded.serial_block),
    registry_serial = coalesce(c.registry_serial, excluded.registry_serial);
END $$;

-- What changed of credits that stand: their status, that of their hashes and blocks. Void ones come before the new
-- ones are born, which may take over their serial numbers.
CREATE FUNCTION credit.change_credits(contract text, changed text[]) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  UPDATE registry.global_hash_registry g SET status = credit.hash_status(t.status), registry_type = t.registry_type,
    registry_name = t.registry_name
  FROM chain.tokens t
  WHERE t.near_contract_id = contract AND t.token_id = ANY (changed) AND g.mrv_hash = t.token_id
    AND (g.status, g.registry_type, g.registry_name)
      IS DISTINCT FROM (credit.hash_status(t.status), t.registry_type, t.registry_name);

  UPDATE registry.serial_blocks b SET status = credit.block_status(t.status), updated_at = t.ended_at
  FROM chain.tokens t
  WHERE t.near_contract_id = contract AND t.token_id = ANY (changed) AND b.mrv_hash = t.token_id
    AND b.namespace = t.serial_namespace AND b.serial_range = t.serial_range
    AND credit.block_status(t.status) <> 'live' AND b.status <> credit.block_status(t.status);

  UPDATE credit.credits c SET status = n.status, void_cause = n.void_cause, retired_at = n.retired_at,
    near_minter_account_id = n.minter_account_id, minted_at = n.minted_at, updated_at = n.changed_at
  FROM (
    SELECT t.token_id, CASE WHEN credit.void_cause(t.status) IS NULL THEN t.status ELSE 'void' END AS status,
      credit.void_cause(t.status) AS void_cause, CASE t.status WHEN 'retired' THEN t.ended_at END AS retired_at,
      t.minter_account_id, t.minted_at, credit.changed_at(t) AS changed_at
    FROM chain.tokens t WHERE t.near_contract_id = contract AND t.token_id = ANY (changed)) AS n
  WHERE c.near_contract_id = contract AND c.token_id = n.token_id
    AND (c.status, c.void_cause, c.retired_at, c.near_minter_account_id, c.minted_at, c.updated_at) IS DISTINCT FROM
      (n.status, n.void_cause, n.retired_at, n.minter_account_id::text, n.minted_at, n.changed_at);
END $$;

-- What happened to tokens since the tenant's view last looked: transfers, events and their way out. A whole look asks
-- of every event whether it was told, for one that was read late lies before others; it then gets the next number.
CREATE FUNCTION credit.tell_events(contract text, known text[], is_whole boolean) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  WITH found AS (
    SELECT c.credit_id, c.tenant_id, t.tonnage_co2e, te.token_id, te.token_version, te.event_position, te.leg,
      te.from_account_id, te.to_account_id, e.event_identity, e.block_height, e.block_hash, e.block_timestamp,
      e.transaction_hash, e.receipt_id, e.standard, e.version, e.event, e.data,
      coalesce(o.token_version, 0) AS told,
      credit.derive_id('event', contract, te.token_id || '/' || te.event_identity, e.block_timestamp) AS event_id
    FROM chain.tokens t
      JOIN credit.credits c ON c.near_contract_id = contract AND c.token_id = t.token_id
      LEFT JOIN credit.credit_ownership o ON o.credit_id = c.credit_id
      JOIN chain.token_events te ON te.near_contract_id = contract AND te.token_id = t.token_id
        AND te.token_version > CASE WHEN is_whole THEN 0 ELSE coalesce(o.token_version, 0) END
      JOIN chain.contract_events e ON e.event_identity = te.event_identity
    WHERE t.near_contract_id = contract AND t.token_id = ANY (known)
  ), transfers AS (
    INSERT INTO credit.credit_transfers (transfer_id, tenant_id, credit_id, event_identity, leg, from_account_id,
      to_account_id, tonnage_co2e, blockchain_tx_hash, blockchain_block_height, transferred_at, created_at)
    SELECT credit.derive_id('transfer', contract, token_id || '/' || event_identity, block_timestamp), tenant_id,
      credit_id, event_identity, leg, from_account_id, to_account_id, tonnage_co2e, transaction_hash, block_height,
      block_timestamp, block_timestamp
    FROM found WHERE leg IS NOT NULL ORDER BY event_position, token_id
    ON CONFLICT (event_identity, credit_id) DO NOTHING
  ), untold AS (
    SELECT *, CASE WHEN NOT is_whole THEN token_version ELSE row_number() OVER (
        PARTITION BY token_id ORDER BY token_version) + coalesce((SELECT max(k.aggregate_version)
      FROM eventing.event_keys k WHERE k.tenant_id = found.tenant_id AND k.aggregate_id = found.token_id), 0) END
      AS aggregate_version
    FROM found
    WHERE NOT is_whole OR NOT EXISTS (SELECT FROM eventing.event_keys k WHERE k.event_id = found.event_id)
  ), told AS (
    INSERT INTO eventing.event_store
      (event_id, event_type, aggregate_id, aggregate_version, tenant_id, payload, created_at)
    SELECT event_id, credit.event_type(event), token_id, aggregate_version, tenant_id,
      jsonb_build_object('near_contract_id', contract, 'token_id', token_id, 'event_identity', event_identity,
        'event_position', event_position, 'block_height', block_height::text, 'block_hash', block_hash,
        'receipt_id', receipt_id, 'transaction_hash', transaction_hash, 'standard', standard, 'version', version,
        'event', event, 'data', data),
      block_timestamp
    FROM untold ORDER BY event_position, token_id
    RETURNING event_id, tenant_id, event_type, payload, created_at
  )
  INSERT INTO eventing.outbox (event_id, tenant_id, event_type, payload, created_at)
  SELECT event_id, tenant_id, event_type, payload, created_at FROM told;

  INSERT INTO credit.credit_ownership AS o
    (credit_id, tenant_id, owner_account_id, owner_type, ended_at, updated_at, token_version)
  SELECT c.credit_id, c.tenant_id, t.owner_account_id, 'near', t.ended_at, coalesce(moved.at, t.minted_at), t.token_version
  FROM chain.tokens t
    JOIN credit.credits c ON c.near_contract_id = contract AND c.token_id = t.token_id
    LEFT JOIN LATERAL (
      SELECT e.block_timestamp AS at
      FROM chain.token_events te JOIN chain.contract_events e ON e.event_identity = te.event_identity
      WHERE te.near_contract_id = contract AND te.token_id = t.token_id AND te.leg IS NOT NULL
      ORDER BY te.token_version DESC LIMIT 1) AS moved ON true
  WHERE t.near_contract_id = contract AND t.token_id = ANY (known)
  ON CONFLICT (credit_id) DO UPDATE SET owner_account_id = excluded.owner_account_id, ended_at = excluded.ended_at,
    updated_at = excluded.updated_at, token_version = excluded.token_version,
    -- Whose books an account keeps is the tenant's word, and holds while the account does.
    owner_type = CASE WHEN o.owner_account_id = excluded.owner_account_id THEN o.owner_type ELSE 'near' END
  WHERE (o.owner_account_id, o.ended_at, o.updated_at, o.token_version)
    IS DISTINCT FROM (excluded.owner_account_id, excluded.ended_at, excluded.updated_at, excluded.token_version);
END $$;

-- Retirements with what the registry says of them, and what came from what.
CREATE FUNCTION credit.tell_retirements(contract text, known text[]) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO credit.retirements AS r (retirement_id, tenant_id, credit_id, token_id, tonnage_co2e, beneficiary,
    beneficiary_kind, beneficiary_commitment, retirement_reason, registry_confirmed, registry_confirmed_at,
    registry_retirement_id, registry_retired_on, attested_by, registry_refused_at, registry_refusal_reason,
    event_identity, blockchain_tx_hash, blockchain_receipt_id, blockchain_block_height, retired_at, created_at)
  SELECT credit.derive_id('retirement', contract, n.token_id || '/' || n.event_identity, n.retired_at), c.tenant_id,
    c.credit_id, n.token_id, n.tonnage_co2e,
    -- ADR 4: an individual is the commitment until it is revealed.
    coalesce(n.beneficiary, n.beneficiary_commitment), n.beneficiary_kind, n.beneficiary_commitment, n.reason,
    n.registry_outcome = 'confirmed', n.confirmed_at, n.registry_retirement_id, n.registry_retired_on, n.attested_by,
    CASE n.registry_outcome WHEN 'refused' THEN n.refused_at END,
    CASE n.registry_outcome WHEN 'refused' THEN n.refusal_reason END,
    n.event_identity, n.transaction_hash, n.receipt_id, n.block_height, n.retired_at, n.retired_at
  FROM chain.retirements n JOIN credit.credits c ON c.near_contract_id = contract AND c.token_id = n.token_id
  WHERE n.near_contract_id = contract AND n.token_id = ANY (known)
  ON CONFLICT (credit_id) DO UPDATE SET tonnage_co2e = excluded.tonnage_co2e, beneficiary = excluded.beneficiary,
    beneficiary_kind = excluded.beneficiary_kind, beneficiary_commitment = excluded.beneficiary_commitment,
    retirement_reason = excluded.retirement_reason, registry_confirmed = excluded.registry_confirmed,
    registry_confirmed_at = excluded.registry_confirmed_at, registry_retirement_id = excluded.registry_retirement_id,
    registry_retired_on = excluded.registry_retired_on, attested_by = excluded.attested_by,
    registry_refused_at = excluded.registry_refused_at, registry_refusal_reason = excluded.registry_refusal_reason,
    event_identity = excluded.event_identity, blockchain_tx_hash = excluded.blockchain_tx_hash,
    blockchain_receipt_id = excluded.blockchain_receipt_id, retired_at = excluded.retired_at,
    blockchain_block_height = excluded.blockchain_block_height
  WHERE (r.tonnage_co2e, r.beneficiary, r.beneficiary_kind, r.beneficiary_commitment, r.retirement_reason,
      r.registry_confirmed, r.registry_confirmed_at, r.registry_retirement_id, r.registry_retired_on, r.attested_by,
      r.registry_refused_at, r.registry_refusal_reason, r.event_identity, r.blockchain_tx_hash, r.blockchain_receipt_id,
      r.blockchain_block_height, r.retired_at)
    IS DISTINCT FROM (excluded.tonnage_co2e, excluded.beneficiary, excluded.beneficiary_kind,
      excluded.beneficiary_commitment, excluded.retirement_reason, excluded.registry_confirmed,
      excluded.registry_confirmed_at, excluded.registry_retirement_id, excluded.registry_retired_on,
      excluded.attested_by, excluded.registry_refused_at, excluded.registry_refusal_reason, excluded.event_identity,
      excluded.blockchain_tx_hash, excluded.blockchain_receipt_id, excluded.blockchain_block_height,
      excluded.retired_at);
END $$;

-- What a new credit came from: its parents, or the ended credit that it was issued in place of.
CREATE FUNCTION credit.tell_lineage(contract text, fresh text[]) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO credit.credit_lineage
    (credit_lineage_id, tenant_id, credit_id, parent_credit_id, lineage_type, created_at)
  SELECT credit.derive_id('lineage', contract, l.token_id || '/' || l.parent_token_id, c.minted_at), c.tenant_id,
    c.credit_id, p.credit_id, l.lineage_type, c.minted_at
  FROM (
    SELECT token_id, parent_token_id, lineage_type FROM chain.lineage
    WHERE near_contract_id = contract AND token_id = ANY (fresh)
    UNION ALL
    SELECT token_id, replaces, 'reissuance' FROM chain.tokens
    WHERE near_contract_id = contract AND token_id = ANY (fresh) AND replaces IS NOT NULL) AS l
    JOIN credit.credits c ON c.near_contract_id = contract AND c.token_id = l.token_id
    JOIN credit.credits p ON p.near_contract_id = contract AND p.token_id = l.parent_token_id
      AND p.tenant_id = c.tenant_id
  ORDER BY c.minted_at, c.credit_id, p.credit_id
  ON CONFLICT (credit_id, parent_credit_id) DO NOTHING;
END $$;

-- Makes these tokens' rows of a tenant what chain.* says, as far as a tenant knows their origin; answers how many it
-- knows. Running it again changes nothing. Whoever calls it holds the locks of their origins.
CREATE FUNCTION credit.attach_locked(contract text, token_ids text[], is_whole boolean) RETURNS integer
LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = 'force_generic_plan' AS $$
DECLARE
  known text[];
  fresh text[];
  changed text[];
  refused text[];
BEGIN
  SELECT array_agg(t.token_id), array_agg(t.token_id) FILTER (WHERE c.token_id IS NULL),
    array_agg(t.token_id) FILTER (WHERE is_whole OR c.token_id IS NULL
      OR coalesce(c.void_cause, c.status) IS DISTINCT FROM t.status
      OR EXISTS (SELECT FROM chain.token_events te WHERE te.near_contract_id = contract AND te.token_id = t.token_id
        AND te.token_version > o.token_version AND te.event IN ('credit_impair', 'credit_restore')))
  INTO known, fresh, changed
  FROM chain.tokens t
    JOIN hashing.mrv_hashes h ON h.mrv_hash = t.origin
    LEFT JOIN credit.credits c ON c.tenant_id = h.tenant_id AND c.mrv_hash = t.token_id
    LEFT JOIN credit.credit_ownership o ON o.credit_id = c.credit_id
    LEFT JOIN registry.global_hash_registry g ON g.mrv_hash = t.token_id
  WHERE t.near_contract_id = contract AND t.token_id = ANY (token_ids)
    -- A part's hash that another tenant took first, or a token of another contract, stays the chain's affair.
    AND (g.mrv_hash IS NULL OR g.first_seen_tenant_id = h.tenant_id)
    AND (c.near_contract_id IS NULL OR c.near_contract_id = contract);
  IF known IS NULL THEN
    RETURN 0;
  END IF;

  IF fresh IS NOT NULL THEN
    -- Before blocks are set free, or a birth beside a later end would depend on whether one batch holds both.
    refused := credit.refuse_serials(contract, fresh);
  END IF;
  IF changed IS NOT NULL THEN
    PERFORM credit.change_credits(contract, changed);
  END IF;
  IF fresh IS NOT NULL THEN
    PERFORM credit.bear_credits(contract, fresh, refused);
  END IF;
  PERFORM credit.tell_events(contract, known, is_whole);
  PERFORM credit.tell_retirements(contract, known);
  IF is_whole OR fresh IS NOT NULL THEN
    PERFORM credit.tell_lineage(contract, CASE WHEN is_whole THEN known ELSE fresh END);
  END IF;
  RETURN cardinality(known);
END $$;

-- The same with the locks. It runs as the owner, for it works for every tenant at once.
CREATE FUNCTION credit.attach_tokens(contract text, token_ids text[], is_whole boolean DEFAULT false) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET plan_cache_mode = 'force_generic_plan' AS $$
BEGIN
  PERFORM credit.lock_hashes(ARRAY(SELECT t.origin::text FROM chain.tokens t
    WHERE t.near_contract_id = contract AND t.token_id = ANY (token_ids)), false);
  RETURN credit.attach_locked(contract, token_ids, is_whole);
END $$;

REVOKE EXECUTE ON FUNCTION credit.lock_hashes(text[], boolean), credit.attach_locked(text, text[], boolean),
  credit.refuse_serials(text, text[]),
  credit.bear_credits(text, text[], text[]), credit.change_credits(text, text[]),
  credit.tell_events(text, text[], boolean), credit.tell_retirements(text, text[]), credit.tell_lineage(text, text[]),
  credit.attach_tokens(text, text[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION credit.attach_tokens(text, text[], boolean) TO dmrv_indexer;

-- What the owner's functions need, and nothing more: FORCE holds for the owner too.
SELECT app.open_to('dmrv_owner', t::regclass, 'attaching_writes', 'ALL') FROM unnest(ARRAY[
  'registry.global_hash_registry', 'registry.serial_blocks', 'registry.consents', 'credit.credits',
  'credit.credit_ownership', 'credit.credit_transfers', 'credit.retirements', 'credit.credit_lineage',
  'eventing.event_store', 'eventing.outbox']) AS t;
SELECT app.open_to('dmrv_owner', t::regclass, 'attaching_reads', 'SELECT') FROM unnest(ARRAY[
  'hashing.mrv_hashes', 'mrv.mrv_submissions', 'eventing.event_keys']) AS t;
