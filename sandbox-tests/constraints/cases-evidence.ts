// Owns cases of the rules of projects, measurements, verification and hashes; leaves trying them to cases.spec.ts.

import { type Case, pairCase, rowCase } from './case.ts';

const LATER = '2026-03-01T00:00:00Z';

export const evidenceCases: Case[] = [
  pairCase({
    table: 'project.methodologies',
    constraint: 'methodologies_code_version_key',
    rule: 'a methodology has each version once',
    accepted: ({ code, version }) => [{ code, version: '2.0' }, { version }],
    refused: ({ code, version }) => [{ code, version }],
  }),
  rowCase({
    table: 'project.projects',
    constraint: 'projects_location_check',
    rule: 'a place has a latitude and a longitude on this earth',
    accepted: [
      { location: { lat: 90, lon: 180 } },
      { location: { lat: -90, lon: -180, note: 'more is welcome' } },
    ],
    refused: [
      { location: { lat: 90.000001, lon: 0 } },
      { location: { lat: -90.000001, lon: 0 } },
      { location: { lat: 0, lon: 180.000001 } },
      { location: { lat: 0, lon: -180.000001 } },
      { location: { lat: 47 } },
      { location: { lon: 7 } },
      { location: { lat: '47', lon: 7 } },
      { location: { lat: 'north', lon: 7 } },
      { location: { lat: null, lon: 7 } },
      { location: {} },
      { location: '[47, 7]' },
      { location: '"47, 7"' },
      { location: 'null' },
    ],
  }),
  rowCase({
    table: 'project.projects',
    constraint: 'projects_other_is_named',
    rule: 'a target registry has a name exactly when it is an other one',
    accepted: [
      { target_registry: null },
      { target_registry: 'other', target_registry_name: 'A registry' },
      { target_registry: 'verra' },
    ],
    refused: [
      { target_registry: null, target_registry_name: 'A registry' },
      { target_registry: 'other' },
      { target_registry: 'verra', target_registry_name: 'A registry' },
    ],
  }),
  rowCase({
    table: 'mrv.mrv_submissions',
    constraint: 'mrv_submissions_period_check',
    rule: 'a monitoring period does not end before it begins',
    accepted: [{ period_start_on: '2025-01-01', period_end_on: '2025-01-01' }],
    refused: [{ period_start_on: '2025-01-02', period_end_on: '2025-01-01' }],
  }),
  pairCase({
    table: 'mrv.mrv_submissions',
    constraint: 'mrv_submissions_period_approved_once',
    rule: 'a day of a project is approved once',
    first: { status: 'approved' },
    accepted: ({ tenant_id, project_id }) => [
      { tenant_id, project_id, status: 'in_verification' },
      {
        tenant_id,
        project_id,
        status: 'approved',
        period_start_on: '2026-01-01',
        period_end_on: '2026-12-31',
      },
      {
        tenant_id,
        project_id,
        status: 'approved',
        period_start_on: '2024-01-01',
        period_end_on: '2024-12-31',
      },
      { tenant_id, status: 'approved' },
    ],
    refused: ({ tenant_id, project_id }) => [
      { tenant_id, project_id, status: 'approved' },
      {
        tenant_id,
        project_id,
        status: 'approved',
        period_start_on: '2025-12-31',
        period_end_on: '2026-12-31',
      },
      {
        tenant_id,
        project_id,
        status: 'approved',
        period_start_on: '2024-01-01',
        period_end_on: '2025-01-01',
      },
      {
        tenant_id,
        project_id,
        status: 'approved',
        period_start_on: '2025-06-01',
        period_end_on: '2025-06-01',
      },
      {
        tenant_id,
        project_id,
        status: 'approved',
        period_start_on: '2020-01-01',
        period_end_on: '2030-01-01',
      },
    ],
  }),
  pairCase({
    table: 'mrv.mrv_computations',
    constraint: 'mrv_computations_mrv_submission_id_key',
    rule: 'a submission is computed once',
    accepted: ({ tenant_id }) => [{ tenant_id }],
    refused: ({ tenant_id, mrv_submission_id }) => [{ tenant_id, mrv_submission_id }],
  }),
  rowCase({
    table: 'mrv.mrv_computations',
    constraint: 'mrv_computations_uncertainty_check',
    rule: 'the lower end of an uncertainty is not above its upper end',
    accepted: [
      { uncertainty_lower: '90', uncertainty_upper: '90' },
      { uncertainty_lower: '-1', uncertainty_upper: '1' },
      { uncertainty_lower: '90' },
    ],
    refused: [{ uncertainty_lower: '90.00000001', uncertainty_upper: '90' }],
  }),
  rowCase({
    table: 'verification.verifications',
    constraint: 'verifications_approval_check',
    rule: 'an approval has the verdict APPROVED and a tonnage',
    accepted: [
      { status: 'approved', overall_status: 'APPROVED', verified_tonnage: '0' },
      { status: 'rejected', overall_status: 'REJECTED' },
      { status: 'in_progress' },
    ],
    refused: [
      { status: 'approved' },
      { status: 'approved', overall_status: 'APPROVED' },
      { status: 'approved', verified_tonnage: '100' },
      { status: 'approved', overall_status: 'REJECTED', verified_tonnage: '100' },
    ],
  }),
  pairCase({
    table: 'verification.verifications',
    constraint: 'verifications_mrv_submission_id_key',
    rule: 'a submission has one verification',
    accepted: ({ tenant_id, project_id }) => [{ tenant_id, project_id }],
    refused: ({ tenant_id, project_id, mrv_submission_id }) => [{ tenant_id, project_id, mrv_submission_id }],
  }),
  pairCase({
    table: 'verification.verification_category_results',
    constraint: 'verification_category_results_verification_id_category_key_key',
    rule: 'a verification judges each category once',
    accepted: ({ tenant_id, verification_id, category_key }) => [
      { tenant_id, verification_id, category_key: 'facilities' },
      { tenant_id, category_key },
    ],
    refused: ({ tenant_id, verification_id, category_key }) => [{ tenant_id, verification_id, category_key }],
  }),
  rowCase({
    table: 'verification.verification_clarifications',
    constraint: 'verification_clarifications_answered_check',
    rule: 'an answer and its time come together, and what is responded to has one',
    accepted: [
      { status: 'pending' },
      { status: 'responded', response: '{}', responded_at: LATER },
      { status: 'accepted', response: '{}', responded_at: LATER },
    ],
    refused: [{ response: '{}' }, { responded_at: LATER }, { status: 'responded' }],
  }),
  pairCase({
    table: 'verification.verification_reports',
    constraint: 'verification_reports_verification_id_key',
    rule: 'a verification has one report',
    accepted: ({ tenant_id }) => [{ tenant_id }],
    refused: ({ tenant_id, verification_id }) => [{ tenant_id, verification_id }],
  }),
  pairCase({
    table: 'hashing.mrv_hashes',
    constraint: 'mrv_hashes_mrv_hash_key',
    rule: 'a hash stands for one submission, whoever submits it',
    accepted: ({ tenant_id }) => [{ tenant_id }],
    refused: ({ tenant_id, mrv_hash }) => [{ tenant_id, mrv_hash }, { mrv_hash }],
  }),
  pairCase({
    table: 'hashing.mrv_hashes',
    constraint: 'mrv_hashes_mrv_submission_id_key',
    rule: 'a submission has one hash',
    accepted: ({ tenant_id }) => [{ tenant_id }],
    refused: ({ tenant_id, mrv_submission_id }) => [{ tenant_id, mrv_submission_id }],
  }),
];
