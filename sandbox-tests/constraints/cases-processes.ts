// Owns cases of the rules of processes, events, the trail and reconciliation; leaves trying them to cases.spec.ts.

import { type Case, pairCase, rowCase } from './case.ts';
import { signingCases } from './cases-signing.ts';

const LATER = '2026-03-01T00:00:00Z';
const WAIVER = { waived_by: 'user:other', waived_reason: 'Known delay', waived_until: LATER };

export const processCases: Case[] = [
  pairCase({
    table: 'process.process_steps',
    constraint: 'process_steps_process_id_step_number_key',
    rule: 'a process has each step once',
    accepted: ({ tenant_id, process_id }) => [{ tenant_id, process_id, step_number: 2 }, { tenant_id }],
    refused: ({ tenant_id, process_id }) => [{ tenant_id, process_id, step_number: 1 }],
  }),
  rowCase({
    table: 'process.processes',
    constraint: 'processes_step_within_total',
    rule: 'a process is at one of its steps',
    accepted: [{ current_step: 3, total_steps: 3 }],
    refused: [{ current_step: 4, total_steps: 3 }],
  }),
  pairCase({
    table: 'saga.saga_steps',
    constraint: 'saga_steps_saga_id_step_order_key',
    rule: 'a saga has one step at each place',
    accepted: ({ tenant_id, saga_id }) => [{ tenant_id, saga_id, step_order: 2 }, { tenant_id }],
    refused: ({ tenant_id, saga_id }) => [{ tenant_id, saga_id, step_order: 1 }],
  }),
  ...signingCases,
  pairCase({
    table: 'saga.sagas',
    constraint: 'sagas_process_id_key',
    rule: 'a process has one saga behind it',
    first: async (world) => {
      const { tenant_id, process_id } = await world.make('process.processes');
      return { tenant_id, process_id };
    },
    accepted: () => [{}],
    refused: ({ tenant_id, process_id }) => [{ tenant_id, process_id }],
  }),
  pairCase({
    table: 'saga.sagas',
    constraint: 'sagas_one_alive_per_subject',
    rule: 'a subject has one living saga of a type',
    first: { subject: 's' },
    accepted: ({ tenant_id, subject }) => [
      { subject },
      { tenant_id, subject: 'other' },
      { tenant_id, subject, saga_type: 'credit_retirement' },
      { tenant_id, subject, status: 'failed' },
      { tenant_id, subject, status: 'completed' },
    ],
    refused: ({ tenant_id, subject }) => [
      { tenant_id, subject },
      { tenant_id, subject, status: 'in_progress' },
      { tenant_id, subject, status: 'compensating' },
    ],
  }),
  rowCase({
    table: 'saga.sagas',
    constraint: 'sagas_due_while_alive',
    rule: 'only a living saga is due',
    accepted: [{ due_at: LATER }, { due_at: LATER, status: 'compensating' }, { status: 'failed' }],
    refused: ['completed', 'failed'].map((status) => ({ due_at: LATER, status })),
  }),
  pairCase({
    table: 'eventing.event_keys',
    constraint: 'event_keys_sequence_number_key',
    rule: 'a sequence number is given once',
    accepted: ({ tenant_id }) => [{ tenant_id }],
    refused: ({ sequence_number }) => [{ sequence_number }],
  }),
  pairCase({
    table: 'eventing.event_keys',
    constraint: 'event_keys_aggregate_version_key',
    rule: 'an aggregate of a tenant has each version once',
    accepted: ({ tenant_id, aggregate_id, aggregate_version }) => [
      { tenant_id, aggregate_id, aggregate_version: '2' },
      { tenant_id, aggregate_version },
      { aggregate_id, aggregate_version },
      { tenant_id: null, aggregate_id, aggregate_version },
    ],
    refused: ({ tenant_id, aggregate_id, aggregate_version }) => [
      { tenant_id, aggregate_id, aggregate_version },
    ],
  }),
  pairCase({
    table: 'eventing.event_keys',
    constraint: 'event_keys_aggregate_version_key',
    rule: 'an aggregate of the system has each version once',
    first: { tenant_id: null },
    accepted: ({ aggregate_id }) => [{ tenant_id: null, aggregate_id, aggregate_version: '2' }],
    refused: ({ aggregate_id, aggregate_version }) => [{ tenant_id: null, aggregate_id, aggregate_version }],
  }),
  rowCase({
    table: 'eventing.event_store',
    constraint: 'event_store_event_type_check',
    rule: 'an event type has parts and a version',
    accepted: ['credit.minted.v1', 'registry_1.a.b_c.v20'].map((event_type) => ({ event_type })),
    refused: [
      '',
      'credit',
      'credit.minted',
      'v1',
      'Credit.Minted.v1',
      'credit..v1',
      'credit.minted.v',
      'a.b.v1\n',
    ].map((event_type) => ({ event_type })),
  }),
  rowCase({
    table: 'eventing.event_store',
    constraint: 'event_store_time_check',
    rule: 'an event lies in a month that can have a partition',
    accepted: ['1970-01-01T00:00:00Z', '2999-12-31T23:59:59Z'].map((created_at) => ({ created_at })),
    refused: ['1969-12-31T23:59:59Z', '3000-01-01T00:00:00Z', 'infinity', '-infinity'].map((created_at) => ({
      created_at,
    })),
  }),
  pairCase({
    table: 'eventing.outbox',
    constraint: 'outbox_event_id_key',
    rule: 'an event goes out once',
    accepted: ({ tenant_id }) => [{ tenant_id }],
    refused: ({ tenant_id, event_id }) => [{ tenant_id, event_id }],
  }),
  rowCase({
    table: 'audit.audit_logs',
    constraint: 'audit_logs_sides_check',
    rule: 'an insert has no before, a delete no after, and an update both',
    accepted: [
      { action: 'INSERT', after: '{}' },
      { action: 'UPDATE', before: '{}', after: '{}' },
      { action: 'DELETE', before: '{}', after: null },
    ],
    refused: [
      { action: 'INSERT', before: '{}', after: '{}' },
      { action: 'INSERT', after: null },
      { action: 'UPDATE', after: '{}' },
      { action: 'UPDATE', before: '{}', after: null },
      { action: 'DELETE', before: '{}', after: '{}' },
      { action: 'DELETE', after: null },
    ],
  }),
  rowCase({
    table: 'reconciliation.runs',
    constraint: 'runs_finished_check',
    rule: 'a run that is over has its time',
    accepted: [{ status: 'running' }, { status: 'completed', finished_at: LATER }],
    refused: [
      { status: 'running', finished_at: LATER },
      { status: 'completed' },
      { status: 'failed', error: 'No node answered' },
    ],
  }),
  rowCase({
    table: 'reconciliation.runs',
    constraint: 'runs_failed_has_error',
    rule: 'a run failed exactly when an error says why',
    accepted: [{ status: 'failed', finished_at: LATER, error: 'No node answered' }],
    refused: [
      { status: 'failed', finished_at: LATER },
      { status: 'completed', finished_at: LATER, error: 'No node answered' },
    ],
  }),
  rowCase({
    table: 'reconciliation.findings',
    constraint: 'findings_code_check',
    rule: 'a finding has a code in capitals',
    accepted: ['AB', 'CHAIN_WITHOUT_CREDIT_2'].map((code) => ({ code })),
    refused: ['', 'A', 'Ab', '1A', '_A', 'A-B', 'AB\n'].map((code) => ({ code })),
  }),
  rowCase({
    table: 'reconciliation.findings',
    constraint: 'findings_seen_check',
    rule: 'a finding is not last seen before it was first seen',
    accepted: [{ first_seen_at: LATER, last_seen_at: LATER }],
    refused: [{ first_seen_at: LATER, last_seen_at: '2026-02-28T23:59:59Z' }],
  }),
  rowCase({
    table: 'reconciliation.findings',
    constraint: 'findings_closed_check',
    rule: 'a finding is closed exactly when a time says so',
    accepted: [{ status: 'closed', closed_at: LATER }, { status: 'open' }],
    refused: [{ status: 'closed' }, { status: 'open', closed_at: LATER }],
  }),
  rowCase({
    table: 'reconciliation.findings',
    constraint: 'findings_waiver_whole',
    rule: 'a waiver has an author, a reason and an end',
    accepted: [{ status: 'waived', ...WAIVER }, { status: 'open', ...WAIVER }, { status: 'open' }],
    refused: [
      { status: 'waived' },
      { status: 'waived', ...WAIVER, waived_by: null },
      { status: 'waived', ...WAIVER, waived_reason: null },
      { status: 'waived', ...WAIVER, waived_until: null },
      { status: 'open', waived_reason: 'Known delay' },
    ],
  }),
  rowCase({
    table: 'reconciliation.findings',
    constraint: 'findings_waived_by_another',
    rule: 'a finding is waived by another than who opened it',
    accepted: [{ status: 'waived', ...WAIVER, opened_by: 'user:one' }],
    refused: [{ status: 'waived', ...WAIVER, opened_by: WAIVER.waived_by }],
  }),
  pairCase({
    table: 'reconciliation.findings',
    constraint: 'findings_open_once',
    rule: 'a finding that is not closed stands once',
    accepted: ({ tenant_id, code, subject }) => [
      { tenant_id, code, subject, status: 'closed', closed_at: LATER },
      { tenant_id, code, subject: 'credit:2' },
      { tenant_id, code: 'OTHER_CODE', subject },
      { code, subject },
      { tenant_id: null, code, subject },
    ],
    refused: ({ tenant_id, code, subject }) => [
      { tenant_id, code, subject },
      { tenant_id, code, subject, status: 'waived', ...WAIVER },
    ],
  }),
  pairCase({
    table: 'reconciliation.findings',
    constraint: 'findings_open_once',
    rule: 'a finding of no tenant stands once too',
    first: { tenant_id: null },
    accepted: ({ code }) => [{ tenant_id: null, code }],
    refused: ({ code, subject }) => [{ tenant_id: null, code, subject }],
  }),
];
