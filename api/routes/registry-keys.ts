// Owns the routes by which operators keep the keys of registries; leaves what a registry sees to row security.

import { z } from 'zod';
import { type AccessKey, listKeys, revokeKey } from '../../core/db/access-keys.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { makeKey } from '../callers/grant.ts';
import { offsetOf, paginationOf } from '../paging.ts';
import { defineRoute } from '../route.ts';
import {
  keysQuery,
  madeRegistryKeySchema,
  makeRegistryKeyBody,
  registryKeyList,
  registryKeySchema,
} from '../schemas/keys.ts';
import { id, registryType } from '../schemas/shared.ts';

const TAG = 'keys';
const ANY = { kind: 'registry' } as const;

export const registryKeyRoutes = {
  listRegistryKeys: defineRoute({
    method: 'GET',
    path: '/api/v1/registry-keys',
    tag: TAG,
    summary: 'The keys of the registries, the newest first',
    callers: { operator: 'registry_keys:read' },
    query: keysQuery.extend({ registry_type: registryType.optional() }),
    answer: registryKeyList,
    handle: async ({ query, transact }) => {
      const { registry_type } = query;
      const owner = registry_type === undefined ? ANY : { ...ANY, registry_type };
      const asked = { owner, offset: offsetOf(query), limit: query.page_size };
      const { keys, total_count } = await transact((trx) => listKeys(trx, asked));
      return { registry_keys: keys.map(show), pagination: paginationOf({ ...query, total_count }) };
    },
  }),
  createRegistryKey: defineRoute({
    method: 'POST',
    path: '/api/v1/registry-keys',
    tag: TAG,
    summary: 'Make a key for a registry, which sees what concerns it and nothing else',
    callers: { operator: 'registry_keys:write' },
    body: makeRegistryKeyBody,
    status: 201,
    answer: madeRegistryKeySchema,
    secret_answer: true,
    handle: async ({ body, transact, now }) => {
      const { registry_type, registry_name, ...wanted } = body;
      const owner = { ...ANY, registry_type, registry_name };
      const { made, token } = await transact((trx) => makeKey(trx, { owner, wanted, now }));
      return { registry_key: show(made), key: token };
    },
  }),
  revokeRegistryKey: defineRoute({
    method: 'DELETE',
    path: '/api/v1/registry-keys/{registry_key_id}',
    tag: TAG,
    summary: 'Revoke the key of a registry',
    callers: { operator: 'registry_keys:write' },
    params: z.strictObject({ registry_key_id: id }),
    answer: registryKeySchema,
    handle: async ({ params: { registry_key_id: key_id }, transact, now, services }) => {
      const revoked = await transact((trx) => revokeKey(trx, { owner: ANY, key_id, revoked_at: now }));
      if (revoked === undefined) {
        throw new DmrvError('NOT_FOUND', { facts: { what: 'registry key', id: key_id } });
      }
      services.forgetKey(key_id);
      return show(revoked);
    },
  }),
};

function show(row: AccessKey) {
  return registryKeySchema.parse({ ...row, registry_key_id: row.key_id });
}
