// Owns the shapes of tenants; leaves their keys to keys.ts.

import { z } from 'zod';
import { anyOf, id, listOf, name, pageQuery, timestamp } from './shared.ts';

const STATUSES = ['active', 'grace_period', 'restricted', 'suspended', 'churned'] as const;

const slug = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const region = z.string().regex(/^[a-z0-9-]{1,64}$/);

export const tenantSchema = z
  .object({
    tenant_id: id,
    slug,
    name,
    status: z.enum(STATUSES),
    region: z.string().nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Tenant' });

export const makeTenantBody = z.strictObject({ slug, name, region: region.optional() });

export const changeTenantBody = z
  .strictObject({ name: name.optional(), status: z.enum(STATUSES).optional(), region: region.optional() })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change');

export const tenantParams = z.strictObject({ tenant_id: id });

export const tenantsQuery = z.strictObject({
  page: pageQuery.page,
  page_size: pageQuery.page_size,
  status: anyOf(STATUSES),
});

export const tenantList = listOf('tenants', tenantSchema);
