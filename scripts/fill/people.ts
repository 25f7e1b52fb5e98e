// Owns the rows that stand before any evidence: catalogue, tenants, people, projects; leaves evidence to evidence.ts.
import type { Step } from './step.ts';

const CATALOGUE: readonly Step[] = [
  {
    table: 'core.subscription_plans',
    sql: `insert into core.subscription_plans (plan_id, plan_code, name, description, created_at, updated_at)
      select pg_temp.fill_uuid('plan', o, '2023-05-01Z'), code, initcap(code), 'A plan', '2023-05-01Z', '2023-05-01Z'
      from unnest(array['starter', 'professional', 'enterprise', 'custom']) with ordinality as k (code, o)
      on conflict (plan_code) do nothing`,
  },
  {
    table: 'core.features',
    sql: `insert into core.features (feature_key, name, description, category, created_at)
      select 'feature_' || lpad(n::text, 3, '0'), 'Feature ' || n, 'What it gives',
        (array['core', 'enterprise', 'integration', 'advanced'])[n % 4 + 1], '2023-05-01Z'
      from generate_series(1, 400) as n on conflict do nothing`,
  },
  {
    table: 'core.plan_entitlements',
    sql: `insert into core.plan_entitlements (plan_id, feature_key, enabled, created_at)
      select plan_id, feature_key, true, '2023-05-01Z' from core.subscription_plans cross join core.features on conflict do nothing`,
  },
  {
    table: 'iam.roles',
    sql: `insert into iam.roles (role_key, description)
      select key, 'A role' from unnest(array['tenant_admin', 'project_manager', 'mrv_analyst', 'verifier', 'viewer',
        'api_user']) as key on conflict do nothing`,
  },
  {
    table: 'project.methodologies',
    sql: `insert into project.methodologies (methodology_id, code, version, name, created_at, updated_at)
      select pg_temp.fill_uuid('methodology', n, '2023-05-01Z'), 'FILL-' || lpad(n::text, 3, '0'), 'v1.' || n % 3,
        'Methodology ' || n, '2023-05-01Z', '2023-05-01Z' from generate_series(1, 400) as n on conflict do nothing`,
  },
  {
    table: 'registry.requirements',
    sql: `insert into registry.requirements (requirement_id, registry_type, methodology_code, methodology_version,
        required_fields, required_evidence_types, created_at, updated_at)
      select pg_temp.fill_uuid('requirement/' || r || '/' || m.code, 0, '2023-05-01Z'), r, m.code, m.version, '["gross_removal", "baseline_emissions"]', '["sensor_data", "monitoring_report"]',
        '2023-05-01Z', '2023-05-01Z'
      from project.methodologies m cross join unnest(array['verra', 'puro', 'isometric', 'gold_standard']) as r
      where m.code like 'FILL-%' on conflict do nothing`,
  },
];

