// Owns cases of the rules of tenants, plans, people, bills and webhooks; leaves trying them to cases.spec.ts.

import { type Case, pairCase, rowCase } from './case.ts';
import { otherIsNamed } from './cases-shared.ts';

const LATER = '2026-03-01T00:00:00Z';

export const peopleCases: Case[] = [
  rowCase({
    table: 'core.tenants',
    constraint: 'tenants_slug_check',
    rule: 'a slug has 1 to 63 lower-case letters, digits and inner hyphens',
    accepted: [{ slug: 'a' }, { slug: '0-9' }, { slug: 'a'.repeat(63) }],
    refused: ['', '-a', 'a-', 'A', 'a_b', 'a b', 'a\n', 'ä', 'a'.repeat(64)].map((slug) => ({ slug })),
  }),
  pairCase({
    table: 'core.tenants',
    constraint: 'tenants_slug_key',
    rule: 'a slug belongs to one tenant',
    accepted: ({ slug }) => [{ slug: `${slug}-2` }],
    refused: ({ slug }) => [{ slug }],
  }),
  rowCase({
    table: 'core.features',
    constraint: 'features_feature_key_check',
    rule: 'a feature key has 1 to 63 lower-case letters, digits and underscores, a letter first',
    accepted: ['a', 'a_1', 'a'.repeat(63)].map((feature_key) => ({ feature_key })),
    refused: ['', '1a', '_a', 'A', 'a-b', 'a\n', 'a'.repeat(64)].map((feature_key) => ({ feature_key })),
  }),
  pairCase({
    table: 'core.subscription_plans',
    constraint: 'subscription_plans_plan_code_key',
    rule: 'a plan code names one plan',
    first: { plan_code: 'starter' },
    accepted: () => [{ plan_code: 'custom' }],
    refused: () => [{ plan_code: 'starter' }],
  }),
  rowCase({
    table: 'core.tenant_api_keys',
    constraint: 'tenant_api_keys_key_prefix_check',
    rule: 'a key prefix has 1 to 32 lower-case letters, digits and underscores',
    accepted: ['a', 'dmrv_live', 'a'.repeat(32)].map((key_prefix) => ({ key_prefix })),
    refused: ['', 'A', 'a-b', 'a\n', 'a'.repeat(33)].map((key_prefix) => ({ key_prefix })),
  }),
  pairCase({
    table: 'core.tenant_api_keys',
    constraint: 'idx_tenant_api_keys_hash',
    rule: 'a key that is not revoked opens one tenant',
    accepted: ({ key_hash }, { random }) => [{ key_hash, revoked_at: LATER }, { key_hash: random.hash() }],
    refused: ({ key_hash, tenant_id }) => [{ key_hash }, { key_hash, tenant_id }],
  }),
  rowCase({
    table: 'core.tenant_plan_assignments',
    constraint: 'tenant_plan_assignments_period_check',
    rule: 'a plan ends after it begins',
    accepted: [{ effective_to: null }, { effective_to: '2026-01-01T00:00:00.000001Z' }],
    refused: [{ effective_to: '2026-01-01T00:00:00Z' }, { effective_to: '2025-12-31T00:00:00Z' }],
  }),
  pairCase({
    table: 'core.tenant_plan_assignments',
    constraint: 'tenant_plan_assignments_one_at_a_time',
    rule: 'a tenant has one plan at a time',
    first: { effective_from: '2026-01-01T00:00:00Z', effective_to: '2026-02-01T00:00:00Z' },
    accepted: ({ tenant_id }) => [
      { tenant_id, effective_from: '2026-02-01T00:00:00Z' },
      { tenant_id, effective_from: '2025-01-01T00:00:00Z', effective_to: '2026-01-01T00:00:00Z' },
      { effective_from: '2026-01-15T00:00:00Z' },
    ],
    refused: ({ tenant_id }) => [
      { tenant_id, effective_from: '2026-01-31T23:59:59Z' },
      { tenant_id, effective_from: '2025-01-01T00:00:00Z' },
      { tenant_id, effective_from: '2025-01-01T00:00:00Z', effective_to: '2026-01-01T00:00:01Z' },
    ],
  }),
  otherIsNamed('core.tenant_registry_connections', 'tenant_registry_connections_other_is_named'),
  pairCase({
    table: 'core.tenant_registry_connections',
    constraint: 'tenant_registry_connections_once',
    rule: 'a tenant connects to a registry once',
    accepted: ({ tenant_id, registry_type }) => [
      { registry_type },
      { tenant_id, registry_type: 'puro' },
      { tenant_id, registry_type: 'other', registry_name: 'A' },
    ],
    refused: ({ tenant_id, registry_type }) => [{ tenant_id, registry_type }],
  }),
  pairCase({
    table: 'core.tenant_registry_connections',
    constraint: 'tenant_registry_connections_once',
    rule: 'other registries are told apart by their name',
    first: { registry_type: 'other', registry_name: 'A' },
    accepted: ({ tenant_id }) => [{ tenant_id, registry_type: 'other', registry_name: 'B' }],
    refused: ({ tenant_id }) => [{ tenant_id, registry_type: 'other', registry_name: 'A' }],
  }),
  rowCase({
    table: 'iam.users',
    constraint: 'users_email_check',
    rule: 'an address has 3 to 320 characters and an @ that is not its first',
    accepted: ['a@b', `${'a'.repeat(318)}@b`].map((email) => ({ email })),
    refused: ['a@', '@ab', 'abc', '', `${'a'.repeat(319)}@b`].map((email) => ({ email })),
  }),
  pairCase({
    table: 'iam.users',
    constraint: 'users_tenant_id_email_key',
    rule: 'an address, in whatever case, belongs to one user of a tenant',
    accepted: ({ email }) => [{ email }],
    refused: ({ tenant_id, email }) => [
      { tenant_id, email },
      { tenant_id, email: email.toUpperCase() },
    ],
  }),
  rowCase({
    table: 'iam.users',
    constraint: 'users_deleted_check',
    rule: 'a user is deleted exactly when a time says so',
    accepted: [{ status: 'deleted', deleted_at: LATER }, { status: 'suspended' }],
    refused: [{ status: 'deleted' }, { status: 'active', deleted_at: LATER }],
  }),
  rowCase({
    table: 'iam.invitations',
    constraint: 'invitations_one_end',
    rule: 'an invitation is accepted or revoked, not both',
    accepted: [{ accepted_at: LATER }, { revoked_at: LATER }],
    refused: [{ accepted_at: LATER, revoked_at: LATER }],
  }),
  rowCase({
    table: 'billing.invoices',
    constraint: 'invoices_currency_check',
    rule: 'a currency has three capital letters',
    accepted: [{ currency: 'USD' }],
    refused: ['', 'US', 'USDT', 'usd', 'U1D', 'USD\n'].map((currency) => ({ currency })),
  }),
  rowCase({
    table: 'billing.invoices',
    constraint: 'invoices_paid_has_time',
    rule: 'an invoice is paid exactly when a time says so',
    accepted: [{ status: 'paid', paid_at: LATER }, { status: 'issued' }],
    refused: [{ status: 'paid' }, { status: 'issued', paid_at: LATER }],
  }),
  rowCase({
    table: 'billing.invoices',
    constraint: 'invoices_period_check',
    rule: 'a billing period ends after it begins',
    accepted: [{ billing_period_end: '2026-01-01T00:00:01Z' }],
    refused: [{ billing_period_end: '2026-01-01T00:00:00Z' }, { billing_period_end: '2025-12-31T00:00:00Z' }],
  }),
  rowCase({
    table: 'billing.invoices',
    constraint: 'invoices_subtotal_check',
    rule: 'a subtotal is a number, not below nothing',
    accepted: [{ subtotal: '0', tax: '0', total: '0' }],
    refused: [
      { subtotal: '-0.01', tax: '19.00', total: '18.99' },
      { subtotal: 'NaN', tax: '19.00', total: 'NaN' },
    ],
  }),
  rowCase({
    table: 'billing.invoices',
    constraint: 'invoices_tax_check',
    rule: 'a tax is a number, not below nothing',
    accepted: [{ subtotal: '100', tax: '0', total: '100' }],
    refused: [
      { subtotal: '100', tax: '-0.01', total: '99.99' },
      { subtotal: '100', tax: 'NaN', total: 'NaN' },
    ],
  }),
  rowCase({
    table: 'billing.invoices',
    constraint: 'invoices_total_check',
    rule: 'subtotal and tax add up to the total',
    accepted: [{ subtotal: '100.01', tax: '19.02', total: '119.03' }],
    refused: [{ total: '119.01' }, { total: '118.99' }, { total: 'NaN' }],
  }),
  rowCase({
    table: 'billing.usage_ledger',
    constraint: 'usage_ledger_billing_period_check',
    rule: 'a billing period is a year and a month',
    accepted: ['2026-01', '2026-12'].map((billing_period) => ({ billing_period })),
    refused: ['2026-00', '2026-13', '2026-1', '26-01', '2026-01-01', '2026-01\n', ''].map(
      (billing_period) => ({
        billing_period,
      }),
    ),
  }),
  rowCase({
    table: 'billing.usage_ledger',
    constraint: 'usage_ledger_total_check',
    rule: 'quantity times price is the amount, rounded to 8 places',
    accepted: [{ quantity: '0.33333333', unit_price: '0.33333333', total_amount: '0.11111111' }],
    refused: [{ total_amount: '0.75000001' }, { total_amount: '-0.75' }, { total_amount: '0' }],
  }),
  pairCase({
    table: 'billing.usage_ledger',
    constraint: 'usage_ledger_event_once',
    rule: 'an event is charged once in each metric, and use without an event as often as it happens',
    accepted: async (first, world) => {
      const { tenant_id } = first;
      const { event_id } = await world.make('eventing.event_keys', { tenant_id });
      await world.make('billing.usage_ledger', { tenant_id, event_id });
      return [
        { tenant_id, event_id, metric: 'api_calls' },
        { tenant_id, event_id: null },
      ];
    },
    refused: async ({ tenant_id }, world) => {
      const { event_id } = await world.make('eventing.event_keys', { tenant_id });
      await world.make('billing.usage_ledger', { tenant_id, event_id });
      return [{ tenant_id, event_id }];
    },
  }),
  rowCase({
    table: 'webhook.webhook_configurations',
    constraint: 'webhook_configurations_endpoint_url_check',
    rule: 'a webhook goes to an https address',
    accepted: [{ endpoint_url: 'https://example.org/a?b=c' }],
    refused: [
      'http://example.org',
      'https://',
      'https://a b',
      'example.org',
      'https://a\n',
      ' https://a',
    ].map((endpoint_url) => ({ endpoint_url })),
  }),
  rowCase({
    table: 'webhook.webhook_deliveries',
    constraint: 'webhook_deliveries_delivered_has_time',
    rule: 'a delivery is delivered exactly when a time says so',
    accepted: [{ status: 'delivered', delivered_at: LATER }, { status: 'failed' }],
    refused: [{ status: 'delivered' }, { status: 'failed', delivered_at: LATER }],
  }),
];
