// Owns cases of the rules of operators' and registries' keys, sessions and idempotency keys; leaves trying them to
// cases.spec.ts.

import { type Case, pairCase, rowCase } from './case.ts';
import { otherIsNamed } from './cases-shared.ts';

export const callerCases: Case[] = [
  ...(['core.platform_keys', 'core.registry_keys'] as const).flatMap((table) => {
    const name = table.slice('core.'.length);
    return [
      rowCase({
        table,
        constraint: `${name}_key_prefix_check`,
        rule: 'a key prefix has 1 to 32 lower-case letters, digits and underscores',
        accepted: ['a', 'dmrv_live', 'a'.repeat(32)].map((key_prefix) => ({ key_prefix })),
        refused: ['', 'A', 'a-b', 'a\n', 'a'.repeat(33)].map((key_prefix) => ({ key_prefix })),
      }),
      pairCase({
        table,
        constraint: `${name}_key_hash_key`,
        rule: 'a key is one key, also when it is revoked',
        accepted: (_, { random }) => [{ key_hash: random.hash() }],
        refused: ({ key_hash }) => [{ key_hash }, { key_hash, revoked_at: '2026-03-01T00:00:00Z' }],
      }),
    ];
  }),
  otherIsNamed('core.registry_keys', 'registry_keys_other_is_named'),
  pairCase({
    table: 'core.holder_sessions',
    constraint: 'holder_sessions_token_hash_key',
    rule: 'a token opens one session',
    accepted: (_, { random }) => [{ token_hash: random.hash() }],
    refused: ({ token_hash }) => [{ token_hash }, { token_hash, account_id: 'bob.near' }],
  }),
  pairCase({
    table: 'core.idempotency_keys',
    constraint: 'idempotency_keys_once',
    rule: 'a tenant has an idempotency key once, and so have the operators together',
    accepted: ({ tenant_id, idempotency_key }) => [
      { tenant_id, idempotency_key: 'another' },
      { idempotency_key },
      { tenant_id: null, idempotency_key },
    ],
    refused: ({ tenant_id, idempotency_key }) => [
      { tenant_id, idempotency_key },
      { tenant_id, idempotency_key, operation: 'another' },
    ],
  }),
];
