// Owns usual rows of tenants, plans, people, bills and webhooks; leaves inserting them to world.ts.

import { sql } from 'kysely';
import { chooseTenant, chooseUser, type Recipes, type World } from './world-kit.ts';

export const peopleRecipes: Recipes<
  | 'core.tenants'
  | 'core.subscription_plans'
  | 'core.features'
  | 'core.plan_entitlements'
  | 'core.tenant_plan_assignments'
  | 'core.tenant_feature_overrides'
  | 'core.tenant_api_keys'
  | 'core.tenant_registry_connections'
  | 'iam.users'
  | 'iam.roles'
  | 'iam.user_roles'
  | 'iam.invitations'
  | 'iam.mfa_factors'
  | 'iam.sessions'
  | 'billing.usage_ledger'
  | 'billing.invoices'
  | 'webhook.webhook_configurations'
  | 'webhook.webhook_deliveries'
> = {
  'core.tenants': ({ random }) => {
    const tenant_id = random.uuid();
    return { tenant_id, slug: `t-${tenant_id}`, name: `Tenant ${tenant_id.slice(0, 8)}` };
  },
  'core.subscription_plans': async (world) => ({
    plan_id: world.random.uuid(),
    plan_code: await firstFree(world, 'core.subscription_plans', 'plan_code', PLAN_CODES),
    name: 'A plan',
    description: 'What it gives',
  }),
  'core.features': ({ random }) => ({
    feature_key: `feature_${random.hash().slice(0, 16)}`,
    name: 'A feature',
    description: 'What it does',
    category: 'core',
  }),
  'core.plan_entitlements': async (world, given) => ({
    plan_id: given.plan_id ?? (await choosePlan(world)),
    feature_key: given.feature_key ?? (await world.make('core.features')).feature_key,
    enabled: true,
  }),
  'core.tenant_plan_assignments': async (world, given) => ({
    tenant_plan_assignment_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    plan_id: given.plan_id ?? (await choosePlan(world)),
    effective_from: '2026-01-01T00:00:00Z',
  }),
  'core.tenant_feature_overrides': async (world, given) => ({
    tenant_id: await chooseTenant(world, given),
    feature_key: given.feature_key ?? (await world.make('core.features')).feature_key,
    enabled: false,
  }),
  'core.tenant_api_keys': async (world, given) => ({
    api_key_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    name: 'A key',
    key_prefix: 'dmrv_abc',
    key_hash: world.random.hash(),
  }),
  'core.tenant_registry_connections': async (world, given) => ({
    tenant_registry_connection_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    registry_type: 'verra',
    credentials_ref: 'vault:verra',
  }),
  'iam.users': async (world, given) => {
    const user_id = world.random.uuid();
    return {
      user_id,
      tenant_id: await chooseTenant(world, given),
      email: `u-${user_id}@example.org`,
      display_name: 'A user',
      status: 'active',
    };
  },
  'iam.roles': async (world) => ({
    role_key: await firstFree(world, 'iam.roles', 'role_key', ROLE_KEYS),
    description: 'A role',
  }),
  'iam.user_roles': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      tenant_id,
      user_id: await chooseUser(world, { tenant_id, user_id: given.user_id }),
      role_key: given.role_key ?? (await chooseRole(world)),
    };
  },
  'iam.invitations': async (world, given) => ({
    invitation_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    email: 'guest@example.org',
    token_hash: world.random.hash(),
    expires_at: '2026-02-01T00:00:00Z',
  }),
  'iam.mfa_factors': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    const user_id = await chooseUser(world, { tenant_id, user_id: given.user_id });
    return { mfa_factor_id: world.random.uuid(), tenant_id, user_id, type: 'totp', secret_ref: 'vault:totp' };
  },
  'iam.sessions': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      session_id: world.random.uuid(),
      tenant_id,
      user_id: await chooseUser(world, { tenant_id, user_id: given.user_id }),
      refresh_token_hash: world.random.hash(),
      expires_at: '2026-02-01T00:00:00Z',
    };
  },
  'billing.usage_ledger': async (world, given) => ({
    usage_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    metric: 'credits_minted',
    quantity: '3',
    unit_price: '0.25',
    total_amount: '0.75',
    billing_period: '2026-01',
  }),
  'billing.invoices': async (world, given) => ({
    invoice_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    billing_period_start: '2026-01-01T00:00:00Z',
    billing_period_end: '2026-02-01T00:00:00Z',
    subtotal: '100.00',
    tax: '19.00',
    total: '119.00',
    currency: 'EUR',
  }),
  'webhook.webhook_configurations': async (world, given) => ({
    webhook_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    name: 'A webhook',
    endpoint_url: 'https://example.org/hook',
    secret: world.random.hash(),
    events: '["credit.minted.v1"]',
  }),
  'webhook.webhook_deliveries': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      delivery_id: world.random.uuid(),
      tenant_id,
      webhook_id:
        given.webhook_id ?? (await world.make('webhook.webhook_configurations', { tenant_id })).webhook_id,
      event_id: given.event_id ?? (await world.make('eventing.event_keys', { tenant_id })).event_id,
    };
  },
};

const PLAN_CODES = ['starter', 'professional', 'enterprise', 'custom'];
const ROLE_KEYS = ['tenant_admin', 'project_manager', 'mrv_analyst', 'verifier', 'viewer', 'api_user'];

// Plans and roles are few and fixed: a row that needs one takes one that stands, or makes the first.
async function choosePlan(world: World): Promise<string> {
  const found = await world.db.selectFrom('core.subscription_plans').select('plan_id').limit(1).execute();
  return found[0]?.plan_id ?? (await world.make('core.subscription_plans')).plan_id;
}

async function chooseRole(world: World): Promise<string> {
  const found = await world.db.selectFrom('iam.roles').select('role_key').limit(1).execute();
  return found[0]?.role_key ?? (await world.make('iam.roles')).role_key;
}

async function firstFree(world: World, table: string, column: string, all: string[]): Promise<string> {
  const { rows } = await sql<{ value: string }>`select v as value from unnest(${all}::text[]) as v
    where v not in (select ${sql.ref(column)} from ${sql.table(table)})`.execute(world.db);
  // When all are taken the first will do: the caller brings its own value, or the database says so.
  return rows[0]?.value ?? all[0] ?? '';
}
