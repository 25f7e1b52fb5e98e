// Owns what an issuance is started with; leaves starting it to api/routes/issuances.ts.

import { z } from 'zod';

/** A receiver of somebody's own, or the platform's account that keeps credits for its tenants. */
export const issuanceInput = z.object({
  mrv_submission_id: z.string(),
  receiver_id: z.string(),
  is_custodial: z.boolean(),
  expires_on: z.string().optional(),
});
