// Owns the demo tenant, its people and one project; leaves credits to the parts that mint them.

import type pg from 'pg';
import { runAs } from '../../core/db/identity.ts';

/** Fixed, so that a second seed finds the first one's rows, and links in docs keep working. */
export const DEMO_TENANT_ID = '0194d3a0-0000-7000-8000-00000000d301';
const DEMO_ADMIN_ID = '0194d3a0-0000-7000-8000-00000000d302';
const DEMO_VERIFIER_ID = '0194d3a0-0000-7000-8000-00000000d303';
const DEMO_PROJECT_ID = '0194d3a0-0000-7000-8000-00000000d304';
const DEMO_PLAN_SINCE = '2026-01-01T00:00:00Z';

const USERS = [
  {
    user_id: DEMO_ADMIN_ID,
    email: 'admin@demo.example',
    display_name: 'Demo Admin',
    role_key: 'tenant_admin',
  },
  {
    user_id: DEMO_VERIFIER_ID,
    email: 'verifier@demo.example',
    display_name: 'Demo Verifier',
    role_key: 'verifier',
  },
] as const;

/** `app` is a pool of the app's login: the demo is written as any tenant's rows are, under row security. */
export async function seedDemo(app: pg.Pool): Promise<{ tenant_id: string; created: boolean }> {
  const tenant_id = DEMO_TENANT_ID;
  const identity = { kind: 'tenant', tenant_id, actor: 'seed' } as const;
  const created = await runAs(app, { identity }, async (trx) => {
    const tenant = await trx
      .insertInto('core.tenants')
      .values({ tenant_id, slug: 'demo', name: 'Demo Carbon Ltd' })
      .onConflict((oc) => oc.column('tenant_id').doNothing())
      .executeTakeFirstOrThrow();
    if (tenant.numInsertedOrUpdatedRows === 0n) return false;
    const { plan_id } = await trx
      .selectFrom('core.subscription_plans')
      .select('plan_id')
      .where('plan_code', '=', 'professional')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('core.tenant_plan_assignments')
      .values({ tenant_id, plan_id, effective_from: DEMO_PLAN_SINCE })
      .execute();
    for (const { role_key, ...user } of USERS) {
      await trx
        .insertInto('iam.users')
        .values({ ...user, tenant_id, status: 'active' })
        .execute();
      await trx.insertInto('iam.user_roles').values({ tenant_id, user_id: user.user_id, role_key }).execute();
    }
    const { methodology_id } = await trx
      .selectFrom('project.methodologies')
      .select('methodology_id')
      .where('code', '=', 'VM0044')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('project.projects')
      .values({
        project_id: DEMO_PROJECT_ID,
        tenant_id,
        name: 'Coffee husk biochar, Huila',
        project_type: 'biochar',
        location: JSON.stringify({ lat: 2.5359, lon: -75.5277, country: 'CO' }),
        host_country: 'CO',
        target_registry: 'verra',
        methodology_id,
      })
      .execute();
    await trx
      .insertInto('project.project_members')
      .values({ tenant_id, project_id: DEMO_PROJECT_ID, user_id: DEMO_ADMIN_ID, role: 'owner' })
      .execute();
    return true;
  });
  return { tenant_id, created };
}
