// Owns the routes by which operators keep their own keys; leaves the first one to scripts/api-key.ts.

import { z } from 'zod';
import { type AccessKey, listKeys, revokeKey } from '../../core/db/access-keys.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { assertGrants, makeKey } from '../callers/grant.ts';
import { offsetOf, paginationOf } from '../paging.ts';
import { defineRoute } from '../route.ts';
import {
  keysQuery,
  madePlatformKeySchema,
  makeKeyBody,
  platformKeyList,
  platformKeySchema,
} from '../schemas/keys.ts';
import { id } from '../schemas/shared.ts';

const TAG = 'keys';
const OWNER = { kind: 'operator' } as const;

export const platformKeyRoutes = {
  listPlatformKeys: defineRoute({
    method: 'GET',
    path: '/api/v1/platform-keys',
    tag: TAG,
    summary: 'The keys of the operators, the newest first',
    callers: { operator: 'api_keys:read' },
    query: keysQuery,
    answer: platformKeyList,
    handle: async ({ query, transact }) => {
      const asked = { owner: OWNER, offset: offsetOf(query), limit: query.page_size };
      const { keys, total_count } = await transact((trx) => listKeys(trx, asked));
      return { platform_keys: keys.map(show), pagination: paginationOf({ ...query, total_count }) };
    },
  }),
  createPlatformKey: defineRoute({
    method: 'POST',
    path: '/api/v1/platform-keys',
    tag: TAG,
    summary: 'Make a key for an operator that may do no more than the one it is made with',
    callers: { operator: 'api_keys:write' },
    body: makeKeyBody,
    status: 201,
    answer: madePlatformKeySchema,
    secret_answer: true,
    handle: async ({ caller, body, transact, now }) => {
      assertGrants(caller.scopes, body.permissions);
      const { made, token } = await transact((trx) => makeKey(trx, { owner: OWNER, wanted: body, now }));
      return { platform_key: show(made), key: token };
    },
  }),
  revokePlatformKey: defineRoute({
    method: 'DELETE',
    path: '/api/v1/platform-keys/{platform_key_id}',
    tag: TAG,
    summary: 'Revoke the key of an operator',
    callers: { operator: 'api_keys:write' },
    params: z.strictObject({ platform_key_id: id }),
    answer: platformKeySchema,
    handle: async ({ params: { platform_key_id: key_id }, transact, now, services }) => {
      const revoked = await transact((trx) => revokeKey(trx, { owner: OWNER, key_id, revoked_at: now }));
      if (revoked === undefined) {
        throw new DmrvError('NOT_FOUND', { facts: { what: 'platform key', id: key_id } });
      }
      services.forgetKey(key_id);
      return show(revoked);
    },
  }),
};

function show(row: AccessKey) {
  return platformKeySchema.parse({ ...row, platform_key_id: row.key_id });
}
