// Owns cases of the rules of what registries know; leaves trying them to cases.spec.ts.

import { ACCEPTED, attempt, type Case, pairCase, rowCase } from './case.ts';
import { otherIsNamed } from './cases-shared.ts';

const LATER = '2026-03-01T00:00:00Z';
const ITSELF = '0198c3a1-0000-7000-8000-000000000001';
const LIVE = ['approved', 'cancel_requested', 'retirement_requested', 'retired'];

export const registryCases: Case[] = [
  rowCase({
    table: 'registry.global_hash_registry',
    constraint: 'global_hash_registry_other_is_named',
    rule: 'a hash names its registry exactly when it is an other one',
    accepted: [{}, { registry_type: 'other', registry_name: 'A registry' }, { registry_type: 'verra' }],
    refused: [
      { registry_name: 'A registry' },
      { registry_type: 'other' },
      { registry_type: 'verra', registry_name: 'A registry' },
    ],
  }),
  pairCase({
    table: 'registry.global_hash_registry',
    constraint: 'global_hash_registry_evidence_hash_key',
    rule: 'the same evidence is held by one hash',
    first: { evidence_hash: 'e'.repeat(64) },
    accepted: () => [{ evidence_hash: 'f'.repeat(64) }, { evidence_hash: null }],
    refused: () => [{ evidence_hash: 'e'.repeat(64) }],
  }),
  pairCase({
    table: 'registry.global_hash_registry',
    constraint: 'global_hash_registry_parts_have_no_evidence',
    rule: 'evidence belongs to a minted hash, not to its parts',
    accepted: ({ first_seen_tenant_id, mrv_hash }, { random }) => [
      { first_seen_tenant_id, origin: mrv_hash },
      { evidence_hash: random.hash() },
    ],
    refused: ({ first_seen_tenant_id, mrv_hash }, { random }) => [
      { first_seen_tenant_id, origin: mrv_hash, evidence_hash: random.hash() },
    ],
  }),
  pairCase({
    table: 'registry.global_artifact_hashes',
    constraint: 'global_artifact_hashes_primary_once',
    rule: 'a primary file backs one approved submission over all tenants',
    accepted: ({ sha256_hash }, { random }) => [
      { sha256_hash, is_primary: false },
      { sha256_hash: random.hash(), is_primary: true },
    ],
    refused: ({ sha256_hash, tenant_id }) => [
      { sha256_hash, is_primary: true },
      { sha256_hash, tenant_id, is_primary: true },
    ],
  }),
  otherIsNamed('registry.registry_submissions', 'registry_submissions_other_is_named'),
  rowCase({
    table: 'registry.registry_submissions',
    constraint: 'registry_submissions_left_with_reason',
    rule: 'what is left untokenised has its time and its reason, or neither',
    accepted: [{}, { left_untokenised_at: LATER, left_untokenised_reason: 'Sold outside' }],
    refused: [{ left_untokenised_at: LATER }, { left_untokenised_reason: 'Sold outside' }],
  }),
  rowCase({
    table: 'registry.registry_submissions',
    constraint: 'registry_submissions_decision_check',
    rule: "a registry's decision has its time",
    accepted: [
      ...LIVE.map((status) => ({ status, approved_at: LATER })),
      { status: 'rejected', rejected_at: LATER },
      ...['submitted', 'cancelled', 'error'].map((status) => ({ status })),
    ],
    refused: [
      ...LIVE.map((status) => ({ status })),
      { status: 'rejected' },
      { status: 'rejected', approved_at: LATER },
      { status: 'approved', rejected_at: LATER },
    ],
  }),
  pairCase({
    table: 'registry.registry_submissions',
    constraint: 'registry_submissions_mrv_hash_registry_type_key',
    rule: 'a hash is submitted to a registry once',
    accepted: ({ tenant_id, mrv_hash }) => [
      { tenant_id, mrv_hash, registry_type: 'puro' },
      { tenant_id, mrv_hash, registry_type: 'other', registry_name: 'A' },
      { registry_type: 'verra' },
    ],
    refused: ({ mrv_hash, tenant_id }) => [{ mrv_hash }, { mrv_hash, tenant_id }],
  }),
  pairCase({
    table: 'registry.registry_submissions',
    constraint: 'registry_submissions_one_live_approval',
    rule: 'a hash has one live approval over all registries',
    first: { status: 'approved', approved_at: LATER },
    accepted: ({ tenant_id, mrv_hash }) => [
      ...['submitted', 'cancelled', 'error', 'rejected'].map((status) => ({
        tenant_id,
        mrv_hash,
        registry_type: 'puro',
        status,
        rejected_at: LATER,
      })),
      { registry_type: 'puro', status: 'approved', approved_at: LATER },
    ],
    refused: ({ tenant_id, mrv_hash }) =>
      LIVE.map((status) => ({ tenant_id, mrv_hash, registry_type: 'puro', status, approved_at: LATER })),
  }),
  pairCase({
    table: 'registry.registry_submissions',
    constraint: 'registry_submissions_registry_type_registry_serial_key',
    rule: "a registry's serial stands in one submission",
    first: { registry_serial: 'S-1' },
    accepted: () => [
      { registry_serial: 'S-2' },
      { registry_serial: 'S-1', registry_type: 'puro' },
      { registry_serial: null },
      { registry_serial: null },
    ],
    refused: () => [{ registry_serial: 'S-1' }],
  }),
  otherIsNamed('registry.serial_blocks', 'serial_blocks_other_is_named'),
  rowCase({
    table: 'registry.serial_blocks',
    constraint: 'serial_blocks_whole_units',
    rule: 'a serial block is a bounded range of whole units, half open',
    accepted: ['[0,1)', '[100,200)', '[100000000000000000000000,100000000000000000000001)'].map(
      (serial_range) => ({ serial_range }),
    ),
    refused: [
      'empty',
      '[5,5)',
      '[,200)',
      '[100,)',
      '(,)',
      '(99,200)',
      '[100,200]',
      '[-1,5)',
      '[0.5,2)',
      '[1,2.5)',
    ].map((serial_range) => ({ serial_range })),
  }),
  rowCase({
    table: 'registry.serial_blocks',
    constraint: 'amount_is_a_number',
    rule: 'a serial block holds a number of units',
    accepted: [{ serial_range: '[1,2)' }],
    refused: [{ serial_range: '[1,NaN)' }],
  }),
  pairCase({
    table: 'registry.serial_blocks',
    constraint: 'serial_blocks_overlap',
    rule: 'a unit lies in one live serial block',
    accepted: ({ namespace }) => [
      { namespace, serial_range: '[200,300)' },
      { namespace, serial_range: '[0,100)' },
      { namespace, serial_range: '[100,200)', status: 'divided' },
      { namespace, serial_range: '[100,200)', status: 'merged' },
      { namespace, serial_range: '[100,200)', status: 'released' },
      { namespace, serial_range: '[100,200)', registry_type: 'puro' },
      { serial_range: '[100,200)' },
    ],
    refused: ({ namespace, tenant_id }) => [
      { namespace, serial_range: '[100,200)' },
      { namespace, tenant_id, serial_range: '[100,200)' },
      { namespace, serial_range: '[199,300)' },
      { namespace, serial_range: '[0,101)' },
      { namespace, serial_range: '[150,151)' },
      { namespace, serial_range: '[0,1000)' },
    ],
  }),
  pairCase({
    table: 'registry.serial_blocks',
    constraint: 'serial_blocks_overlap',
    rule: 'serial blocks of other registries meet when the registry has the same name',
    first: { registry_type: 'other', registry_name: 'A' },
    accepted: ({ namespace }) => [{ namespace, registry_type: 'other', registry_name: 'B' }],
    refused: ({ namespace }) => [{ namespace, registry_type: 'other', registry_name: 'A' }],
  }),
  otherIsNamed('registry.consents', 'consents_other_is_named'),
  pairCase({
    table: 'registry.consents',
    constraint: 'consents_registry_ref_key',
    rule: 'a registry gives a consent reference once, over all tenants',
    accepted: ({ consent_ref }) => [
      { consent_ref, registry_type: 'puro' },
      { consent_ref, registry_type: 'other', registry_name: 'A' },
      { registry_type: 'verra' },
    ],
    refused: ({ consent_ref, tenant_id }) => [{ consent_ref }, { consent_ref, tenant_id }],
  }),
  rowCase({
    table: 'registry.consents',
    constraint: 'consents_not_overdrawn',
    rule: 'mints take no more than the registry consented to',
    accepted: [{ tonnage_co2e: '1000', debited_co2e: '1000' }],
    refused: [
      { tonnage_co2e: '1000', debited_co2e: '1001' },
      { tonnage_co2e: '1', debited_co2e: '1.00000001', unit: '0.00000001' },
    ],
  }),
  rowCase({
    table: 'registry.consents',
    constraint: 'consents_whole_units',
    rule: "a consent counts in the registry's whole units",
    accepted: [
      { tonnage_co2e: '1.5', debited_co2e: '0.5', unit: '0.5' },
      { tonnage_co2e: '0.00000003', debited_co2e: '0.00000002', unit: '0.00000001' },
    ],
    refused: [
      { tonnage_co2e: '1.5', unit: '1' },
      { tonnage_co2e: '2', debited_co2e: '0.5', unit: '1' },
      { tonnage_co2e: '1', unit: '2' },
    ],
  }),
  rowCase({
    table: 'registry.consents',
    constraint: 'consents_validity_check',
    rule: 'a consent does not end before its units are immobilised, unless the chain says otherwise',
    accepted: [
      { valid_to: '2026-01-10' },
      { valid_to: null },
      { valid_to: '2026-01-09', recorded_at: '2026-01-15T00:00:00Z' },
    ],
    refused: [{ valid_to: '2026-01-09' }],
  }),
  rowCase({
    table: 'registry.consents',
    constraint: 'consents_serial_check',
    rule: 'a serial start comes with its namespace',
    accepted: [{}, { serial_namespace: 'VCS', serial_start: '1' }],
    refused: [{ serial_namespace: 'VCS' }, { serial_start: '1' }],
  }),
  rowCase({
    table: 'registry.consents',
    constraint: 'consents_serial_start_check',
    rule: 'a serial start is a number, not below nothing',
    accepted: [{ serial_namespace: 'VCS', serial_start: '0' }],
    refused: ['-1', 'NaN'].map((serial_start) => ({ serial_namespace: 'VCS', serial_start })),
  }),
  otherIsNamed('registry.statements', 'statements_other_is_named'),
  rowCase({
    table: 'registry.statements',
    constraint: 'statements_kinds_check',
    rule: 'a statement says of which known kinds it speaks',
    accepted: [{ kinds: ['issuances', 'holdings', 'retirements', 'cancellations'] }, { kinds: ['holdings'] }],
    refused: [{ kinds: [] }, { kinds: ['holdings', 'no such value'] }, { kinds: ['HOLDINGS'] }],
  }),
  rowCase({
    table: 'registry.statements',
    constraint: 'statements_period_check',
    rule: "a statement's period does not end before it begins",
    accepted: [{ period_start_on: '2025-01-01', period_end_on: '2025-01-01' }, {}],
    refused: [{ period_start_on: '2025-01-02', period_end_on: '2025-01-01' }],
  }),
  pairCase({
    table: 'registry.statements',
    constraint: 'statements_file_once',
    rule: "a file is imported once for a tenant's account",
    accepted: ({ tenant_id, file_sha256 }) => [
      { file_sha256 },
      { tenant_id, file_sha256, account: 'ACC-2' },
      { tenant_id, file_sha256, registry_type: 'puro' },
    ],
    refused: ({ tenant_id, file_sha256 }) => [{ tenant_id, file_sha256, file_name: 'again.csv' }],
  }),
  pairCase({
    table: 'registry.statements',
    constraint: 'statements_file_once',
    rule: 'a file is imported once for each other registry by its name',
    first: { registry_type: 'other', registry_name: 'A' },
    accepted: ({ tenant_id, file_sha256 }) => [
      { tenant_id, file_sha256, registry_type: 'other', registry_name: 'B' },
    ],
    refused: ({ tenant_id, file_sha256 }) => [
      { tenant_id, file_sha256, registry_type: 'other', registry_name: 'A' },
    ],
  }),
  pairCase({
    table: 'registry.statements',
    constraint: 'statements_file_once',
    rule: 'a file is imported once as the correction of a statement, and then once more as that of another',
    accepted: ({ tenant_id, statement_id, file_sha256 }) => [
      { tenant_id, file_sha256, replaces_statement_id: statement_id },
    ],
    refused: ({ tenant_id, file_sha256 }) => [{ tenant_id, file_sha256, replaces_statement_id: null }],
  }),
  {
    table: 'registry.statements',
    constraint: 'statements_replaced_once',
    rule: 'a statement is corrected by one other',
    async run(t, world) {
      const { tenant_id, statement_id: replaces_statement_id } = await world.make('registry.statements');
      const correct = () => world.make('registry.statements', { tenant_id, replaces_statement_id });
      t.deepEqual(await attempt(world.db, correct), ACCEPTED);
      await correct();
      t.is((await attempt(world.db, correct)).constraint, 'statements_replaced_once');
    },
  },
  pairCase({
    table: 'registry.statements',
    constraint: 'statements_not_its_own_correction',
    rule: 'a statement does not correct itself',
    accepted: ({ tenant_id, statement_id }) => [{ tenant_id, replaces_statement_id: statement_id }],
    refused: ({ tenant_id }) => [{ tenant_id, statement_id: ITSELF, replaces_statement_id: ITSELF }],
  }),
  rowCase({
    table: 'registry.statement_rows',
    constraint: 'statement_rows_readable_or_error',
    rule: 'a line of a statement has a tonnage, or an error that says why not',
    accepted: [{ tonnage_co2e: '0' }, { tonnage_co2e: null, error: 'The tonnage is no number.' }],
    refused: [{ tonnage_co2e: null }],
  }),
  pairCase({
    table: 'registry.statement_rows',
    constraint: 'statement_rows_statement_id_line_number_key',
    rule: 'a statement has each line once',
    accepted: ({ tenant_id, statement_id }) => [
      { tenant_id, statement_id, line_number: 2 },
      { tenant_id, line_number: 1 },
    ],
    refused: ({ tenant_id, statement_id }) => [{ tenant_id, statement_id, line_number: 1 }],
  }),
  pairCase({
    table: 'registry.requirements',
    constraint: 'requirements_registry_methodology_key',
    rule: 'a registry asks one thing of a version of a methodology',
    accepted: ({ methodology_code, methodology_version }) => [
      { registry_type: 'puro', methodology_code, methodology_version },
    ],
    refused: ({ methodology_code, methodology_version }) => [{ methodology_code, methodology_version }],
  }),
];
