// Owns cases of the rules of what runs of reconciliation leave; leaves trying them to cases.spec.ts.

import { type Case, pairCase, rowCase } from './case.ts';
import { otherIsNamed } from './cases-shared.ts';

const EARLY = '2026-01-01T00:00:00Z';
const LATER = '2026-03-01T00:00:00Z';

export const reconciliationCases: Case[] = [
  pairCase({
    table: 'reconciliation.backing',
    constraint: 'backing_key',
    rule: 'a run says once what backs a registry',
    accepted: ({ run_id }) => [
      { run_id, registry_type: 'puro' },
      { run_id, registry_type: 'other', registry_name: 'A' },
      { registry_type: 'verra' },
    ],
    refused: ({ run_id }) => [{ run_id, registry_type: 'verra' }],
  }),
  pairCase({
    table: 'reconciliation.backing',
    constraint: 'backing_key',
    rule: 'a run says once what backs each other registry by its name',
    first: { registry_type: 'other', registry_name: 'A' },
    accepted: ({ run_id }) => [{ run_id, registry_type: 'other', registry_name: 'B' }],
    refused: ({ run_id }) => [{ run_id, registry_type: 'other', registry_name: 'A' }],
  }),
  otherIsNamed('reconciliation.backing', 'backing_other_is_named'),
  rowCase({
    table: 'reconciliation.backing',
    constraint: 'backing_statements_have_days',
    rule: 'where statements were read, the first and the last of their days are told, and only there',
    accepted: [
      { statements: 2, oldest_as_of: EARLY, newest_as_of: LATER },
      { statements: 0, oldest_as_of: null, newest_as_of: null },
    ],
    refused: [
      { statements: 1, oldest_as_of: null, newest_as_of: null },
      { statements: 1, oldest_as_of: EARLY, newest_as_of: null },
      { statements: 1, oldest_as_of: null, newest_as_of: LATER },
      { statements: 0, oldest_as_of: EARLY, newest_as_of: LATER },
    ],
  }),
  pairCase({
    table: 'reconciliation.run_totals',
    constraint: 'run_totals_key',
    rule: 'a run has one sum for a tenant and a registry',
    accepted: ({ run_id, tenant_id }) => [
      { run_id },
      { tenant_id },
      { run_id, tenant_id, registry_type: 'puro' },
      { run_id, tenant_id: null },
    ],
    refused: ({ run_id, tenant_id }) => [{ run_id, tenant_id }],
  }),
  pairCase({
    table: 'reconciliation.run_totals',
    constraint: 'run_totals_key',
    rule: 'a run has one sum of what no tenant knows, and of what is of no registry',
    first: { tenant_id: null, registry_type: null },
    accepted: ({ run_id }) => [{ run_id, tenant_id: null }],
    refused: ({ run_id }) => [{ run_id, tenant_id: null, registry_type: null }],
  }),
  rowCase({
    table: 'reconciliation.run_totals',
    constraint: 'run_totals_other_is_named',
    rule: 'a registry has a name exactly when it is an other one; without a registry there is no name',
    accepted: [{}, { registry_type: 'other', registry_name: 'A registry' }, { registry_type: null }],
    refused: [
      { registry_type: 'other' },
      { registry_name: 'A registry' },
      { registry_type: null, registry_name: 'A registry' },
    ],
  }),
  rowCase({
    table: 'reconciliation.findings',
    constraint: 'findings_one_owner',
    rule: 'a finding is minded by a person of its tenant or by an actor beside it, not by both',
    accepted: async ({ make }) => {
      const { tenant_id, user_id: owner_user_id } = await make('iam.users');
      return [{}, { owner_actor: 'operator:ann' }, { tenant_id, owner_user_id }];
    },
    refused: async ({ make }) => {
      const { tenant_id, user_id: owner_user_id } = await make('iam.users');
      return [{ tenant_id, owner_user_id, owner_actor: 'operator:ann' }];
    },
  }),
];
