// Owns cases of the rules of buffer pools, their ledger and reversals; leaves trying them to cases.spec.ts and
// longer histories to buffer-ledger.spec.ts.

import { type Case, pairCase, rowCase } from './case.ts';

const POOL = { project_id: null, scope: 'registry' };

export const bufferCases: Case[] = [
  rowCase({
    table: 'credit.buffer_pools',
    constraint: 'buffer_pools_balance',
    rule: 'what is available is what came in, less what was used and released',
    accepted: [
      {
        total_contributed_tco2e: '10',
        used_for_reversals_tco2e: '3',
        released_tco2e: '2.00000001',
        available_tco2e: '4.99999999',
      },
      // A pool may be in debt: a loss can be larger than the buffer.
      { total_contributed_tco2e: '1', used_for_reversals_tco2e: '3', available_tco2e: '-2' },
    ],
    refused: [
      { available_tco2e: '1' },
      { total_contributed_tco2e: '10', available_tco2e: '9.99999999' },
      { used_for_reversals_tco2e: '1', available_tco2e: '0' },
      { released_tco2e: '1', available_tco2e: '1' },
    ],
  }),
  rowCase({
    table: 'credit.buffer_pools',
    constraint: 'buffer_pools_buffer_rate_check',
    rule: 'a buffer rate is a part of the whole',
    accepted: ['0', '0.0001', '0.9999', '1'].map((buffer_rate) => ({ buffer_rate })),
    refused: ['-0.0001', '1.0001', 'NaN'].map((buffer_rate) => ({ buffer_rate })),
  }),
  rowCase({
    table: 'credit.buffer_pools',
    constraint: 'buffer_pools_scope_key_check',
    rule: 'a pool belongs to a project or to a registry',
    accepted: [
      { scope: 'project' },
      { ...POOL, registry_type: 'verra' },
      { ...POOL, registry_type: 'other', registry_name: 'A registry' },
    ],
    refused: [
      { scope: 'project', project_id: null },
      { scope: 'project', registry_type: 'verra' },
      { scope: 'project', registry_name: 'A registry' },
      { scope: 'registry', registry_type: 'verra' },
      POOL,
      { ...POOL, registry_type: 'other' },
      { ...POOL, registry_type: 'verra', registry_name: 'A registry' },
    ],
  }),
  pairCase({
    table: 'credit.buffer_pools',
    constraint: 'buffer_pools_one_per_scope',
    rule: 'a project has one pool',
    accepted: ({ tenant_id }) => [{ tenant_id }, { tenant_id, ...POOL, registry_type: 'verra' }],
    refused: ({ tenant_id, project_id }) => [{ tenant_id, project_id }],
  }),
  pairCase({
    table: 'credit.buffer_pools',
    constraint: 'buffer_pools_one_per_scope',
    rule: 'a tenant has one pool at a registry',
    first: { ...POOL, registry_type: 'verra' },
    accepted: ({ tenant_id }) => [
      { tenant_id, ...POOL, registry_type: 'puro' },
      { tenant_id, ...POOL, registry_type: 'other', registry_name: 'A' },
      { ...POOL, registry_type: 'verra' },
    ],
    refused: ({ tenant_id }) => [{ tenant_id, ...POOL, registry_type: 'verra' }],
  }),
  rowCase({
    table: 'credit.buffer_entries',
    constraint: 'buffer_entries_sign_check',
    rule: 'a contribution adds, all else takes away, and nothing is no entry',
    accepted: [
      { kind: 'contribution', amount_tco2e: '0.00000001' },
      { kind: 'release', amount_tco2e: '-0.00000001' },
    ],
    refused: [
      { kind: 'contribution', amount_tco2e: '0' },
      { kind: 'contribution', amount_tco2e: '-1' },
      { kind: 'release', amount_tco2e: '0' },
      { kind: 'release', amount_tco2e: '1' },
    ],
  }),
  rowCase({
    table: 'credit.buffer_entries',
    constraint: 'buffer_entries_cancellation_has_reversal',
    rule: 'a cancellation names its reversal, and only that does',
    accepted: async (world) => {
      const { tenant_id, reversal_event_id } = await world.make('credit.reversal_events');
      return [{ tenant_id, kind: 'cancellation', amount_tco2e: '-1', reversal_event_id }];
    },
    refused: async (world) => {
      const { tenant_id, reversal_event_id } = await world.make('credit.reversal_events');
      return [
        { kind: 'cancellation', amount_tco2e: '-1' },
        { tenant_id, kind: 'contribution', amount_tco2e: '1', reversal_event_id },
        { tenant_id, kind: 'release', amount_tco2e: '-1', reversal_event_id },
      ];
    },
  }),
  pairCase({
    table: 'credit.buffer_entries',
    constraint: 'buffer_entries_event_identity_key',
    rule: 'an event of the chain is one entry',
    first: { event_identity: `${'R'.repeat(44)}:0:0` },
    accepted: () => [{ event_identity: `${'R'.repeat(44)}:0:1` }, {}, {}],
    refused: ({ tenant_id, buffer_pool_id, event_identity }) => [
      { event_identity },
      { tenant_id, buffer_pool_id, event_identity },
    ],
  }),
  rowCase({
    table: 'credit.reversal_events',
    constraint: 'reversal_events_verified_has_loss',
    rule: 'a verified reversal has a loss and a verifier',
    accepted: async (world) => {
      const { tenant_id, user_id } = await world.make('iam.users');
      const verified = { tenant_id, verified_tco2e_lost: '5', verified_by_user_id: user_id };
      return [
        { ...verified, status: 'verified' },
        { ...verified, status: 'buffer_applied' },
        { status: 'reported' },
      ];
    },
    refused: async (world) => {
      const { tenant_id, user_id } = await world.make('iam.users');
      return ['verified', 'buffer_applied'].flatMap((status) => [
        { status },
        { status, verified_tco2e_lost: '5' },
        { status, tenant_id, verified_by_user_id: user_id },
      ]);
    },
  }),
  rowCase({
    table: 'credit.reversal_affected_credits',
    constraint: 'reversal_affected_credits_buffer_within_impact',
    rule: 'the buffer makes up for no more than was lost',
    accepted: [
      { impact_tco2e: '10', buffer_used_tco2e: '10' },
      { impact_tco2e: '10', buffer_used_tco2e: '0' },
    ],
    refused: [{ impact_tco2e: '10', buffer_used_tco2e: '10.00000001' }],
  }),
];