const TENANTS: readonly Step[] = [
  {
    table: 'core.tenants',
    sql: `insert into core.tenants (tenant_id, slug, name, status, region, created_at, updated_at)
      select tenant_id, 'tenant-' || tenant_no, 'Tenant ' || tenant_no,
        case when has_credits then 'active' else (array['active', 'grace_period', 'suspended', 'churned'])[tenant_no % 4 + 1] end,
        'fill-' || current_setting('fill.credits'), '2023-06-01Z', '2023-06-01Z'
      from fill_tenants`,
  },
  {
    table: 'core.tenant_plan_assignments',
    sql: `insert into core.tenant_plan_assignments
        (tenant_plan_assignment_id, tenant_id, plan_id, effective_from, effective_to, created_at, updated_at)
      select pg_temp.fill_uuid('assignment/' || t.tenant_no, n, '2023-06-01Z'), t.tenant_id, p.plan_id,
        timestamptz '2023-06-01Z' + n * interval '90 days',
        case when n < 3 then timestamptz '2023-06-01Z' + (n + 1) * interval '90 days' end, '2023-06-01Z', '2023-06-01Z'
      from fill_tenants t, generate_series(0, 3) as n join lateral (
        select plan_id from core.subscription_plans order by plan_code offset n limit 1) as p on true`,
  },
  {
    table: 'core.tenant_feature_overrides',
    sql: `insert into core.tenant_feature_overrides
        (tenant_id, feature_key, enabled, override_reason, created_at, updated_at)
      select tenant_id, 'feature_' || lpad((1 + (tenant_no + n) % 400)::text, 3, '0'), n = 0, 'agreed', '2023-06-01Z',
        '2023-06-01Z' from fill_tenants, generate_series(0, 1) as n`,
  },
  {
    table: 'core.tenant_api_keys',
    sql: `insert into core.tenant_api_keys
        (api_key_id, tenant_id, name, key_prefix, key_hash, revoked_at, created_at, updated_at)
      select pg_temp.fill_uuid('api key/' || tenant_no, n, '2023-06-02Z'), tenant_id, 'Key ' || n, 'dmrv_' || n,
        pg_temp.fill_hash('api key/' || tenant_no, n), case when n % 4 = 3 then timestamptz '2024-01-01Z' end,
        '2023-06-02Z', '2023-06-02Z'
      from fill_tenants, lateral generate_series(1, case when has_credits then 20 else 2 end) as n`,
  },
  {
    table: 'core.tenant_registry_connections',
    sql: `insert into core.tenant_registry_connections (tenant_registry_connection_id, tenant_id, registry_type,
        credentials_ref, status, created_at, updated_at)
      select pg_temp.fill_uuid('connection/' || tenant_no, o, '2023-06-02Z'), tenant_id, r, 'vault:' || r, 'active',
        '2023-06-02Z', '2023-06-02Z'
      from fill_tenants cross join unnest(array['verra', 'puro', 'isometric', 'gold_standard'])
        with ordinality as k (r, o)`,
  },
  {
    table: 'iam.users',
    sql: `insert into iam.users (user_id, tenant_id, email, display_name, status, password_hash, created_at, updated_at)
      select pg_temp.fill_uuid('user/' || tenant_no, n, '2023-06-03Z'), tenant_id,
        'user-' || n || '@tenant-' || tenant_no || '.example', 'User ' || n,
        case when n % 10 = 9 then 'invited' else 'active' end, pg_temp.fill_hash('password/' || tenant_no, n),
        '2023-06-03Z', '2023-06-03Z'
      from fill_tenants, lateral generate_series(0, users - 1) as n`,
  },
];

const PEOPLE: readonly Step[] = [
  {
    table: 'iam.user_roles',
    sql: `insert into iam.user_roles (tenant_id, user_id, role_key, created_at)
      select tenant_id, pg_temp.fill_uuid('user/' || tenant_no, n, '2023-06-03Z'), case when n % 50 = 49 then 'api_user'
        else (array['verifier', 'project_manager', 'tenant_admin', 'viewer', 'mrv_analyst', 'viewer'])[n % 6 + 1] end,
        '2023-06-03Z'
      from fill_tenants, lateral generate_series(0, users - 1) as n`,
  },
  {
    table: 'iam.invitations',
    sql: `insert into iam.invitations (invitation_id, tenant_id, email, invited_by_user_id, token_hash, expires_at,
        accepted_at, created_at, updated_at)
      select pg_temp.fill_uuid('invitation/' || tenant_no, n, '2023-06-04Z'), tenant_id,
        'guest-' || n || '@tenant-' || tenant_no || '.example', pg_temp.fill_uuid('user/' || tenant_no, 0, '2023-06-03Z'),
        pg_temp.fill_hash('invitation/' || tenant_no, n), '2023-06-11Z',
        case when n % 2 = 0 then timestamptz '2023-06-05Z' end, '2023-06-04Z', '2023-06-04Z'
      from fill_tenants, lateral generate_series(0, users - 1) as n`,
  },
  {
    table: 'iam.mfa_factors',
    sql: `insert into iam.mfa_factors (mfa_factor_id, tenant_id, user_id, type, secret_ref, enabled, created_at, updated_at)
      select pg_temp.fill_uuid('mfa/' || tenant_no, n, '2023-06-04Z'), tenant_id,
        pg_temp.fill_uuid('user/' || tenant_no, n, '2023-06-03Z'), 'totp', 'vault:totp', n % 2 = 0, '2023-06-04Z', '2023-06-04Z'
      from fill_tenants, lateral generate_series(0, users - 1) as n`,
  },
  {
    table: 'iam.sessions',
    sql: `insert into iam.sessions (session_id, tenant_id, user_id, refresh_token_hash, expires_at, revoked_at,
        created_at, updated_at)
      select pg_temp.fill_uuid('session/' || tenant_no || '/' || n, m, '2023-06-05Z'), tenant_id,
        pg_temp.fill_uuid('user/' || tenant_no, n, '2023-06-03Z'),
        pg_temp.fill_hash('session/' || tenant_no || '/' || n, m), '2023-07-05Z',
        case when m > 0 then timestamptz '2023-06-06Z' end, '2023-06-05Z', '2023-06-05Z'
      from fill_tenants, lateral generate_series(0, users - 1) as n, generate_series(0, 2) as m`,
  },
  {
    table: 'webhook.webhook_configurations',
    sql: `insert into webhook.webhook_configurations
        (webhook_id, tenant_id, name, endpoint_url, secret, events, active, created_at, updated_at)
      select pg_temp.fill_uuid('webhook/' || tenant_no, n, '2023-06-05Z'), tenant_id, 'Webhook ' || n,
        'https://tenant-' || tenant_no || '.example/hook/' || n, pg_temp.fill_hash('webhook/' || tenant_no, n),
        '["credit.minted.v1"]', n = 0, '2023-06-05Z', '2023-06-05Z' from fill_tenants, generate_series(0, 1) as n`,
  },
  {
    table: 'billing.invoices',
    sql: `insert into billing.invoices (invoice_id, tenant_id, billing_period_start, billing_period_end, subtotal, tax,
        total, currency, status, issued_at, due_at, paid_at, created_at, updated_at)
      select pg_temp.fill_uuid('invoice/' || tenant_no, n, '2024-01-01Z'), tenant_id,
        date '2024-01-01' + make_interval(months => n), date '2024-02-01' + make_interval(months => n), 100 + n, 19,
        119 + n, 'EUR', case when n % 8 = 7 then 'issued' else 'paid' end, '2024-02-02Z', '2024-03-01Z',
        case when n % 8 <> 7 then timestamptz '2024-02-20Z' end, '2024-02-02Z', '2024-02-02Z'
      from fill_tenants, lateral generate_series(0, case when has_credits then 23 else 1 end) as n`,
  },
];

