// Owns the routes by which a tenant keeps its API keys, and an operator those of any tenant; leaves the rows to core/db.

import type { Transaction } from 'kysely';
import { z } from 'zod';
import { type AccessKey, listKeys, revokeKey } from '../../core/db/access-keys.ts';
import { findTenant } from '../../core/db/tenants.ts';
import type { DB } from '../../core/db/types.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { assertGrants, makeKey } from '../callers/grant.ts';
import { offsetOf, paginationOf } from '../paging.ts';
import { type Context, defineRoute, type WhoMayCall } from '../route.ts';
import { apiKeyList, apiKeySchema, keysQuery, madeApiKeySchema, makeKeyBody } from '../schemas/keys.ts';
import { id } from '../schemas/shared.ts';
import { tenantParams } from '../schemas/tenants.ts';

const keyParams = z.strictObject({ api_key_id: id });
const tenantKeyParams = tenantParams.extend({ api_key_id: id });
const TAG = 'keys';

type Ground = Pick<Context<WhoMayCall, undefined, undefined, undefined>, 'transact' | 'now' | 'services'>;

export const apiKeyRoutes = {
  listApiKeys: defineRoute({
    method: 'GET',
    path: '/api/v1/api-keys',
    tag: TAG,
    summary: 'The API keys of the tenant, the newest first',
    callers: { tenant: 'api_keys:read' },
    query: keysQuery,
    answer: apiKeyList,
    handle: (context) => list(context, { tenant_id: context.caller.tenant_id, page: context.query }),
  }),
  createApiKey: defineRoute({
    method: 'POST',
    path: '/api/v1/api-keys',
    tag: TAG,
    summary: 'Make an API key that may do no more than the one it is made with',
    callers: { tenant: 'api_keys:write' },
    body: makeKeyBody,
    status: 201,
    answer: madeApiKeySchema,
    secret_answer: true,
    handle: async (context) => {
      const { caller, body } = context;
      assertGrants(caller.scopes, body.permissions);
      return make(context, { tenant_id: caller.tenant_id, wanted: body });
    },
  }),
  revokeApiKey: defineRoute({
    method: 'DELETE',
    path: '/api/v1/api-keys/{api_key_id}',
    tag: TAG,
    summary: 'Revoke an API key of the tenant',
    callers: { tenant: 'api_keys:write' },
    params: keyParams,
    answer: apiKeySchema,
    handle: (context) =>
      revoke(context, { tenant_id: context.caller.tenant_id, api_key_id: context.params.api_key_id }),
  }),
  listTenantApiKeys: defineRoute({
    method: 'GET',
    path: '/api/v1/tenants/{tenant_id}/api-keys',
    tag: TAG,
    summary: 'The API keys of a tenant, for operators',
    callers: { operator: 'api_keys:read' },
    params: tenantParams,
    query: keysQuery,
    answer: apiKeyList,
    handle: (context) => list(context, { tenant_id: context.params.tenant_id, page: context.query }),
  }),
  createTenantApiKey: defineRoute({
    method: 'POST',
    path: '/api/v1/tenants/{tenant_id}/api-keys',
    tag: TAG,
    summary: 'Make an API key for a tenant, such as its first',
    callers: { operator: 'api_keys:write' },
    params: tenantParams,
    body: makeKeyBody,
    status: 201,
    answer: madeApiKeySchema,
    secret_answer: true,
    handle: (context) => make(context, { tenant_id: context.params.tenant_id, wanted: context.body }),
  }),
  revokeTenantApiKey: defineRoute({
    method: 'DELETE',
    path: '/api/v1/tenants/{tenant_id}/api-keys/{api_key_id}',
    tag: TAG,
    summary: 'Revoke an API key of a tenant',
    callers: { operator: 'api_keys:write' },
    params: tenantKeyParams,
    answer: apiKeySchema,
    handle: (context) => revoke(context, context.params),
  }),
};

async function list(
  { transact }: Ground,
  about: { tenant_id: string; page: { page: number; page_size: number } },
) {
  const { tenant_id, page } = about;
  const { keys, total_count } = await transact(async (trx) => {
    await assertTenant(trx, tenant_id);
    return listKeys(trx, {
      owner: { kind: 'tenant', tenant_id },
      offset: offsetOf(page),
      limit: page.page_size,
    });
  });
  return { api_keys: keys.map(showApiKey), pagination: paginationOf({ ...page, total_count }) };
}

async function make(
  { transact, now }: Ground,
  about: { tenant_id: string; wanted: z.infer<typeof makeKeyBody> },
) {
  const { tenant_id, wanted } = about;
  return transact(async (trx) => {
    await assertTenant(trx, tenant_id);
    const { made, token } = await makeKey(trx, { owner: { kind: 'tenant', tenant_id }, wanted, now });
    return { api_key: showApiKey(made), key: token };
  });
}

async function revoke({ transact, now, services }: Ground, about: { tenant_id: string; api_key_id: string }) {
  const { tenant_id, api_key_id } = about;
  const revoked = await transact((trx) =>
    revokeKey(trx, { owner: { kind: 'tenant', tenant_id }, key_id: api_key_id, revoked_at: now }),
  );
  if (revoked === undefined) throw new DmrvError('NOT_FOUND', { facts: { what: 'API key', id: api_key_id } });
  services.forgetKey(api_key_id);
  return showApiKey(revoked);
}

async function assertTenant(trx: Transaction<DB>, tenant_id: string): Promise<void> {
  const found = await findTenant(trx, tenant_id);
  if (found === undefined) throw new DmrvError('NOT_FOUND', { facts: { what: 'tenant', id: tenant_id } });
}

function showApiKey({ key_id, tenant_id, registry_type: _type, registry_name: _name, ...rest }: AccessKey) {
  if (tenant_id === null) throw new Error(`The API key ${key_id} belongs to no tenant.`);
  return { api_key_id: key_id, tenant_id, ...rest };
}
