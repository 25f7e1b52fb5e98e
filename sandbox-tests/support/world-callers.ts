// Owns usual rows of keys, sessions, idempotency keys and the record of operators; leaves inserting them to world.ts.

import { chooseTenant, type Recipes } from './world-kit.ts';

const LATER = '2026-02-01T00:00:00Z';

export const callerRecipes: Recipes<
  | 'core.platform_keys'
  | 'core.registry_keys'
  | 'core.holder_nonces'
  | 'core.holder_sessions'
  | 'core.idempotency_keys'
  | 'audit.operator_reads'
> = {
  'core.platform_keys': ({ random }) => ({
    platform_key_id: random.uuid(),
    name: 'A key',
    key_prefix: 'dmrv_p_abc',
    key_hash: random.hash(),
  }),
  'core.registry_keys': ({ random }) => ({
    registry_key_id: random.uuid(),
    registry_type: 'verra',
    name: 'A key',
    key_prefix: 'dmrv_r_abc',
    key_hash: random.hash(),
  }),
  'core.holder_nonces': ({ random }) => ({ nonce: random.hash(), expires_at: LATER }),
  'core.holder_sessions': ({ random }) => ({
    holder_session_id: random.uuid(),
    account_id: 'alice.near',
    public_key: `ed25519:${random.nearHash()}`,
    token_hash: random.hash(),
    expires_at: LATER,
  }),
  'core.idempotency_keys': async (world, given) => ({
    idempotency_key_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    idempotency_key: world.random.uuid(),
    operation: 'createProject',
    request_hash: world.random.hash(),
    status: 201,
    answer: '{}',
    expires_at: LATER,
  }),
  'audit.operator_reads': async (world, given) => ({
    operator_read_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    actor: 'platform_key:test',
    request_id: world.random.uuid(),
    operation: 'getTenant',
    path: '/api/v1/tenants',
  }),
};
