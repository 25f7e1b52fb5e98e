// Owns what a submission is shown with: gaps, computation, verification, hash, registry; leaves each of them to its own file.

import { z } from 'zod';
import { computationSchema, hashSchema, submissionSchema } from './mrv.ts';
import { gapAnalysisSchema } from './projects.ts';
import { registrySubmissionSchema } from './registry.ts';
import { verificationSchema } from './verifications.ts';

export const madeSubmissionSchema = z.object({
  submission: submissionSchema,
  gap_analysis: gapAnalysisSchema,
});

export const submissionView = z.object({
  submission: submissionSchema,
  computation: computationSchema.optional(),
  verification: verificationSchema.optional(),
  hash: hashSchema.optional(),
  registry_submission: registrySubmissionSchema.optional(),
});
