// Owns the schemas of verifications, categories, clarifications and reports; leaves what may follow what to api/ways.

import { z } from 'zod';
import {
  CATEGORY_KEYS,
  CATEGORY_STATUSES,
  CLARIFICATION_STATUSES,
  VERIFICATION_STATUSES,
} from '../../core/db/statuses.ts';
import { jsonFields } from './json-fields.ts';
import { anyOf, id, listOf, name, pageQuery, positiveTonnes, sha256, text, timestamp } from './shared.ts';

const MAX_QUESTION = 10_000;
const MAX_FINDINGS = 200;
const MAX_REFS = 200;
const MAX_REF = 1_000;
const MAX_RESPONSE_BYTES = 64 * 1024;

export const verificationSchema = z
  .object({
    verification_id: id,
    tenant_id: id,
    project_id: id,
    mrv_submission_id: id,
    verifier_user_id: id,
    status: z.enum(VERIFICATION_STATUSES),
    overall_status: z.enum(['APPROVED', 'REJECTED']).nullable(),
    verified_tonnage: z.string().nullable(),
    completed_at: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Verification' });

const findingSchema = z.object({
  severity: z.enum(['info', 'minor', 'major', 'critical']),
  description: z.string(),
  evidence_ref: z.string().optional(),
});

export const categorySchema = z
  .object({
    category_result_id: id,
    verification_id: id,
    category_key: z.enum(CATEGORY_KEYS),
    status: z.enum(CATEGORY_STATUSES),
    findings: z.array(findingSchema),
    evidence_refs: z.array(z.string()),
    reviewed_at: timestamp,
    created_at: timestamp,
  })
  .meta({ id: 'VerificationCategoryResult' });

export const clarificationSchema = z
  .object({
    clarification_id: id,
    verification_id: id,
    category_key: z.enum(CATEGORY_KEYS),
    question: z.string(),
    raised_by_user_id: id,
    response: z.record(z.string(), z.unknown()).nullable(),
    responded_by_user_id: id.nullable(),
    status: z.enum(CLARIFICATION_STATUSES),
    responded_at: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'VerificationClarification' });

export const reportSchema = z
  .object({
    verification_report_id: id,
    verification_id: id,
    report_uri: z.string(),
    report_hash: sha256,
    generated_at: timestamp,
    created_at: timestamp,
  })
  .meta({ id: 'VerificationReport' });

export const verificationView = z.object({
  verification: verificationSchema,
  categories: z.array(categorySchema),
  clarifications: z.array(clarificationSchema),
  report: reportSchema.optional(),
});

/** Somebody by the mail address; whoever is new is noted, and may not sign in yet. */
export const person = z
  .strictObject({ email: z.email().max(320), display_name: name.optional() })
  .meta({ examples: [{ email: 'verifier@example.org', display_name: 'A verifier' }] });

export const makeVerificationBody = z.strictObject({ verifier: person });
export const verificationParams = z.strictObject({ verification_id: id });
export const categoryParams = z.strictObject({ verification_id: id, category_key: z.enum(CATEGORY_KEYS) });
export const clarificationParams = z.strictObject({ verification_id: id, clarification_id: id });

export const verificationsQuery = z.strictObject({
  ...pageQuery,
  status: anyOf(VERIFICATION_STATUSES),
  project_id: id.optional(),
});
export const verificationList = listOf('verifications', verificationSchema);

export const categoryBody = z.strictObject({
  status: z.enum(CATEGORY_STATUSES),
  findings: z
    .array(
      z.strictObject({
        severity: z.enum(['info', 'minor', 'major', 'critical']),
        description: text(MAX_QUESTION),
        evidence_ref: text(MAX_REF).optional(),
      }),
    )
    .max(MAX_FINDINGS)
    .optional(),
  evidence_refs: z.array(text(MAX_REF)).max(MAX_REFS).optional(),
});

export const clarificationBody = z.strictObject({
  category_key: z.enum(CATEGORY_KEYS),
  question: text(MAX_QUESTION),
});

export const responseBody = z.strictObject({
  response: jsonFields(MAX_RESPONSE_BYTES).meta({ examples: [{ answer: 'The second meter.' }] }),
  responded_by: person.optional(),
});

export const judgementBody = z.strictObject({ decision: z.enum(['accept', 'escalate']) });

export const reportBody = z.strictObject({
  report_uri: z.url().max(2_000),
  report_hash: sha256,
  generated_at: timestamp.optional(),
});

export const decisionBody = z
  .strictObject({
    overall_status: z.enum(['APPROVED', 'REJECTED']),
    verified_tonnage: positiveTonnes.optional(),
  })
  .refine((body) => (body.overall_status === 'APPROVED') === (body.verified_tonnage !== undefined), {
    path: ['verified_tonnage'],
    message: 'goes with APPROVED, and with it alone',
  })
  .meta({
    examples: [{ overall_status: 'APPROVED', verified_tonnage: '100' }, { overall_status: 'REJECTED' }],
  });
