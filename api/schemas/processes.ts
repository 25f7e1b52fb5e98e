// Owns the schemas of processes, their steps and events, and of the sagas behind them; leaves what starts one to its resource.

import { z } from 'zod';
import {
  COMPENSATION_STATUSES,
  PROCESS_STATUSES,
  PROCESS_STEP_STATUSES,
  PROCESS_TYPES,
  SAGA_STATUSES,
  SAGA_STEP_STATUSES,
  SAGA_TYPES,
} from '../../core/db/statuses.ts';
import { accountId, anyOf, day, id, listOf, pageQuery, timestamp } from './shared.ts';

const storedError = z
  .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()).optional() })
  .meta({
    id: 'ProcessError',
    description: 'A code of the catalogue or of the contract, and words for people',
  });

export const processSchema = z
  .object({
    process_id: id,
    tenant_id: id,
    process_type: z.enum(PROCESS_TYPES),
    status: z.enum(PROCESS_STATUSES),
    current_step: z.int(),
    total_steps: z.int(),
    progress_percent: z.int(),
    started_at: timestamp,
    completed_at: timestamp.nullable(),
    estimated_completion: timestamp.nullable(),
    error: storedError.nullable(),
    metadata: z.record(z.string(), z.unknown()),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Process' });

export const processStepSchema = z
  .object({
    step_id: id,
    process_id: id,
    step_number: z.int(),
    step_name: z.string(),
    status: z.enum(PROCESS_STEP_STATUSES),
    waiting_for: z.string().nullable(),
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    error: storedError.nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
    retry_count: z.int(),
    max_retries: z.int(),
  })
  .meta({ id: 'ProcessStep' });

export const processView = z.object({ process: processSchema, steps: z.array(processStepSchema) });

/** What a route answers that begins one. */
export const startedProcessSchema = z.object({ process_id: id }).meta({ id: 'StartedProcess' });

export const issuanceBody = z
  .strictObject({
    receiver_id: accountId
      .optional()
      .meta({ description: 'Absent, the account that keeps credits for tenants' }),
    expires_on: day.optional().meta({
      description:
        'The last day on which the credit may be used, to its end in UTC; absent where it has none',
    }),
  })
  .meta({ examples: [{ receiver_id: 'alice.near' }] });

export const processParams = z.strictObject({ process_id: id });

export const processesQuery = z.strictObject({
  ...pageQuery,
  status: anyOf(PROCESS_STATUSES),
  process_type: anyOf(PROCESS_TYPES),
});
export const processList = listOf('processes', processSchema);

export const sagaSchema = z
  .object({
    saga_id: id,
    tenant_id: id,
    process_id: id.nullable(),
    saga_type: z.enum(SAGA_TYPES),
    subject: z.string().nullable(),
    status: z.enum(SAGA_STATUSES),
    timeout: z.int(),
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    due_at: timestamp.nullable(),
    error: storedError.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Saga' });

const sagaStepSchema = z
  .object({
    saga_step_id: id,
    saga_id: id,
    step_name: z.string(),
    step_order: z.int(),
    status: z.enum(SAGA_STEP_STATUSES),
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    error: storedError.nullable(),
    compensation_status: z.enum(COMPENSATION_STATUSES),
    compensation_error: storedError.nullable(),
    retry_count: z.int(),
  })
  .meta({ id: 'SagaStep' });

export const sagaView = z.object({ saga: sagaSchema, steps: z.array(sagaStepSchema) });

export const sagaParams = z.strictObject({ saga_id: id });

export const sagasQuery = z.strictObject({
  ...pageQuery,
  status: anyOf(SAGA_STATUSES),
  saga_type: anyOf(SAGA_TYPES),
  tenant_id: id.optional(),
});
export const sagaList = listOf('sagas', sagaSchema);
