// Owns the routes by which operators make, read and change tenants; leaves their keys to api-keys.ts.

import { findTenant, insertTenant, listTenants, updateTenant } from '../../core/db/tenants.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { offsetOf, paginationOf } from '../paging.ts';
import { defineRoute } from '../route.ts';
import {
  changeTenantBody,
  makeTenantBody,
  tenantList,
  tenantParams,
  tenantSchema,
  tenantsQuery,
} from '../schemas/tenants.ts';

const TAG = 'tenants';

export const tenantRoutes = {
  listTenants: defineRoute({
    method: 'GET',
    path: '/api/v1/tenants',
    tag: TAG,
    summary: 'The tenants, the newest first',
    callers: { operator: 'tenants:read' },
    query: tenantsQuery,
    answer: tenantList,
    handle: async ({ query, transact }) => {
      const { status } = query;
      const asked = { status, offset: offsetOf(query), limit: query.page_size };
      const { tenants, total_count } = await transact((trx) => listTenants(trx, asked));
      const filters = status === undefined ? {} : { filters: { status } };
      return { tenants: tenants.map(show), pagination: paginationOf({ ...query, total_count }), ...filters };
    },
  }),
  createTenant: defineRoute({
    method: 'POST',
    path: '/api/v1/tenants',
    tag: TAG,
    summary: 'Make a tenant',
    description: 'A slug that another tenant has is refused with CONFLICT.',
    callers: { operator: 'tenants:write' },
    body: makeTenantBody,
    status: 201,
    answer: tenantSchema,
    errors: ['CONFLICT'],
    handle: async ({ body, transact }) => show(await transact((trx) => insertTenant(trx, body))),
  }),
  getTenant: defineRoute({
    method: 'GET',
    path: '/api/v1/tenants/{tenant_id}',
    tag: TAG,
    summary: 'One tenant',
    callers: { operator: 'tenants:read' },
    params: tenantParams,
    answer: tenantSchema,
    handle: async ({ params: { tenant_id }, transact }) =>
      show(present(await transact((trx) => findTenant(trx, tenant_id)), tenant_id)),
  }),
  changeTenant: defineRoute({
    method: 'PATCH',
    path: '/api/v1/tenants/{tenant_id}',
    tag: TAG,
    summary: 'Change a tenant, or shut it out',
    description:
      'Keys of a suspended or churned tenant are refused, those of a restricted one may only read. It takes up to 5 s until every process knows.',
    callers: { operator: 'tenants:write' },
    params: tenantParams,
    body: changeTenantBody,
    answer: tenantSchema,
    handle: async ({ params: { tenant_id }, body: change, transact }) =>
      show(present(await transact((trx) => updateTenant(trx, { tenant_id, change })), tenant_id)),
  }),
};

type Row = NonNullable<Awaited<ReturnType<typeof findTenant>>>;

function present(found: Row | undefined, id: string): Row {
  if (found === undefined) throw new DmrvError('NOT_FOUND', { facts: { what: 'tenant', id } });
  return found;
}

function show(row: Row) {
  return tenantSchema.parse(row);
}
