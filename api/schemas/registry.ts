// Owns the schemas of submissions to registries, serial blocks and consents; leaves statements to statements.ts.

import { z } from 'zod';
import { REGISTRY_SUBMISSION_STATUSES } from '../../core/db/statuses.ts';
import { jsonFields } from './json-fields.ts';
import {
  anyOf,
  day,
  id,
  listOf,
  pageQuery,
  positiveTonnes,
  REGISTRY_TYPES,
  registryName,
  registryType,
  sha256,
  text,
  timestamp,
} from './shared.ts';

const MAX_REF = 255;
const MAX_CONSENT_REF = 128;
const MAX_PAYLOAD_BYTES = 64 * 1024;
const MAX_REASON = 2_000;

/** Serial numbers may have more digits than any number type; the database keeps 78. */
const serialNumber = z.string().regex(/^(0|[1-9]\d{0,76})$/);
const namespace = text(MAX_REF);

export const registrySubmissionSchema = z
  .object({
    registry_submission_id: id,
    mrv_submission_id: id,
    mrv_hash: sha256,
    registry_type: z.string(),
    registry_name: z.string().nullable(),
    status: z.enum(REGISTRY_SUBMISSION_STATUSES),
    registry_serial: z.string().nullable(),
    registry_project_id: z.string().nullable(),
    request_payload: z.record(z.string(), z.unknown()),
    response_payload: z.record(z.string(), z.unknown()).nullable(),
    submitted_at: timestamp,
    approved_at: timestamp.nullable(),
    rejected_at: timestamp.nullable(),
    updated_at: timestamp,
    tenant_id: id.optional(),
    last_error: z.string().nullable().optional(),
    last_error_at: timestamp.nullable().optional(),
    created_at: timestamp.optional(),
  })
  .meta({ id: 'RegistrySubmission' });

export const serialBlockSchema = z
  .object({
    serial_block_id: id,
    registry_type: z.string(),
    registry_name: z.string().nullable(),
    namespace: z.string(),
    serial_start: z.string(),
    serial_end: z.string(),
    unit: z.string(),
    tonnage_co2e: z.string(),
    mrv_hash: sha256,
    parent_block_id: id.nullable(),
    status: z.enum(['live', 'divided', 'merged', 'released']),
  })
  .meta({ id: 'SerialBlock' });

export const registrySubmissionView = z.object({
  registry_submission: registrySubmissionSchema,
  serial_block: serialBlockSchema.optional(),
});

const payload = jsonFields(MAX_PAYLOAD_BYTES).meta({ examples: [{}] });

export const makeRegistrySubmissionBody = z
  .strictObject({
    registry_type: registryType.optional().meta({ description: "Absent, the project's own" }),
    registry_name: registryName.optional(),
    registry_project_id: text(MAX_REF).optional(),
    request_payload: payload.optional(),
  })
  .meta({ examples: [{ registry_type: 'verra', registry_project_id: 'VCS-1' }, { registry_type: 'puro' }] });

export const registrySubmissionParams = z.strictObject({ registry_submission_id: id });

export const registrySubmissionsQuery = z.strictObject({
  ...pageQuery,
  status: anyOf(REGISTRY_SUBMISSION_STATUSES),
  registry: anyOf(REGISTRY_TYPES),
  mrv_submission_id: id.optional(),
});
export const registrySubmissionList = listOf('registry_submissions', registrySubmissionSchema);

const answered = { response_payload: payload.optional() };
const reasoned = { ...answered, reason: text(MAX_REASON) };
const plain = z.strictObject({
  move: z.enum([
    'request_cancellation',
    'confirm_cancellation',
    'refuse_cancellation',
    'request_retirement',
    'confirm_retirement',
    'refuse_retirement',
  ]),
  reason: text(MAX_REASON).optional(),
  ...answered,
});

/** What the registry said, or what is asked of it next. */
export const registryMoveBody = z
  .discriminatedUnion('move', [
    z.strictObject({
      move: z.literal('approve'),
      serial_block: z
        .strictObject({ namespace, start: serialNumber, end: serialNumber })
        .optional()
        .meta({ description: 'First and last unit of the block; as many units as the verified tonnes are' }),
      registry_serial: text(MAX_REF).optional().meta({
        description:
          "As the registry writes it; absent, made of the block. Where the registry's grammar reads it, it is the block",
      }),
      registry_project_id: text(MAX_REF).optional(),
      ...answered,
    }),
    z.strictObject({ move: z.literal('reject'), ...reasoned }),
    z.strictObject({ move: z.literal('fail'), ...reasoned }),
    z.strictObject({ move: z.literal('resubmit'), request_payload: payload.optional() }),
    plain,
  ])
  .meta({
    examples: [
      { move: 'approve', serial_block: { namespace: 'VCS-1-2025', start: '1', end: '100' } },
      { move: 'reject', reason: 'The monitoring report is not signed.' },
      { move: 'request_retirement' },
    ],
  });

export const consentSchema = z
  .object({
    consent_id: id,
    tenant_id: id,
    registry_type: z.string(),
    registry_name: z.string().nullable(),
    consent_ref: z.string(),
    mrv_hash: z.string().nullable(),
    tonnage_co2e: z.string(),
    debited_co2e: z.string(),
    unit: z.string(),
    serial_namespace: z.string().nullable(),
    serial_start: z.string().nullable(),
    document_sha256: sha256,
    immobilised_on: z.string(),
    valid_to: z.string().nullable(),
    recorded_at: timestamp.nullable(),
    withdrawn_at: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Consent' });

export const makeConsentBody = z
  .strictObject({
    registry_type: registryType,
    registry_name: registryName.optional(),
    consent_ref: text(MAX_CONSENT_REF),
    mrv_hash: sha256.optional(),
    tonnage_co2e: positiveTonnes,
    unit: positiveTonnes.optional(),
    serial: z.strictObject({ namespace, start: serialNumber }).optional(),
    document_sha256: sha256,
    immobilised_on: day,
    valid_to: day.optional(),
  })
  .refine(
    ({ registry_type, registry_name }) => (registry_type === 'other') === (registry_name !== undefined),
    {
      path: ['registry_name'],
      message: 'goes with the registry "other", and with no other',
    },
  )
  .refine(({ immobilised_on, valid_to }) => valid_to === undefined || valid_to >= immobilised_on, {
    path: ['valid_to'],
    message: 'must not lie before immobilised_on',
  })
  .meta({
    examples: [
      {
        registry_type: 'verra',
        consent_ref: 'consent-1',
        tonnage_co2e: '100',
        document_sha256: 'a'.repeat(64),
        immobilised_on: '2026-01-10',
      },
    ],
  });

export const consentParams = z.strictObject({ consent_id: id });
export const consentsQuery = z.strictObject({
  ...pageQuery,
  registry: anyOf(REGISTRY_TYPES),
  mrv_hash: sha256.optional(),
});
export const consentList = listOf('consents', consentSchema);
export const consentDocumentSchema = z.object({
  consent: consentSchema,
  document: z.object({ sha256, size: z.int(), mime_type: z.string() }),
});
