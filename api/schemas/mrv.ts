// Owns the schemas of MRV submissions, evidence, computations and hashes; leaves verifications to verifications.ts.

import { z } from 'zod';
import { ARTIFACT_TYPES, HASH_STATUSES, SOURCE_TYPES, SUBMISSION_STATUSES } from '../../core/db/statuses.ts';
import { jsonFields } from './json-fields.ts';
import { anyOf, day, id, listOf, name, pageQuery, sha256, text, timestamp, tonnes } from './shared.ts';

const MAX_REF = 255;
const MAX_PAYLOAD_BYTES = 128 * 1024;
const MAX_DETAIL_BYTES = 16 * 1024;

const PAYLOAD_EXAMPLES = [{}, { gross_removal: '120', project_emissions: '4.5' }];

export const submissionSchema = z
  .object({
    mrv_submission_id: id,
    tenant_id: id,
    project_id: id,
    source_type: z.enum(SOURCE_TYPES),
    period_start_on: z.string(),
    period_end_on: z.string(),
    received_at: timestamp,
    status: z.enum(SUBMISSION_STATUSES),
    created_at: timestamp,
    updated_at: timestamp,
    source_ref: z.string().nullable().optional(),
    raw_payload: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'MrvSubmission' });

export const submissionParams = z.strictObject({ mrv_submission_id: id });

export const makeSubmissionBody = z
  .strictObject({
    source_type: z.enum(SOURCE_TYPES),
    source_ref: text(MAX_REF).optional(),
    raw_payload: jsonFields(MAX_PAYLOAD_BYTES).meta({ examples: PAYLOAD_EXAMPLES }),
    period_start_on: day,
    period_end_on: day,
  })
  .refine(({ period_start_on, period_end_on }) => period_start_on <= period_end_on, {
    path: ['period_end_on'],
    message: 'must not lie before period_start_on',
  })
  .refine(({ period_start_on, period_end_on }) => period_start_on.slice(0, 4) === period_end_on.slice(0, 4), {
    path: ['period_end_on'],
    message: 'must lie in the year of period_start_on: a submission is of one vintage',
  })
  .meta({
    examples: [
      {
        source_type: 'sensor',
        source_ref: 'device-1',
        raw_payload: { gross_removal: '120' },
        period_start_on: '2025-01-01',
        period_end_on: '2025-12-31',
      },
    ],
  });

export const changeSubmissionBody = z
  .strictObject({
    source_ref: text(MAX_REF).nullable().optional(),
    raw_payload: jsonFields(MAX_PAYLOAD_BYTES).optional().meta({ examples: PAYLOAD_EXAMPLES }),
  })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change')
  .meta({ examples: [{ source_ref: 'device-2' }, { raw_payload: { gross_removal: '121' } }] });

export const submissionsQuery = z.strictObject({ ...pageQuery, status: anyOf(SUBMISSION_STATUSES) });
export const submissionList = listOf('submissions', submissionSchema);

export const artifactSchema = z
  .object({
    artifact_id: id,
    tenant_id: id,
    mrv_submission_id: id,
    artifact_type: z.enum(ARTIFACT_TYPES),
    file_name: z.string(),
    file_size: z.int(),
    mime_type: z.string(),
    sha256_hash: sha256,
    created_at: timestamp,
  })
  .meta({ id: 'Artifact' });

export const artifactQuery = z.strictObject({
  artifact_type: z.enum(ARTIFACT_TYPES),
  file_name: name,
  sha256: sha256.optional().meta({ description: 'What the bytes must hash to; others are refused' }),
});

export const madeArtifactSchema = z.object({
  artifact: artifactSchema,
  warnings: z.array(z.string()),
});

export const artifactParams = z.strictObject({ artifact_id: id });
export const artifactList = z.object({ artifacts: z.array(artifactSchema) });

const proofStep = z.object({ side: z.enum(['left', 'right']), hash: z.string() }).meta({ id: 'ProofStep' });

export const evidenceSchema = z
  .object({
    mrv_submission_id: id,
    evidence_hash: sha256.meta({
      description:
        'The root of a Merkle tree over the files: leaf SHA-256(00, file hash), node SHA-256(01, left, right), the files sorted by their hash and each once, a last node without a neighbour goes up as it is',
    }),
    artifacts: z.array(
      z.object({
        artifact_id: id,
        artifact_type: z.enum(ARTIFACT_TYPES),
        file_name: z.string(),
        sha256_hash: sha256,
        proof: z.array(proofStep),
      }),
    ),
  })
  .meta({ id: 'Evidence' });

export const computationSchema = z
  .object({
    computation_id: id,
    tenant_id: id,
    mrv_submission_id: id,
    methodology_code: z.string(),
    methodology_version: z.string(),
    computed_tonnage: tonnes,
    uncertainty_lower: z.string().nullable(),
    uncertainty_upper: z.string().nullable(),
    computed_at: timestamp,
    created_at: timestamp,
    updated_at: timestamp,
    computed_payload: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'MrvComputation' });

const factor = z.string().regex(/^(0(\.\d{0,7}[1-9])?|1)$/);

export const computeBody = z
  .strictObject({
    methodology_code: z.string().min(1).max(64).optional(),
    methodology_version: z.string().min(1).max(32).optional(),
    gross_removal: tonnes,
    baseline_emissions: tonnes,
    project_emissions: tonnes,
    leakage_deduction: tonnes,
    buffer_deduction: tonnes,
    net_removal: tonnes.optional().meta({
      description: 'gross - baseline - project - leakage - buffer; one that is given must be that',
    }),
    leakage_factor: factor.optional(),
    buffer_rate: factor.optional(),
    uncertainty_lower: tonnes.optional(),
    uncertainty_upper: tonnes.optional(),
    details: jsonFields(MAX_DETAIL_BYTES)
      .optional()
      .meta({ examples: [{}] }),
  })
  .meta({
    examples: [
      {
        gross_removal: '120',
        baseline_emissions: '0',
        project_emissions: '4.5',
        leakage_deduction: '0.5',
        buffer_deduction: '15',
      },
    ],
  });

export const hashSchema = z
  .object({
    mrv_hash_id: id,
    tenant_id: id,
    mrv_submission_id: id,
    mrv_hash: sha256,
    status: z.enum(HASH_STATUSES),
    evidence_hash: z.string().nullable(),
    canonical_payload: z.record(z.string(), z.unknown()),
    created_at: timestamp,
  })
  .meta({ id: 'MrvHash' });

export const makeHashBody = z.strictObject({
  unit: tonnes
    .refine((unit) => unit !== '0', 'must be above 0')
    .optional()
    .meta({ description: "The registry's unit in tonnes; absent, its usual one", examples: ['1', '0.001'] }),
});
