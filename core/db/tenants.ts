// Owns the rows of tenants as operators make and read them; leaves plans and people to their own files.

import type { Selectable, Transaction } from 'kysely';
import type { DB } from './types.ts';

export type Tenant = Selectable<DB['core.tenants']>;

const COLUMNS = ['tenant_id', 'slug', 'name', 'status', 'region', 'created_at', 'updated_at'] as const;

export type NewTenant = { slug: string; name: string; region?: string | undefined };

export async function insertTenant(trx: Transaction<DB>, tenant: NewTenant): Promise<Tenant> {
  const { slug, name, region = null } = tenant;
  return trx
    .insertInto('core.tenants')
    .values({ slug, name, region })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

export async function findTenant(trx: Transaction<DB>, tenant_id: string): Promise<Tenant | undefined> {
  return trx.selectFrom('core.tenants').select(COLUMNS).where('tenant_id', '=', tenant_id).executeTakeFirst();
}

export async function findTenantBySlug(trx: Transaction<DB>, slug: string): Promise<Tenant | undefined> {
  return trx.selectFrom('core.tenants').select(COLUMNS).where('slug', '=', slug).executeTakeFirst();
}

export type TenantChange = {
  name?: string | undefined;
  status?: string | undefined;
  region?: string | undefined;
};

export async function updateTenant(
  trx: Transaction<DB>,
  about: { tenant_id: string; change: TenantChange },
): Promise<Tenant | undefined> {
  return trx
    .updateTable('core.tenants')
    .set(about.change)
    .where('tenant_id', '=', about.tenant_id)
    .returning(COLUMNS)
    .executeTakeFirst();
}

export async function listTenants(
  trx: Transaction<DB>,
  about: { status?: readonly string[] | undefined; offset: number; limit: number },
): Promise<{ tenants: Tenant[]; total_count: number }> {
  const { status, offset, limit } = about;
  const chosen = trx
    .selectFrom('core.tenants')
    .$if(status !== undefined, (query) => query.where('status', 'in', [...(status ?? [])]));
  const tenants = await chosen
    .select(COLUMNS)
    .orderBy('created_at', 'desc')
    .orderBy('tenant_id', 'desc')
    .offset(offset)
    .limit(limit)
    .execute();
  const counted = await chosen.select((eb) => eb.fn.countAll<string>().as('total')).executeTakeFirstOrThrow();
  return { tenants, total_count: Number(counted.total) };
}
