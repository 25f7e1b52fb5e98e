// Owns the schemas of runs of reconciliation, their sums, findings, and what backs credits; leaves the words of codes to
// api/reconcile/catalogue.ts.

import { z } from 'zod';
import { FINDING_CODES, type FindingCode } from '../reconcile/catalogue.ts';
import {
  anyOf,
  id,
  listOf,
  pageQuery,
  REGISTRY_TYPES,
  sha256,
  text,
  timestamp,
  u64,
  whole,
} from './shared.ts';
import { person } from './verifications.ts';

const SEVERITIES = ['info', 'minor', 'major', 'critical'] as const;
const FINDING_STATUSES = ['open', 'waived', 'closed'] as const;
const RUN_STATUSES = ['running', 'completed', 'failed'] as const;
const TRIGGERS = ['schedule', 'command', 'api', 'shadow'] as const;
const MAX_COMMENT = 10_000;
const MAX_REASON = 2_000;
const MAX_TOTALS = 5_000;
const codes = FINDING_CODES as readonly [FindingCode, ...FindingCode[]];

export const runSchema = z
  .object({
    run_id: id,
    trigger: z.enum(TRIGGERS),
    status: z.enum(RUN_STATUSES),
    near_contract_id: z.string().nullable(),
    block_height: u64.nullable(),
    rules_checked: z.array(z.string()),
    unreconciled_co2e: z.string(),
    in_transit_co2e: z.string(),
    findings_open: z.int(),
    started_by: z.string(),
    started_at: timestamp,
    finished_at: timestamp.nullable(),
    rules_not_checked: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'For each code in words where and why it could not be checked. For operators' }),
    views_checked: z.int().optional(),
    error: z.string().nullable().optional(),
  })
  .meta({ id: 'ReconciliationRun' });

export const runsQuery = z.strictObject({
  ...pageQuery,
  status: anyOf(RUN_STATUSES),
  trigger: anyOf(TRIGGERS),
});
export const runList = listOf('runs', runSchema);
export const runParams = z.strictObject({ run_id: id });
export const startRunBody = z.strictObject({});
export const startedSchema = z.object({ run_id: id });

export const totalSchema = z
  .object({
    run_id: id,
    tenant_id: id.nullable(),
    registry_type: z.string().nullable(),
    registry_name: z.string().nullable(),
    unreconciled_co2e: z.string(),
    in_transit_co2e: z.string(),
    findings_open: z.int(),
    counted_at: timestamp,
  })
  .meta({ id: 'ReconciliationTotal' });

export const totalsQuery = z.strictObject({
  run_id: id.optional(),
  tenant_id: id.optional().meta({ description: 'For operators; a tenant sees its own' }),
  registry: anyOf(REGISTRY_TYPES),
  since: timestamp.optional(),
  limit: whole(1, MAX_TOTALS).default(1_000),
});
export const totalsSchema = z.object({ totals: z.array(totalSchema) });

export const findingSchema = z
  .object({
    finding_id: id,
    tenant_id: id.nullable(),
    code: z.string(),
    title: z.string(),
    severity: z.enum(SEVERITIES),
    subject: z.string(),
    registry_type: z.string().nullable(),
    registry_name: z.string().nullable(),
    mrv_hash: sha256.nullable(),
    tonnes_at_stake: z.string(),
    values_found: z.record(z.string(), z.unknown()).meta({ description: 'Each side as it was found' }),
    next_step: z.string(),
    status: z.enum(FINDING_STATUSES),
    opened_by: z.string(),
    owner_user_id: id.nullable(),
    owner_actor: z.string().nullable(),
    waived_by: z.string().nullable(),
    waived_reason: z.string().nullable(),
    waived_until: timestamp.nullable(),
    opened_by_run_id: id,
    last_run_id: id,
    first_seen_at: timestamp,
    last_seen_at: timestamp,
    closed_at: timestamp.nullable(),
    updated_at: timestamp,
  })
  .meta({ id: 'Finding' });

export const commentSchema = z
  .object({
    finding_comment_id: id,
    finding_id: id,
    author: z.string(),
    comment: z.string(),
    created_at: timestamp,
  })
  .meta({ id: 'FindingComment' });

export const findingView = z.object({ finding: findingSchema, comments: z.array(commentSchema) });
export const findingParams = z.strictObject({ finding_id: id });
export const findingsQuery = z.strictObject({
  ...pageQuery,
  status: anyOf(FINDING_STATUSES),
  code: anyOf(codes),
  severity: anyOf(SEVERITIES),
  registry: anyOf(REGISTRY_TYPES),
  mrv_hash: sha256.optional(),
  tenant_id: id.optional().meta({ description: 'For operators' }),
});
export const findingList = listOf('findings', findingSchema);

export const commentBody = z.strictObject({ comment: text(MAX_COMMENT) });
export const waiverBody = z.strictObject({ reason: text(MAX_REASON), until: timestamp });
export const reopenBody = z.strictObject({});

export const ownerBody = z
  .discriminatedUnion('act', [
    z.strictObject({ act: z.literal('assign'), person }),
    z.strictObject({ act: z.literal('take') }),
    z.strictObject({ act: z.literal('release') }),
  ])
  .meta({ examples: [{ act: 'release' }, { act: 'take' }] });

export const backingSchema = z
  .object({
    run_id: id.nullable(),
    near_contract_id: z.string().nullable(),
    block_height: u64.nullable(),
    compared_at: timestamp.nullable(),
    registries: z.array(
      z.object({
        registry_type: z.string(),
        registry_name: z.string().nullable(),
        on_chain: z.object({
          active_co2e: z.string(),
          impaired_co2e: z.string(),
          retired_unconfirmed_co2e: z.string(),
          retired_confirmed_co2e: z.string(),
        }),
        held_co2e: z
          .string()
          .meta({ description: 'Of what is on chain, so much lies immobilised at the registry' }),
        difference_co2e: z
          .string()
          .meta({ description: 'On chain and not held, as far as statements cover it' }),
        not_covered_co2e: z.string().meta({ description: 'On chain, and no whole statement speaks of it' }),
        surplus_co2e: z.string().meta({ description: 'Still held, though the credit has ended on chain' }),
        statements: z.object({
          count: z.int(),
          oldest_as_of: timestamp.nullable(),
          newest_as_of: timestamp.nullable(),
        }),
      }),
    ),
    in_words: z.array(z.string()).meta({ description: 'What these figures do not cover' }),
  })
  .meta({ id: 'Backing' });
