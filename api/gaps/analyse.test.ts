// Shows what a project misses: choices, fields of the right type, evidence; and that it is complete without gaps.

import test from 'ava';
import { type AnalysedProject, type AnalysedSubmission, analyseGaps, type Requirement } from './analyse.ts';

const REQUIREMENT: Requirement = {
  methodology_code: 'VM0042',
  required_fields: [
    { json_path: '$.project.host_country', field_type: 'country' },
    { json_path: '$.submission.period_start_on', field_type: 'date' },
    { json_path: '$.payload.gross_removal', field_type: 'decimal' },
  ],
  required_evidence_types: ['lab_report', 'monitoring_report'],
  recommended_fields: ['$.payload.uncertainty_lower'],
};

const PROJECT: AnalysedProject = {
  project_id: 'p-1',
  target_registry: 'verra',
  methodology: { code: 'VM0042' },
  fields: { host_country: 'CH' },
  updated_at: '2026-01-01T00:00:00Z',
};

const SUBMISSION: AnalysedSubmission = {
  fields: { period_start_on: '2025-01-01' },
  payload: { gross_removal: '100.5' },
  evidence_types: ['lab_report', 'monitoring_report'],
  updated_at: '2026-01-02T00:00:00Z',
};

test('a project with all that is asked may be computed, and a recommended field is no gap', (t) => {
  const gaps = analyseGaps({ project: PROJECT, requirement: REQUIREMENT, submission: SUBMISSION });
  t.is(gaps.completeness_score, 100);
  t.true(gaps.can_proceed_to_computation);
  t.deepEqual(gaps.missing_required_fields, []);
  t.deepEqual(
    gaps.action_items.map(({ path, priority }) => [path, priority]),
    [['$.payload.uncertainty_lower', 'low']],
  );
  t.is(gaps.last_updated, '2026-01-02T00:00:00Z');
});

test('a new project misses its submission and its evidence', (t) => {
  const gaps = analyseGaps({ project: PROJECT, requirement: REQUIREMENT, submission: undefined });
  t.false(gaps.can_proceed_to_computation);
  t.deepEqual(
    gaps.missing_required_fields.map(({ json_path }) => json_path),
    ['$.submission.period_start_on', '$.payload.gross_removal'],
  );
  t.deepEqual(
    gaps.missing_evidence_types.map(({ evidence_type }) => evidence_type),
    ['lab_report', 'monitoring_report'],
  );
  t.is(gaps.completeness_score, 42);
});

test('a project without a registry and a methodology is told to choose them', (t) => {
  const project = { ...PROJECT, target_registry: null, methodology: undefined };
  const gaps = analyseGaps({ project, requirement: undefined, submission: SUBMISSION });
  t.false(gaps.can_proceed_to_computation);
  t.true(gaps.action_items.some(({ path }) => path === '$.project.target_registry'));
  t.true(gaps.action_items.some(({ path }) => path === '$.project.methodology_id'));
});

for (const [what, gross_removal] of [
  ['a number', 100.5],
  ['an exponent', '1e2'],
  ['nothing', ''],
  ['null', null],
] as const) {
  test(`a decimal that is ${what} is as good as none`, (t) => {
    const submission = { ...SUBMISSION, payload: { gross_removal } };
    const gaps = analyseGaps({ project: PROJECT, requirement: REQUIREMENT, submission });
    t.deepEqual(
      gaps.missing_required_fields.map(({ json_path }) => json_path),
      ['$.payload.gross_removal'],
    );
  });
}

test('a name that every object has is no field of the payload', (t) => {
  const requirement = {
    ...REQUIREMENT,
    required_fields: [{ json_path: '$.payload.constructor', field_type: 'string' }],
  };
  const gaps = analyseGaps({ project: PROJECT, requirement, submission: SUBMISSION });
  t.is(gaps.missing_required_fields.length, 1);
});