const PROJECTS: readonly Step[] = [
  {
    table: 'project.projects',
    sql: `insert into project.projects (project_id, tenant_id, name, project_type, location, host_country,
        target_registry, target_registry_name, methodology_id, status, metadata, created_at, updated_at)
      select project_id, tenant_id, 'Project ' || tenant_no || '/' || project_no,
        (array['forestry', 'soil_carbon', 'dac', 'beccs'])[project_no % 4 + 1],
        jsonb_build_object('lat', project_no % 90, 'lon', project_no % 180, 'country', 'KE'), 'KE',
        case when has_submissions or project_no % 2 = 0 then registry_type end,
        case when has_submissions or project_no % 2 = 0 then registry_name end,
        pg_temp.fill_uuid('methodology', 1 + registry_draw, '2023-05-01Z'),
        case when has_submissions then 'active' else (array['setup', 'data_collection', 'computed'])[project_no % 3 + 1] end,
        jsonb_build_object('area_ha', 100 + project_no % 5000),
        timestamptz '2023-07-01Z' + make_interval(mins => tenant_no * 7 + project_no % 100000), '2023-12-01Z'
      from fill_projects`,
  },
  {
    table: 'project.project_members',
    sql: `insert into project.project_members (tenant_id, project_id, user_id, role, created_at)
      select p.tenant_id, p.project_id,
        pg_temp.fill_uuid('user/' || tenant_no, (p.project_no * 3 + n) % t.users, '2023-06-03Z'),
        (array['owner', 'manager', 'contributor'])[n + 1], '2023-07-02Z'
      from fill_projects p join fill_tenants t using (tenant_no), generate_series(0, 2) as n`,
  },
  {
    table: 'credit.buffer_pools',
    sql: `insert into credit.buffer_pools
        (buffer_pool_id, tenant_id, scope, project_id, buffer_rate, created_at, updated_at)
      select pg_temp.fill_uuid('pool/' || tenant_no, project_no, '2023-07-02Z'), tenant_id, 'project', project_id, 0.1,
        '2023-07-02Z', '2023-07-02Z' from fill_projects where has_submissions`,
  },
];

export const PEOPLE_STEPS: readonly Step[] = [...CATALOGUE, ...TENANTS, ...PEOPLE, ...PROJECTS];
