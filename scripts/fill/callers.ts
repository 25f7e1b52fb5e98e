// Owns rows of keys, sessions, idempotency keys and operators' reads; leaves tenants and people to people.ts.

import type { Step } from './step.ts';

export const CALLER_STEPS: readonly Step[] = [
  {
    table: 'core.platform_keys',
    sql: `insert into core.platform_keys
        (platform_key_id, name, key_prefix, key_hash, permissions, created_at, updated_at)
      select pg_temp.fill_uuid('platform key', n, '2023-06-02Z'), 'Operator ' || n, 'dmrv_p_' || n,
        pg_temp.fill_hash('platform key', n), '["credits:read"]', '2023-06-02Z', '2023-06-02Z'
      from generate_series(1, 20) as n`,
  },
  {
    table: 'core.registry_keys',
    sql: `insert into core.registry_keys
        (registry_key_id, registry_type, name, key_prefix, key_hash, permissions, created_at, updated_at)
      select pg_temp.fill_uuid('registry key/' || r, n, '2023-06-02Z'), r, 'Officer ' || n, 'dmrv_r_' || n,
        pg_temp.fill_hash('registry key/' || r, n), '["credits:read"]', '2023-06-02Z', '2023-06-02Z'
      from unnest(array['verra', 'puro', 'isometric', 'gold_standard']) as r, generate_series(1, 5) as n`,
  },
  {
    table: 'core.holder_nonces',
    sql: `insert into core.holder_nonces (nonce, expires_at, used_at, created_at)
      select pg_temp.fill_hash('nonce', n), timestamptz '2025-06-30Z' + make_interval(secs => n),
        case when n % 3 > 0 then timestamptz '2025-06-30Z' end, '2025-06-30Z'
      from generate_series(1, 5000) as n`,
  },
  {
    table: 'core.holder_sessions',
    sql: `insert into core.holder_sessions
        (holder_session_id, account_id, public_key, token_hash, expires_at, created_at)
      select pg_temp.fill_uuid('holder session', n, '2025-06-30Z'), 'holder-' || n || '.near', 'ed25519:' || n,
        pg_temp.fill_hash('holder session', n), timestamptz '2025-06-30Z' + make_interval(secs => n), '2025-06-30Z'
      from generate_series(1, 5000) as n`,
  },
  {
    table: 'core.idempotency_keys',
    sql: `insert into core.idempotency_keys (idempotency_key_id, tenant_id, idempotency_key, operation, request_hash,
        status, answer, created_at, expires_at)
      select pg_temp.fill_uuid('idempotency key/' || tenant_no, n, '2025-06-29Z'), tenant_id, 'key-' || n,
        'createProject', pg_temp.fill_hash('idempotency key/' || tenant_no, n), 201, '{"project_id": "x"}',
        timestamptz '2025-06-29Z' + make_interval(secs => n * 37 + tenant_no),
        timestamptz '2025-06-30Z' + make_interval(secs => n * 37 + tenant_no)
      from fill_tenants, lateral generate_series(1, case when has_credits then 200 else 2 end) as n`,
  },
  {
    table: 'signing.keys',
    sql: `insert into signing.keys (public_key, account_id, last_nonce, created_at, updated_at)
      select 'ed25519:' || pg_temp.fill_near('signing key', n), 'minter.near', 1000000, '2023-06-02Z', '2023-06-02Z'
      from generate_series(1, 20) as n`,
  },
  {
    table: 'signing.transactions',
    sql: `insert into signing.transactions (transaction_id, tenant_id, purpose, account_id, public_key, nonce,
        contract_id, method, args, transaction_hash, signed_base64, valid_until_height, status, block_height,
        settled_at, created_at, updated_at)
      select pg_temp.fill_uuid('signed/' || tenant_no, n, '2025-06-29Z'), tenant_id,
        'mint:' || pg_temp.fill_hash('signed/' || tenant_no, n), 'minter.near',
        'ed25519:' || pg_temp.fill_near('signing key', 1 + n % 20), 1 + tenant_no * 1000 + n, 'dmrv.near', 'nft_mint',
        '{}', pg_temp.fill_near('signed/' || tenant_no, n), 'AA==', 86400,
        case when tenant_no = 0 and n <= 20 then 'signed' else 'succeeded' end,
        case when tenant_no = 0 and n <= 20 then null else n end,
        case when tenant_no = 0 and n <= 20 then null else timestamptz '2025-06-29Z' end, '2025-06-29Z', '2025-06-29Z'
      from fill_tenants, lateral generate_series(1, case when has_credits then 200 else 2 end) as n`,
  },
  {
    table: 'audit.operator_reads',
    sql: `insert into audit.operator_reads
        (operator_read_id, tenant_id, actor, request_id, operation, path, created_at)
      select pg_temp.fill_uuid('operator read/' || tenant_no, n, '2025-01-01Z'), tenant_id, 'platform_key:' || n % 20,
        'request-' || n, 'getTenant', '/api/v1/tenants/' || tenant_id,
        timestamptz '2025-01-01Z' + make_interval(mins => n * 61 + tenant_no)
      from fill_tenants, lateral generate_series(1, case when has_credits then 150 else 1 end) as n`,
  },
];
